"""Whether each line of a file arrived whole and is one of its format, and which are usage."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from billing.usage.intake.block_texts import block_text
from billing.usage.intake.radius_layout import RadiusLayout
from billing.usage.intake.record_layout import Layout, Problem, Unsplittable

UTF8_MARK = b"\xef\xbb\xbf"
BLOCK_LINES_MAX = 2_000


class LineJudge:
    """Sees a file's lines one after another; `header` is its header line, once it came."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.header: list[str] | None = None
        self._block: list[str] = []
        self._block_line = 0
        self._trailer: tuple[int, list[str]] | None = None
        self._records = 0
        self._sum = Decimal(0)

    @property
    def must_see_all(self) -> bool:
        """Whether lines that look well from afar have to be judged all the same."""
        return not self.layout.is_plain or bool(self.layout.marks)

    def judge(self, number: int, raw: bytes) -> tuple[Problem | None, bool]:
        """What is wrong with a line, and whether it is (or begins) a record."""
        text, problem = self._text(number, raw)
        if problem:
            return problem, False
        if isinstance(self.layout, RadiusLayout):
            return self._judge_in_block(self.layout, number, text)
        if not text or text.isspace() or number <= self.layout.lines_before:
            return None, False
        try:
            fields = self.layout.split(text)
        except Unsplittable as error:
            return (error.what, error.remedy), False
        if self.layout.has_header and self.header is None:
            self.header = fields
            return self.layout.header_problem(fields), False
        return self._judge_record(number, fields)

    def finish(self, last_line: int) -> Iterator[tuple[int, Problem]]:
        """What is wrong with the file as a whole, once all lines came."""
        if not self._ends_whole():
            yield (
                self._block_line,
                (
                    "the last record has no empty line behind it, so the file may be cut off",
                    "fetch it again once it is complete",
                ),
            )
        if self.layout.has_header and self.header is None:
            yield 1, ("the header line is missing", "")
        elif self.layout.trailer is not None:
            yield from self._check_trailer(last_line)

    def _ends_whole(self) -> bool:
        if not self._block or not isinstance(self.layout, RadiusLayout):
            return True
        return self.layout.is_whole(block_text("\n".join(self._block)))

    def _text(self, number: int, raw: bytes) -> tuple[str, Problem | None]:
        if not raw.endswith(b"\n"):
            return "", (
                "the last line has no line end, so the file may be cut off",
                "fetch it again once it is complete, or end its last line",
            )
        if b"\0" in raw:
            return "", ("the line holds a NUL byte", "fetch the file again: it is damaged")
        raw = raw.removesuffix(b"\n").removesuffix(b"\r")
        if b"\r" in raw:
            return "", (
                "a carriage return stands inside the line",
                "end lines with line feed, or carriage return and line feed",
            )
        if number == 1:
            raw = raw.removeprefix(UTF8_MARK)
        try:
            return raw.decode(self.layout.encoding), None
        except UnicodeDecodeError as error:
            return "", (
                f"byte {error.start + 1} (0x{raw[error.start]:02x}) is not {self.layout.encoding}",
                "save the file so, or set the source's encoding (such as latin-1)",
            )

    def _judge_record(self, number: int, fields: list[str]) -> tuple[Problem | None, bool]:
        if self._trailer is not None:
            line, _ = self._trailer
            return (
                f"a line stands behind the trailer of line {line}",
                "fetch the file again: it may be two files in one",
            ), True
        if self.layout.is_marked(fields):
            trailer = self.layout.trailer
            if trailer is not None and fields[0].strip() == trailer.mark:
                self._trailer = (number, fields)
            return None, True
        self._records += 1
        self._add(fields)
        return self.layout.width_problem(len(fields), len(self.header or ())), True

    def _add(self, fields: list[str]) -> None:
        """Add the record's quantity up, if the trailer will say what they are together."""
        trailer = self.layout.trailer
        if trailer is None or trailer.sum is None:
            return
        place = self.layout.places(self.header or ())["quantity"]
        if place < len(fields) and (figure := self._figure(fields[place])) is not None:
            self._sum += figure

    def _figure(self, text: str) -> Decimal | None:
        assert self.layout.trailer is not None
        try:
            return Decimal(text.strip().replace(self.layout.trailer.decimal_sign, "."))
        except InvalidOperation:
            return None

    def _check_trailer(self, last_line: int) -> Iterator[tuple[int, Problem]]:
        trailer = self.layout.trailer
        assert trailer is not None
        remedy = "fetch the file again once it is complete"
        if self._trailer is None:
            yield (
                last_line,
                (
                    f"the trailer {trailer.mark!r} is missing, so the file may be cut off",
                    remedy,
                ),
            )
            return
        line, fields = self._trailer
        told = ((trailer.count, "records", Decimal(self._records)), (trailer.sum, "", self._sum))
        for column, what, found in told:
            if column is None:
                continue
            said = fields[column - 1] if column <= len(fields) else ""
            if self._figure(said) != found:
                words = f"of {said.strip()!r} {what}" if what else f"of a sum of {said.strip()!r}"
                yield line, (f"the trailer tells {words}, but there are {found:f}", remedy)

    def _judge_in_block(
        self, layout: RadiusLayout, number: int, text: str
    ) -> tuple[Problem | None, bool]:
        if not text or text.isspace():
            self._block = []
            return None, False
        is_head = not text[0].isspace()
        problem = layout.line_problem(text, is_head=is_head, is_open=bool(self._block))
        if is_head:
            self._block, self._block_line = [], number
        self._block.append(text)
        if len(self._block) == BLOCK_LINES_MAX:
            problem = (
                f"the record of line {self._block_line} has more than {BLOCK_LINES_MAX:,} lines",
                "this is not a file of RADIUS accounting",
            )
        return problem, is_head
