"""Reads a file of rates in columns and checks every line of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.models import RateDeck
from catalog.services.importing.rate_steps import parse_steps, wide_steps
from catalog.services.importing.rate_table import rate_table
from core.input_csv import CsvTable
from core.input_tree import Problems, Unreadable, listed
from core.input_values import parse_amount, parse_day, parse_flag, parse_whole

COLUMNS = (
    "prefix",
    "destination",
    "price",
    "per",
    "connection_fee",
    "first_increment",
    "first_price",
    "next_increment",
    "max_charge",
    "steps",
    "band",
    "category",
    "ended",
    "starts_on",
)
# What steps say themselves, so that it must not stand beside them.
SAID_BY_STEPS = ("price", "first_increment", "first_price", "next_increment")
NOTHING = r"\N"
PREFIX_DIGITS_MAX = 15
DESTINATION_LENGTH_MAX = 100
UNITS_MAX = 10**15
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


@dataclass(frozen=True, slots=True)
class RateRows:
    """The checked rows of a file as texts of PostgreSQL's COPY.

    `columns` hold a text for each row, by the name they are staged under; what is the same in
    every row stands once, in `constants`.
    """

    columns: dict[str, Sequence[str]]
    constants: dict[str, str]

    def copied(self) -> bytes:
        """The rows as COPY takes them, in the order of `columns`."""
        return "\n".join(map("\t".join, zip(*self.columns.values(), strict=True))).encode()


def read_rates(text: str, deck: RateDeck, starts_on: date, problems: Problems) -> RateRows:
    """The rows of a CSV file (docs/formats.md, section 2), all checked.

    `starts_on` counts where a row names no date of its own. Raises `InputRefused` with every
    problem of the file.
    """
    table = rate_table(text, problems, COLUMNS, required=("prefix",))
    if not {"price", "ended", "steps"} & table.columns.keys():
        problems.add(1, "missing columns: price", "add it to the header")
    if not table.lines:
        problems.add(1, "the file has no rates", "add a line for each prefix")
    rows = _Rows(table, problems)
    _read_columns(rows, deck, starts_on)
    _require_prefix_and_price(rows)
    _refuse_doubles(rows)
    problems.refuse_if_any()
    return RateRows(
        {"line": list(map(str, table.lines)), **rows.columns},
        rows.constants,
    )


class _Rows:
    """The columns while they are read: each different text of a column is parsed once."""

    def __init__(self, table: CsvTable, problems: Problems) -> None:
        self.table = table
        self.problems = problems
        self.columns: dict[str, Sequence[str]] = {}
        self.constants: dict[str, str] = {}

    def read(
        self, name: str, parse: Callable[[str], Any], empty: str, *, stored_as: str = ""
    ) -> None:
        """Check a column and keep its values as COPY writes them; wrong ones are reported."""
        stored_as = stored_as or name
        if name not in self.table.columns:
            self.constants[stored_as] = empty
            return
        texts = self.table.columns[name]
        values: dict[str, str] = {}
        wrong: dict[str, Unreadable] = {}
        for text in set(texts):
            stripped = text.strip()
            try:
                values[text] = str(parse(stripped)) if stripped else empty
            except Unreadable as error:
                wrong[text] = error
                values[text] = empty
        if wrong:
            for line, text in zip(self.table.lines, texts, strict=True):
                if text in wrong:
                    self.problems.add(line, f"{name} {wrong[text].what}", wrong[text].remedy)
        self.columns[stored_as] = list(map(values.__getitem__, texts))

    def values(self, name: str) -> Sequence[str]:
        """A column's values, also where it is the same in every row."""
        if name in self.columns:
            return self.columns[name]
        return (self.constants[name],) * len(self.table.lines)

    def has_blanks(self, name: str) -> bool:
        """Whether any row has nothing in this column."""
        return name not in self.table.columns or any(
            not text.strip() for text in set(self.table.columns[name])
        )


def _read_columns(rows: _Rows, deck: RateDeck, starts_on: date) -> None:
    def units(minimum: int) -> Callable[[str], int]:
        return lambda text: parse_whole(text, minimum, UNITS_MAX)

    _read_prefixes(rows)
    rows.read("starts_on", parse_day, str(starts_on))
    rows.read("ended", lambda text: "t" if parse_flag(text) else "f", "f")
    rows.read("destination", _destination, "")
    rows.read("category", _category_of(deck), NOTHING, stored_as="category_id")
    rows.read("band", _band_of(deck), "0")
    rows.read("connection_fee", parse_amount, "0")
    rows.read("per", units(1), str(deck.per))
    rows.read("first_increment", units(0), NOTHING)
    rows.read("first_price", parse_amount, NOTHING)
    rows.read("next_increment", units(1), "1")
    rows.read("price", parse_amount, "0")
    rows.read("max_charge", parse_amount, "0")
    rows.read("steps", parse_steps, "")
    if "steps" in rows.columns:
        _let_steps_speak(rows)


def _read_prefixes(rows: _Rows) -> None:
    """Nearly all prefixes differ, so the whole column is looked at before single ones are."""
    texts = rows.table.columns["prefix"]
    together = "".join(texts)
    is_right = together.isascii() and together.isdigit() and all(texts)
    if is_right and max(map(len, texts)) <= PREFIX_DIGITS_MAX:
        rows.columns["prefix"] = texts
    else:
        rows.read("prefix", _prefix, "")


def _let_steps_speak(rows: _Rows) -> None:
    """Steps say prices and increments: what stands beside them contradicts them.

    `price` and `next_increment` repeat the last step's, so that price lists and comparisons show
    what long events cost.
    """
    wide = {steps: words for steps in set(rows.columns["steps"]) if (words := wide_steps(steps))}
    prices = list(rows.values("price"))
    increments = list(rows.values("next_increment"))
    for place, steps in enumerate(rows.columns["steps"]):
        if not steps:
            continue
        line = rows.table.lines[place]
        for name in SAID_BY_STEPS:
            if name in rows.table.columns and rows.table.columns[name][place].strip():
                rows.problems.add(line, f"{name} stands beside steps", "write one or the other")
        if steps in wide:
            rows.problems.warn(line, wide[steps], "check the steps")
        _, prices[place], increments[place] = steps.rsplit(" ", maxsplit=1)[-1].split(":")
    for name, values in (("price", prices), ("next_increment", increments)):
        rows.constants.pop(name, None)
        rows.columns[name] = values


def _require_prefix_and_price(rows: _Rows) -> None:
    if not rows.has_blanks("prefix") and not rows.has_blanks("price"):
        return
    table = rows.table
    blank = ("",) * len(table.lines)
    columns = (
        table.column("prefix"), table.column("price"), rows.values("ended"),
        table.columns.get("steps", blank),
    )  # fmt: skip
    for line, prefix, price, ended, steps in zip(table.lines, *columns, strict=True):
        if not prefix.strip():
            rows.problems.add(line, "prefix is missing", "write 1 to 15 digits")
        if ended == "f" and not price.strip() and not steps.strip():
            rows.problems.add(line, "price is missing", "write a price, or `yes` under ended")


def _refuse_doubles(rows: _Rows) -> None:
    prefixes = rows.columns["prefix"]
    names = [name for name in ("starts_on", "band") if name in rows.columns]
    keys: Sequence[Any] = prefixes
    if names:
        keys = list(zip(prefixes, *(rows.columns[name] for name in names), strict=True))
    if len(set(keys)) == len(keys):
        return
    first: dict[Any, int] = {}
    starts = rows.values("starts_on")
    for place, key in enumerate(keys):
        line = rows.table.lines[place]
        earlier = first.setdefault(key, line)
        if earlier != line and prefixes[place]:
            band = rows.table.column("band")[place].strip()
            within = f" in band {band}" if band else ""
            rows.problems.add(
                line,
                f"prefix {prefixes[place]} from {starts[place]}{within} stands twice, first on"
                f" line {earlier}",
                "keep one of them",
            )


def _prefix(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= PREFIX_DIGITS_MAX):
        raise Unreadable(f"{text!r} is not right", "write 1 to 15 digits, without +")
    return text


def _destination(text: str) -> str:
    if len(text) > DESTINATION_LENGTH_MAX:
        raise Unreadable(f"has {len(text)} characters", f"use at most {DESTINATION_LENGTH_MAX}")
    return text.translate(_ESCAPES)


def _category_of(deck: RateDeck) -> Callable[[str], int]:
    if deck.brand is None:

        def refuse(text: str) -> int:
            raise Unreadable(f"{text!r} is for sell decks only", "leave it empty in a buy deck")

        return refuse
    brand = deck.brand
    ids = dict(brand.usage_categories.values_list("code", "id"))

    def parse(text: str) -> int:
        if text not in ids:
            raise Unreadable(
                f"{text!r} is not a usage category of brand {brand.code}",
                f"use one of {listed(sorted(ids))}, or add it to the catalogue",
            )
        return int(ids[text])

    return parse


def _band_of(deck: RateDeck) -> Callable[[str], int]:
    ids = dict(deck.bands.values_list("code", "id"))

    def parse(text: str) -> int:
        if text not in ids:
            raise Unreadable(
                f"{text!r} is not a band of deck {deck.code}",
                f"use one of {listed(sorted(ids))}, or add it to the catalogue",
            )
        return int(ids[text])

    return parse
