"""Customers read what their plan includes and costs, in the words that staff see."""

from __future__ import annotations

from datetime import date

from catalog.models import Plan
from catalog.plan_sheet.content import plan_sheet
from tests.portal.reading import text_of


def test_a_service_shows_the_sheets_of_its_plan_and_add_ons(kari, portal):
    mobile = kari.subscriptions[0]

    page = text_of(portal.get(f"/services/{mobile.pk}/plan/"))

    for code in ("MOBIL20", "TR-DAY", "GB1"):
        version = Plan.objects.get(code=code).versions.get()
        sheet = plan_sheet(version, "en", as_of=date(2026, 11, 2))
        assert sheet.name in page
        for section in sheet.sections:
            assert section.title in page
            assert all(row.value.replace("\xa0", " ") in page for row in section.rows)
    assert "Mobile 10 GB" not in page  # the plan of before


def test_home_leads_to_what_each_plan_costs(kari, portal):
    page = portal.get("/").content.decode()

    for service in kari.subscriptions:
        assert f"/services/{service.pk}/plan/" in page
