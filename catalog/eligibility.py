"""Who may have a plan or a promotion: rules held against the facts of an account.

Accounts gather the facts; nothing is read here. Reasons are sentences for customers and staff, in
the active language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalog.models import EligibilityRule
from core.localised import localised
from core.periods import anchor_date

Kind = EligibilityRule.Kind


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is known of whoever wants something, on `day` (a date in the brand's zone).

    `plan_ids` and `product_ids` are those of the plans, add-ons and one-offs that the account has
    on that day; `customer_since` is None for who has none yet; `promotion_ids` are the promotions
    granted to the account or given with the order. `country` and `postcode` are those of the place
    where the service is to be delivered.
    """

    day: date
    customer_kind: str
    customer_since: date | None = None
    plan_ids: frozenset[int] = field(default_factory=frozenset)
    product_ids: frozenset[int] = field(default_factory=frozenset)
    promotion_ids: frozenset[int] = field(default_factory=frozenset)
    country: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The days on which something may be taken, half-open, and what is asked besides."""

    first_day: date | None
    end_day: date | None
    rules: Sequence[EligibilityRule]


def why_not(asked: Eligibility, facts: CustomerFacts) -> list[str]:
    """Every reason for which it can't be had; empty where it can.

    All rules must be met. Rows of kind `requires` that share a position are alternatives: one of
    what they name is enough.
    """
    reasons: list[str] = []
    if asked.first_day and facts.day < asked.first_day:
        reasons.append(_("It is not sold yet."))
    if asked.end_day and facts.day >= asked.end_day:
        reasons.append(_("It is no longer sold."))
    reasons.extend(_missing(asked.rules, facts))
    reasons.extend(
        _reason(rule)
        for rule in asked.rules
        if rule.kind != Kind.REQUIRES and not _is_met(rule, facts)
    )
    return list(dict.fromkeys(reasons))


def refusals_of(rules: Sequence[EligibilityRule]) -> list[str]:
    """Every sentence by which these rules may refuse somebody, in the active language."""
    nobody = CustomerFacts(date.min, "")
    others = (_reason(rule) for rule in rules if rule.kind != Kind.REQUIRES)
    return list(dict.fromkeys([*_missing(rules, nobody), *others]))


def _missing(rules: Sequence[EligibilityRule], facts: CustomerFacts) -> Iterator[str]:
    """A reason for each set of alternatives of which the account has none."""
    alternatives: dict[int, list[EligibilityRule]] = {}
    for rule in rules:
        if rule.kind == Kind.REQUIRES:
            alternatives.setdefault(rule.position, []).append(rule)
    for choice in alternatives.values():
        if not any(_has(rule, facts) for rule in choice):
            names = _(" or ").join(_name(rule) for rule in choice)
            yield _("It goes with %(plans)s only.") % {"plans": names}


def _has(rule: EligibilityRule, facts: CustomerFacts) -> bool:
    if rule.other_plan_id is not None:
        return rule.other_plan_id in facts.plan_ids
    return rule.product_id in facts.product_ids


def _is_met(rule: EligibilityRule, facts: CustomerFacts) -> bool:
    if rule.kind == Kind.EXCLUDES:
        return not _has(rule, facts)
    if rule.kind == Kind.CUSTOMER_KIND:
        return facts.customer_kind == rule.customer_kind
    if rule.kind == Kind.TENURE:
        return _months_since(facts.customer_since, facts.day) >= (rule.months or 0)
    if rule.kind == Kind.NEW_CUSTOMER:
        return facts.customer_since is None
    if rule.kind == Kind.PROMOTION:
        return rule.needed_promotion_id in facts.promotion_ids
    return _is_in(rule, facts)


def _is_in(rule: EligibilityRule, facts: CustomerFacts) -> bool:
    """Whether the place lies in one of the countries and begins with one of the postcodes."""
    postcode = plain_postcode(facts.postcode)
    in_country = not rule.countries or facts.country.upper() in rule.countries
    beginnings = [plain_postcode(text) for text in rule.postcodes]
    return in_country and (
        not beginnings or (postcode != "" and postcode.startswith(tuple(beginnings)))
    )


def plain_postcode(text: str) -> str:
    """A postcode without blanks and dashes, in capitals."""
    return "".join(character for character in text.upper() if character.isalnum())


def _months_since(since: date | None, day: date) -> int:
    """Whole months of being a customer; a month from the 31st ends on a short month's last day."""
    if since is None or day < since:
        return 0
    months = (day.year - since.year) * 12 + day.month - since.month
    return months if day >= anchor_date(day.year, day.month, since.day) else months - 1


def _reason(rule: EligibilityRule) -> str:
    if rule.kind == Kind.EXCLUDES:
        return _("It can't be had together with %(plan)s.") % {"plan": _name(rule)}
    if rule.kind == Kind.CUSTOMER_KIND:
        consumers = rule.customer_kind == "consumer"
        return _("It is for consumers only.") if consumers else _("It is for businesses only.")
    if rule.kind == Kind.TENURE:
        months = rule.months or 0
        text = ngettext(
            "It is for those who have been customers for %(count)d month.",
            "It is for those who have been customers for %(count)d months.",
            months,
        )
        return text % {"count": months}
    if rule.kind == Kind.NEW_CUSTOMER:
        return _("It is for new customers only.")
    if rule.kind == Kind.PROMOTION:
        return _("It needs a promotion code.")
    return _("It is not sold at this address.")


def _name(rule: EligibilityRule) -> str:
    named = rule.other_plan if rule.other_plan_id is not None else rule.product
    assert named is not None
    return localised(named.name, get_language() or "en") or named.code
