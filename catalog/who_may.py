"""Who may have a plan, as plain data: read from its rules, compared, and made into rules again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from catalog.models import EligibilityRule, Plan, Product, Promotion

Kind = EligibilityRule.Kind


@dataclass(frozen=True, slots=True)
class WhoMay:
    """What is asked of whoever wants a plan; codes are those of its brand, empty means anybody.

    Of `requires_…` one is enough; of `excludes_…` none may be had. `months` is 0 where anybody may.
    """

    customer_kind: str = ""
    new_customer: bool = False
    months: int = 0
    requires_plans: tuple[str, ...] = ()
    requires_products: tuple[str, ...] = ()
    excludes_plans: tuple[str, ...] = ()
    excludes_products: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    promotion: str = ""

    def as_payload(self) -> dict[str, Any]:
        """The same as JSON knows it."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
        }


def who_may_of(payload: Mapping[str, Any]) -> WhoMay:
    """What `as_payload` wrote."""
    values: dict[str, Any] = {
        key: tuple(each) if isinstance(each, list) else each for key, each in payload.items()
    }
    return WhoMay(**values)


def who_may_now(rules: Sequence[EligibilityRule]) -> WhoMay | None:
    """What stored rules ask; None where they ask more than one `WhoMay` can say.

    Files may ask for one of several sets of plans, or for several places, each with its countries.
    """
    values: dict[str, Any] = {}
    positions = {rule.position for rule in rules if rule.kind == Kind.REQUIRES}
    single = [rule.kind for rule in rules if rule.kind not in (Kind.REQUIRES, Kind.EXCLUDES)]
    if len(positions) > 1 or len(single) > len(set(single)):
        return None
    for rule in rules:
        if rule.kind in (Kind.REQUIRES, Kind.EXCLUDES):
            named, what = (
                (rule.other_plan, "plans") if rule.other_plan else (rule.product, "products")
            )
            assert named is not None
            key = f"{rule.kind}_{what}"
            values[key] = tuple(sorted({*values.get(key, ()), named.code}))
        elif rule.kind == Kind.PLACE:
            values |= {"countries": tuple(rule.countries), "postcodes": tuple(rule.postcodes)}
        elif rule.kind == Kind.PROMOTION and rule.needed_promotion:
            values["promotion"] = rule.needed_promotion.code
        elif rule.kind == Kind.NEW_CUSTOMER:
            values["new_customer"] = True
        elif rule.kind == Kind.TENURE:
            values["months"] = rule.months or 0
        else:
            values["customer_kind"] = rule.customer_kind
    return WhoMay(**values)


def rules_of(plan: Plan, who: WhoMay) -> list[EligibilityRule]:
    """Unsaved rules that ask this for the plan; what the brand no longer has is left out."""
    brand = plan.brand_id
    plans = {row.code: row for row in Plan.objects.filter(brand=brand)}
    products = {row.code: row for row in Product.objects.filter(brand=brand)}
    made: list[dict[str, Any]] = []
    if who.customer_kind:
        made.append({"kind": Kind.CUSTOMER_KIND, "customer_kind": who.customer_kind})
    if who.new_customer:
        made.append({"kind": Kind.NEW_CUSTOMER})
    if who.months:
        made.append({"kind": Kind.TENURE, "months": who.months})
    for kind in (Kind.REQUIRES, Kind.EXCLUDES):
        for code in getattr(who, f"{kind}_plans"):
            made += [{"kind": kind, "other_plan": plans[code]}] if code in plans else []
        for code in getattr(who, f"{kind}_products"):
            made += [{"kind": kind, "product": products[code]}] if code in products else []
    if who.countries or who.postcodes:
        places = {"countries": list(who.countries), "postcodes": list(who.postcodes)}
        made.append({"kind": Kind.PLACE, **places})
    promotion = Promotion.objects.filter(brand=brand, code=who.promotion).first()
    if promotion is not None:
        made.append({"kind": Kind.PROMOTION, "needed_promotion": promotion})
    # Alternatives share a position: all that is required together is one choice.
    order = list(dict.fromkeys(each["kind"] for each in made))
    return [EligibilityRule(plan=plan, position=order.index(each["kind"]), **each) for each in made]
