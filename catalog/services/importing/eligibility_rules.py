"""The catalogue's section `eligibility`: who may have a plan or a promotion."""

from __future__ import annotations

from typing import Any

from catalog.models import EligibilityRule, Plan, Product, Promotion
from catalog.sections import CatalogueFile, Entry
from core.input_tree import Entries, Fields, Node, Unreadable
from core.input_values import country, flag, list_of, one_of, text, whole
from core.models import Brand

Kind = EligibilityRule.Kind
ASKED = ("customer_kind", "requires", "excludes", "tenure_months", "place", "promotion")
WORDS = (*ASKED, "new_customer")
COMPARED = (
    "kind",
    "customer_kind",
    "other_plan_id",
    "product_id",
    "months",
    "countries",
    "postcodes",
    "needed_promotion_id",
    "position",
)


def import_eligibility(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Replace the rules of the plans and promotions that the file names."""
    for fields in tables:
        entry = Entry(catalogue, "eligibility", fields)
        brand = entry.reference("brand", "brand", Brand.objects.all())
        owner = _read_owner(entry, brand)
        rules: list[EligibilityRule] = []
        for position, row in enumerate(fields.tables("rules", f"{fields.subject}, rule")):
            rules += _read_rule(entry, row, brand, position)
        if entry.finish() and brand is not None and owner is not None:
            _store(catalogue, brand, owner, rules)


def _read_owner(entry: Entry, brand: Brand | None) -> Plan | Promotion | None:
    fields = entry.fields
    if fields.given("plan") == fields.given("promotion"):
        fields.problem("plan", "rules are of a plan or a promotion", "name one of the two")
        return None
    if brand is None:
        return None
    name = "plan" if fields.given("plan") else "promotion"
    rows: Any = (Plan if name == "plan" else Promotion).objects.filter(brand=brand)
    owner: Plan | Promotion | None = entry.reference(name, name, rows, scope=brand.code)
    if owner is not None:
        fields.subject = f"eligibility of {name} {owner.code}"
        entry.identity = ("eligibility", brand.code, f"{name} {owner.code}")
        entry.only_once(name)
    return owner


def _read_rule(
    entry: Entry, fields: Fields, brand: Brand | None, position: int
) -> list[EligibilityRule]:
    """The rows of one rule: one, but for the alternatives of `requires` and `excludes`."""
    given = [word for word in WORDS if fields.given(word)]
    if len(given) != 1:
        fields.problem("rules", "a rule asks one thing", f"use one of: {', '.join(WORDS)}")
    reading = Entry(entry.catalogue, "rule", fields)
    fields.subject = f"{entry.fields.subject}, rule"
    values: list[dict[str, Any]] = []
    if (kind := fields.get("customer_kind", one_of(("consumer", "business")))) is not None:
        values.append({"kind": Kind.CUSTOMER_KIND, "customer_kind": kind})
    if (months := fields.get("tenure_months", whole(1, 600))) is not None:
        values.append({"kind": Kind.TENURE, "months": months})
    if fields.get("new_customer", _yes):
        values.append({"kind": Kind.NEW_CUSTOMER})
    for name in ("requires", "excludes"):
        values += _read_named(reading, name, brand)
    values += _read_place(fields)
    if brand is not None:
        promotion = reading.reference(
            "promotion",
            "promotion",
            Promotion.objects.filter(brand=brand),
            scope=brand.code,
            required=False,
        )
        values += [{"kind": Kind.PROMOTION, "needed_promotion": promotion}] if promotion else []
    if not reading.finish():
        entry.depends_on_broken()
    return [EligibilityRule(position=position, **each) for each in values]


def _read_named(entry: Entry, name: str, brand: Brand | None) -> list[dict[str, Any]]:
    """Plans and products that are required (any of them) or excluded (all of them)."""
    fields = entry.fields.table(name, f"{entry.fields.subject}, {name}")
    if fields is None or brand is None:
        return []
    reading = Entry(entry.catalogue, name, fields)
    fields.subject = f"{entry.fields.subject}, {name}"
    found: list[dict[str, Any]] = []
    plans, products = Plan.objects.filter(brand=brand), Product.objects.filter(brand=brand)
    for code in reading.references("plans", "plan", plans, scope=brand.code):
        found += [{"kind": name, "other_plan": plan} for plan in plans.filter(code=code)]
    for code in reading.references("products", "product", products, scope=brand.code):
        found += [{"kind": name, "product": product} for product in products.filter(code=code)]
    if not found and not reading.fields.given("plans") and not reading.fields.given("products"):
        fields.problem("plans", "nothing is named", "give plans or products")
    if not reading.finish():
        entry.depends_on_broken()
    return found


def _read_place(rule: Fields) -> list[dict[str, Any]]:
    fields = rule.table("place", f"{rule.subject}, place")
    if fields is None:
        return []
    countries = fields.get("countries", list_of(country)) or []
    postcodes = fields.get("postcodes", list_of(text(12))) or []
    fields.finish()
    if not fields.given("countries") and not fields.given("postcodes"):
        fields.problem("countries", "no place is named", "give countries or postcodes")
    if not countries and not postcodes:
        return []
    return [{"kind": Kind.PLACE, "countries": countries, "postcodes": postcodes}]


def _yes(node: Node) -> bool:
    if isinstance(node, Entries) or not flag(node):
        raise Unreadable("is yes or not there", "write new_customer: true, or leave it out")
    return True


def _store(
    catalogue: CatalogueFile, brand: Brand, owner: Plan | Promotion, rules: list[EligibilityRule]
) -> None:
    part = "eligibility"
    name = "plan" if isinstance(owner, Plan) else "promotion"
    label = f"{brand.code} {name} {owner.code}"
    before = list(owner.eligibility_rules.order_by("position", "pk"))
    if [_said(rule) for rule in before] == [_said(rule) for rule in rules]:
        catalogue.report.add_unchanged(part)
        return
    owner.eligibility_rules.all().delete()
    for rule in rules:
        setattr(rule, name, owner)
    EligibilityRule.objects.bulk_create(rules)
    words = ", ".join(str(rule.kind) for rule in rules) or "none"
    if before:
        had = ", ".join(rule.kind for rule in before)
        catalogue.report.add_changed(part, label, [f"rules: {had} → {words}"])
    else:
        catalogue.report.add_new(part, f"{label}: {words}")


def _said(rule: EligibilityRule) -> list[Any]:
    return [getattr(rule, name) for name in COMPARED]
