"""Turns other systems' writing of dates, amounts, numbers and yes or no into ours."""

from __future__ import annotations

import re
from datetime import date, datetime

import phonenumbers

from core.imports.kinds import TargetField
from core.input_tree import Unreadable, listed

DATE_FORMATS = {
    "yyyy-mm-dd": "%Y-%m-%d",
    "yyyymmdd": "%Y%m%d",
    "yyyy/mm/dd": "%Y/%m/%d",
    "dd.mm.yyyy": "%d.%m.%Y",
    "dd.mm.yy": "%d.%m.%y",
    "dd/mm/yyyy": "%d/%m/%Y",
    "dd-mm-yyyy": "%d-%m-%Y",
    "mm/dd/yyyy": "%m/%d/%Y",
    "mm/dd/yy": "%m/%d/%y",
    "ddmmyyyy": "%d%m%Y",
    "yymmdd": "%y%m%d",
}
YES = {"1", "true", "yes", "y", "ja", "j", "x", "t", "wahr", "sann", "on"}
NO = {"0", "false", "no", "n", "nei", "nein", "f", "falsch", "usann", "off"}
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$")
_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009']")
_CURRENCY = re.compile(r"^([A-Z]{3}|[Kk]r\.?|€|\$|£)|([A-Z]{3}|[Kk]r\.?|,-|€|\$|£)$")


def read_date(text: str, formats: str) -> str:
    """A date as 2026-11-01; a time of day behind it is left out. `formats` is tried by itself."""
    bare = _TIME.sub("", text.strip())
    if not bare.strip("0-./") or bare in ("9999-12-31", "31.12.9999"):
        return ""  # how old systems write “none”
    try:
        return datetime.strptime(bare, DATE_FORMATS[formats]).date().isoformat()  # noqa: DTZ007
    except ValueError:
        pass
    try:
        if len(bare) == 10:
            return date.fromisoformat(bare).isoformat()
    except ValueError:
        pass
    raise Unreadable(f"{text!r} is not a date written as {formats}", "choose how dates are written")


def read_decimal(text: str, mark: str) -> str:
    """An exact amount with a point; `mark` is the decimal mark, the other one parts thousands."""
    bare = _BLANKS.sub("", text)
    bare = _CURRENCY.sub("", bare)
    other = "," if mark == "." else "."
    negative = bare.startswith(("-", "\u2212", "(")) or bare.endswith("-")
    bare = bare.strip("-+()\u2212")
    whole, _, part = bare.rpartition(mark) if mark in bare else (bare, "", "")
    groups = whole.split(other)
    parted_well = len(groups) == 1 or (
        len(groups[0]) in (1, 2, 3) and all(len(group) == 3 for group in groups[1:])
    )
    digits = "".join(groups)
    if not (digits + part).isascii() or not (digits + part).isdigit() or not parted_well:
        name = "comma" if mark == "," else "point"
        raise Unreadable(
            f"{text!r} is not an amount with a decimal {name}", "choose the decimal mark"
        )
    amount = f"{digits.lstrip('0') or '0'}{f'.{part}' if part else ''}"
    return f"-{amount}" if negative and amount.strip("0.") else amount


def read_yes_no(text: str) -> str:
    """`true` or `false`."""
    word = text.strip().lower()
    if word in YES:
        return "true"
    if word in NO:
        return "false"
    raise Unreadable(f"{text!r} is neither yes nor no", "map the word to true or false")


def read_integer(text: str, mark: str) -> str:
    """A whole number; one with nothing but zeros behind the mark counts as one."""
    whole, _, part = read_decimal(text, mark).partition(".")
    if part.strip("0"):
        raise Unreadable(f"{text!r} is not a whole number", "write digits only")
    return whole


def read_phone(text: str, country: str) -> str:
    """E.164 digits without `+`; numbers without a country code are of `country` (ISO 3166).

    What is no number of the telephone network, as a switch's account code, stays as it is.
    """
    bare = text.strip()
    if re.search(r"[A-Za-z@_]", bare):
        return bare
    international = bare.startswith(("+", "00"))
    if not international and not country:
        return re.sub(r"[^\d]", "", bare)
    try:
        number = phonenumbers.parse(
            f"+{bare[2:]}" if bare.startswith("00") else bare, None if international else country
        )
    except phonenumbers.NumberParseException:
        raise Unreadable(f"{text!r} is not a phone number", "write it as +47 900 00 123") from None
    digits = re.sub(r"[^\d]", "", bare)
    code = str(number.country_code)
    national = str(number.national_number)
    if (
        not international
        and digits.startswith(code)
        and not phonenumbers.is_possible_number(number)
    ):
        return digits  # the country code is there, only the plus is not
    return f"{code}{national}"


def read_choice(text: str, field: TargetField) -> str:
    """One of the field's words, whichever case it is written in."""
    words = {word.lower(): word for word in field.choices}
    found = words.get(text.strip().lower())
    if found is None:
        raise Unreadable(f"{text!r} is not known", f"map it to one of: {listed(field.choices)}")
    return found


def read_cell(text: str, field: TargetField, *, dates: str, mark: str, country: str) -> str:
    """A cell as our files write it; raises `Unreadable`."""
    if not text.strip():
        return ""
    match field.type:
        case "date":
            return read_date(text, dates)
        case "decimal":
            return read_decimal(text, mark)
        case "integer":
            return read_integer(text, mark)
        case "yes_no":
            return read_yes_no(text)
        case "phone":
            return read_phone(text, country)
        case "choice":
            return read_choice(text, field)
        case _:
            return " ".join(text.split())
