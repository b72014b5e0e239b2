"""Reads a part of a file into columns: plain lines all at once, the others one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from billing.usage.intake.batch import EventBatch, Integers, merged
from billing.usage.intake.block_fields import BlockFields
from billing.usage.intake.events import EventReader
from billing.usage.intake.framing import LINE_BYTES_MAX, UTF8_MARK, FilePart, Line, lines_of
from billing.usage.intake.identifying import identify
from billing.usage.intake.normalising import Normaliser, Unreadable
from billing.usage.intake.plain_fields import (
    read_called,
    read_epochs,
    read_prices,
    read_quantities,
    read_times,
)
from billing.usage.intake.record_layout import Layout
from billing.usage.intake.scanning import Flags, ScannedBlock, scan_block
from billing.usage.models import UsageType

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A part's events, and the numbers of all its lines of usage: the others are ignored."""

    events: EventBatch
    row_numbers: Integers


class BatchReader:
    """Makes batches of the parts of one source's files; says what `EventReader` says."""

    def __init__(
        self, source_id: int, layout: Layout, normaliser: Normaliser, header: Sequence[str]
    ) -> None:
        self.source = str(source_id)
        self.layout = layout
        self.normaliser = normaliser
        self.scalar = EventReader(source_id, layout, normaliser, header)
        self.places = layout.places(header) if layout.is_plain else {}
        self.filters = layout.filters(header)
        self._services: dict[bytes, tuple[str, ...]] = {}

    def services_of(self, text: bytes) -> tuple[str, ...]:
        """The services that a field names; most are named in every part."""
        services = self._services.get(text)
        if services is None:
            services = self.normaliser.services(text.decode(self.layout.encoding))
            self._services[text] = services
        return services

    def read(self, raw: bytes, part: FilePart) -> ReadPart:
        """The events of a part that was checked."""
        body = raw.removeprefix(UTF8_MARK) if part.first_line == 1 else raw
        block = scan_block(body, self.layout, LINE_BYTES_MAX + 1)
        if block is None:
            lines = lines_of(raw, part, self.layout)
            events, _ = self.scalar.read(lines)
            numbers = np.array([line.number for line in lines], np.int64)
            return ReadPart(EventBatch.of(events), numbers)
        return _PartReader(self, body, block, part.first_line).read()


class _PartReader:
    """Reads one part. `lines` are plain ones, counted within the part; `bad` those of them that
    turn out to need reading one by one, as the `odd` ones do."""

    def __init__(
        self, reader: BatchReader, body: bytes, block: ScannedBlock, first_line: int
    ) -> None:
        self.reader, self.body, self.block, self.first_line = reader, body, block, first_line
        self.normaliser, self.layout = reader.normaliser, reader.layout
        is_row = ~block.empty
        self._leave_out_what_is_no_row(is_row)
        self.row_numbers = np.flatnonzero(is_row) + first_line
        odd = block.odd
        if self.layout.plain_widths is not None:
            odd = odd | ~np.isin(block.widths, list(self.layout.plain_widths))
        self.odd = np.flatnonzero(is_row & odd).tolist()
        self.lines = np.flatnonzero(is_row & ~odd)
        self._leave_out_ignored()
        self.bad = np.zeros(len(self.lines), np.bool_)

    def read(self) -> ReadPart:
        """Plain lines in columns, the rest one by one, all in the order of the file."""
        plain = self._plain()
        events, _ = self.reader.scalar.read(self._odd_lines())
        batch = merged(plain, EventBatch.of(events)) if events else plain
        return ReadPart(batch, self.row_numbers)

    def text(self, line: int) -> str:
        """The text of a line, counted within the part, without its end."""
        place = slice(int(self.block.starts[line]), int(self.block.ends[line]))
        return self.body[place].decode(self.layout.encoding)

    def _leave_out_what_is_no_row(self, is_row: Flags) -> None:
        """Lines of blanks are no rows, and neither is the header, the first line that has text."""
        for line in np.flatnonzero(is_row & self.block.odd).tolist():
            is_row[line] = not self.text(line).isspace()
        if self.first_line == 1:
            is_row[: self.layout.lines_before] = False
            if self.layout.has_header:
                is_row[np.argmax(is_row)] = False

    def _leave_out_ignored(self) -> None:
        for place, found in self.reader.filters:
            fields = self._at(place)
            # A text with quotes inside is compared when its line is read.
            self.odd += self.lines[fields.has_quotes].tolist()
            texts = fields.as_bytes()
            passes = {text: found.passes(text.decode(self.layout.encoding)) for text in set(texts)}
            kept = np.array([passes[text] for text in texts], np.bool_)
            self.lines = self.lines[kept & ~fields.has_quotes]

    def _odd_lines(self) -> list[Line]:
        texts = [(line, self.text(line)) for line in sorted(self.odd)]
        return [Line(self.first_line + line, text, self.layout.split(text)) for line, text in texts]

    def _plain(self) -> EventBatch:
        """Columns of the plain lines; those that turn out not to be plain become odd."""
        self._leave_corrections()
        types = self._types()
        starts = self._starts()
        prices, priced = self._prices()
        quantities = self._quantities()
        called = self._called(types)
        names, services = self._services()
        ids = self._field("id", if_any=True)
        good = ~self.bad
        self.odd += self.lines[self.bad].tolist()
        self.lines = self.lines[good]
        batch = EventBatch(
            line_numbers=self.lines + self.first_line,
            starts=starts[good],
            quantities=quantities[good],
            usage_types=types[good],
            called=called[good],
            names=names,
            services=services[good],
            text_of=lambda number: self.text(number - self.first_line),
            prices=prices[good],
            priced=priced[good],
        )
        identify(batch, ids.only(good).stripped(), self.reader.source, self._identities)
        return batch

    def _identities(self, rows: list[int]) -> list[str] | None:
        """What tells lines without an id from others; None if their contents do."""
        return self.layout.same_line([self.text(line) for line in self.lines[rows].tolist()])

    def _field(self, name: str, *, if_any: bool = False) -> BlockFields:
        """The texts of a column of the plain lines; empty where there is no such column."""
        fields = self._at(self.reader.places.get(name))
        self.bad |= fields.has_quotes
        return fields

    def _at(self, column: int | None) -> BlockFields:
        return BlockFields.of(self.block, self.body, self.lines, column, self.layout.encoding)

    def _types(self) -> Integers:
        count = len(self.lines)
        if "type" not in self.reader.places:
            return np.full(count, self.normaliser.usage_type, np.int64)
        known = np.zeros(count, np.bool_)
        types = np.zeros(count, np.int64)
        self._read_rest(
            self._field("type"), types, known, lambda text: self.normaliser.type_of(text.strip())
        )
        return types

    def _starts(self) -> Integers:
        fields = self._field("start")
        if "answer" in self.reader.places:
            answers = self._field("answer")
            self.bad |= answers.begin_blank
            fields = answers.or_else(fields)
        block = (self.block.data, fields.starts, fields.lengths)
        form = self.normaliser.time_format
        if form == "iso":
            starts, known = read_times(*block, self.normaliser)
        elif form == "epoch":
            starts, known = read_epochs(*block)
        else:
            starts = np.zeros(len(self.lines), np.int64)
            known = np.zeros(len(self.lines), np.bool_)
        self._read_rest(fields, starts, known, self.normaliser.start)
        return starts

    def _quantities(self) -> Integers:
        fields = self._field("quantity")
        quantities, known = read_quantities(
            self.block.data, fields.starts, fields.lengths, self.normaliser
        )
        self._read_rest(fields, quantities, known, self.normaliser.quantity)
        return quantities

    def _leave_corrections(self) -> None:
        """Corrections are few: they, and what looks like one, are read one by one."""
        if "kind" in self.reader.places:
            texts = self._field("kind").as_bytes()
            is_one = {
                text: self.normaliser.is_correction(text.decode(self.layout.encoding).strip(), "")
                for text in set(texts)
            }
            self.bad |= np.array([is_one[text] for text in texts], np.bool_)
        if "corrects" in self.reader.places:
            self.bad |= self._field("corrects").lengths > 0

    def _prices(self) -> tuple[Integers, Flags]:
        """The prices that lines carry, and which lines do."""
        if "price" not in self.reader.places:
            return np.zeros(len(self.lines), np.int64), np.zeros(len(self.lines), np.bool_)
        fields = self._field("price")
        prices, known = read_prices(self.block.data, fields.starts, fields.lengths, self.normaliser)
        priced = fields.lengths > 0
        self._read_rest(fields, prices, known | ~priced, self._price)
        return prices, priced

    def _price(self, text: str) -> int:
        price = self.normaliser.price(text)
        if price is None:
            # Blanks are no price: the reader of single lines knows.
            raise Unreadable("no price")
        return price

    def _called(self, types: Integers) -> np.ndarray:
        fields = self._field("called", if_any=True)
        called, known = read_called(self.block.data, fields.starts, fields.lengths, self.normaliser)
        known |= (types == UsageType.DATA) & (fields.lengths == 0)
        # Blanks may stand for no number: the reader of single lines knows.
        self.bad |= (types == UsageType.DATA) & ~known
        self._read_rest(fields, called, known, lambda text: self.normaliser.called(text).encode())
        return called

    def _read_rest(
        self, fields: BlockFields, values: np.ndarray, known: Flags, read: Callable[[str], object]
    ) -> None:
        """Read what is not plain text by text; a line with something unreadable is bad."""
        seen: dict[str, object] = {}
        for row in np.flatnonzero(~known & ~self.bad).tolist():
            text = fields.text(row)
            try:
                if text not in seen:
                    seen[text] = read(text)
                values[row] = seen[text]
            except Unreadable:
                self.bad[row] = True

    def _services(self) -> tuple[list[tuple[str, ...]], Integers]:
        """The distinct services, and which of them each line names."""
        texts = self._field("service").as_bytes()
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        services = np.fromiter(map(places.__getitem__, texts), np.int64, len(texts))
        names = [self.reader.services_of(text) for text in places]
        return names, services
