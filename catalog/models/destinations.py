"""Destination groups: countries and networks that allowances and usage charges name together."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from core.history import tracked
from core.models.organisation import Brand, code_validator
from core.one_brand import keeps_its_owner


@tracked()
class DestinationGroup(models.Model):
    """Destinations under one name ("EU and EEA"): the prefixes that belong to it, by date."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="destination_groups")
    code = models.CharField(max_length=40, validators=[code_validator])
    name = models.JSONField(help_text="What the customer reads, by language.")

    class Meta:
        ordering = ("brand", "code")
        constraints = (
            models.UniqueConstraint(
                fields=("brand", "code"), name="destination_group_code_once_per_brand"
            ),
        )
        triggers = (keeps_its_owner("brand"),)

    def __str__(self) -> str:
        return self.code


@tracked()
class DestinationPrefix(models.Model):
    """A prefix of called numbers (E.164 digits) that belongs to a group over a span of dates.

    Of a group's prefixes the longest match counts; numbers that match none lie outside.
    """

    group = models.ForeignKey(DestinationGroup, models.CASCADE, related_name="prefixes")
    prefix = models.CharField(max_length=15)
    during = DateRangeField(help_text="From this date, until before that one.")

    class Meta:
        ordering = ("group", "prefix", "during")
        verbose_name_plural = "destination prefixes"
        constraints = (
            ExclusionConstraint(
                name="destination_prefix_once_at_a_time",
                expressions=(
                    ("group", RangeOperators.EQUAL),
                    ("prefix", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
            models.CheckConstraint(
                condition=Q(prefix__regex=r"^[0-9]{1,15}$"),
                name="destination_prefix_is_digits",
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False), name="destination_prefix_span_not_empty"
            ),
        )

    def __str__(self) -> str:
        return self.prefix
