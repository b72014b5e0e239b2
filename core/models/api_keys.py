"""Keys by which other systems speak to the API: of one brand, for named purposes, for a time."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.history import tracked
from core.models.organisation import Brand
from core.one_brand import keeps_its_owner


class Scope(models.TextChoices):
    """What a key may do; reading never includes writing, nor the other way round."""

    CATALOG_READ = "catalog:read", "read plans, prices and products"
    CATALOG_PUBLISH = "catalog:publish", "ask for price versions to be published"
    ACCOUNTS_READ = "accounts:read", "read customers, subscriptions and numbers"
    BILLING_READ = "billing:read", "read invoices"
    PAYMENTS_READ = "payments:read", "read payments"
    JOBS_READ = "jobs:read", "read the progress of jobs"
    USAGE_WRITE = "usage:write", "bring usage of one source"


SCOPES = [str(value) for value in Scope.values]


@tracked(exclude=("digest", "last_used_at"))
class ApiKey(models.Model):
    """A key of one brand. Only the SHA-256 of its secret is kept; it is shown once, when made.

    `prefix` is the public part by which a key is found and talked about.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100, help_text="The system that uses it.")
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope.choices))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("brand", "name", "id")
        verbose_name = "API key"
        constraints = (
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0) & Q(scopes__contained_by=SCOPES),
                name="api_key_scopes_are_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_key_expires_after_creation"
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="api_key_digest_is_sha256"
            ),
        )
        triggers = (keeps_its_owner("brand"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_live(self, now: datetime) -> bool:
        """Whether the key opens anything at this moment."""
        return self.revoked_at is None and now < self.expires_at
