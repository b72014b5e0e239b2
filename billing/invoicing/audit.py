"""What always holds for invoices and bill runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch

from accounts.models import Subscription
from billing.invoicing.models import BillRun, BillRunAccount, Invoice, InvoiceLine
from billing.invoicing.oracle import check_invoice
from billing.invoicing.queries import accounts_due
from billing.invoicing.run_hash import run_hash
from billing.ledger.audit import missing_triggers, rows
from core.audit import invariant
from core.money import exponent
from core.periods import anchor_date, next_anchor


@invariant("I5", "a usage line's sum equals its source, and no closed key stands on two lines")
def usage_lines_equal_their_source() -> Iterator[str]:
    """Live usage lines that differ from their summaries, and keys billed twice or not at all."""
    for number, line, amount, source in rows("""
        SELECT i.number, l.id, l.exact_amount * 1000000, coalesce(sum(s.amount), 0)
        FROM billing_invoiceline l
        JOIN billing_invoice i ON i.id = l.invoice_id
        LEFT JOIN billing_usagesummary s
            ON s.subscription_id = l.subscription_id AND s.period_start = l.usage_period
            AND s.origin_start = l.usage_origin AND s.category_id = l.usage_category_id
        WHERE l.kind = 'usage' AND l.live
        GROUP BY i.number, l.id
        HAVING l.exact_amount * 1000000 <> coalesce(sum(s.amount), 0)
            OR l.records <> coalesce(sum(s.records), 0)
    """):
        yield f"invoice {number}, line {line}: {amount} millionths, its usage {source}"
    for key in rows("""
        SELECT subscription_id, usage_period, usage_origin, usage_category_id, count(*)
        FROM billing_invoiceline WHERE kind = 'usage' AND live
        GROUP BY 1, 2, 3, 4 HAVING count(*) > 1
    """):
        yield f"usage key {key[:4]} stands on {key[4]} live lines"


@invariant("I5c", "usage of closed periods stands on a line, unless it rounds to nothing")
def closed_usage_is_billed() -> Iterator[str]:
    """Summaries of closed periods that no line bills, of accounts whose run was issued."""
    for subscription, period, origin, category, amount in rows("""
        SELECT s.subscription_id, s.period_start, s.origin_start, s.category_id, sum(s.amount)
        FROM billing_usagesummary s JOIN accounts_account a ON a.id = s.account_id
        WHERE s.period_start < a.usage_closed_until
        GROUP BY 1, 2, 3, 4
        HAVING abs(sum(s.amount)) >= 500000 AND NOT EXISTS (
            SELECT 1 FROM billing_invoiceline l
            WHERE l.kind = 'usage' AND l.live AND l.subscription_id = s.subscription_id
              AND l.usage_period = s.period_start AND l.usage_origin = s.origin_start
              AND l.usage_category_id = s.category_id
        )
    """):
        yield (
            f"subscription {subscription}, period {period}, origin {origin}, category {category}: "
            f"{amount} millionths are on no invoice"
        )


@invariant("I6", "no subscription is charged twice for the same days of the same charge")
def no_days_charged_twice() -> Iterator[str]:
    """Live recurring lines of one charge that overlap beyond what was credited."""
    for subscription, charge, segment, day in rows("""
        SELECT a.subscription_id, a.charge_code, a.segment, greatest(a.period_start, b.period_start)
        FROM billing_invoiceline a JOIN billing_invoiceline b
            ON a.subscription_id = b.subscription_id AND a.charge_code = b.charge_code
            AND split_part(a.segment, '~', 1) = split_part(b.segment, '~', 1) AND a.id < b.id
            AND daterange(a.period_start, a.period_end) && daterange(b.period_start, b.period_end)
        WHERE a.kind = 'recurring' AND b.kind = 'recurring' AND a.live AND b.live
          AND NOT coalesce((
            SELECT range_agg(daterange(c.period_start, c.period_end))
            FROM billing_invoiceline c
            WHERE c.kind = 'credit' AND c.live AND c.credits_id IN (a.id, b.id)
          ) @> (daterange(a.period_start, a.period_end) * daterange(b.period_start, b.period_end)),
          false)
    """):
        yield f"subscription {subscription}, charge {charge} of {segment}: {day} twice"


@invariant("I7", "an invoice's totals are the sums of its lines and of tax by the rule")
def totals_add_up() -> Iterator[str]:
    """Invoices whose lines, tax and totals differ from an independent computation."""
    issued = (
        Invoice.objects.filter(state=Invoice.State.ISSUED)
        .exclude(kind=Invoice.Kind.OPENING)
        .prefetch_related("taxes")
    )
    for invoice in issued.prefetch_related(
        Prefetch("lines", InvoiceLine.objects.order_by("position"))
    ).iterator(chunk_size=500):
        yield from check_invoice(invoice)


@invariant("I8", "money is never a binary fraction, and a line is rounded once")
def no_binary_fractions() -> Iterator[str]:
    """Floating-point columns anywhere, and lines that are not their exact sum rounded once."""
    for table, column in rows("""
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type IN ('real', 'double precision')
          AND table_name ~ '^(core|catalog|accounts|billing|payments|dunning|portal)_'
    """):
        yield f"{table}.{column} is a floating-point column"
    for (currency,) in rows("SELECT DISTINCT currency FROM billing_invoice"):
        places = exponent(str(currency))
        lines = rows(
            """
            SELECT i.number, l.position, l.amount, l.exact_amount
            FROM billing_invoiceline l JOIN billing_invoice i ON i.id = l.invoice_id
            WHERE i.currency = %s AND (
                l.kind IN ('usage', 'one_off') AND l.amount <> round(l.exact_amount, %s)
                OR l.kind IN ('recurring', 'minimum')
                AND abs(l.amount - l.exact_amount) > 0.5 * 10.0 ^ (-%s::numeric) + 0.000001
            )
            """,
            currency,
            places,
            places,
        )
        for number, line, amount, exact in lines:
            yield f"invoice {number}, line {line}: {amount} is not {exact} rounded once"


@invariant("I9", "numbers run from the first without gap or repeat, and dates never go back")
def numbers_have_no_gaps() -> Iterator[str]:
    """Series whose numbers have a gap, or whose dates decrease."""
    for series, first, last, count, following in rows("""
        SELECT s.id, s.first_number, max(i.sequence), count(i.id), s.next_number
        FROM core_numberseries s LEFT JOIN billing_invoice i ON i.series_id = s.id
            AND i.state = 'issued'
        GROUP BY s.id
        HAVING coalesce(max(i.sequence), s.first_number - 1) <> s.next_number - 1
            OR count(i.id) <> s.next_number - s.first_number
    """):
        yield f"series {series}: {count} invoices from {first} to {last}, next is {following}"
    for number, day, before in rows("""
        SELECT number, issue_date, before FROM (
            SELECT number, issue_date,
                   lag(issue_date) OVER (PARTITION BY series_id ORDER BY sequence) AS before
            FROM billing_invoice WHERE state = 'issued' AND kind <> 'opening'
        ) i WHERE before > issue_date
    """):
        yield f"invoice {number} is dated {day}, the one before it {before}"


FROZEN = {
    ("billing_invoice", "issued_is_frozen"),
    ("billing_invoiceline", "issued_is_frozen"),
    ("billing_invoiceline", "none_added_after_issue"),
    ("billing_invoicetax", "issued_is_frozen"),
    ("billing_invoicetax", "none_added_after_issue"),
    ("billing_invoiceusage", "issued_is_frozen"),
    ("billing_invoicedocument", "append_only"),
    ("billing_openingbalance", "append_only"),
}


@invariant("I10", "issued invoices are whole, and the triggers that freeze them are in force")
def issued_invoices_are_whole() -> Iterator[str]:
    """Issued invoices without lines or open item, and triggers that are missing or off."""
    yield from missing_triggers(FROZEN)
    for (number,) in rows("""
        SELECT i.number FROM billing_invoice i
        WHERE i.state = 'issued' AND (
            i.kind <> 'opening'
            AND NOT EXISTS (SELECT 1 FROM billing_invoiceline l WHERE l.invoice_id = i.id)
            OR i.kind = 'opening'
            AND NOT EXISTS (SELECT 1 FROM billing_openingbalance b WHERE b.invoice_id = i.id)
            OR NOT EXISTS (SELECT 1 FROM billing_openitem o
                           WHERE o.invoice_id = i.id AND o.total = i.total
                             AND o.account_id = i.account_id AND o.currency = i.currency)
        )
    """):
        yield f"invoice {number} has no lines, or no open item of its total"


@invariant("I26", "bill days 29–31 come back after short months")
def anchors_come_back() -> Iterator[str]:
    """Closed usage periods that do not start and end on the account's bill day."""
    for number, bill_day, start, end in rows("""
        SELECT a.number, a.bill_day, p.start, p."end"
        FROM billing_usageperiod p JOIN accounts_account a ON a.id = p.account_id
    """):
        assert isinstance(start, date)
        assert isinstance(end, date)
        assert isinstance(bill_day, int)
        if start != anchor_date(start.year, start.month, bill_day) or end != next_anchor(
            start, bill_day
        ):
            yield f"account {number}, bill day {bill_day}: period {start} to {end}"


@invariant("I9b", "what was taken over stands against the opening account, and only that")
def openings_stand_against_their_account() -> Iterator[str]:
    """Opening invoices with lines or another posting, and old numbers in a series' future."""
    for number, total, posted in rows("""
        SELECT i.number, i.total, coalesce(sum(p.amount), 0)
        FROM billing_invoice i
        LEFT JOIN billing_journalentry e ON e.source = 'invoice' AND e.source_id = i.id
        LEFT JOIN billing_posting p ON p.entry_id = e.id AND p.ledger_account_id IN (
            SELECT id FROM billing_ledgeraccount WHERE kind = 'opening'
        )
        WHERE i.kind = 'opening'
        GROUP BY i.id HAVING coalesce(sum(p.amount), 0) <> -i.total
            OR EXISTS (SELECT 1 FROM billing_invoiceline l WHERE l.invoice_id = i.id)
    """):
        yield f"opening invoice {number}: total {total}, against the opening account {posted}"


@invariant("I11", "credits never exceed what was invoiced, by line and by tax group")
def credits_are_within() -> Iterator[str]:
    """Lines of which more was given back than they were, and credit notes that take more tax, or
    leave some of it on a group that was credited whole."""
    for number, position, amount, given in rows("""
        SELECT i.number, l.position, l.amount, s.amount
        FROM billing_invoiceline l JOIN billing_invoice i ON i.id = l.invoice_id
        JOIN (
            SELECT credits_id, sum(amount) AS amount FROM billing_invoiceline
            WHERE live AND credits_id IS NOT NULL GROUP BY credits_id
        ) s ON s.credits_id = l.id
        WHERE s.amount * l.amount > 0 OR abs(s.amount) > abs(l.amount)
    """):
        yield f"invoice {number}, line {position}: {given} was given back of {amount}"
    for number, category, tax, given in rows("""
        WITH credited AS (
            SELECT n.corrects_id, t.category, t.treatment, t.rate, sum(t.tax) AS tax,
                   sum(t.gross) AS gross
            FROM billing_invoicetax t JOIN billing_invoice n ON n.id = t.invoice_id
            WHERE n.corrects_id IS NOT NULL AND n.live AND n.state = 'issued'
            GROUP BY n.corrects_id, t.category, t.treatment, t.rate
        )
        SELECT i.number, t.category, t.tax, c.tax
        FROM credited c JOIN billing_invoice i ON i.id = c.corrects_id
        LEFT JOIN billing_invoicetax t ON t.invoice_id = i.id AND t.category = c.category
            AND t.treatment = c.treatment AND t.rate = c.rate
        WHERE t.id IS NULL OR c.tax * t.tax > 0 OR abs(c.tax) > abs(t.tax)
            OR (c.gross = -t.gross AND c.tax <> -t.tax)
    """):
        yield f"invoice {number}, tax {category}: {given} was given back of {tax}"


@invariant("I31", "every account that was active is billed, or listed in its run with a reason")
def nobody_is_forgotten() -> Iterator[str]:
    """Active accounts that an issued run of their bill day does not list, and unfinished rows."""
    for run in BillRun.objects.filter(state=BillRun.State.PUBLISHED).select_related("brand"):
        listed = BillRunAccount.objects.filter(run=run, account=OuterRef("pk"))
        active = Subscription.objects.filter(
            account=OuterRef("pk"), starts_on__lt=run.bill_date
        ).exclude(ends_on__lte=run.bill_date)
        # An account that was told of later is billed by its next run, back to its start.
        known = accounts_due(run.brand, run.bill_date).filter(created_at__lt=run.created_at)
        missing = known.filter(~Exists(listed), Exists(active))
        for account in missing:
            yield f"run {run}: account {account.number} is not listed"
        for row in run.accounts.filter(
            state__in=(BillRunAccount.State.PENDING, BillRunAccount.State.CALCULATED)
        ).select_related("account"):
            yield f"run {run}: account {row.account.number} is still {row.state}"


@invariant("I31b", "no usage period is missing between the periods an account has closed")
def periods_have_no_holes() -> Iterator[str]:
    """Accounts whose closed usage periods leave a hole, or end before what they say is closed."""
    for number, end, following in rows("""
        SELECT a.number, p."end", p.following FROM (
            SELECT account_id, "end",
                   lead(start) OVER (PARTITION BY account_id ORDER BY start) AS following
            FROM billing_usageperiod
        ) p JOIN accounts_account a ON a.id = p.account_id
        WHERE p."end" <> coalesce(p.following, a.usage_closed_until, p."end" + 1)
    """):
        yield f"account {number}: after the period that ended {end} comes {following}"


@invariant("I32b", "what was published is what a second person approved")
def approved_is_issued() -> Iterator[str]:
    """Published runs that were approved and whose invoices aren't what was approved."""
    approved = BillRun.objects.filter(state=BillRun.State.PUBLISHED).exclude(approval_hash="")
    for run in approved.select_related("brand"):
        if run_hash(run) != run.approval_hash:
            yield f"run {run}: its invoices aren't those that were approved"


@invariant("I32", "a run's totals are the sums of its invoices")
def run_totals_are_sums() -> Iterator[str]:
    """Issued runs whose stored totals differ from their invoices."""
    for run, stored, actual in rows("""
        SELECT r.id, r.total, coalesce(sum(i.total), 0)
        FROM billing_billrun r LEFT JOIN billing_invoice i
            ON i.run_id = r.id AND i.state = 'issued'
        WHERE r.state = 'published'
        GROUP BY r.id
        HAVING r.total <> coalesce(sum(i.total), 0) OR r.net_total <> coalesce(sum(i.net_total), 0)
            OR r.tax_total <> coalesce(sum(i.tax_total), 0) OR r.invoices_total <> count(i.id)
    """):
        yield f"run {run}: stored {stored}, its invoices {actual}"
