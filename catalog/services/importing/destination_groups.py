"""The catalogue's section `destination_groups`: prefixes under one name, by date."""

from __future__ import annotations

from itertools import pairwise

from django.db.backends.postgresql.psycopg_any import DateRange

from catalog.models import DestinationGroup, DestinationPrefix
from catalog.sections import CatalogueFile, Entry
from catalog.services.importing.public_names import require_languages
from catalog.services.importing.spans import read_span
from catalog.services.importing.version_rows import public_text
from core.input_report import in_words
from core.input_tree import Entries, Fields, Items, Key, Unreadable
from core.input_values import digits
from core.models import Brand

Spans = dict[str, list[DateRange]]


def import_destination_groups(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update groups; what a file says of a prefix replaces what was stored of it."""
    for fields in tables:
        entry = Entry(catalogue, "destination group", fields)
        brand = entry.reference("brand", "brand", Brand.objects.all())
        code = entry.identify(brand.code if brand else "")
        stored = DestinationGroup.objects.filter(brand=brand, code=code).first() if brand else None
        languages = brand.languages if brand else ("en",)
        key = Key("name", public_text(languages, 100), required=True)
        values = fields.collect((key,), is_new=stored is None)
        if brand is not None:
            require_languages(fields, brand, values)
        spans = _read_prefixes(fields)
        if stored is None and not spans:
            fields.problem("prefixes", "prefixes are missing", 'add prefixes: ["46", "47"]')
        if not entry.finish() or brand is None:
            continue
        group = stored or DestinationGroup(brand=brand, code=code)
        label = f"{brand.code} {code}"
        catalogue.store("destination groups", label, group, values, is_new=stored is None)
        _store_prefixes(catalogue, group, label, spans)


def _read_prefixes(fields: Fields) -> Spans:
    """Spans by prefix; a plain prefix belongs to the group always."""
    spans: Spans = {}
    if not fields.given("prefixes"):
        return spans
    node = fields.node.values["prefixes"]
    for item in node.items if isinstance(node, Items) else (node,):
        during: DateRange | None = DateRange(None, None)
        prefix: str | None = None
        if isinstance(item, Entries):
            row = Fields(item, fields.problems, f"{fields.subject}, prefix")
            prefix = row.require("prefix", digits(15))
            during = read_span(row)
            row.finish()
        else:
            try:
                prefix = digits(15)(item)
            except Unreadable as error:
                fields.problems.add(
                    item.line, f"{fields.subject}: prefix {error.what}", error.remedy
                )
        if prefix and during is not None:
            spans.setdefault(prefix, []).append(during)
            if _overlap(spans[prefix]):
                fields.problems.add(
                    item.line,
                    f"{fields.subject}: prefix {prefix} stands there twice for the same days",
                    "mend the dates, or keep one of them",
                )
    return spans


def _overlap(spans: list[DateRange]) -> bool:
    spans.sort(key=lambda span: (span.lower is not None, span.lower))
    return any(
        before.upper is None or after.lower is None or after.lower < before.upper
        for before, after in pairwise(spans)
    )


def _store_prefixes(
    catalogue: CatalogueFile, group: DestinationGroup, label: str, spans: Spans
) -> None:
    before: Spans = {}
    for row in group.prefixes.filter(prefix__in=spans).order_by("during"):
        before.setdefault(row.prefix, []).append(row.during)
    for prefix, wanted in spans.items():
        had = before.get(prefix, [])
        if had == wanted:
            catalogue.report.add_unchanged("destination prefixes")
            continue
        group.prefixes.filter(prefix=prefix).delete()
        DestinationPrefix.objects.bulk_create(
            DestinationPrefix(group=group, prefix=prefix, during=during) for during in wanted
        )
        name = f"{label} {prefix}"
        if had:
            change = f"{_words(had)} → {_words(wanted)}"
            catalogue.report.add_changed("destination prefixes", name, [change])
        else:
            catalogue.report.add_new("destination prefixes", f"{name} {_words(wanted)}")


def _words(spans: list[DateRange]) -> str:
    return ", ".join(
        "always" if span.lower is None and span.upper is None else in_words(span) for span in spans
    )
