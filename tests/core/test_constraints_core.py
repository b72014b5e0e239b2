"""What the database itself refuses of brands, series, logins and jobs."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.models import Brand, BrandDomain, Job, NumberSeries, User
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"minimum_open_amount": Decimal("-0.01")}, "brand_minimum_open_not_negative"),
        ({"numbers_masked_after_months": 15}, "brand_masks_before_it_drops"),
        ({"languages": []}, "brand_has_a_language"),
        ({"credit_without_approval": Decimal(-1)}, "brand_credit_without_approval_not_negative"),
        ({"zero_invoices": "burn"}, "brand_zero_invoices_are_known"),
        ({"currency": "nok"}, "brand_currency_is_iso"),
        ({"currency": "KR"}, "brand_currency_is_iso"),
    ],
)
def test_a_brand_is_refused(fjordtel, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Brand.objects.filter(pk=fjordtel.pk).update(**fields)


@pytest.mark.parametrize("host", ["Fjordtel.localhost", "fjordtel.localhost:8000", "a b", ""])
def test_a_host_that_is_no_host_name_is_refused(fjordtel, host):
    with pytest.raises(IntegrityError, match="brand_domain_is_a_host_name"), transaction.atomic():
        BrandDomain.objects.create(brand=fjordtel, host=host)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"code": "INVOICES", "prefix": "X-"}, "series_code_once_per_legal_entity"),
        ({"code": "OTHER", "prefix": "FT-"}, "series_prefix_once_per_legal_entity"),
        (
            {"code": "OTHER", "prefix": "X-", "first_number": 10, "next_number": 9},
            "series_never_before_its_first_number",
        ),
    ],
)
def test_a_series_is_refused(fjordtel, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        NumberSeries.objects.create(legal_entity=fjordtel.legal_entity, **fields)


def test_another_legal_entity_may_use_the_same_code_and_prefix(fjordtel):
    other = make.make_legal_entity("OTHER")

    NumberSeries.objects.create(legal_entity=other, code="INVOICES", prefix="FT-")

    assert NumberSeries.objects.filter(prefix="FT-").count() == 2


def test_two_logins_never_differ_by_case_alone(db):
    User.objects.create_user("kari@example.com")

    with (
        pytest.raises(IntegrityError, match="user_email_once_whatever_its_case"),
        transaction.atomic(),
    ):
        User.objects.create(email="Kari@Example.com")


def test_a_job_in_a_state_that_nobody_knows_is_refused(db):
    with pytest.raises(IntegrityError, match="job_state_is_known"), transaction.atomic():
        Job.objects.create(kind="any", state="asleep", created_at=NOW)
