"""Lines that were taken in earlier, read again by a layout that may have been mended since."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable

from billing.usage.intake.framing import Line
from billing.usage.intake.record_layout import Layout, Unsplittable
from core.errors import InputProblem, InputRefused


def header_of(name: str, raw: bytes, layout: Layout) -> tuple[str, ...]:
    """The columns that the header line of a file says, whose first part is `raw`.

    Raises `InputRefused`, naming the file as `name`, where it doesn't fit the layout (any more).
    """
    for number, line in enumerate(io.BytesIO(raw.removeprefix(codecs.BOM_UTF8)), 1):
        if number <= layout.lines_before:
            continue
        try:
            text = line.decode(layout.encoding).rstrip("\r\n")
        except UnicodeDecodeError:
            what = f"the header line is not {layout.encoding}"
            remedy = "set the source's encoding to that of the file"
            raise InputRefused([InputProblem(name, number, what, remedy)]) from None
        if text and not text.isspace():
            try:
                fields = layout.split(text)
                problem = layout.header_problem(fields)
            except Unsplittable as error:
                fields, problem = [], (error.what, error.remedy)
            if problem:
                raise InputRefused([InputProblem(name, number, *problem)])
            return tuple(fields)
    raise InputRefused([InputProblem(name, 1, "the header line is missing")])


def read_again(
    name: str, texts: Iterable[tuple[int, str]], layout: Layout, width: int
) -> tuple[list[Line], list[InputProblem]]:
    """Lines of numbers and texts, and a problem for each that doesn't fit the layout (any more).

    `width` is how many columns the header line has.
    """
    lines: list[Line] = []
    problems: list[InputProblem] = []
    for number, text in texts:
        try:
            fields = layout.split(text)
            problem = None
            if not layout.is_marked(fields):
                problem = layout.width_problem(len(fields), width)
        except Unsplittable as error:
            fields, problem = [], (error.what, error.remedy)
        if problem:
            problems.append(InputProblem(name, number, *problem))
        else:
            lines.append(Line(number, text, fields))
    return lines, problems
