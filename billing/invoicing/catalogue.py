"""The brand's catalogue as a bill run needs it, read once per run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models.people import Account
from billing.invoicing.recurring import Version
from billing.invoicing.tax import TaxGroup
from catalog.models import Bundle, Charge, Discount, PlanVersion, Product, TaxRate
from catalog.queries import is_for_others
from core.errors import DomainError
from core.localised import localised
from core.models.organisation import Brand

NO_TAX = {
    Account.TaxStatus.EXEMPT: TaxRate.Treatment.EXEMPT,
    Account.TaxStatus.REVERSE_CHARGE: TaxRate.Treatment.REVERSE_CHARGE,
}

# Types of usage as summaries and lines number them.
_NUMBERS = {"voice": 1, "sms": 2, "data": 3}


@dataclass(frozen=True, slots=True)
class Taxing:
    """How one product is taxed: what lines are grouped by, without the printed reason."""

    category: str
    treatment: str
    rate: Decimal

    def group(self) -> TaxGroup:
        """The group of lines taxed like this."""
        return TaxGroup(self.category, self.treatment, self.rate)


@dataclass(frozen=True, slots=True)
class CatalogueRows:
    """Published plan versions, earliest first, that know their charges, plans, products and tax
    categories; published bundles by code, with their parts; tax rates with their categories;
    published discounts with their targets."""

    versions: Sequence[PlanVersion]
    bundles: Sequence[Bundle]
    rates: Sequence[TaxRate]
    discounts: Sequence[Discount] = ()


class Catalogue:
    """Plan versions with their charges, products and tax rates of one brand.

    `rows` are what was read already: of all plans that will be asked for. Else it reads them all.
    """

    def __init__(self, brand: Brand, rows: CatalogueRows | None = None) -> None:
        self.brand = brand
        self.versions: dict[int, list[Version]] = {}
        self.rows_of_plan: dict[int, list[PlanVersion]] = {}
        self.product_of_version: dict[int, Product] = {}
        self.product_of_plan: dict[int, Product] = {}
        self.takes_at_order = False
        rows = rows or _rows_of(brand)
        versions = rows.versions
        for version in versions:
            charges = {charge.code: charge for charge in version.charges.all()}
            self.versions.setdefault(version.plan_id, []).append(
                Version(version.starts_on, charges, version.minimum_spend)
            )
            self.rows_of_plan.setdefault(version.plan_id, []).append(version)
            self.takes_at_order |= any(
                charge.taken_at == Charge.TakenAt.ORDER for charge in charges.values()
            )
            self.product_of_version[version.pk] = version.plan.product
            self.product_of_plan[version.plan_id] = version.plan.product
        self.waiting = {
            plan_id: spans
            for plan_id, own in self.rows_of_plan.items()
            if (spans := list(_waiting(own)))
        }
        self._barred = {
            version.pk: frozenset(
                _NUMBERS[name]
                for charge in version.charges.all()
                if charge.kind == Charge.Kind.USAGE and not charge.discountable
                for name in charge.usage_types
            )
            for version in versions
        }
        self.bundles = rows.bundles
        self.discounts = {discount.pk: discount for discount in rows.discounts}
        self.plan_of_charge = {
            charge.pk: version.plan_id for version in versions for charge in version.charges.all()
        }
        self._rates = rows.rates

    def is_usage_discountable(self, version_id: int, usage_type: int | None) -> bool:
        """Whether discounts are taken of usage of that type; of mixed types unless all are barred.

        A usage charge of the version may say that they aren't.
        """
        barred = self._barred.get(version_id, frozenset())
        return usage_type not in barred if usage_type else not {1, 2, 3} <= barred

    def versions_for(self, plan_id: int, since: date) -> list[Version]:
        """The plan's versions, earliest first, that hold for who has it `since` a day: those for
        new customers only that came later are left out."""
        rows, versions = self.rows_of_plan[plan_id], self.versions[plan_id]
        return [
            version
            for place, (row, version) in enumerate(zip(rows, versions, strict=True))
            if not place or not is_for_others(row, since)
        ]

    def row_on(self, plan_id: int, day: date) -> PlanVersion:
        """The plan's version in force on `day`; before the first one, the first."""
        rows = self.rows_of_plan[plan_id]
        begun = [row for row in rows if row.starts_on <= day]
        return begun[-1] if begun else rows[0]

    def taxing(self, product: Product, account: Account, day: date) -> Taxing:
        """How the product is taxed for this account on `day`; DomainError if no rate holds."""
        rate = self._rate_on(product.tax_category_id, day)
        if rate is None:
            raise DomainError(
                f"{self.brand.legal_entity.code} has no tax rate for category "
                f"{product.tax_category.code} on {day}: add one to the catalogue."
            )
        treatment = NO_TAX.get(Account.TaxStatus(account.tax_status))
        if treatment and rate.treatment == TaxRate.Treatment.STANDARD:
            return Taxing(rate.category.code, treatment, Decimal(0))
        return Taxing(rate.category.code, rate.treatment, rate.rate)

    def reason(self, group: TaxGroup, account: Account, day: date, language: str) -> str:
        """Why the group carries no tax, as printed; empty for standard-rated groups."""
        if group.treatment == TaxRate.Treatment.STANDARD:
            return ""
        if account.tax_status != Account.TaxStatus.STANDARD and account.tax_reason:
            return account.tax_reason
        for rate in self._rates:
            holds = rate.category.code == group.category and day in rate.during
            if holds and rate.reason and rate.treatment == group.treatment:
                return localised(rate.reason, language)
        return usual_reason(group.treatment)

    def _rate_on(self, category_id: int, day: date) -> TaxRate | None:
        for rate in self._rates:
            if rate.category_id == category_id and day in rate.during:
                return rate
        return None


def _rows_of(brand: Brand) -> CatalogueRows:
    """All rows of the brand."""
    versions = (
        PlanVersion.objects.published()
        .filter(plan__brand=brand)
        .select_related("plan__product__tax_category")
        .prefetch_related("charges", "termination_steps")
        .order_by("plan", "starts_on")
    )
    bundles = Bundle.objects.filter(brand=brand, state=Bundle.State.PUBLISHED)
    discounts = Discount.objects.filter(brand=brand, state=Discount.State.PUBLISHED)
    rates = TaxRate.objects.filter(legal_entity=brand.legal_entity)
    return CatalogueRows(
        list(versions),
        list(bundles.prefetch_related("parts").order_by("code")),
        list(rates.select_related("category")),
        list(discounts.prefetch_related("targets").order_by("code")),
    )


def _waiting(rows: Sequence[PlanVersion]) -> Iterator[tuple[date, date]]:
    """When versions hold, of a plan's, that others than new customers get as their term ends."""
    for place, row in enumerate(rows):
        if place and row.adoption == PlanVersion.Adoption.TERM_END:
            yield row.starts_on, rows[place + 1].starts_on if rows[place + 1 :] else date.max


def usual_reason(treatment: str) -> str:
    """The words for a treatment that has none of its own, in the active language."""
    return {
        TaxRate.Treatment.ZERO.value: _("Zero rated"),
        TaxRate.Treatment.EXEMPT.value: _("Exempt from tax"),
        TaxRate.Treatment.REVERSE_CHARGE.value: _("Reverse charge: the recipient pays the tax"),
    }.get(treatment, "")
