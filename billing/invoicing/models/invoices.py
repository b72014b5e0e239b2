"""Invoices: numbered, dated, frozen once issued; and what is still open on them."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models.people import Account
from billing.invoicing.models.runs import BillRun
from core.models.organisation import Brand, LegalEntity, NumberSeries
from core.one_brand import keeps_its_owner
from core.same_key import SameKey
from core.triggers import no_truncate


class Invoice(models.Model):
    """A bill, or with a negative sum a credit note: what was issued, word for word.

    Amounts are in `currency`, rounded to its exponent. While a draft it has no number and may be
    made again; once issued its row and lines never change: triggers refuse it, but for `live`
    true → false in the transaction that posts a full credit. The amount still open, documents and
    deliveries are rows of their own.

    An invoice of kind `opening` was issued by the system before and is taken over with its old
    number and reference. It has no series, no lines and no tax (that was booked before); its total
    is what was open, and `OpeningBalance` tells the rest. An import that is taken back sets its
    `live` to false.

    One of kind `correction` is a credit note that gives back some or all of the invoice that it
    `corrects`, line by line, and says why.
    """

    class Document(models.TextChoices):
        INVOICE = "invoice", "invoice"
        CREDIT_NOTE = "credit_note", "credit note"

    class Kind(models.TextChoices):
        CYCLE = "cycle", "cycle"
        FINAL = "final", "final"
        OFF_CYCLE = "off_cycle", "off-cycle"
        CORRECTION = "correction", "correction"
        OPENING = "opening", "taken over"

    class Stream(models.TextChoices):
        ALL = "all", "everything"
        RECURRING = "recurring", "subscriptions"
        ADD_ONS = "add_ons", "add-ons and usage"

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
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    correction_reason = models.CharField(
        max_length=300, blank=True, help_text="Why it was corrected, as printed."
    )
    stream = models.CharField(max_length=20, choices=Stream.choices, default=Stream.ALL)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    live = models.BooleanField(default=True)

    series = models.ForeignKey(NumberSeries, models.PROTECT, null=True, related_name="invoices")
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
    reference = models.CharField(
        max_length=60, blank=True, help_text="What the payer states: KID or RF."
    )
    terms_days = models.PositiveSmallIntegerField()
    seller = models.JSONField(help_text="Legal entity and brand as printed.")
    recipient = models.JSONField(help_text="Name and address as printed.")
    net_total = models.DecimalField(max_digits=18, decimal_places=3)
    tax_total = models.DecimalField(max_digits=18, decimal_places=3)
    total = models.DecimalField(max_digits=18, decimal_places=3)

    class Meta:
        ordering = ("-id",)
        permissions = (
            ("export_invoice", "Can take out invoices in bulk"),
            ("credit_invoice", "Can give credit on invoices"),
            ("approve_credit", "Can approve credit as second person"),
        )
        indexes = (
            models.Index(fields=("reference",), name="invoice_by_reference"),
            models.Index(fields=("number",), name="invoice_by_number"),
        )
        constraints = (
            models.UniqueConstraint(fields=("id", "account"), name="invoice_with_account"),
            SameKey(fields=("account", "brand"), name="invoice_account_of_its_brand"),
            SameKey(fields=("run", "brand"), name="invoice_run_of_its_brand"),
            SameKey(fields=("brand", "legal_entity"), name="invoice_brand_of_its_legal_entity"),
            SameKey(fields=("series", "legal_entity"), name="invoice_series_of_its_legal_entity"),
            models.UniqueConstraint(
                fields=("account", "period_end", "kind", "stream"),
                condition=Q(live=True) & ~Q(kind__in=("off_cycle", "correction", "opening")),
                name="invoice_one_live_per_period",
            ),
            models.UniqueConstraint(fields=("series", "sequence"), name="invoice_sequence_once"),
            models.UniqueConstraint(
                fields=("legal_entity", "number"),
                condition=~Q(kind="opening", live=False),
                name="invoice_number_once",
            ),
            models.UniqueConstraint(
                fields=("legal_entity", "reference"),
                condition=~Q(kind="opening"),
                name="invoice_reference_once",
            ),
            # The system before may have given a customer one reference for all invoices.
            ExclusionConstraint(
                name="invoice_old_reference_of_one_account",
                expressions=(
                    ("legal_entity", RangeOperators.EQUAL),
                    ("reference", RangeOperators.EQUAL),
                    ("account", RangeOperators.NOT_EQUAL),
                ),
                condition=Q(kind="opening", live=True) & ~Q(reference=""),
            ),
            SameKey(fields=("corrects", "account"), name="invoice_corrects_one_of_its_account"),
            models.CheckConstraint(
                condition=Q(
                    kind="correction",
                    corrects__isnull=False,
                    document="credit_note",
                    run__isnull=True,
                )
                & ~Q(correction_reason="")
                | ~Q(kind="correction") & Q(corrects__isnull=True, correction_reason=""),
                name="invoice_correction_names_what_and_why",
            ),
            models.CheckConstraint(
                condition=Q(stream__in=("all", "recurring", "add_ons")),
                name="invoice_stream_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="opening") | ~Q(reference=""), name="invoice_has_a_reference"
            ),
            models.CheckConstraint(
                condition=~Q(kind="opening") | Q(state="issued", tax_total=0, run__isnull=True),
                name="invoice_taken_over_is_issued_without_tax",
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(kind="opening"),
                    state="draft",
                    series__isnull=False,
                    number__isnull=True,
                    sequence__isnull=True,
                    issue_date__isnull=True,
                    due_date__isnull=True,
                    issued_at__isnull=True,
                )
                | Q(
                    ~Q(kind="opening"),
                    state="issued",
                    series__isnull=False,
                    number__isnull=False,
                    sequence__isnull=False,
                    issue_date__isnull=False,
                    due_date__isnull=False,
                    issued_at__isnull=False,
                )
                | Q(
                    kind="opening",
                    state="issued",
                    series__isnull=True,
                    number__isnull=False,
                    sequence__isnull=True,
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
                    IF TG_OP = 'UPDATE' AND OLD.kind = 'opening' AND OLD.live AND NOT NEW.live
                       AND to_jsonb(OLD) - 'live' = to_jsonb(NEW) - 'live' THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'invoice % is issued and never changes', OLD.number
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
            ),
            no_truncate(),
            keeps_its_owner("brand", "account"),
        )

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"


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
            SameKey(fields=("invoice", "account"), name="open_item_of_its_invoices_account"),
            models.CheckConstraint(
                condition=Q(total__gte=0, open_amount__gte=0, open_amount__lte=F("total"))
                | Q(total__lt=0, open_amount__lte=0, open_amount__gte=F("total")),
                name="open_item_between_nothing_and_total",
            ),
        )

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.open_amount}"
