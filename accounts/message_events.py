"""On which events people are written to, and which values the words may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from accounts.topics import CHANNELS, TOPICS

Sample = Callable[[str], Mapping[str, object]]
# Facts of the brand, added to every message.
BRAND_VARIABLES = {
    "brand.name": "the brand's name",
    "brand.primary_colour": "its colour, as #rrggbb",
    "brand.support_email": "where customers write to",
    "brand.support_phone": "where customers call",
    "brand.website": "its website",
    "language": "the reader's language",
}
BRAND_SAMPLE = {
    "name": "Fjordtel & Co",
    "primary_colour": "#1f4e79",
    "support_email": "help@fjordtel.example",
    "support_phone": "+47 21 00 00 00",
    "website": "www.fjordtel.example",
}


@dataclass(frozen=True, slots=True)
class MessageEvent:
    """What templates of an event may use.

    `variables` maps each allowed name to what it is, in words for whoever writes templates; parts
    of a list are written `bills.number`. `sample` gives made-up values in a language, for
    previews and checks. Values of a `secret` event are needed once: they are not kept.
    """

    code: str
    title: str
    topic: str
    variables: Mapping[str, str]
    sample: Sample
    channels: tuple[str, ...] = ("email",)
    secret: bool = False

    @property
    def names(self) -> dict[str, str]:
        """All allowed names with their meaning, the brand's facts included."""
        return {**self.variables, **BRAND_VARIABLES}


_events: dict[str, MessageEvent] = {}


def message_event(
    code: str,
    *,
    title: str,
    topic: str,
    variables: Mapping[str, str],
    channels: tuple[str, ...] = ("email",),
    secret: bool = False,
) -> Callable[[Sample], Sample]:
    """Register an event by the function that makes its sample values.

    Raises ValueError where the sample and the variables do not name the same things.
    """
    if topic not in TOPICS or not set(channels) <= set(CHANNELS):
        raise ValueError(f"{code} has a topic or a channel that does not exist.")

    def register(sample: Sample) -> Sample:
        if names_of(sample("en")) != set(variables):
            raise ValueError(f"The sample of {code} is not made of its variables.")
        _events[code] = MessageEvent(code, title, topic, variables, sample, channels, secret)
        return sample

    return register


def names_of(values: Mapping[str, object], prefix: str = "") -> set[str]:
    """The names that values are reached by: `total`, and `bills.number` for parts of lists."""
    names: set[str] = set()
    for key, value in values.items():
        name = f"{prefix}{key}"
        items = value if isinstance(value, list | tuple) else [value]
        parts = [item for item in items if isinstance(item, Mapping)]
        if not isinstance(value, Mapping):
            names.add(name)
        for part in parts:
            names |= names_of(part, f"{name}.")
    return names


def event_of(code: str) -> MessageEvent | None:
    """The event, if anything is registered under that name."""
    return _events.get(code)


def all_events() -> list[MessageEvent]:
    """Every registered event, by name."""
    return [_events[code] for code in sorted(_events)]
