"""The messages about usage: an allowance or a cap that is nearly used, usage that is unusual."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accounts.message_events import message_event
from core.formatting import format_day, format_money, format_quantity

ALLOWANCE_EVENT = "usage_allowance"
CAP_EVENT = "usage_cap"
SPIKE_EVENT = "usage_spike"
CHANNELS = ("email", "sms", "in_app")

_COMMON = {
    "name": "the reader's name",
    "account_number": "the customer number",
    "line": "the line, by its name or number; empty where several share an allowance",
    "link": "the address of alerts and spend caps, or of the usage",
}
_ACTIONS = {
    "percent": "the threshold that was reached: 50, 80 or 100",
    "until": "the last day of the period",
    "so_far": "what usage costs so far; empty for readers who see no amounts",
    "plan_link": "the address of the line's plan; empty where there is none",
}


def _sample(language: str) -> dict[str, object]:
    address = "https://fjordtel.example/example/"
    return {
        "name": "Kari Nordmann & Sønn",
        "account_number": "100123",
        "line": "+47 90 00 01 23",
        "link": address,
        "percent": "80",
        "until": format_day(date(2026, 10, 31), language),
        "so_far": format_money(Decimal("12.50"), "NOK", language),
        "plan_link": address,
    }


@message_event(
    ALLOWANCE_EVENT,
    title="Included usage is nearly used up, or used up",
    topic="usage_alert",
    variables=_COMMON
    | _ACTIONS
    | {
        "all_used": "whether all is used; empty where something is left",
        "allowance": "what is included, in the words of the plan",
        "used": "how much of it is used",
        "included": "how much there is",
        "left": "how much is left",
    },
    channels=CHANNELS,
)
def allowance_sample(language: str) -> dict[str, object]:
    """Kari has used 80 % of her ten minutes."""
    return _sample(language) | {
        "all_used": "",
        "allowance": "MINUTES",
        "used": format_quantity(480, 1, language),
        "included": format_quantity(600, 1, language),
        "left": format_quantity(120, 1, language),
    }


@message_event(
    CAP_EVENT,
    title="A spend cap is nearly reached, or reached",
    topic="usage_alert",
    variables=_COMMON
    | _ACTIONS
    | {
        "reached": "whether the cap is reached; empty where it is not",
        "blocked": "whether the cap blocks extras; empty where it only tells",
        "cap": "the cap; empty for readers who see no amounts",
        "spent": "what usage costs; empty for readers who see no amounts",
    },
    channels=CHANNELS,
)
def cap_sample(language: str) -> dict[str, object]:
    """Kari has used 80 % of a cap of 500."""
    return _sample(language) | {
        "reached": "",
        "blocked": "yes",
        "cap": format_money(Decimal(500), "NOK", language),
        "spent": format_money(Decimal(400), "NOK", language),
    }


@message_event(
    SPIKE_EVENT,
    title="Usage is unusual",
    topic="usage_alert",
    variables=_COMMON
    | {
        "what": "what is unusual",
        "day": "the day",
        "seen": "how much it was",
        "usual": "the line's own median; empty where it is not known",
    },
    channels=CHANNELS,
)
def spike_sample(language: str) -> dict[str, object]:
    """Kari's phone called for ten hours."""
    common = {name: value for name, value in _sample(language).items() if name in _COMMON}
    return common | {
        "what": "calls",
        "day": format_day(date(2026, 10, 24), language),
        "seen": format_quantity(36_000, 1, language),
        "usual": format_quantity(600, 1, language),
    }
