"""Usage: so far, record by record, and as CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from catalog.models import Allowance, Plan, PlanVersion
from portal.spreadsheet import csv_line
from tests import make
from tests.portal.cast import add_usage
from tests.portal.reading import text_of


def exported(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_records_stand_with_local_time_number_quantity_and_exact_price(portal, kari):
    page = text_of(portal.get("/usage/"))

    assert "2 Nov 00:30:00 +47 22 33 44 55 Calls 0.75 0:01:15" in page
    assert "1 Nov 10:00:00 +47 22 33 44 55 Messages 0.39 1 message" in page
    assert "NOK 1.14" in page


def test_a_month_is_the_brands_month_not_the_one_of_utc(portal, kari):
    add_usage(kari.subscriptions[0], datetime(2026, 10, 31, 23, 30, tzinfo=UTC), quantity=3661)

    assert "1 Nov 00:30:00" in text_of(portal.get("/usage/?month=2026-11"))
    assert "Nothing was used in October 2026." in text_of(portal.get("/usage/?month=2026-10"))


def test_one_service_can_be_chosen(portal, kari):
    fixed = kari.subscriptions[1]
    add_usage(
        fixed, datetime(2026, 11, 1, 8, tzinfo=UTC), usage_type="data", called="", quantity=10
    )

    everything = text_of(portal.get("/usage/"))
    chosen = text_of(portal.get(f"/usage/?service={fixed.pk}&month=2026-11"))

    assert "0:01:15" in everything
    assert "Data 0.75 10 B" in chosen
    assert "+47 22 33 44 55" not in chosen


def test_the_service_of_somebody_else_looks_like_none_at_all(portal, kari, fjordtel):
    bo = make.make_account(fjordtel, "100900", "Bo Berg")
    theirs = make.make_subscription(bo, make.make_plan(fjordtel, "TV", "99.00"), "TV-1")
    add_usage(theirs, datetime(2026, 11, 1, 8, tzinfo=UTC), called="4790909090")

    for path in ("/usage/", "/usage/export/"):
        foreign = portal.get(f"{path}?service={theirs.pk}")
        unknown = portal.get(f"{path}?service=999999999")
        assert foreign.status_code == unknown.status_code == 404
    assert "90 90 90 90" not in text_of(portal.get("/usage/"))


@pytest.mark.parametrize(
    "query", ["month=2026-13", "month=x", "month=1999-01", "page=0", "page=²", "page=99999999999"]
)
def test_a_filter_that_makes_no_sense_shows_this_month(portal, kari, query):
    assert "0:01:15" in text_of(portal.get(f"/usage/?{query}"))


def test_long_lists_come_in_pages(portal, kari):
    for minute in range(50):
        add_usage(kari.subscriptions[0], datetime(2026, 10, 5, 12, minute, tzinfo=UTC))

    first = text_of(portal.get("/usage/?month=2026-10"))
    second = portal.get("/usage/?month=2026-10&page=2")

    assert "Page 1 of 2" in first
    assert "50 records" in first
    assert second.content.count(b"5 Oct".replace(b" ", "\u00a0".encode())) == 10


def test_the_export_holds_what_the_list_holds(portal, kari):
    response = portal.get("/usage/export/?month=2026-11")

    heading, newest, oldest = exported(response)
    assert heading[:5] == ["date", "time", "service", "number", "called"]
    assert newest == [
        "2026-11-02", "00:30:00", "+47 90 00 01 23", "4790000123", "4722334455", "", "Calls",
        "75", "seconds", "0.750000", "NOK",
    ] or newest[2] == "'+47 90 00 01 23"  # fmt: skip
    assert oldest[7:10] == ["1", "messages", "0.390000"]
    assert response["Content-Disposition"] == 'attachment; filename="usage-100123-2026-11.csv"'


def test_the_export_is_not_cut_where_the_list_has_pages(portal, kari):
    for minute in range(50):
        add_usage(kari.subscriptions[0], datetime(2026, 10, 5, 12, minute, tzinfo=UTC))

    assert len(exported(portal.get("/usage/export/?month=2026-10"))) == 51


def test_names_that_are_formulas_to_a_spreadsheet_are_made_harmless(portal, kari):
    mobile = kari.subscriptions[0]
    mobile.label = '=HYPERLINK("http://evil.example")'
    mobile.save()

    row = exported(portal.get("/usage/export/"))[1]

    assert row[2] == '\'=HYPERLINK("http://evil.example")'


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+47", "'+47"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("plain", "plain"),
        (-75, "-75"),
        ("a,b", '"a,b"'),
    ],
)
def test_cells_of_csv(cell, written):
    assert csv_line([cell]) == f"{written}\r\n"


def test_who_used_nothing_reads_that(fjordtel, sign_in):
    person = make.make_person(make.make_account(fjordtel, opened_on=date(2026, 11, 1)))

    page = text_of(sign_in(person).get("/usage/"))

    assert "Nothing used so far." in page
    assert "Nothing was used in November 2026." in page


def test_usage_that_a_plan_includes_is_said_to_be_taken_off(portal, kari):
    words = "What your plan includes is already taken off."
    add_usage(kari.subscriptions[0], datetime(2026, 11, 1, 18, tzinfo=UTC))
    before = text_of(portal.get("/"))
    plan = Plan.objects.get(code="MOBIL20")
    with_calls = PlanVersion.objects.create(plan=plan, starts_on=date(2026, 11, 1))
    Allowance.objects.create(
        version=with_calls, code="CALLS", description={"en": "Calls"}, unit="seconds",
        quantity=6000, usage_types=["voice"],
    )  # fmt: skip
    draft = text_of(portal.get("/"))
    make.make_charge(with_calls)
    make.publish(with_calls)

    assert words not in before
    assert words not in draft
    for address in ("/", "/usage/"):
        assert text_of(portal.get(address)).count(words) == 1
