"""The layout of a source's files, by its format; of what came over the API, the API's."""

from __future__ import annotations

from billing.usage.intake.api_layout import API_LAYOUT
from billing.usage.intake.asterisk_layout import asterisk_layout
from billing.usage.intake.mapped_layouts import csv_layout, json_layout
from billing.usage.intake.radius_layout import radius_layout
from billing.usage.intake.record_layout import Layout
from billing.usage.models import UsageFile, UsageSource

_MAKERS = {
    UsageSource.Format.ASTERISK: asterisk_layout,
    UsageSource.Format.CSV: csv_layout,
    UsageSource.Format.JSON: json_layout,
    UsageSource.Format.RADIUS: radius_layout,
}


def layout_of(source: UsageSource) -> Layout:
    """The layout that the source's format and mapping say; `DomainError` if they make no sense."""
    make = _MAKERS[UsageSource.Format(source.format)]
    return make(source)


def layout_of_file(file: UsageFile) -> Layout:
    """The layout of a file that was taken in; `DomainError` if the source's settings make no sense.

    Lines that came over the API are built alike whatever the source's files look like.
    """
    return API_LAYOUT if file.via_api else layout_of(file.source)
