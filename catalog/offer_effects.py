"""What a discount takes off: in words, and on the monthly price of each plan that it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from catalog.models import Bundle, Charge, Discount, Plan, Promotion
from catalog.queries import content_of, terms_of, version_in_force
from core.formatting import format_day, format_exact_money, format_money
from core.money import round_money

PLANS_SHOWN_MAX = 30
Row = tuple[str, str, str]


def rows_of_discount(discount: Discount) -> Iterator[Row]:
    """What a draft says, as rows without a before: nothing of it holds yet."""
    yield "Takes off", "", value_in_words(discount)
    yield "On", "", things_in_words(discount)
    yield "Kinds of charges", "", ", ".join(discount.charge_kinds) or "all"
    yield "May be had", "", span_in_words(discount)
    yield "Holds for", "", f"{discount.months} months" if discount.months else "good"
    yield "With others", "", f"{discount.get_stacking_display()}, priority {discount.priority}"
    for promotion in discount.promotions.order_by("code"):
        code = f", code {promotion.promotion_code}" if promotion.promotion_code else ""
        limit = f", at most {promotion.uses_limit} accounts" if promotion.uses_limit else ""
        words = f"{span_in_words(promotion)}{code}{limit}"
        yield f"Promotion {promotion.code}", "", words


def rows_of_prices(discount: Discount, only: Iterable[Plan] | None = None) -> list[Row]:
    """The monthly price of each plan before and after, for the plans in force on its first day."""
    currency = discount.brand.currency
    return [
        (
            f"{plan.code} a month",
            format_money(before, currency, "en"),
            format_money(after, currency, "en"),
        )
        for plan, before, after in prices_of(discount, only)
    ][:PLANS_SHOWN_MAX]


def most_taken_off(discount: Discount, only: Iterable[Plan] | None = None) -> Decimal | None:
    """The most that it takes off a month, as a negative amount; None where it is not monthly.

    On level `line` that is of one service, on level `invoice` an amount is of the whole invoice;
    in the brand's currency, rounded half away from zero to its places.
    """
    if not _reaches_monthly(discount):
        return None
    if discount.level == Discount.Level.INVOICE and discount.kind == Discount.Kind.AMOUNT:
        return round_money(-discount.value, discount.brand.currency)
    moves = [after - before for _plan, before, after in prices_of(discount, only)]
    return min(moves, default=None)


def prices_of(
    discount: Discount, only: Iterable[Plan] | None = None
) -> Iterator[tuple[Plan, Decimal, Decimal]]:
    """Each plan with what its discountable recurring charges are a month, before and after."""
    if not _reaches_monthly(discount):
        return
    day, currency = discount.available.lower, discount.brand.currency
    for plan in plans_reached(discount) if only is None else only:
        version = version_in_force(plan, day) if day else None
        if version is None:
            continue
        charges = content_of(terms_of(version)).charges
        monthly = sum(
            (
                charge.price / charge.months
                for charge in charges
                if charge.kind == Charge.Kind.RECURRING and charge.discountable
            ),
            Decimal(0),
        )
        if not monthly:
            continue
        before = round_money(monthly, currency)
        off = monthly * discount.value / 100 if _is_percent(discount) else discount.value
        yield plan, before, round_money(max(Decimal(0), monthly - off), currency)


def plans_reached(discount: Discount) -> list[Plan]:
    """The plans that it is taken on: those of its targets, or all of the brand."""
    targets = list(discount.targets.all())
    plans = Plan.objects.filter(brand=discount.brand).select_related("brand").order_by("code")
    if not targets:
        return list(plans)
    named = {target.plan_id for target in targets}
    products = {target.product_id for target in targets} - {None}
    return [plan for plan in plans if plan.pk in named or plan.product_id in products]


def value_in_words(discount: Discount) -> str:
    """`25 % on each line`, `NOK 50.00 on the invoice`."""
    if _is_percent(discount):
        value = f"{discount.value.normalize():f} %"
    else:
        value = format_exact_money(discount.value, discount.brand.currency, "en")
    return f"{value} {discount.get_level_display()}"


def things_in_words(offer: Discount | Bundle) -> str:
    """The plans and products that it is taken on, or made of."""
    rows = offer.targets.all() if isinstance(offer, Discount) else offer.parts.all()
    found = rows.select_related("plan", "product")
    words = [f"plan {r.plan}" if r.plan else f"product {r.product}" for r in found]
    return ", ".join(sorted(words)) or "everything"


def span_in_words(offer: Discount | Bundle | Promotion) -> str:
    """`from 1 Dec 2026`, `from 1 Dec 2026 until before 1 Feb 2027`."""
    span = offer.available
    start = f"from {format_day(span.lower, 'en')}" if span.lower else "at once"
    return f"{start} until before {format_day(span.upper, 'en')}" if span.upper else start


def _is_percent(discount: Discount) -> bool:
    return discount.kind == Discount.Kind.PERCENT


def _reaches_monthly(discount: Discount) -> bool:
    return not discount.charge_kinds or Charge.Kind.RECURRING in discount.charge_kinds
