"""Mandates: a payer's signed leave to collect from a bank account."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models.people import Account
from core.history import tracked
from core.models.organisation import LegalEntity

MANDATE_STAYS = """
    IF (OLD.legal_entity_id, OLD.account_id, OLD.scheme, OLD.creditor_id, OLD.reference,
        OLD.iban, OLD.bank_account)
       IS DISTINCT FROM
       (NEW.legal_entity_id, NEW.account_id, NEW.scheme, NEW.creditor_id, NEW.reference,
        NEW.iban, NEW.bank_account) THEN
        RAISE EXCEPTION 'mandate % keeps its payer and bank account; make a new one', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


@tracked(exclude=("iban", "bank_account"))
class Mandate(models.Model):
    """A direct debit mandate: SEPA core or B2B with an IBAN, or AvtaleGiro with a KID.

    `reference` is the mandate reference, of AvtaleGiro the KID that the payer's bank knows.
    `creditor_id` is the SEPA creditor identifier, of AvtaleGiro the payee's account number.
    `sequence` is what the next SEPA collection is sent as. A mandate keeps its payer and bank
    account: another account is another mandate.
    """

    class Scheme(models.TextChoices):
        SEPA_CORE = "sepa_core", "SEPA direct debit"
        SEPA_B2B = "sepa_b2b", "SEPA direct debit between businesses"
        AVTALEGIRO = "avtalegiro", "AvtaleGiro"

    class State(models.TextChoices):
        PENDING = "pending", "not yet in force"
        ACTIVE = "active", "in force"
        CANCELLED = "cancelled", "cancelled"
        EXPIRED = "expired", "expired"

    TRANSITIONS = {
        State.PENDING: {State.ACTIVE, State.CANCELLED},
        State.ACTIVE: {State.CANCELLED, State.EXPIRED},
        State.CANCELLED: set[State](),
        State.EXPIRED: set[State](),
    }

    class Sequence(models.TextChoices):
        FIRST = "first", "first of several"
        RECURRING = "recurring", "recurring"
        FINAL = "final", "last of several"
        ONE_OFF = "one_off", "only once"

    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="mandates")
    account = models.ForeignKey(Account, models.PROTECT, related_name="mandates")
    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    creditor_id = models.CharField(max_length=35)
    reference = models.CharField(max_length=35)
    holder = models.CharField(max_length=140, blank=True, help_text="Whose bank account it is.")
    iban = models.CharField(max_length=34, blank=True)
    bank_account = models.CharField(max_length=20, blank=True, help_text="Domestic number.")
    bic = models.CharField(max_length=11, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    sequence = models.CharField(max_length=10, choices=Sequence.choices, default=Sequence.FIRST)
    last_used_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    amount_limit = models.DecimalField(
        max_digits=18, decimal_places=3, null=True, blank=True, help_text="A month; AvtaleGiro."
    )

    class Meta:
        ordering = ("account", "id")
        constraints = (
            models.UniqueConstraint(fields=("id", "account"), name="mandate_with_account"),
            models.UniqueConstraint(
                fields=("legal_entity", "scheme", "creditor_id", "reference"),
                name="mandate_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(scheme__in=("sepa_core", "sepa_b2b", "avtalegiro")),
                name="mandate_scheme_is_known",
            ),
            models.CheckConstraint(
                condition=Q(scheme="avtalegiro") | (~Q(iban="") & Q(signed_on__isnull=False)),
                name="mandate_sepa_has_iban_and_signature",
            ),
            models.CheckConstraint(
                condition=Q(iban="") | Q(iban__regex=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"),
                name="mandate_iban_is_plain",
            ),
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(creditor_id=""), name="mandate_has_its_names"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("pending", "active"), ended_on__isnull=True)
                | Q(state__in=("cancelled", "expired"), ended_on__isnull=False),
                name="mandate_ended_exactly_when_over",
            ),
            models.CheckConstraint(
                condition=Q(last_used_on__isnull=True)
                | Q(signed_on__isnull=True)
                | Q(last_used_on__gte=F("signed_on")),
                name="mandate_used_after_it_was_signed",
            ),
            models.CheckConstraint(
                condition=Q(amount_limit__isnull=True) | Q(amount_limit__gt=0),
                name="mandate_limit_is_positive",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="account_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=MANDATE_STAYS,
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.reference}"

    @property
    def hint(self) -> str:
        """The end of the bank account, enough to recognise it: `…3000`."""
        number = self.iban or self.bank_account
        return f"…{number[-4:]}" if number else ""
