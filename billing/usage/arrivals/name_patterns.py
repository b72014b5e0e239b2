"""What a file's name tells: the day, the hour and the number that it is of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from core.errors import DomainError

_PARTS = {
    "date": r"(?P<date>[0-9]{4}-?[0-9]{2}-?[0-9]{2})",
    "hour": r"(?P<hour>[01][0-9]|2[0-3])",
    "sequence": r"(?P<sequence>[0-9]{1,15})",
}
_PACKED = re.compile(r"\.(gz|zip)$", re.IGNORECASE)
# Each more may make looking at a name much slower.
_STARS_MAX = 4
_PIECE = re.compile(r"\{([a-z]*)\}|(\*)|(\?)|([^{}*?]+)|([{}])")


@dataclass(frozen=True, slots=True)
class NameParts:
    """What a name tells; None where its pattern has no such part."""

    day: date | None = None
    hour: int | None = None
    sequence: int | None = None


class NamePattern:
    """A pattern such as `CDR_{date}_{sequence}.csv*`: a star is anything, a question mark one
    character. Dates are written 20261103 or 2026-11-03.

    Raises DomainError for an unknown part, one that stands twice, or an hour without a date.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[str] = []
        if text.count("*") > _STARS_MAX:
            raise DomainError(f"The pattern {text!r} has more than {_STARS_MAX} stars.")
        expression = "".join(self._expression(found) for found in _PIECE.finditer(text))
        if "hour" in self.parts and "date" not in self.parts:
            raise DomainError(f"The pattern {text!r} has an {{hour}}, but no {{date}}.")
        self._expression_of = re.compile(expression, re.ASCII)

    def _expression(self, found: re.Match[str]) -> str:
        part, star, any_one, plain, _ = found.groups()
        if star:
            return ".*"
        if any_one:
            return "."
        if plain:
            return re.escape(plain)
        if part not in _PARTS or part in self.parts:
            raise DomainError(
                f"The pattern {self.text!r} may have {{date}}, {{hour}}, {{sequence}}, each once."
            )
        self.parts.append(part)
        return _PARTS[part]

    def read(self, name: str) -> NameParts | None:
        """What the name tells; None if it doesn't fit, or its date does not exist.

        Of a file inside an archive either the archive's name or its own may fit; so may a name
        without its `.gz` or `.zip`.
        """
        names = [name, *name.split("/")]
        for each in dict.fromkeys(names):
            for text in dict.fromkeys((each, _PACKED.sub("", each))):
                found = self._expression_of.fullmatch(text)
                parts = found and _parts_of(found)
                if parts:
                    return parts
        return None


def _parts_of(found: re.Match[str]) -> NameParts | None:
    said = found.groupdict()
    day = None
    if text := said.get("date"):
        try:
            day = datetime.strptime(text.replace("-", ""), "%Y%m%d").date()  # noqa: DTZ007
        except ValueError:
            return None
    return NameParts(
        day=day,
        hour=int(said["hour"]) if said.get("hour") else None,
        sequence=int(said["sequence"]) if said.get("sequence") else None,
    )
