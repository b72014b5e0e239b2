"""The exceptions queue in the back office: by cause, tried, released, discarded, rolled back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord
from tests import make
from tests.billing.usage.conftest import kari  # noqa: F401 – a fixture
from tests.billing.usage.kari import Kari, call, hits
from tests.billing.usage.mending import BO, add_bo


@pytest.fixture
def ola(kari, sign_in):  # noqa: F811
    user = make.make_staff("ola@fjordtel.example", kari.brand, is_superuser=True)
    client = sign_in(user)
    kari.take([call("A-1"), call("B-1", service=BO), call("B-2", service=BO)])
    return client


def page(view: str, row=None) -> str:
    stem = "usagefile" if isinstance(row, UsageFile) else "suspendedusage"
    return reverse(
        f"admin:billing_{stem}_{view}", "config.urls_staff", args=[row.pk] if row else ()
    )


def test_the_list_shows_each_cause_with_its_money(ola) -> None:
    text = ola.get(page("changelist")).content.decode()

    assert "nobody has this number" in text
    assert "≈ NOK" in text or "≈" in text


def test_the_page_of_a_cause_says_how_to_mend_it(ola) -> None:
    text = ola.get(page("cause", SuspendedUsage.objects.first())).content.decode()

    assert "Give the number to a subscription" in text


def test_a_mended_cause_is_tried_and_then_released(ola, kari: Kari) -> None:  # noqa: F811
    add_bo(kari)
    line = SuspendedUsage.objects.first()

    tried = ola.get(page("cause", line)).content.decode()
    assert "2 rated" in tried
    assert "Kari Nordmann" in tried
    assert UsageRecord.objects.count() == 1
    ola.post(page("cause", line))

    assert UsageRecord.objects.count() == 3
    assert hits() == []


def test_a_cause_is_discarded_and_a_line_taken_up_again(ola) -> None:
    line = SuspendedUsage.objects.first()
    refused = ola.post(page("discard", line), {"lines": "cause", "reason": ""})
    ola.post(page("discard", line), {"lines": "cause", "reason": "Test calls."})

    assert refused.status_code == 200
    assert UsageFile.objects.get().discarded == 2
    assert "Test calls." in ola.get(page("change", line)).content.decode()
    ola.post(page("take_up", line))

    assert UsageFile.objects.get().discarded == 1
    assert hits() == []


def test_a_file_is_rolled_back_with_a_reason(ola) -> None:
    file = UsageFile.objects.get()
    without = ola.post(page("roll_back", file), {"reason": ""})

    assert "Roll back" in ola.get(page("change", file)).content.decode()
    assert without.status_code == 200
    done = ola.post(page("roll_back", file), {"reason": "Wrong month."}, follow=True)

    assert "1 records and 2 lines" in done.content.decode()
    assert not UsageRecord.objects.exists()
    again = ola.post(page("roll_back", file), {"reason": "Again."})
    assert "was rolled back on" in again.content.decode()
