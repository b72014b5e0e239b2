"""Bill runs: which account was billed when, and which was not, and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.people import Account
from core.models.organisation import Brand
from core.one_brand import keeps_its_owner, one_brand
from core.same_key import SameKey


class BillRun(models.Model):
    """One bill date of one brand: every active account is billed or listed with a reason.

    ```
    draft ──▶ calculating ──▶ review ──▶ approved ──▶ publishing ──▶ published
               │   ▲   ▲         │           │            ▲              │
               ▼   │   └─────────┴───────────┼────────────┼──────────────┘  started again
             paused                          │            │
                        from the shell: calculating ──────┘
    cancelled: from every state before publishing; it may be started again
    ```
    A run that was killed, that parked accounts, or that missed accounts added since, is started
    again and goes on where it stopped. `approval_hash` is the digest of what the second person
    approved (`billing.invoicing.run_hash`); nothing else is ever published. A run from the shell
    has none: it says `without_approval`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        CALCULATING = "calculating", "calculating"
        PAUSED = "paused", "paused"
        REVIEW = "review", "in review"
        APPROVED = "approved", "approved"
        PUBLISHING = "publishing", "publishing"
        PUBLISHED = "published", "published"
        CANCELLED = "cancelled", "cancelled"

    TRANSITIONS = {
        State.DRAFT: {State.CALCULATING, State.CANCELLED},
        State.CALCULATING: {
            State.PAUSED,
            State.REVIEW,
            State.PUBLISHING,
            State.PUBLISHED,
            State.CANCELLED,
        },
        State.PAUSED: {State.CALCULATING, State.PUBLISHED, State.CANCELLED},
        State.REVIEW: {
            State.CALCULATING,
            State.APPROVED,
            State.PUBLISHED,
            State.CANCELLED,
        },
        State.APPROVED: {
            State.CALCULATING,
            State.REVIEW,
            State.PUBLISHING,
            State.PUBLISHED,
            State.CANCELLED,
        },
        State.PUBLISHING: {State.PUBLISHED, State.CALCULATING},
        State.PUBLISHED: {State.CALCULATING},
        State.CANCELLED: {State.CALCULATING},
    }

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="bill_runs")
    bill_date = models.DateField(help_text="End of the billed period; the issue date.")
    as_of = models.DateField(help_text="The day the run was made.")
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why it ran before the grace days were over."
    )
    cancelled_because = models.CharField(
        max_length=200, blank=True, help_text="Why it was cancelled last."
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approval_hash = models.CharField(
        max_length=64, blank=True, help_text="Digest of what was approved."
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    without_approval = models.BooleanField(
        default=False, help_text="Published from the shell, without a second person."
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
        permissions = (("approve_billrun", "Can approve bill runs as second person"),)
        constraints = (
            models.UniqueConstraint(fields=("id", "brand"), name="bill_run_with_brand"),
            models.UniqueConstraint(fields=("brand", "bill_date"), name="bill_run_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=(
                        "draft",
                        "calculating",
                        "paused",
                        "review",
                        "approved",
                        "publishing",
                        "published",
                        "cancelled",
                    )
                ),
                name="bill_run_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(approval_hash="", approved_by__isnull=True, approved_at__isnull=True)
                | Q(~Q(approval_hash=""), approved_by__isnull=False, approved_at__isnull=False),
                name="bill_run_approval_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "publishing", "published"))
                | ~Q(approval_hash="")
                | Q(~Q(state="approved"), without_approval=True),
                name="bill_run_published_was_approved",
            ),
        )
        triggers = (keeps_its_owner("brand"),)

    def __str__(self) -> str:
        return f"{self.brand.code} {self.bill_date}"


class BillRunAccount(models.Model):
    """One account in one run, written before the run starts: nobody is forgotten (I31)."""

    class State(models.TextChoices):
        PENDING = "pending", "pending"
        CALCULATED = "calculated", "calculated"
        ISSUED = "issued", "issued"
        NOTHING = "nothing", "nothing to bill"
        WITH_PARENT = "with_parent", "billed with its parent"
        PARKED = "parked", "parked"
        HELD = "held", "held"

    TRANSITIONS = {
        State.PENDING: {State.CALCULATED, State.NOTHING, State.PARKED, State.HELD},
        State.CALCULATED: {State.ISSUED, State.PENDING, State.HELD},
        State.PARKED: {State.PENDING, State.HELD},
        State.HELD: {State.PENDING},
        State.ISSUED: set[State](),
        State.NOTHING: {State.PENDING, State.HELD},
        State.WITH_PARENT: set[State](),
    }

    run = models.ForeignKey(BillRun, models.CASCADE, related_name="accounts")
    account = models.ForeignKey(Account, models.PROTECT, related_name="run_rows")
    state = models.CharField(max_length=20, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=300, blank=True)
    invoice = models.OneToOneField(
        "billing.Invoice", models.PROTECT, null=True, blank=True, related_name="run_row"
    )

    class Meta:
        ordering = ("run", "account")
        constraints = (
            models.UniqueConstraint(fields=("run", "account"), name="run_account_once"),
            SameKey(fields=("invoice", "account"), name="run_account_invoice_of_its_account"),
            models.CheckConstraint(
                condition=~Q(state__in=("calculated", "issued")) | Q(invoice__isnull=False),
                name="run_account_calculated_has_an_invoice",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("parked", "held")) | ~Q(reason=""),
                name="run_account_left_out_says_why",
            ),
        )
        triggers = (*one_brand(("run__brand", "account__brand")),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"
