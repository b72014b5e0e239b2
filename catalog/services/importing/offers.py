"""Discounts and bundles in a catalogue: drafted or published, frozen once they are published."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet

from catalog.models import Bundle, BundlePart, Discount, DiscountTarget, Plan, Product
from catalog.models.discounts import CHARGE_KINDS
from catalog.models.freezing import PublicationState
from catalog.sections import CatalogueFile, Entry
from catalog.services.importing.public_names import require_languages
from catalog.services.importing.spans import read_span
from catalog.services.importing.version_rows import public_text
from core.input_report import differences, in_words
from core.input_tree import Fields, Key, listed
from core.input_values import amount, list_of, one_of, whole
from core.models import Brand

Offer = TypeVar("Offer", Discount, Bundle)
# Products and plans by code, as (kind, code), in order.
Things = list[tuple[str, str]]
THINGS = {"discounts": "on", "bundles": "parts"}


def import_discounts(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add discounts, change drafts, close published ones."""
    for fields in tables:
        entry = Entry(catalogue, "discount", fields)
        brand = entry.reference("brand", "brand", Brand.objects.all())
        code = entry.identify(brand.code if brand else "")
        stored = Discount.objects.filter(brand=brand, code=code).first() if brand else None
        values = _discount_values(fields, brand, stored)
        on = fields.table("on", f"{fields.subject}, on")
        targets = _read_on(entry, on, brand) if on else None
        state = _read_state(fields)
        if entry.finish() and brand is not None:
            row = stored or Discount(brand=brand, code=code)
            _store_offer(catalogue, fields, row, values, targets, state)


def _discount_values(
    fields: Fields, brand: Brand | None, stored: Discount | None
) -> dict[str, Any]:
    languages = brand.languages if brand else ("en",)
    keys = (
        Key("name", public_text(languages, 100), required=True),
        Key("level", one_of(Discount.Level.values), empty=Discount.Level.LINE),
        Key("charge_kinds", list_of(one_of(CHARGE_KINDS)), empty=[]),
        Key("months", whole(1, 120), empty=None),
        Key("stacking", one_of(Discount.Stacking.values), empty=Discount.Stacking.ADD),
        Key("priority", whole(0, 32767), empty=100),
    )
    values = fields.collect(keys, is_new=stored is None)
    if brand is not None:
        require_languages(fields, brand, values)
    percent, money = fields.get("percent", amount(4)), fields.get("amount", amount())
    if fields.given("percent") and fields.given("amount"):
        fields.problem("amount", "it is percent or amount, not both", "keep one of them")
    elif stored is None and not fields.given("percent") and not fields.given("amount"):
        fields.problem("percent", "percent or amount is missing", "add one of them")
    if percent is not None:
        values |= {"kind": Discount.Kind.PERCENT.value, "value": percent}
        if not 0 < percent <= 100:
            fields.problem("percent", f"{percent} is out of range", "use more than 0, up to 100")
    if money is not None:
        values |= {"kind": Discount.Kind.AMOUNT.value, "value": money}
        if not money:
            fields.problem("amount", "an amount of 0 takes nothing off", "use more than 0")
    _read_available(fields, stored, values)
    return values


def import_bundles(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add bundles, change drafts, close published ones."""
    for fields in tables:
        entry = Entry(catalogue, "bundle", fields)
        brand = entry.reference("brand", "brand", Brand.objects.all())
        code = entry.identify(brand.code if brand else "")
        stored = Bundle.objects.filter(brand=brand, code=code).first() if brand else None
        languages = brand.languages if brand else ("en",)
        key = Key("name", public_text(languages, 100), required=True)
        values = fields.collect((key,), is_new=stored is None)
        state = _read_state(fields)
        if brand is None:
            fields.given("discount")
        else:
            require_languages(fields, brand, values)
            _read_discount(entry, brand, values, state, is_new=stored is None)
        _read_available(fields, stored, values)
        parts = _read_parts(entry, brand)
        if stored is None and len(parts) < 2:
            fields.problem("parts", "a bundle has two parts or more", "add parts: - product: …")
        if entry.finish() and brand is not None:
            row = stored or Bundle(brand=brand, code=code)
            _store_offer(catalogue, fields, row, values, parts or None, state)


def _read_discount(
    entry: Entry, brand: Brand, values: dict[str, Any], state: str, *, is_new: bool
) -> None:
    rows = Discount.objects.filter(brand=brand)
    discount = entry.reference("discount", "discount", rows, scope=brand.code, required=is_new)
    if discount is None:
        return
    values["discount"] = discount
    if state == PublicationState.PUBLISHED and discount.state == PublicationState.DRAFT:
        entry.fields.problem(
            "discount", f"discount {discount.code} is a draft", "publish it as well"
        )


def _read_state(fields: Fields) -> str:
    return fields.get("state", one_of(PublicationState.values)) or PublicationState.PUBLISHED.value


def _read_available(
    fields: Fields, stored: Discount | Bundle | None, values: dict[str, Any]
) -> None:
    if stored is None and not fields.given("from"):
        fields.problem("from", "from is missing", "add the first day on which it may be had")
    span = read_span(fields, stored.available if stored else None)
    if span is not None:
        values["available"] = span


def _read_on(entry: Entry, fields: Fields, brand: Brand | None) -> Things:
    """The products and plans under `on`."""
    reading = Entry(entry.catalogue, "on", fields)
    fields.subject = f"{entry.fields.subject}, on"
    scope = brand.code if brand else ""
    products = Product.objects.filter(brand=brand) if brand else None
    plans = Plan.objects.filter(brand=brand) if brand else None
    things = [
        ("product", c) for c in reading.references("products", "product", products, scope=scope)
    ]
    things += [("plan", c) for c in reading.references("plans", "plan", plans, scope=scope)]
    if not reading.finish():
        entry.depends_on_broken()
    return things


def _read_parts(entry: Entry, brand: Brand | None) -> Things:
    parts: Things = []
    for fields in entry.fields.tables("parts", f"{entry.fields.subject}, part"):
        reading = Entry(entry.catalogue, f"{entry.fields.subject}, part", fields)
        if brand is not None:
            scope = brand.code
            products, plans = Product.objects.filter(brand=brand), Plan.objects.filter(brand=brand)
            product = reading.reference("product", "product", products, scope=scope, required=False)
            plan = reading.reference("plan", "plan", plans, scope=scope, required=False)
            if fields.given("product") == fields.given("plan"):
                fields.problem("plan", "a part is a product or a plan", "name one of the two")
            parts += [("product", product.code)] if product else []
            parts += [("plan", plan.code)] if plan else []
            if not reading.finish():
                entry.depends_on_broken()
    if len(set(parts)) < len(parts):
        entry.fields.problem("parts", "a part stands twice", "keep one of them")
    return sorted(parts, reverse=True)


def _store_offer(
    catalogue: CatalogueFile,
    fields: Fields,
    row: Offer,
    values: dict[str, Any],
    things: Things | None,
    state: str,
) -> None:
    """Store what differs; of a published one only its days may."""
    part = f"{row._meta.verbose_name}s"
    label = f"{row.brand.code} {row.code}"
    is_new = row.pk is None
    before = [] if is_new else things_of(row)
    changes = [] if is_new else differences(row, values)
    if things is not None and not is_new and before != things:
        changes.append(f"{THINGS[part]}: {_words(before)} → {_words(things)}")
    if not is_new and row.state == PublicationState.PUBLISHED:
        frozen = [change for change in changes if not change.startswith("available: ")]
        if frozen:
            fields.problem(
                "code",
                f"what is published never changes ({'; '.join(frozen)})",
                "end it with until, and add another with a code of its own",
            )
            return
        if state == PublicationState.DRAFT:
            fields.problem("state", "is published already", "give the draft another code")
            return
    for name, value in values.items():
        setattr(row, name, value)
    publishes = row.state == PublicationState.DRAFT and state == PublicationState.PUBLISHED
    row.save()
    if things is not None and before != things:
        _write_things(row, things)
    if publishes:
        row.state = PublicationState.PUBLISHED
        row.published_at, row.published_by = catalogue.now, catalogue.problems.file[-200:]
        row.save()
        changes.insert(0, "state: draft → published")
    if is_new:
        catalogue.report.add_new(part, label if publishes else f"{label} (draft)")
    elif changes:
        catalogue.report.add_changed(part, label, changes)
    else:
        catalogue.report.add_unchanged(part)


def things_of(row: Discount | Bundle) -> Things:
    """The products and plans that a discount is taken on, or that a bundle is made of."""
    rows: QuerySet[Any] = row.targets.all() if isinstance(row, Discount) else row.parts.all()
    rows = rows.select_related("product", "plan")
    found = [("plan", r.plan.code) if r.plan else ("product", r.product.code) for r in rows]
    return sorted(found, reverse=True)


def _write_things(row: Discount | Bundle, things: Things) -> None:
    plans = dict(Plan.objects.filter(brand=row.brand).values_list("code", "pk"))
    products = dict(Product.objects.filter(brand=row.brand).values_list("code", "pk"))
    ids = [
        {"plan_id": plans[code]} if kind == "plan" else {"product_id": products[code]}
        for kind, code in things
    ]
    if isinstance(row, Discount):
        row.targets.all().delete()
        DiscountTarget.objects.bulk_create(DiscountTarget(discount=row, **each) for each in ids)
    else:
        row.parts.all().delete()
        BundlePart.objects.bulk_create(BundlePart(bundle=row, **each) for each in ids)


def _words(things: Things) -> str:
    return listed(f"{kind} {code}" for kind, code in things) if things else in_words(None)
