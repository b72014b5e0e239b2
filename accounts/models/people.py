"""Who buys and who may see it: accounts, persons, memberships, locations."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from accounts.rights import Right
from core.history import tracked
from core.models.organisation import Brand, code_validator
from core.one_brand import keeps_its_owner
from core.same_key import SameKey

# Two transactions that hang accounts under each other at once wait for one another here.
_NO_CIRCLE = """
    IF NEW.parent_id IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('accounts_account.parent'));
    IF EXISTS (
        WITH RECURSIVE above(id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT account.parent_id
              FROM accounts_account account
              JOIN above ON account.id = above.id
             WHERE account.parent_id IS NOT NULL
        )
        SELECT 1 FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'no_circle_of_parents: account % would be above itself', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
"""


# The closing of usage periods is the bill run's business and leaves its own rows.
@tracked(exclude=("usage_closed_until",))
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

    class Streams(models.TextChoices):
        ONE = "one", "one invoice for everything"
        APART = "apart", "recurring charges and add-ons apart"

    class VatCheck(models.TextChoices):
        FORMAT = "format", "form and check digits"
        REGISTER = "register", "asked of the register"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="accounts")
    number = models.CharField(max_length=40, validators=[code_validator])
    name = models.CharField(max_length=200)
    legal_name = models.CharField(
        max_length=200, blank=True, help_text="As in the register. Empty: the name."
    )
    segment = models.CharField(
        max_length=40,
        blank=True,
        validators=[code_validator],
        help_text="A group of customers of the reseller's own, as residential or wholesale.",
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CONSUMER)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    bills_to_parent = models.BooleanField(default=False)
    bill_day = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    invoice_months = models.PositiveSmallIntegerField(
        default=1, help_text="An invoice covers so many usage periods of a month."
    )
    streams = models.CharField(max_length=10, choices=Streams.choices, default=Streams.ONE)
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
    vat_check = models.CharField(
        max_length=10,
        blank=True,
        choices=VatCheck.choices,
        help_text="How the VAT number was checked last. Empty: not, or not right.",
    )
    vat_checked_at = models.DateTimeField(null=True, blank=True)
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
            models.UniqueConstraint(fields=("id", "brand"), name="account_with_brand"),
            SameKey(fields=("parent", "brand"), name="account_parent_of_its_brand"),
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
            models.CheckConstraint(
                condition=Q(invoice_months__in=(1, 2, 3, 4, 6, 12)),
                name="account_invoice_months_divide_a_year",
            ),
            models.CheckConstraint(
                condition=Q(streams__in=("one", "apart")), name="account_streams_are_known"
            ),
            models.CheckConstraint(
                condition=Q(tax_status__in=("standard", "exempt", "reverse_charge")),
                name="account_tax_status_is_known",
            ),
            models.CheckConstraint(
                condition=(
                    Q(vat_check="", vat_checked_at__isnull=True)
                    | (
                        Q(vat_check__in=("format", "register"), vat_checked_at__isnull=False)
                        & ~Q(vat_number="")
                    )
                ),
                name="account_vat_check_has_a_number_and_a_time",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(tax_status="reverse_charge") | ~Q(vat_check="") | Q(bills_to_parent=True)
                ),
                name="account_reverse_charge_has_a_checked_vat_number",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="no_circle_of_parents",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
                timing=pgtrigger.Immediate,
                func=_NO_CIRCLE,
            ),
            keeps_its_owner("brand"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


@tracked()
class Person(models.Model):
    """A human being, group-wide; what a person may see is said by memberships."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="person"
    )
    name = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    zone = models.CharField(
        max_length=50,
        blank=True,
        help_text="Time zone for quiet hours, as Europe/Oslo. Empty: the brand's.",
    )

    class Meta:
        ordering = ("name", "id")
        verbose_name_plural = "persons"
        constraints = (
            models.UniqueConstraint(Lower("email"), name="person_email_once_whatever_its_case"),
        )

    def __str__(self) -> str:
        return self.name


@tracked()
class Membership(models.Model):
    """What a person may do in an account's portal.

    The role brings its rights (accounts/rights.py); `rights` narrows or widens them where it is
    not empty. A line owner sees the subscriptions that were chosen and nothing else.
    """

    class Role(models.TextChoices):
        OWNER = "owner", "owner"
        BILLING = "billing", "billing"
        VIEWER = "viewer", "viewer"
        LINE_OWNER = "line_owner", "line owner"

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.OWNER)
    rights = ArrayField(
        models.CharField(max_length=20, choices=Right.choices),
        default=list,
        blank=True,
        help_text="Empty: those of the role.",
    )

    class Meta:
        ordering = ("account", "person")
        constraints = (
            models.UniqueConstraint(fields=("account", "person"), name="membership_once"),
            models.CheckConstraint(
                condition=Q(role__in=("owner", "billing", "viewer", "line_owner")),
                name="membership_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(rights__contained_by=[str(right) for right in Right.values]),
                name="membership_rights_are_known",
            ),
        )
        triggers = (keeps_its_owner("account"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.account} · {self.role}"


@tracked()
class Location(models.Model):
    """A place where services are delivered; invoices group services by it.

    The emergency address is what an emergency call from here tells: where people really are,
    confirmed by the customer at `emergency_confirmed_at`.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="locations")
    code = models.CharField(max_length=40, validators=[code_validator])
    name = models.CharField(max_length=100)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    cost_centre = models.CharField(max_length=40, blank=True)
    emergency_street = models.CharField(max_length=200, blank=True)
    emergency_postcode = models.CharField(max_length=20, blank=True)
    emergency_city = models.CharField(max_length=100, blank=True)
    emergency_country = models.CharField(max_length=2, blank=True)
    emergency_note = models.CharField(
        max_length=200, blank=True, help_text="Floor, entrance, what helps to find the place."
    )
    emergency_confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("account", "code")
        constraints = (
            models.UniqueConstraint(fields=("id", "account"), name="location_with_account"),
            models.UniqueConstraint(fields=("account", "code"), name="location_code_once"),
            models.CheckConstraint(
                condition=Q(emergency_confirmed_at__isnull=True)
                | (~Q(emergency_street="") & ~Q(emergency_city="") & ~Q(emergency_country="")),
                name="location_confirmed_emergency_address_is_whole",
            ),
        )

    def __str__(self) -> str:
        return self.name
