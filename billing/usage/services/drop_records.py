"""Drop a brand's records of a month for good; their sums and their files' counts stay."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import connection, transaction

from accounts.models import Account
from billing.usage.models import UsageRecord
from billing.usage.partitions import first_of_month
from core.models import Brand
from core.periods import local_date

# Only what a bill shows, and only once the bill is as old as the law asks. Where an account was
# closed until a day without a row of its own, the day itself says when.
_DROPPABLE = """
    CREATE TEMPORARY TABLE dropped_record ON COMMIT DROP AS
    SELECT record.id, record.start_at
    FROM billing_usagerecord record
    JOIN accounts_account account ON account.id = record.account_id
    LEFT JOIN LATERAL (
        SELECT max(period.closed_at) AS closed_at FROM billing_usageperiod period
        WHERE period.account_id = record.account_id AND period.start = record.period_start
    ) closed ON true
    WHERE record.brand_id = %s AND record.start_at >= %s AND record.start_at < %s
      AND record.period_start < account.usage_closed_until
      AND coalesce(closed.closed_at, account.usage_closed_until) < %s
"""
_JOINED = """
    FROM dropped_record gone
    JOIN billing_usagerecord record ON record.id = gone.id AND record.start_at = gone.start_at
"""
_KEEP_SUMS = f"""
    INSERT INTO billing_droppedusage AS dropped (
        account_id, subscription_id, period_start, origin_start, category_id, plan_version_id,
        usage_type, records, quantity, billed, covered, paid, amount, cost, counted
    )
    SELECT account_id, subscription_id, period_start, origin_start, category_id, plan_version_id,
           usage_type, count(*), sum(quantity), sum(billed), sum(covered), sum(paid), sum(amount),
           sum(cost), coalesce(sum(billed - covered) FILTER (WHERE flags & 33 = 32), 0)
    {_JOINED}
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (
        subscription_id, period_start, origin_start, category_id, plan_version_id, usage_type
    ) DO UPDATE SET
        records = dropped.records + excluded.records,
        quantity = dropped.quantity + excluded.quantity,
        billed = dropped.billed + excluded.billed,
        covered = dropped.covered + excluded.covered,
        paid = dropped.paid + excluded.paid,
        amount = dropped.amount + excluded.amount,
        cost = dropped.cost + excluded.cost,
        counted = dropped.counted + excluded.counted
"""
_COUNT_IN_FILES = f"""
    UPDATE billing_usagefile file
    SET rated_dropped = file.rated_dropped + gone.records,
        quantity_dropped = file.quantity_dropped + gone.quantity
    FROM (
        SELECT record.file_id, count(*) AS records, sum(record.quantity) AS quantity
        {_JOINED} WHERE record.flags & {int(UsageRecord.Flag.RERATED)} = 0 GROUP BY 1
    ) gone
    WHERE file.id = gone.file_id
"""  # noqa: S608 - the texts are constants
_DELETE = """
    DELETE FROM billing_usagerecord record USING dropped_record gone
    WHERE record.id = gone.id AND record.start_at = gone.start_at
      AND record.start_at >= %s AND record.start_at < %s
"""


@transaction.atomic
def drop_month(brand: Brand, month: date, now: datetime) -> int:
    """Drop the brand's records that started in a UTC month and that nobody needs; how many.

    Records of usage periods that are open, or whose bill is younger than itemisation is kept,
    stay. The accounts are locked meanwhile.
    """
    start, end = (_start_of(each) for each in (month, first_of_month(month, 1)))
    today = local_date(now, brand.zone)
    billed_before = _start_of(first_of_month(today, -brand.itemisation_kept_months))
    with connection.cursor() as cursor:
        cursor.execute(_DROPPABLE, [brand.pk, start, end, billed_before])
        if not cursor.rowcount:
            cursor.execute("DROP TABLE dropped_record")
            return 0
        cursor.execute(f"SELECT DISTINCT record.account_id {_JOINED}")
        ids = [account_id for (account_id,) in cursor.fetchall()]
    list(Account.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_SUMS)
        cursor.execute(_COUNT_IN_FILES)
        cursor.execute(_DELETE, [start, end])
        count = int(cursor.rowcount)
        cursor.execute("DROP TABLE dropped_record")
    return count


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
