"""Bundles and conditions of a plan sheet: what is cheaper together, and who may have the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from babel import Locale
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Bundle, Discount, EligibilityRule, PlanVersion
from catalog.plan_sheet.words import SheetRow, Words
from core.formatting import format_day, locale_of


def rows_together(version: PlanVersion, words: Words, as_of: date) -> list[SheetRow]:
    """The published bundles that this plan, or its product, is a part of."""
    plan = version.plan
    bundles = (
        Bundle.objects.filter(brand=plan.brand, state="published", available__contains=as_of)
        .filter(Q(parts__plan=plan) | Q(parts__product=plan.product_id))
        .select_related("discount")
        .prefetch_related("parts__plan", "parts__product")
        .distinct()
        .order_by("code")
    )
    return [_bundle_row(bundle, version, words) for bundle in bundles]


def _bundle_row(bundle: Bundle, version: PlanVersion, words: Words) -> SheetRow:
    others = []
    for part in bundle.parts.all():
        if part.plan_id == version.plan_id or part.product_id == version.plan.product_id:
            continue
        others.append(words.text((part.plan or part.product).name))  # type: ignore[union-attr]
    note = _("together with %(others)s") % {"others": ", ".join(others)} if others else ""
    return SheetRow(words.text(bundle.name), discount_in_words(bundle.discount, words), note)


def discount_in_words(discount: Discount, words: Words) -> str:
    """How much a discount takes off, and for how long: 10 % off for 6 months."""
    if discount.kind == Discount.Kind.PERCENT:
        off = _("%(share)s off") % {"share": words.percent(discount.value)}
    else:
        off = _("%(amount)s off a month") % {"amount": words.money(discount.value)}
    if discount.months is None:
        return off
    return _("%(off)s for %(months)s") % {"off": off, "months": words.months(discount.months)}


def rows_who_may(version: PlanVersion, words: Words) -> list[SheetRow]:
    """The eligibility rules of the plan, each as a sentence."""
    rules = version.plan.eligibility_rules.select_related(
        "other_plan", "product", "needed_promotion"
    )
    return [SheetRow(sentence) for sentence in sentences_of(rules, words)]


def sentences_of(rules: Iterable[EligibilityRule], words: Words) -> list[str]:
    """What is asked, rule by rule."""
    return [sentence for rule in rules for sentence in _sentences(rule, words)]


def _sentences(rule: EligibilityRule, words: Words) -> Iterator[str]:
    kinds = EligibilityRule.Kind
    named = rule.other_plan or rule.product
    name = words.text(named.name) if named else ""
    if rule.kind == kinds.CUSTOMER_KIND:
        consumer = rule.customer_kind == "consumer"
        yield _("Only for consumers") if consumer else _("Only for businesses")
    elif rule.kind == kinds.REQUIRES:
        yield _("Only together with %(name)s") % {"name": name}
    elif rule.kind == kinds.EXCLUDES:
        yield _("Not together with %(name)s") % {"name": name}
    elif rule.kind == kinds.TENURE:
        yield _("For customers of at least %(months)s") % {"months": words.months(rule.months or 0)}
    elif rule.kind == kinds.PLACE:
        yield _("Only in %(places)s") % {"places": _places(rule, words)}
    elif rule.kind == kinds.PROMOTION and rule.needed_promotion:
        promotion = rule.needed_promotion
        until = promotion.available.upper
        text = _("With the promotion %(name)s") % {"name": words.text(promotion.name)}
        if until:
            ends = _("until %(day)s") % {"day": format_day(until, words.language)}
            text = f"{text} ({ends})"
        yield text
    elif rule.kind == kinds.NEW_CUSTOMER:
        yield _("Only for new customers")


def _places(rule: EligibilityRule, words: Words) -> str:
    territories = Locale.parse(locale_of(words.language)).territories
    countries = ", ".join(territories.get(code, code) for code in rule.countries)
    if not rule.postcodes:
        return countries
    postcodes = _("postcodes beginning with %(postcodes)s") % {
        "postcodes": ", ".join(rule.postcodes)
    }
    return f"{countries} ({postcodes})" if countries else postcodes
