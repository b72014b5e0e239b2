"""What is owed: bill runs, invoices and their frozen lines."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.people import Account
from accounts.models.subscriptions import Subscription
from billing.usage.models import UsageSummary
from catalog.models.decks import UsageCategory
from catalog.models.plans import Charge
from core.models.organisation import Brand, LegalEntity, NumberSeries
from core.triggers import no_truncate


class BillRun(models.Model):
    """One bill date of one brand: every active account is billed or listed with a reason.

    ```
    draft ──▶ calculating ──▶ issuing ──▶ issued
                   ▲             │          │
                   └─────────────┴──────────┘  started again
    ```
    A run that was killed, that parked accounts, or that missed accounts added since, is started
    again and goes on where it stopped.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        CALCULATING = "calculating", "calculating"
        ISSUING = "issuing", "issuing"
        ISSUED = "issued", "issued"

    TRANSITIONS = {
        State.DRAFT: {State.CALCULATING},
        State.CALCULATING: {State.ISSUING},
        State.ISSUING: {State.ISSUED, State.CALCULATING},
        State.ISSUED: {State.CALCULATING},
    }

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="bill_runs")
    bill_date = models.DateField(help_text="End of the billed period; the issue date.")
    as_of = models.DateField(help_text="The day the run was made.")
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why it ran before the grace days were over."
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    accounts_total = models.PositiveIntegerField(default=0)
    invoices_total = models.PositiveIntegerField(default=0)
    net_total = models.DecimalField(max_digits=18, decimal_places=3, default=0)
    tax_total = models.DecimalField(max_digits=18, decimal_places=3, default=0)
    total = models.DecimalField(max_digits=18, decimal_places=3, default=0)
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-bill_date", "brand")
        constraints = (
            models.UniqueConstraint(fields=("brand", "bill_date"), name="bill_run_once"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "calculating", "issuing", "issued")),
                name="bill_run_state_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.brand.code} {self.bill_date}"


class Invoice(models.Model):
    """A bill, or with a negative sum a credit note: what was issued, word for word.

    Amounts are in `currency`, rounded to its exponent. While a draft it has no number and may be
    made again; once issued its row and lines never change: triggers refuse it, but for `live`
    true → false in the transaction that posts a full credit. The amount still open, documents and
    deliveries are rows of their own.
    """

    class Document(models.TextChoices):
        INVOICE = "invoice", "invoice"
        CREDIT_NOTE = "credit_note", "credit note"

    class Kind(models.TextChoices):
        CYCLE = "cycle", "cycle"
        FINAL = "final", "final"
        OFF_CYCLE = "off_cycle", "off-cycle"

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        ISSUED = "issued", "issued"

    TRANSITIONS = {State.DRAFT: {State.ISSUED}, State.ISSUED: set[State]()}

    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="invoices")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="invoices")
    account = models.ForeignKey(Account, models.PROTECT, related_name="invoices")
    run = models.ForeignKey(BillRun, models.PROTECT, null=True, related_name="invoices")
    document = models.CharField(max_length=20, choices=Document.choices, default=Document.INVOICE)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.CYCLE)
    stream = models.CharField(max_length=20, default="all")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    live = models.BooleanField(default=True)

    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="invoices")
    sequence = models.PositiveBigIntegerField(null=True, blank=True)
    number = models.CharField(max_length=60, null=True, blank=True)
    issue_date = models.DateField(null=True, blank=True)
    due_date = models.DateField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)

    period_start = models.DateField(help_text="Start of the usage it holds.")
    period_end = models.DateField(help_text="End of the usage it holds: the bill date.")
    currency = models.CharField(max_length=3)
    price_mode = models.CharField(max_length=10, choices=Brand.PriceMode.choices)
    language = models.CharField(max_length=10)
    reference = models.CharField(max_length=25, help_text="What the payer states: KID or RF.")
    terms_days = models.PositiveSmallIntegerField()
    seller = models.JSONField(help_text="Legal entity and brand as printed.")
    recipient = models.JSONField(help_text="Name and address as printed.")
    net_total = models.DecimalField(max_digits=18, decimal_places=3)
    tax_total = models.DecimalField(max_digits=18, decimal_places=3)
    total = models.DecimalField(max_digits=18, decimal_places=3)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("account", "period_end", "kind", "stream"),
                condition=Q(live=True) & ~Q(kind="off_cycle"),
                name="invoice_one_live_per_period",
            ),
            models.UniqueConstraint(fields=("series", "sequence"), name="invoice_sequence_once"),
            models.UniqueConstraint(fields=("legal_entity", "number"), name="invoice_number_once"),
            models.UniqueConstraint(
                fields=("legal_entity", "reference"), name="invoice_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="draft",
                    number__isnull=True,
                    sequence__isnull=True,
                    issue_date__isnull=True,
                    due_date__isnull=True,
                    issued_at__isnull=True,
                )
                | Q(
                    state="issued",
                    number__isnull=False,
                    sequence__isnull=False,
                    issue_date__isnull=False,
                    due_date__isnull=False,
                    issued_at__isnull=False,
                ),
                name="invoice_numbered_exactly_when_issued",
            ),
            models.CheckConstraint(
                condition=Q(total=F("net_total") + F("tax_total")), name="invoice_total_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(document="invoice", total__gte=0)
                | Q(document="credit_note", total__lt=0),
                name="invoice_negative_is_a_credit_note",
            ),
            models.CheckConstraint(
                condition=Q(issue_date__isnull=True) | Q(issue_date__gte=F("period_end")),
                name="invoice_issued_after_its_usage",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="issued_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="issued"),
                func="""
                    RAISE EXCEPTION 'invoice % is issued and never changes', OLD.number
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
            ),
            no_truncate(),
        )

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"


LINE_FROZEN = """
    IF EXISTS (
        SELECT 1 FROM billing_invoice i
        WHERE i.id = {row}.invoice_id AND i.state = 'issued'
    ) THEN
        RAISE EXCEPTION 'lines of an issued invoice never change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN {row};
"""


def frozen_with_its_invoice() -> tuple[pgtrigger.Trigger, ...]:
    """Triggers that refuse INSERT, UPDATE and DELETE of parts of an issued invoice."""
    return (
        pgtrigger.Trigger(
            name="issued_is_frozen",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=LINE_FROZEN.format(row="OLD").replace(
                "RETURN OLD;", "IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF; RETURN OLD;"
            ),
        ),
        pgtrigger.Trigger(
            name="none_added_after_issue",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=LINE_FROZEN.format(row="NEW"),
        ),
        no_truncate(),
    )


class InvoiceLine(models.Model):
    """One line, with its reasons: charge, price version, period, quantity, formula, usage key.

    `amount` is in the invoice's price mode (gross brands: tax included), `net` without tax; both
    rounded to the currency's exponent, once, when the line was made. A recurring line is known by
    (subscription, segment, charge, period): `segment` names the stretch of plan history or the
    add-on it belongs to, so that nothing is charged twice.
    """

    class Kind(models.TextChoices):
        RECURRING = "recurring", "recurring"
        ONE_OFF = "one_off", "one-off"
        USAGE = "usage", "usage"
        CREDIT = "credit", "credit"

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    live = models.BooleanField(default=True, help_text="As its invoice.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="lines")
    segment = models.CharField(max_length=80, blank=True)
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="+")
    charge_code = models.CharField(max_length=40, blank=True)
    credits = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credited_by"
    )
    usage_period = models.DateField(null=True, blank=True)
    usage_origin = models.DateField(null=True, blank=True)
    usage_category = models.ForeignKey(UsageCategory, models.PROTECT, null=True, related_name="+")

    account_label = models.CharField(max_length=250)
    location_label = models.CharField(max_length=400, blank=True)
    subscription_label = models.CharField(max_length=300)
    description = models.CharField(max_length=300)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    days_in_period = models.PositiveSmallIntegerField(null=True, blank=True)
    records = models.BigIntegerField(null=True, blank=True)
    usage_type = models.SmallIntegerField(null=True, blank=True)
    quantity = models.BigIntegerField(default=1, help_text="Pieces, seconds, messages or bytes.")
    unit_price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    exact_amount = models.DecimalField(
        max_digits=24, decimal_places=6, help_text="Before rounding, where six decimals hold it."
    )
    amount = models.DecimalField(max_digits=18, decimal_places=3)
    net = models.DecimalField(max_digits=18, decimal_places=3)
    tax_category = models.CharField(max_length=40)
    tax_treatment = models.CharField(max_length=2)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4)
    revenue_account = models.CharField(max_length=20)

    class Meta:
        ordering = ("invoice", "position")
        constraints = (
            models.UniqueConstraint(fields=("invoice", "position"), name="line_position_once"),
            models.UniqueConstraint(
                fields=("subscription", "segment", "charge_code", "period_start"),
                condition=Q(live=True, kind__in=("recurring", "one_off")),
                name="line_charged_once_per_period",
            ),
            models.UniqueConstraint(
                fields=("subscription", "usage_period", "usage_origin", "usage_category"),
                condition=Q(live=True, kind="usage"),
                name="line_usage_key_once",
            ),
            models.UniqueConstraint(
                fields=("credits", "period_start"),
                condition=Q(live=True, kind="credit"),
                name="line_credited_once_per_start",
            ),
            models.CheckConstraint(
                condition=~Q(kind="credit") | Q(credits__isnull=False, amount__lte=0),
                name="line_credit_names_its_line",
            ),
            models.CheckConstraint(
                condition=~Q(kind="usage")
                | Q(
                    usage_period__isnull=False,
                    usage_origin__isnull=False,
                    usage_category__isnull=False,
                ),
                name="line_usage_names_its_key",
            ),
        )
        triggers = frozen_with_its_invoice()

    def __str__(self) -> str:
        return self.description


class InvoiceTax(models.Model):
    """The tax of one (category, treatment, rate) group of an invoice, computed once on its sum."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="taxes")
    category = models.CharField(max_length=40)
    treatment = models.CharField(max_length=2)
    rate = models.DecimalField(max_digits=7, decimal_places=4, help_text="Per cent.")
    net = models.DecimalField(max_digits=18, decimal_places=3)
    tax = models.DecimalField(max_digits=18, decimal_places=3)
    gross = models.DecimalField(max_digits=18, decimal_places=3)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("invoice", "-rate", "category")
        verbose_name_plural = "invoice taxes"
        constraints = (
            models.UniqueConstraint(
                fields=("invoice", "category", "treatment", "rate"), name="invoice_tax_group_once"
            ),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax")), name="invoice_tax_adds_up"
            ),
        )
        triggers = frozen_with_its_invoice()

    def __str__(self) -> str:
        return f"{self.category} {self.rate}"


USAGE_FROZEN = """
    IF EXISTS (
        SELECT 1 FROM billing_invoiceline l JOIN billing_invoice i ON i.id = l.invoice_id
        WHERE i.state = 'issued'
          AND l.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.line_id ELSE OLD.line_id END
    ) THEN
        RAISE EXCEPTION 'the usage behind an issued line never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
"""


class InvoiceUsage(models.Model):
    """Which summary stands behind which usage line, with its figures at the moment of issue."""

    line = models.ForeignKey(InvoiceLine, models.CASCADE, related_name="summaries")
    summary = models.ForeignKey(UsageSummary, models.PROTECT, related_name="+")
    records = models.BigIntegerField()
    quantity = models.BigIntegerField()
    billed = models.BigIntegerField()
    amount = models.BigIntegerField(help_text="Millionths of the currency unit.")

    class Meta:
        ordering = ("line", "id")
        constraints = (
            models.UniqueConstraint(fields=("line", "summary"), name="invoice_usage_once"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="issued_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=USAGE_FROZEN,
            ),
            no_truncate(),
        )

    def __str__(self) -> str:
        return f"{self.line_id} {self.summary_id}"


class OpenItem(models.Model):
    """What is still owed on an issued invoice, and until when it is asked for.

    `open_amount` falls as payments are allocated (negative for a credit note: what the account
    still has to its credit); `audit` recomputes it.
    """

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="open_item")
    account = models.ForeignKey(Account, models.PROTECT, related_name="open_items")
    currency = models.CharField(max_length=3)
    due_date = models.DateField()
    total = models.DecimalField(max_digits=18, decimal_places=3)
    open_amount = models.DecimalField(max_digits=18, decimal_places=3)

    class Meta:
        ordering = ("due_date", "id")
        indexes = (
            models.Index(
                fields=("due_date",), name="open_item_due", condition=Q(open_amount__gt=0)
            ),
            models.Index(fields=("account", "due_date"), name="open_item_by_account"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(total__gte=0, open_amount__gte=0, open_amount__lte=F("total"))
                | Q(total__lt=0, open_amount__lte=0, open_amount__gte=F("total")),
                name="open_item_between_nothing_and_total",
            ),
        )

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.open_amount}"


class BillRunAccount(models.Model):
    """One account in one run, written before the run starts: nobody is forgotten (I31)."""

    class State(models.TextChoices):
        PENDING = "pending", "pending"
        CALCULATED = "calculated", "calculated"
        ISSUED = "issued", "issued"
        NOTHING = "nothing", "nothing to bill"
        WITH_PARENT = "with_parent", "billed with its parent"
        PARKED = "parked", "parked"

    run = models.ForeignKey(BillRun, models.CASCADE, related_name="accounts")
    account = models.ForeignKey(Account, models.PROTECT, related_name="run_rows")
    state = models.CharField(max_length=20, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=300, blank=True)
    invoice = models.OneToOneField(
        Invoice, models.PROTECT, null=True, blank=True, related_name="run_row"
    )

    class Meta:
        ordering = ("run", "account")
        constraints = (
            models.UniqueConstraint(fields=("run", "account"), name="run_account_once"),
            models.CheckConstraint(
                condition=~Q(state__in=("calculated", "issued")) | Q(invoice__isnull=False),
                name="run_account_calculated_has_an_invoice",
            ),
            models.CheckConstraint(
                condition=~Q(state="parked") | ~Q(reason=""), name="run_account_parked_says_why"
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"
