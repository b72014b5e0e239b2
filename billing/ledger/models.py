"""The books: double entry, append-only, balanced by the database."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models.people import Account
from core.history import tracked
from core.models.organisation import Brand, LegalEntity
from core.one_brand import SameBrand, keeps_its_owner
from core.same_key import SameKey
from core.triggers import frozen, no_truncate


class LedgerAccount(models.Model):
    """An account of a legal entity's chart: receivables, revenue, tax, bank, unapplied money."""

    class Kind(models.TextChoices):
        RECEIVABLE = "receivable", "receivables"
        REVENUE = "revenue", "revenue"
        TAX = "tax", "tax owed"
        BANK = "bank", "bank"
        UNAPPLIED = "unapplied", "payments not yet matched"
        OPENING = "opening", "taken over from the system before"

    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="ledger_accounts")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind.choices)

    class Meta:
        ordering = ("legal_entity", "code")
        constraints = (
            models.UniqueConstraint(
                fields=("legal_entity", "code"), name="ledger_account_code_once"
            ),
        )
        triggers = (keeps_its_owner("legal_entity"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class JournalEntry(models.Model):
    """One event in the books. `source` and `source_id` say which document it came from."""

    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="journal_entries")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    date = models.DateField()
    source = models.CharField(max_length=40, help_text="invoice, payment …")
    source_id = models.BigIntegerField()
    description = models.CharField(max_length=200)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    posted_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "journal entries"
        constraints = (
            SameKey(fields=("brand", "legal_entity"), name="journal_entry_brand_of_its_entity"),
            models.UniqueConstraint(
                fields=("source", "source_id"),
                condition=Q(reverses__isnull=True),
                name="journal_entry_once_per_document",
            ),
        )
        triggers = (
            frozen("append_only"),
            no_truncate(),
            SameBrand(("brand", "reverses__brand")),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.description}"


BALANCED = """
    IF EXISTS (
        SELECT 1 FROM new_rows n
        JOIN billing_posting p ON p.entry_id = n.entry_id
        GROUP BY p.entry_id, p.currency HAVING sum(p.amount) <> 0
    ) THEN
        RAISE EXCEPTION 'journal entry does not balance' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM (SELECT entry_id, count(*) AS new_count FROM new_rows GROUP BY 1) n
        WHERE n.new_count <> (
            SELECT count(*) FROM billing_posting p WHERE p.entry_id = n.entry_id
        ) OR n.new_count < 2
    ) THEN
        RAISE EXCEPTION 'postings of a journal entry come together, at least two'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


class Posting(models.Model):
    """One side of an entry: debit positive, credit negative, in the currency of the document.

    All postings of an entry are inserted by one statement; a statement trigger refuses entries
    that do not sum to zero by currency or that already had postings.
    """

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="postings")
    ledger_account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="postings")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="postings"
    )
    amount = models.DecimalField(max_digits=18, decimal_places=3)
    currency = models.CharField(max_length=3)

    class Meta:
        ordering = ("entry", "id")
        triggers = (
            frozen("append_only"),
            no_truncate(),
            pgtrigger.Trigger(
                name="entry_balances",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func=BALANCED,
            ),
            SameBrand(
                ("entry__brand", "account__brand"),
                ("entry__legal_entity", "ledger_account__legal_entity"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.ledger_account_id} {self.amount} {self.currency}"


@tracked()
class Reconciliation(models.Model):
    """The balances taken over, compared to the unit with the system before, for one legal entity.

    `differences` are rows of (account or control account, currency, before, taken over), amounts
    as exact text. It is complete if there are none, or if somebody says why they may stand.
    """

    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="reconciliations")
    as_of = models.DateField(help_text="The day on which the balances were taken over.")
    file = models.CharField(max_length=255, blank=True, help_text="The old trial balance.")
    sha256 = models.CharField(max_length=64, blank=True)
    compared = models.PositiveIntegerField(help_text="Rows that were compared.")
    totals = models.JSONField(help_text="By currency: before, and taken over.")
    differences = models.JSONField()
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why the migration was finished all the same."
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(file="") | ~Q(reason=""), name="reconciliation_has_a_file_or_a_reason"
            ),
        )
        triggers = (no_truncate(),)

    def __str__(self) -> str:
        return f"{self.legal_entity} {self.as_of}"
