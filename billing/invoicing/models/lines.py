"""What stands on an invoice: lines with their reasons, tax groups, the usage behind them."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models.people import Account
from accounts.models.subscriptions import Subscription
from billing.invoicing.models.invoices import Invoice
from billing.invoicing.models.openings import PaidThrough
from billing.usage.models import UsageSummary
from catalog.models import Charge, Discount
from catalog.models.decks import UsageCategory
from core.one_brand import keeps_its_owner, one_brand
from core.triggers import no_truncate

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


# Credits and corrections of one invoice wait for each other at its row.
CREDITS_WITHIN_LINE = """
    IF NOT EXISTS (SELECT 1 FROM new_rows WHERE credits_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM billing_invoice WHERE id IN (
        SELECT l.invoice_id FROM billing_invoiceline l JOIN new_rows n ON n.credits_id = l.id
    ) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM billing_invoiceline l
        CROSS JOIN LATERAL (
            SELECT sum(c.amount) AS amount FROM billing_invoiceline c
            WHERE c.credits_id = l.id AND c.live
        ) s
        WHERE l.id IN (SELECT credits_id FROM new_rows)
          AND (s.amount * l.amount > 0 OR abs(s.amount) > abs(l.amount))
    ) THEN
        RAISE EXCEPTION 'credits_within_line: more than a line is given back'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
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
        MINIMUM = "minimum", "minimum spend"
        DISCOUNT = "discount", "discount"
        CORRECTION = "correction", "correction"

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
    credits_paid = models.ForeignKey(
        PaidThrough, models.PROTECT, null=True, blank=True, related_name="credited_by"
    )
    discount = models.ForeignKey(Discount, models.PROTECT, null=True, blank=True, related_name="+")
    discounts = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="discounted_by",
        help_text="The line of the same invoice that a discount is taken of.",
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
                condition=Q(live=True, kind__in=("recurring", "one_off", "minimum")),
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
            models.UniqueConstraint(
                fields=("credits_paid", "segment", "charge_code", "period_start"),
                condition=Q(live=True, kind="credit"),
                name="line_paid_before_credited_once_per_start",
            ),
            models.CheckConstraint(
                condition=~Q(kind="credit")
                | Q(amount__lte=0, credits__isnull=False, credits_paid__isnull=True)
                | Q(amount__lte=0, credits__isnull=True, credits_paid__isnull=False),
                name="line_credit_names_its_line",
            ),
            models.UniqueConstraint(
                fields=("discounts", "discount"),
                condition=Q(kind="discount"),
                name="line_discounted_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="discount", discounts__isnull=False, discount__isnull=False)
                | (~Q(kind="discount") & Q(discounts__isnull=True, discount__isnull=True)),
                name="line_discount_names_its_line",
            ),
            models.CheckConstraint(
                condition=~Q(kind="correction")
                | Q(credits__isnull=False, credits_paid__isnull=True),
                name="line_correction_names_its_line",
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
        triggers = (
            *frozen_with_its_invoice(),
            pgtrigger.Trigger(
                name="credits_within_line",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func=CREDITS_WITHIN_LINE,
            ),
            *one_brand(
                ("invoice__brand", "account__brand"),
                ("account", "subscription__account"),
                ("account__brand", "charge__version__plan__brand"),
                ("account__brand", "usage_category__brand"),
                ("subscription", "credits__subscription"),
                ("subscription", "credits_paid__subscription"),
                ("account__brand", "discount__brand"),
                ("subscription", "discounts__subscription"),
            ),
            keeps_its_owner("subscription"),
        )

    def __str__(self) -> str:
        return self.description

    @property
    def covered(self) -> int:
        """Units (seconds, messages, bytes) of a usage line that allowances covered."""
        if self.kind != self.Kind.USAGE or self.usage_type is None:
            return 0
        return sum(link.summary.covered for link in self.summaries.all())


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
            *one_brand(("line__subscription", "summary__subscription")),
        )

    def __str__(self) -> str:
        return f"{self.line_id} {self.summary_id}"
