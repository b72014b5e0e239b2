"""The reseller's own house: legal entities that issue invoices, brands that customers know."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from core.history import tracked
from core.same_key import SameKey

code_validator = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$", "Use letters, digits, dot, dash and underscore only."
)
colour_validator = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write a colour as #rrggbb.")


@tracked()
class LegalEntity(models.Model):
    """A company of the group: it owns number series, the ledger, tax rates and bank accounts."""

    code = models.CharField(max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(max_length=200)
    organisation_number = models.CharField(max_length=40, blank=True)
    vat_number = models.CharField(max_length=40, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, help_text="ISO 3166 code, for example NO.")
    bank_account = models.CharField(max_length=40, blank=True, help_text="Domestic account.")
    iban = models.CharField(max_length=34, blank=True)
    bic = models.CharField(max_length=11, blank=True)

    class Meta:
        ordering = ("code",)
        verbose_name_plural = "legal entities"

    def __str__(self) -> str:
        return self.name


@tracked(exclude=("next_number", "last_issue_date"))
class NumberSeries(models.Model):
    """A gap-free series of invoice numbers of one legal entity.

    The counter row is locked last, in the short transaction that issues; a rollback gives the
    numbers back. `last_issue_date` keeps dates from decreasing along the series.
    """

    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="series")
    code = models.CharField(max_length=40, validators=[code_validator])
    prefix = models.CharField(max_length=20, blank=True)
    first_number = models.PositiveBigIntegerField(default=1)
    next_number = models.PositiveBigIntegerField(default=1)
    last_issue_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("legal_entity", "code")
        verbose_name_plural = "number series"
        constraints = (
            models.UniqueConstraint(fields=("id", "legal_entity"), name="series_with_legal_entity"),
            models.UniqueConstraint(
                fields=("legal_entity", "code"), name="series_code_once_per_legal_entity"
            ),
            models.UniqueConstraint(
                fields=("legal_entity", "prefix"), name="series_prefix_once_per_legal_entity"
            ),
            models.CheckConstraint(
                condition=Q(next_number__gte=models.F("first_number")),
                name="series_never_before_its_first_number",
            ),
        )

    def __str__(self) -> str:
        return f"{self.legal_entity.code} {self.code}"


@tracked(exclude=("logo",))
class Brand(models.Model):
    """What customers know: a name, a look, languages, a currency, a zone and billing defaults.

    Brands are scope: every customer-owned row reaches its brand, and staff see only theirs.
    """

    class PriceMode(models.TextChoices):
        GROSS = "gross", "gross (tax included)"
        NET = "net", "net (tax added)"

    class ReferenceKind(models.TextChoices):
        KID_MOD10 = "kid_mod10", "KID, modulus 10"
        KID_MOD11 = "kid_mod11", "KID, modulus 11"
        RF = "rf", "RF creditor reference (ISO 11649)"

    class ZeroInvoices(models.TextChoices):
        ISSUE = "issue", "issue them"
        CARRY = "carry", "none; their lines wait for the next invoice"

    code = models.CharField(max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(max_length=200)
    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="brands")
    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="brands")
    currency = models.CharField(max_length=3, help_text="ISO 4217 code, for example NOK.")
    zone = models.CharField(max_length=60, help_text="IANA time zone, for example Europe/Oslo.")
    languages = ArrayField(models.CharField(max_length=10), help_text="First one is the default.")
    price_mode = models.CharField(max_length=10, choices=PriceMode.choices)
    reference_kind = models.CharField(
        max_length=20, choices=ReferenceKind.choices, default=ReferenceKind.RF
    )

    primary_colour = models.CharField(
        max_length=7, default="#1f4e79", validators=[colour_validator]
    )
    accent_colour = models.CharField(max_length=7, default="#c2410c", validators=[colour_validator])
    logo = models.BinaryField(null=True, blank=True, editable=False)
    logo_type = models.CharField(max_length=40, blank=True, editable=False)
    website = models.CharField(max_length=200, blank=True)
    support_email = models.EmailField(blank=True)
    support_phone = models.CharField(max_length=40, blank=True)
    sender_email = models.EmailField(help_text="From-address of the brand's messages.")
    invoice_message = models.JSONField(
        default=dict, blank=True, help_text="One message on every invoice, by language."
    )

    payment_terms_days = models.PositiveSmallIntegerField(default=14)
    due_date_on_bank_day = models.BooleanField(
        default=True, help_text="Move a due date on a non-bank day to the next bank day."
    )
    zero_invoices = models.CharField(
        max_length=10,
        choices=ZeroInvoices.choices,
        default=ZeroInvoices.ISSUE,
        help_text="What becomes of invoices that come to nothing.",
    )
    credit_without_approval = models.DecimalField(
        max_digits=12,
        decimal_places=3,
        default=200,
        help_text="Up to this, tax included, one person may credit an invoice.",
    )
    usage_grace_days = models.PositiveSmallIntegerField(default=2)
    numbers_masked_after_months = models.PositiveSmallIntegerField(
        default=6,
        validators=[MinValueValidator(1)],
        help_text="Then only the first digits of called numbers are kept.",
    )
    usage_kept_months = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1)], help_text="Then usage records are dropped."
    )
    itemisation_kept_months = models.PositiveSmallIntegerField(
        default=14,
        help_text="Records behind issued invoices are kept at least so long, as the law asks.",
    )
    reminder_days_after_due = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    minimum_open_amount = models.DecimalField(
        max_digits=12, decimal_places=3, default=50, help_text="Below this, nobody is reminded."
    )
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("id", "legal_entity"), name="brand_with_legal_entity"),
            SameKey(fields=("series", "legal_entity"), name="brand_series_of_its_legal_entity"),
            models.CheckConstraint(
                condition=Q(numbers_masked_after_months__gte=1)
                & Q(usage_kept_months__gte=models.F("numbers_masked_after_months")),
                name="brand_masks_before_it_drops",
            ),
            models.CheckConstraint(
                condition=Q(minimum_open_amount__gte=0), name="brand_minimum_open_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(credit_without_approval__gte=0),
                name="brand_credit_without_approval_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(zero_invoices__in=("issue", "carry")),
                name="brand_zero_invoices_are_known",
            ),
            models.CheckConstraint(condition=Q(languages__len__gt=0), name="brand_has_a_language"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="brand_currency_is_iso"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def default_language(self) -> str:
        """The language of documents for accounts that name none."""
        return str(self.languages[0])

    @property
    def is_gross(self) -> bool:
        """Whether this brand's prices include tax."""
        return self.price_mode == self.PriceMode.GROSS


@tracked()
class BrandDomain(models.Model):
    """A host name under which a brand's portal answers; the first is used in links."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="domains")
    host = models.CharField(max_length=200, unique=True, help_text="Without port, lower case.")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(host__regex=r"^[a-z0-9.-]+$"), name="brand_domain_is_a_host_name"
            ),
        )

    def __str__(self) -> str:
        return self.host
