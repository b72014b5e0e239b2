"""Take over where usage billed by the system before ends, and which allowances it used up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import Account, Subscription
from accounts.named_rows import ACCOUNT, BRAND, SERVICE_NUMBER, SUBSCRIPTION, NamedRows
from accounts.queries import top_account
from billing.usage.cutover import AllowanceUsedBefore, UsageCutover
from billing.usage.models import UsagePeriod, UsageSummary
from catalog.models import Allowance
from core.imports.kinds import TargetField
from core.input_report import ImportReport, differences
from core.input_rows import rows_of
from core.input_tree import Fields, Problems, listed
from core.input_values import amount, code, day
from core.models import Brand
from core.periods import period_containing

CUTOVERS, ALLOWANCES = "usage cutovers", "allowances used"
CUTOVER_COLUMNS = (
    BRAND,
    ACCOUNT,
    TargetField(
        "usage_from",
        "The first day whose usage is billed here.",
        type="date",
        required=True,
        synonyms=("forbruk fra", "verbrauch ab"),
    ),
)
ALLOWANCE_COLUMNS = (
    BRAND,
    ACCOUNT,
    SUBSCRIPTION,
    SERVICE_NUMBER,
    TargetField("add_on", "The add-on's code, where the allowance comes with one."),
    TargetField(
        "allowance",
        "The allowance's code in the catalogue.",
        required=True,
        synonyms=("inkludert", "kvote", "kontingent", "freieinheiten"),
    ),
    TargetField(
        "units",
        "Seconds, messages, bytes, or of a money allowance the amount.",
        type="decimal",
        required=True,
        synonyms=("brukt", "forbrukt", "verbraucht"),
    ),
    TargetField(
        "day", "Any day of the usage period; left out: the day of the take-over.", type="date"
    ),
)


def take_over_cutovers(content: bytes, file: str, *, brand: Brand | None) -> ImportReport:
    """Store for each account the first day whose usage is billed here.

    The usage period of that day becomes the first open one. Refuses accounts that have usage or
    closed periods here.
    """
    problems, report = Problems(file), ImportReport()
    with transaction.atomic():
        rows = rows_of(content, problems, CUTOVER_COLUMNS, "usage cutover")
        named = NamedRows(rows, brand)
        wanted: dict[int, tuple[Fields, Account, date]] = {}
        for row in rows:
            account, start = named.account(row), row.require("usage_from", day)
            row.finish()
            if account is None or start is None:
                continue
            if account.pk in wanted:
                row.problem("account", "it stands twice", "keep one row for each account")
            wanted[account.pk] = (row, account, start)
        _set_cutovers(list(wanted.values()), problems, report)
    return report


def set_cutover(brand: Brand, starts_on: date) -> int:
    """Set the cutover of every account of the brand opened before it that has no usage yet.

    Accounts that have a cutover, were billed or used anything stay. Returns how many were set.
    """
    used = UsageSummary.objects.filter(account=OuterRef("pk"))
    with transaction.atomic():
        accounts = Account.objects.filter(
            brand=brand,
            opened_on__lt=starts_on,
            usage_cutover__isnull=True,
            usage_closed_until__isnull=True,
        ).filter(~Exists(used))
        chosen = list(accounts.select_related("brand", "parent").order_by("pk"))
        _store_cutovers([(account, starts_on) for account in chosen])
    return len(chosen)


def _set_cutovers(
    wanted: Sequence[tuple[Fields, Account, date]], problems: Problems, report: ImportReport
) -> None:
    ids = [account.pk for _, account, _ in wanted]
    list(
        Account.objects.select_for_update(no_key=True)
        .filter(pk__in=ids)
        .order_by("pk")
        .values_list("pk")
    )
    stored = {row.account_id: row for row in UsageCutover.objects.filter(account__in=ids)}
    used = set(UsageSummary.objects.filter(account__in=ids).values_list("account_id", flat=True))
    used |= set(UsagePeriod.objects.filter(account__in=ids).values_list("account_id", flat=True))
    new: list[tuple[Account, date]] = []
    for row, account, start in wanted:
        known = stored.get(account.pk)
        if known and known.starts_on == start:
            report.add_unchanged(CUTOVERS)
        elif account.pk in used:
            row.problem(
                "usage_from",
                "it has usage or closed periods here already",
                "a cutover is set before the first usage file and bill run",
            )
        else:
            new.append((account, start))
            if known:
                report.add_changed(
                    CUTOVERS, account.number, [f"starts_on: {known.starts_on} → {start}"]
                )
            else:
                report.add_new(CUTOVERS, f"{account.number}: {start}")
    problems.refuse_if_any()
    _store_cutovers(new)


def _store_cutovers(wanted: Sequence[tuple[Account, date]]) -> None:
    UsageCutover.objects.bulk_create(
        [UsageCutover(account=account, starts_on=start) for account, start in wanted],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["starts_on"],
    )
    for account, start in wanted:
        account.usage_closed_until = period_containing(start, top_account(account).bill_day).start
    Account.objects.bulk_update([a for a, _ in wanted], ["usage_closed_until"], batch_size=500)


def take_over_allowances(
    content: bytes, file: str, *, brand: Brand | None, taken_over_on: date
) -> ImportReport:
    """Store how much of each allowance the system before counted in the open usage period."""
    problems, report = Problems(file), ImportReport()
    with transaction.atomic():
        rows = rows_of(content, problems, ALLOWANCE_COLUMNS, "allowance used")
        named = NamedRows(rows, brand)
        known = _allowance_codes()
        wanted: dict[tuple[int, str, str, date], AllowanceUsedBefore] = {}
        for row in rows:
            used = _read_used(row, named, known, taken_over_on)
            if used is None:
                continue
            key = (used.subscription_id, used.add_on, used.allowance_code, used.period_start)
            if key in wanted:
                row.problem("allowance", "it stands twice for this period", "add them up")
            wanted[key] = used
        problems.refuse_if_any()
        _store_used(wanted, report)
    return report


def _allowance_codes() -> dict[int, set[str]]:
    codes: dict[int, set[str]] = defaultdict(set)
    for plan_id, name in Allowance.objects.values_list("version__plan_id", "code"):
        codes[plan_id].add(name)
    return codes


def _read_used(
    row: Fields, named: NamedRows, known: dict[int, set[str]], taken_over_on: date
) -> AllowanceUsedBefore | None:
    account = named.account(row)
    found = named.subscriptions(row, account) if account else []
    add_on = row.get("add_on", code(60)) or ""
    name, units = row.require("allowance", code()), row.require("units", amount())
    on = row.get("day", day) or taken_over_on
    row.finish()
    if account is None or not found or name is None or units is None:
        return None
    if len(found) > 1:
        row.problem("subscription", "which subscription is not said", "name its code or number")
        return None
    codes = set().union(*(known.get(plan, set()) for plan in _plans(found[0], add_on)))
    if name not in codes:
        row.problem(
            "allowance",
            f"allowance {name!r} is none of subscription {found[0].code}'s",
            f"known are: {listed(sorted(codes))}",
        )
        return None
    return AllowanceUsedBefore(
        subscription=found[0],
        add_on=add_on,
        allowance_code=name,
        period_start=period_containing(on, top_account(account).bill_day).start,
        units=units,
    )


def _plans(subscription: Subscription, add_on: str) -> set[int]:
    if add_on:
        return {each.plan_id for each in subscription.add_ons.all() if each.code == add_on}
    return {each.plan_id for each in subscription.plan_history.all()}


def _store_used(
    wanted: dict[tuple[int, str, str, date], AllowanceUsedBefore], report: ImportReport
) -> None:
    stored = {
        (row.subscription_id, row.add_on, row.allowance_code, row.period_start): row
        for row in AllowanceUsedBefore.objects.filter(subscription__in={key[0] for key in wanted})
    }
    new: list[AllowanceUsedBefore] = []
    changed: list[AllowanceUsedBefore] = []
    for key, used in wanted.items():
        known = stored.get(key)
        label = f"{used.subscription.code} {used.allowance_code}"
        if known is None:
            new.append(used)
            report.add_new(ALLOWANCES, f"{label}: {used.units}")
        elif changes := differences(known, {"units": used.units}):
            known.units = used.units
            changed.append(known)
            report.add_changed(ALLOWANCES, label, changes)
        else:
            report.add_unchanged(ALLOWANCES)
    AllowanceUsedBefore.objects.bulk_create(new, batch_size=2000)
    AllowanceUsedBefore.objects.bulk_update(changed, ["units"], batch_size=1000)
