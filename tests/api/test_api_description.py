"""The description of the API is whole: every view, field and choice of it has a name."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command


def test_the_openapi_document_is_valid_and_complete():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())
