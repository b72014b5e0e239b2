"""What a second person decides about prices: the publication of drafts, and files of rates."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import override

from catalog.eligibility import refusals_of
from catalog.imports import IMPORT_RATES
from catalog.models import Bundle, Charge, Discount, EligibilityRule, Plan, PlanVersion
from catalog.offer_effects import (
    most_taken_off,
    rows_of_discount,
    rows_of_prices,
    span_in_words,
    things_in_words,
    value_in_words,
)
from catalog.plan_sheet.together import sentences_of
from catalog.plan_sheet.words import Words
from catalog.queries import content_of, terms_of
from catalog.services.publish_offer import publish_offer, why_not_publish_offer
from catalog.services.publish_plan_version import publish_plan_version, why_not_publish
from catalog.services.set_who_may import set_who_may
from catalog.version_content import Cell, VersionContent, differences
from catalog.who_may import rules_of, who_may_of
from core.approvals import Effect, approval_kind
from core.errors import DomainError
from core.imports.approval import ImportApproval
from core.models import Approval
from core.money import round_money
from core.periods import local_date

KIND = "publish_plan_version"
PUBLISH_DISCOUNT, PUBLISH_BUNDLE = "publish_discount", "publish_bundle"
SET_WHO_MAY = "set_who_may"


@approval_kind(KIND, permission="catalog.publish_planversion")
class PublishPlanVersion:
    """Publish the drafted prices and terms of a plan."""

    title = "Publish prices"

    def effect(self, subject: PlanVersion, payload: Mapping[str, Any]) -> Effect:
        """Each cell that differs from the version it takes over from, and what a month costs more.

        The money is the change of all recurring charges of a month, in the brand's currency.
        """
        version = terms_of(subject)
        reasons = why_not_publish(version, today=None)
        if reasons:
            raise DomainError(" ".join(f"{reason}." for reason in reasons))
        before, rows, money = change_of(version)
        since = f", in place of the prices from {before.starts_on}" if before else ""
        return Effect(
            summary=f"Prices of {version.plan.code} from {version.starts_on}{since}",
            rows=rows,
            money=money,
            currency=version.plan.brand.currency,
        )

    def fingerprint(self, subject: PlanVersion, payload: Mapping[str, Any]) -> str:
        """What the draft says, when it starts, and which version it takes over from."""
        version = terms_of(subject)
        before = _taken_over_from(version)
        facts = (version.state, version.starts_on, before and before.pk, content_of(version))
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def carry_out(self, approval: Approval, now: datetime) -> PlanVersion:
        """Publish it in the name of who asked and who decided; it may not start in the past."""
        version: Any = approval.subject
        zone = version.plan.brand.zone
        return publish_plan_version(
            version,
            published_by=f"{approval.requested_by}, approved by {approval.decided_by}",
            now=now,
            today=local_date(now, zone),
        )


def change_of(version: PlanVersion) -> tuple[PlanVersion | None, list[Cell], Decimal]:
    """The version that `version` takes over from, each cell that differs, and the money of it.

    The money is the change of all recurring charges of a month, rounded half away from zero to
    the currency's places; `version` comes from `terms_of`.
    """
    before = _taken_over_from(version)
    old = content_of(terms_of(before)) if before else VersionContent()
    new = content_of(version)
    money = _monthly(new) - _monthly(old)
    brand = version.plan.brand
    return before, differences(old, new, brand.languages), round_money(money, brand.currency)


def _monthly(content: VersionContent) -> Decimal:
    """What the recurring charges come to in a month."""
    recurring = [each for each in content.charges if each.kind == Charge.Kind.RECURRING]
    return sum((each.price / each.months for each in recurring), Decimal(0))


def _taken_over_from(version: PlanVersion) -> PlanVersion | None:
    """The published version that holds until this one starts."""
    earlier = version.plan.versions.published().filter(starts_on__lt=version.starts_on)
    return earlier.order_by("-starts_on").first()


class _PublishOffer:
    """What discounts and bundles have in common: the fingerprint of what they say, the carrying."""

    def fingerprint(self, subject: Discount | Bundle, payload: Mapping[str, Any]) -> str:
        """All that it says, with what belongs to it and what goes with it."""
        facts: list[Any] = [_facts_of(subject), things_in_words(subject)]
        discount = subject if isinstance(subject, Discount) else subject.discount
        facts += [_facts_of(discount), things_in_words(discount)]
        facts += [_facts_of(row) for row in discount.promotions.order_by("pk")]
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def carry_out(self, approval: Approval, now: datetime) -> Discount | Bundle:
        """Publish it in the name of who asked and who decided."""
        offer: Any = approval.subject
        return publish_offer(
            offer,
            published_by=f"{approval.requested_by}, approved by {approval.decided_by}",
            now=now,
            today=local_date(now, offer.brand.zone),
        )


@approval_kind(IMPORT_RATES, permission="catalog.publish_planversion")
class ImportRates(ImportApproval):
    """Take in rates of a deck that staff uploaded."""

    title = "Take in rates"


@approval_kind(PUBLISH_DISCOUNT, permission="catalog.publish_planversion")
class PublishDiscount(_PublishOffer):
    """Publish a drafted discount, and with it the promotions that give it."""

    title = "Publish a discount"

    def effect(self, subject: Discount, payload: Mapping[str, Any]) -> Effect:
        """What it says, and the monthly price of each plan that it reaches, before and after.

        The money is the most that it takes off a month: negative, in the brand's currency.
        """
        _refuse_if_unsound(subject)
        return Effect(
            summary=f"Discount {subject.code}: {value_in_words(subject)} off",
            rows=[*rows_of_discount(subject), *rows_of_prices(subject)],
            money=most_taken_off(subject),
            currency=subject.brand.currency,
        )


@approval_kind(PUBLISH_BUNDLE, permission="catalog.publish_planversion")
class PublishBundle(_PublishOffer):
    """Publish a drafted bundle."""

    title = "Publish a bundle"

    def effect(self, subject: Bundle, payload: Mapping[str, Any]) -> Effect:
        """Its parts and its discount, as for a discount."""
        _refuse_if_unsound(subject)
        discount = subject.discount
        rows = [
            ("Parts", "", things_in_words(subject)),
            ("May be had", "", span_in_words(subject)),
            (f"Discount {discount.code}", "", value_in_words(discount)),
            ("On", "", things_in_words(discount)),
        ]
        return Effect(
            summary=f"Bundle {subject.code}: {value_in_words(discount)} off together",
            rows=[*rows, *rows_of_prices(discount)],
            money=most_taken_off(discount),
            currency=subject.brand.currency,
        )


def _refuse_if_unsound(offer: Discount | Bundle) -> None:
    reasons = why_not_publish_offer(offer, today=None)
    if reasons:
        raise DomainError(" ".join(f"{reason}." for reason in reasons))


def _facts_of(row: Model) -> list[tuple[str, str]]:
    """What the database says of the row; values in memory may be written in another way."""
    stored = type(row)._default_manager.filter(pk=row.pk).values().get()
    return sorted((name, str(value)) for name, value in stored.items())


@approval_kind(SET_WHO_MAY, permission="catalog.publish_planversion")
class SetWhoMay:
    """Change the conditions under which a plan may be had."""

    title = "Change who may have a plan"

    def effect(self, subject: Plan, payload: Mapping[str, Any]) -> Effect:
        """The conditions before and after, and what whoever may not have it is told then."""
        before, after = list(_rules_now(subject)), rules_of(subject, who_may_of(payload))
        words = Words(subject.brand, "en")
        old, new = sentences_of(before, words), sentences_of(after, words)
        if old == new:
            raise DomainError("Nothing differs from what holds now.")
        with override("en"):
            told_before, told_after = refusals_of(before), refusals_of(after)
        return Effect(
            summary=f"Who may have {subject.code}: {'; '.join(new) or 'everybody'}",
            rows=[
                ("Who may have it", "; ".join(old) or "everybody", "; ".join(new) or "everybody"),
                ("Others are told", " ".join(told_before) or "–", " ".join(told_after) or "–"),
            ],
        )

    def fingerprint(self, subject: Plan, payload: Mapping[str, Any]) -> str:
        """The rules that hold now, and those that shall."""
        rules = [_facts_of(rule) for rule in _rules_now(subject)]
        return hashlib.sha256(repr((rules, sorted(payload.items()))).encode()).hexdigest()

    def carry_out(self, approval: Approval, now: datetime) -> list[EligibilityRule]:
        """Let the new rules hold from this moment."""
        plan: Any = approval.subject
        return set_who_may(plan, who_may_of(approval.payload))


def _rules_now(plan: Plan) -> QuerySet[EligibilityRule]:
    rules = plan.eligibility_rules.select_related("other_plan", "product", "needed_promotion")
    return rules.order_by("position", "pk")
