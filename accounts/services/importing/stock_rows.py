"""Reads flat files of stock: pools, numbers and SIMs, each row on its line, of a known brand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.input_csv import parse_csv
from core.input_report import ImportReport
from core.input_text import decode
from core.input_tree import Entries, Fields, Problems, Scalar, listed
from core.input_values import code
from core.models import Brand

NoStep = Callable[[], None]


@dataclass(slots=True)
class StockFile:
    """A file while it is taken in; `only_brand` is the code of the one that it may touch."""

    problems: Problems
    report: ImportReport
    brands: dict[str, Brand]
    rows: list[Fields]
    seen: dict[tuple[int, str], int] = field(default_factory=dict)

    def branded(self) -> Iterator[tuple[Fields, Brand]]:
        """Each row with its brand; rows of unknown brands are reported."""
        for fields in self.rows:
            name = fields.require("brand", code())
            brand = self.brands.get(name or "")
            if name and brand is None:
                known = f"known are: {listed(sorted(self.brands))}"
                fields.problem("brand", f"brand {name!r} is not known", known)
            if brand is not None:
                yield fields, brand

    def only_once(self, fields: Fields, brand: Brand, name: str) -> bool:
        """Whether this is the first row about it; a second one is reported."""
        first = self.seen.setdefault((brand.pk, name), fields.line)
        if first != fields.line:
            fields.problem("brand", f"{name} stands twice, first on line {first}", "keep one row")
        return first == fields.line


def read_stock(
    content: bytes,
    *,
    file: str,
    subject: str,
    columns: tuple[str, ...],
    required: tuple[str, ...],
    only_brand: str,
) -> StockFile:
    """The rows of a CSV file with these columns; an empty cell says nothing."""
    problems = Problems(file)
    table = parse_csv(decode(content, file), problems, columns, required)
    rows = []
    for place, line in enumerate(table.lines):
        cells = {name: column[place].strip() for name, column in table.columns.items()}
        nodes = {name: Scalar(line, text) for name, text in cells.items() if text}
        rows.append(Fields(Entries(line, {**nodes}), problems, subject))
    brands = Brand.objects.all()
    if only_brand:
        brands = brands.filter(code=only_brand)
    return StockFile(problems, ImportReport(), {brand.code: brand for brand in brands}, rows)
