"""What a running bill reads: three queries for a family of accounts, however much they used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, prefetch_related_objects

from accounts.models import (
    Account,
    Location,
    NumberAssignment,
    ServiceNumber,
    Subscription,
    SubscriptionAddOn,
    SubscriptionCancellation,
    SubscriptionPause,
    SubscriptionPlan,
    SubscriptionTerm,
)
from billing.invoicing.catalogue import Catalogue, CatalogueRows
from billing.invoicing.facts import Family
from billing.invoicing.models import InvoiceLine, PaidThrough
from billing.usage.allowances.models import AllowanceBalance
from billing.usage.any_of import any_of
from billing.usage.cutover import AllowanceUsedBefore, UsageCutover
from billing.usage.daily import DailyUsage
from billing.usage.live.remaining import AllowanceRows
from billing.usage.models import UsageSummary
from billing.usage.queries import unbilled_summaries
from catalog.models import (
    Allowance,
    AllowanceDestination,
    Bundle,
    BundlePart,
    Charge,
    ChargeCategory,
    ChargeDestination,
    ChargeTier,
    Discount,
    Plan,
    PlanVersion,
    Product,
    TaxCategory,
    TaxRate,
    UsageCategory,
)
from core.models.organisation import Brand, LegalEntity, NumberSeries
from core.periods import Period, period_containing
from core.recent import Recent
from core.rows_together import Rows, RowsTogether, Texts, gathered, linked

# Whose invoice it is, and all accounts whose lines stand on it.
_FAMILY = """
    WITH RECURSIVE above (id, parent_id, goes_on, bill_day, level) AS (
        SELECT id, parent_id, bills_to_parent, bill_day, 0 FROM accounts_account WHERE id = %s
        UNION ALL
        SELECT account.id, account.parent_id, account.bills_to_parent, account.bill_day, level + 1
        FROM accounts_account account JOIN above ON account.id = above.parent_id
        WHERE above.goes_on
    ), top (id, bill_day) AS (
        SELECT id, bill_day FROM above ORDER BY level DESC LIMIT 1
    ), family (id) AS (
        SELECT id FROM top
        UNION
        SELECT account.id
        FROM accounts_account account JOIN family ON account.parent_id = family.id
        WHERE account.bills_to_parent
    )
    SELECT family.id, top.id, top.bill_day FROM family, top
"""


@dataclass(frozen=True, slots=True)
class LiveRows:
    """A family of accounts as it stands now: the running `period`, what is not billed, usage."""

    top: Account
    accounts: list[Account]
    period: Period
    rows: Rows
    catalogue_rows: CatalogueRows

    @property
    def subscriptions(self) -> Sequence[Subscription]:
        """All subscriptions of the family, by account and code."""
        return self.rows["subscriptions"]

    @property
    def summaries(self) -> Sequence[UsageSummary]:
        """The usage not billed yet."""
        return self.rows["summaries"]

    @property
    def days(self) -> Sequence[DailyUsage]:
        """What was used each day of the running period."""
        return self.rows["days"]

    @property
    def series(self) -> NumberSeries:
        """The series of the brand's invoices."""
        [series] = self.rows["series"]
        assert isinstance(series, NumberSeries)
        return series

    def family(self, *, before: date | None = None) -> tuple[Family, Catalogue]:
        """What a bill run would know of the family; of usage periods that begin before a day."""
        catalogue = Catalogue(self.top.brand, self.catalogue_rows)
        # What few brands have, and what never changes once it counts, is asked where it is needed.
        if catalogue.bundles:
            prefetch_related_objects(list(catalogue.discounts.values()), "targets")
        if catalogue.takes_at_order:
            prefetch_related_objects(list(self.subscriptions), "order_items__order")
        children = [account for account in self.accounts if account.pk != self.top.pk]
        family = Family(self.top, [self.top, *sorted(children, key=lambda each: each.number)])
        lines = _by_subscription(self.rows["lines"])
        paid = _by_subscription(self.rows["paid"])
        summaries = _by_subscription(
            row for row in self.summaries if before is None or row.period_start < before
        )
        for subscription in self.subscriptions:
            family.add(
                subscription,
                subscription.account,
                catalogue,
                lines=lines[subscription.pk],
                paid=paid[subscription.pk],
                summaries=summaries[subscription.pk],
            )
        return family, catalogue

    def allowance_rows(self, account_ids: Collection[int]) -> AllowanceRows:
        """What the allowances of some of the accounts depend on."""
        return AllowanceRows(
            accounts=[account for account in self.accounts if account.pk in account_ids],
            subscriptions=self.subscriptions,
            versions=self.catalogue_rows.versions,
            balances=self.rows["balances"],
            used_before=self.rows["used_before"],
            cutovers=self.rows["cutovers"],
        )


@dataclass(frozen=True, slots=True)
class LiveTexts:
    """All that a running bill is made of, as it was read: equal texts make equal bills.

    `parsed` are the rows of the accounts, if somebody had to look at them already.
    """

    top_id: int
    period: Period
    of_accounts: Texts
    of_catalogue: Texts
    parsed: Rows | None = None

    @property
    def digest(self) -> bytes:
        """What tells them from all others."""
        return _digest((str(self.top_id), *self.of_accounts, *self.of_catalogue))


# What a family names of the catalogue, by the family's texts.
_ASKED: Recent[bytes, dict[str, list[int]]] = Recent(1_000)


def _digest(texts: Texts) -> bytes:
    digest = blake2b(digest_size=16)
    for text in texts:
        digest.update(b"-" if text is None else text.encode())
        digest.update(b"\0")
    return digest.digest()


def read_live_texts(account_id: int, today: date) -> LiveTexts:
    """Everything behind the running bill of an account and of all on the same invoice."""
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, [account_id])
        found = cursor.fetchall()
    ids = [row[0] for row in found]
    _, top_id, bill_day = found[0]
    period = period_containing(today, bill_day)
    texts = _OF_ACCOUNTS.ask(ids=ids, start=period.start, end=period.end)
    key, parsed = _digest(texts), None
    asked = _ASKED.get(key)
    if asked is None:
        parsed = _OF_ACCOUNTS.rows_of(texts)
        asked = _ASKED.put(key, _asked_of_catalogue(parsed))
    return LiveTexts(top_id, period, texts, _OF_CATALOGUE.ask(**asked), parsed)


def live_rows(texts: LiveTexts) -> LiveRows:
    """The rows that the texts say."""
    rows = _OF_ACCOUNTS.rows_of(texts.of_accounts) if texts.parsed is None else texts.parsed
    rows |= _OF_CATALOGUE.rows_of(texts.of_catalogue)
    accounts: list[Account] = rows["accounts"]
    [top] = [account for account in accounts if account.pk == texts.top_id]
    _connect(rows, accounts)
    catalogue = CatalogueRows(rows["versions"], rows["bundles"], rows["rates"], rows["discounts"])
    return LiveRows(top, accounts, texts.period, rows, catalogue)


def _of_accounts(ids: list[int], start: date, end: date) -> Mapping[str, QuerySet[Any]]:
    """What is known of the accounts themselves; the running period is `[start, end)`."""
    mine = any_of("account_id", ids)
    of_lines = any_of("subscription__account_id", ids)
    carried = Q(allowance__roll_over_periods__gt=0) | Q(allowance__expires_after_days__gt=0)
    return {
        "accounts": Account.objects.filter(any_of("id", ids)).order_by("number"),
        "subscriptions": Subscription.objects.filter(mine).order_by("account__number", "code"),
        "plan_history": SubscriptionPlan.objects.filter(of_lines).order_by("during"),
        "add_ons": SubscriptionAddOn.objects.filter(of_lines).order_by("starts_on", "code"),
        "pauses": SubscriptionPause.objects.filter(of_lines).order_by("during"),
        "cancellations": SubscriptionCancellation.objects.filter(of_lines).order_by("id"),
        "terms": SubscriptionTerm.objects.filter(of_lines).order_by("id"),
        "numbers": NumberAssignment.objects.filter(of_lines).order_by("subscription_id", "during"),
        "service_numbers": ServiceNumber.objects.filter(
            any_of("assignments__subscription__account_id", ids)
        ).order_by(),
        "locations": Location.objects.filter(mine).order_by(),
        "paid": PaidThrough.objects.filter(of_lines).order_by("id"),
        "lines": InvoiceLine.objects.filter(mine, live=True, invoice__live=True)
        .exclude(kind=InvoiceLine.Kind.USAGE)
        .order_by("id"),
        "summaries": unbilled_summaries(ids, end),
        "days": DailyUsage.objects.filter(of_lines, period_start=start).order_by(
            "subscription_id", "origin_start", "usage_type"
        ),
        "balances": AllowanceBalance.objects.filter(
            mine, Q(period_start=start) | (Q(period_start__lt=start) & carried)
        ).order_by("id"),
        "used_before": AllowanceUsedBefore.objects.filter(of_lines).order_by("id"),
        "cutovers": UsageCutover.objects.filter(mine).order_by("id"),
    }


def _asked_of_catalogue(rows: Rows) -> dict[str, list[int]]:
    """The family's brand, the plans that it has or had, and what its usage and bills name."""
    return {
        "brand": [rows["accounts"][0].brand_id],
        "plans": list({row.plan_id for name in ("plan_history", "add_ons") for row in rows[name]}),
        "used": list({row.plan_version_id for row in rows["summaries"]}),
        "credited": list({row.charge_id for row in rows["lines"] if row.charge_id}),
        "categories": list({row.category_id for row in rows["summaries"]}),
    }


def _of_catalogue(
    brand: list[int],
    plans: list[int],
    used: list[int],
    credited: list[int],
    categories: list[int],
) -> Mapping[str, QuerySet[Any]]:
    """The terms of plans, and the versions that were `used` of others."""
    versions = PlanVersion.objects.published().filter(any_of("plan_id", plans) | any_of("id", used))
    of_plans = any_of("version__plan_id", plans) | any_of("version_id", used)
    published = Bundle.objects.filter(any_of("brand_id", brand), state=Bundle.State.PUBLISHED)
    named_plans = any_of("id", plans) | any_of("versions__id", used)
    return {
        "brands": Brand.objects.filter(any_of("id", brand)),
        "entities": LegalEntity.objects.filter(any_of("brands__id", brand)),
        "series": NumberSeries.objects.filter(any_of("brands__id", brand)),
        "plans": Plan.objects.filter(named_plans).order_by("id").distinct(),
        "products": Product.objects.filter(any_of("brand_id", brand)).order_by(),
        "tax_categories": TaxCategory.objects.order_by(),
        "rates": TaxRate.objects.filter(any_of("legal_entity__brands__id", brand)).order_by("id"),
        "versions": versions.order_by("plan_id", "starts_on"),
        "charges": Charge.objects.filter(of_plans | any_of("id", credited)).order_by(
            "version_id", "position", "id"
        ),
        "tiers": ChargeTier.objects.filter(any_of("charge__version__plan_id", plans)).order_by(
            "charge_id", "up_to"
        ),
        "charge_destinations": ChargeDestination.objects.filter(
            any_of("charge__version__plan_id", plans)
        ).order_by("id"),
        "charge_categories": ChargeCategory.objects.filter(
            any_of("charge__version__plan_id", plans)
        ).order_by("id"),
        "allowances": Allowance.objects.filter(of_plans).order_by("version_id", "position", "id"),
        "allowance_destinations": AllowanceDestination.objects.filter(
            any_of("allowance__version__plan_id", plans)
        ).order_by("id"),
        "bundles": published.order_by("code"),
        "discounts": Discount.objects.filter(
            any_of("brand_id", brand), state=Discount.State.PUBLISHED
        ).order_by("code"),
        "parts": BundlePart.objects.filter(bundle__in=published).order_by("id"),
        "categories": UsageCategory.objects.filter(any_of("id", categories)).order_by(),
    }


_OF_ACCOUNTS = RowsTogether(_of_accounts, ids="bigint[]", start="date", end="date")
_OF_CATALOGUE = RowsTogether(
    _of_catalogue,
    brand="bigint[]",
    plans="bigint[]",
    used="bigint[]",
    credited="bigint[]",
    categories="bigint[]",
)


def _connect(rows: Rows, accounts: Sequence[Account]) -> None:
    """Put what was read together, as if it were selected and prefetched."""
    linked(rows["brands"], "legal_entity", rows["entities"])
    linked(rows["brands"], "series", rows["series"])
    linked(accounts, "brand", rows["brands"])
    linked(accounts, "parent", accounts)
    subscriptions = rows["subscriptions"]
    linked(subscriptions, "account", accounts)
    linked(subscriptions, "location", rows["locations"])
    for name in (
        "plan_history",
        "add_ons",
        "pauses",
        "cancellations",
        "terms",
        "numbers",
    ):
        gathered(subscriptions, name, rows[name], "subscription")
    linked(rows["numbers"], "number", rows["service_numbers"])
    _connect_catalogue(rows)
    for name in ("plan_history", "add_ons"):
        linked(rows[name], "plan", rows["plans"])
    for name in ("lines", "paid", "summaries", "days"):
        linked(rows[name], "subscription", subscriptions)
    linked(rows["lines"], "charge", rows["charges"])
    linked(rows["lines"], "discount", rows["discounts"])
    linked(rows["summaries"], "category", rows["categories"])
    linked(rows["summaries"], "plan_version", rows["versions"])


def _connect_catalogue(rows: Rows) -> None:
    linked(rows["products"], "tax_category", rows["tax_categories"])
    linked(rows["rates"], "category", rows["tax_categories"])
    linked(rows["plans"], "product", rows["products"])
    linked(rows["versions"], "plan", rows["plans"])
    gathered(rows["versions"], "charges", rows["charges"], "version")
    gathered(rows["versions"], "allowances", rows["allowances"], "version")
    gathered(rows["charges"], "tiers", rows["tiers"], "charge")
    gathered(rows["charges"], "destinations", rows["charge_destinations"], "charge")
    gathered(rows["charges"], "categories", rows["charge_categories"], "charge")
    gathered(rows["allowances"], "destinations", rows["allowance_destinations"], "allowance")
    gathered(rows["bundles"], "parts", rows["parts"], "bundle")


def _by_subscription(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.subscription_id].append(row)
    return found
