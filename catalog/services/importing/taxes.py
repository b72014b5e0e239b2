"""The catalogue's sections `tax_categories` and `tax_rates`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from catalog.models import TaxCategory, TaxRate
from catalog.sections import CatalogueFile, Entry
from core.input_report import in_words
from core.input_tree import Fields, Key
from core.input_values import amount, choice, day, localised_text, text
from core.models import LegalEntity

TREATMENTS = {
    "standard": TaxRate.Treatment.STANDARD,
    "zero": TaxRate.Treatment.ZERO,
    "exempt": TaxRate.Treatment.EXEMPT,
    "reverse_charge": TaxRate.Treatment.REVERSE_CHARGE,
}
NEEDS_A_REASON = (TaxRate.Treatment.EXEMPT, TaxRate.Treatment.REVERSE_CHARGE)
RATE_KEYS = (
    Key("treatment", choice(TREATMENTS), empty=TaxRate.Treatment.STANDARD),
    Key("rate", amount(4, Decimal(100)), empty=Decimal(0)),
    Key("reason", localised_text(), empty={}),
)


@dataclass(slots=True)
class _Span:
    """A tax rate as it shall be: stored already, or new."""

    fields: Fields | None
    row: TaxRate
    values: dict[str, Any]
    start: date | None
    until: date | None
    is_new: bool = False
    ended: date | None = None  # until when it holds by what is stored


def import_tax_categories(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update tax categories."""
    for fields in tables:
        entry = Entry(catalogue, "tax category", fields)
        code = entry.identify()
        stored = TaxCategory.objects.filter(code=code).first()
        values = fields.collect((Key("name", text(100), required=True),), is_new=stored is None)
        if entry.finish():
            category = stored or TaxCategory(code=code)
            catalogue.store("tax categories", code, category, values, is_new=stored is None)


def import_tax_rates(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add dated tax rates and close or lengthen those that are there, never overlapping.

    A rate is known by its legal entity, category and start.
    """
    spans: dict[tuple[int, int], list[_Span]] = {}
    for fields in tables:
        span = _read_rate(catalogue, fields)
        if span is not None:
            key = (span.row.legal_entity_id, span.row.category_id)
            spans.setdefault(key, []).append(span)
    for (legal_entity_id, category_id), found in spans.items():
        in_file = {span.row.pk for span in found if not span.is_new}
        others = TaxRate.objects.filter(legal_entity=legal_entity_id, category=category_id)
        for row in others.exclude(pk__in=in_file):
            found.append(_Span(None, row, {}, row.during.lower, row.during.upper))
        if _are_apart(found):
            _store(catalogue, [span for span in found if span.fields is not None])


def _read_rate(catalogue: CatalogueFile, fields: Fields) -> _Span | None:
    entry = Entry(catalogue, "tax rate", fields)
    legal_entity = entry.reference("legal_entity", "legal entity", LegalEntity.objects.all())
    category = entry.reference("category", "tax category", TaxCategory.objects.all())
    start = fields.require("from", day)
    until = fields.get("until", day)
    if legal_entity is not None and category is not None and start is not None:
        fields.subject = f"tax rate {legal_entity.code} {category.code} from {start}"
        entry.identity = ("tax rate", legal_entity.code, category.code, str(start))
        entry.only_once("from")
    if start is not None and until is not None and until <= start:
        fields.problem("until", f"until {until} is not after from", "give a later date")
    values = fields.collect(RATE_KEYS)
    if not entry.finish() or legal_entity is None or category is None or start is None:
        return None
    stored = TaxRate.objects.filter(
        legal_entity=legal_entity, category=category, during__startswith=start
    ).first()
    row = stored or TaxRate(legal_entity=legal_entity, category=category)
    if stored is not None and "until" not in fields.node.values:
        until = stored.during.upper
    _check_treatment(fields, row, values, is_new=stored is None)
    if not entry.is_sound():
        return None
    ended = None if stored is None else stored.during.upper
    return _Span(fields, row, values, start, until, stored is None, ended)


def _check_treatment(fields: Fields, row: TaxRate, values: dict[str, Any], is_new: bool) -> None:
    treatment = values.get("treatment", row.treatment)
    reason = values.get("reason", row.reason)
    if treatment == TaxRate.Treatment.STANDARD:
        if is_new and "rate" not in values:
            fields.problem("rate", "rate is missing", 'add rate: "25"')
        return
    if values.get("rate", Decimal(0)) != 0:
        fields.problem(
            "rate", "a rate above 0 goes with treatment standard only", 'write rate: "0"'
        )
    values["rate"] = Decimal(0)
    if treatment in NEEDS_A_REASON and not reason:
        fields.problem(
            "reason", "an invoice without tax must say why", "add reason: {en: …, nb: …}"
        )


def _are_apart(spans: list[_Span]) -> bool:
    """Whether no two spans share a day; those of the file that do are reported."""
    apart = True
    spans.sort(key=lambda span: (span.start or date.min, span.fields is not None))
    for earlier, later in pairwise(spans):
        if earlier.until is None or later.start is None or later.start < earlier.until:
            apart = False
            told = later.fields or earlier.fields
            if told is not None:
                told.problem(
                    "from",
                    f"overlaps the rate from {earlier.start}",
                    f"give that one “until: {later.start}”",
                )
    return apart


def _store(catalogue: CatalogueFile, spans: list[_Span]) -> None:
    """Shorten first, then lengthen, then add: so that at no moment two rates overlap."""
    for span in sorted(spans, key=_order_of_storing):
        fields = span.fields
        assert fields is not None
        during = DateRange(span.start, span.until)
        label = fields.subject.removeprefix("tax rate ")
        if span.is_new and "rate" in span.values:
            label += f": {in_words(span.values['rate'])} %"
        values = span.values | {"during": during}
        catalogue.store("tax rates", label, span.row, values, is_new=span.is_new)


def _order_of_storing(span: _Span) -> int:
    if span.is_new:
        return 2
    return 0 if (span.until or date.max) <= (span.ended or date.max) else 1
