"""Who buys and who may see it: accounts, persons, memberships, locations."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from core.models.organisation import Brand, code_validator


class Account(models.Model):
    """A customer of one brand: it owns subscriptions and gets invoices.

    A child whose `bills_to_parent` is set has no invoice of its own: it appears as a section of
    its parent's, and takes the parent's bill day, currency, tax status and terms.
    `usage_closed_until` is the start of the first open usage period (a date in the brand's zone);
    empty until the first bill run.
    """

    class Kind(models.TextChoices):
        CONSUMER = "consumer", "consumer"
        BUSINESS = "business", "business"

    class TaxStatus(models.TextChoices):
        STANDARD = "standard", "taxed"
        EXEMPT = "exempt", "exempt"
        REVERSE_CHARGE = "reverse_charge", "reverse charge"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="accounts")
    number = models.CharField(max_length=40, validators=[code_validator])
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CONSUMER)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    bills_to_parent = models.BooleanField(default=False)
    bill_day = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    payment_terms_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty: the brand's."
    )
    language = models.CharField(max_length=10, blank=True, help_text="Empty: the brand's first.")
    currency = models.CharField(max_length=3)
    tax_status = models.CharField(
        max_length=20, choices=TaxStatus.choices, default=TaxStatus.STANDARD
    )
    tax_reason = models.CharField(max_length=200, blank=True)
    organisation_number = models.CharField(max_length=40, blank=True)
    vat_number = models.CharField(max_length=40, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2)
    invoice_email = models.EmailField(blank=True)
    opened_on = models.DateField()
    billed_until = models.DateField(
        null=True,
        blank=True,
        help_text="Recurring and one-off charges before this day were billed elsewhere.",
    )
    usage_closed_until = models.DateField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("brand", "number")
        constraints = (
            models.UniqueConstraint(fields=("brand", "number"), name="account_number_once"),
            models.CheckConstraint(
                condition=Q(bill_day__gte=1) & Q(bill_day__lte=31), name="account_bill_day_1_to_31"
            ),
            models.CheckConstraint(
                condition=Q(bills_to_parent=False) | Q(parent__isnull=False),
                name="account_bills_to_a_parent_it_has",
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")), name="account_not_its_own_parent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Person(models.Model):
    """A human being, group-wide; what a person may see is said by memberships."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="person"
    )
    name = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ("name", "id")
        verbose_name_plural = "persons"
        constraints = (
            models.UniqueConstraint(Lower("email"), name="person_email_once_whatever_its_case"),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a person may do in an account's portal."""

    class Role(models.TextChoices):
        OWNER = "owner", "owner"
        BILLING = "billing", "billing"
        VIEWER = "viewer", "viewer"

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.OWNER)

    class Meta:
        ordering = ("account", "person")
        constraints = (
            models.UniqueConstraint(fields=("account", "person"), name="membership_once"),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.account} · {self.role}"


class Location(models.Model):
    """A place where services are delivered; invoices group services by it."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="locations")
    code = models.CharField(max_length=40, validators=[code_validator])
    name = models.CharField(max_length=100)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)

    class Meta:
        ordering = ("account", "code")
        constraints = (
            models.UniqueConstraint(fields=("account", "code"), name="location_code_once"),
        )

    def __str__(self) -> str:
        return self.name
