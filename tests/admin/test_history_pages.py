"""Each row of the back office tells who changed it, by which way, and what was before."""

from __future__ import annotations

from django.db import connection
from django.urls import reverse

from accounts.models import Account
from billing.models import Invoice
from core.history import changed_by
from tests.portal.reading import text_of


def history_of(client, row) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_history"
    return text_of(client.get(reverse(name, args=[row.pk])))


def test_a_change_in_a_form_names_the_login_and_both_values(staff, own):
    account = own[Account]
    with changed_by(channel="back_office", user_id=own.brand.staff.first().pk, reason="moved"):
        Account.objects.filter(pk=account.pk).update(city="Bergen")

    page = history_of(staff, account)

    assert f"changed by {own.brand.staff.first().email} back office" in page
    assert "Why: moved" in page
    assert "City Oslo Bergen" in page


def test_a_change_behind_everybodys_back_is_seen_too(staff, own):
    account = own[Account]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_account SET bill_day = 9 WHERE id = %s", [account.pk])

    page = history_of(staff, account)

    assert "changed the database itself" in page
    assert "Bill day 1 9" in page


def test_what_keeps_no_history_says_what_its_record_is(staff, own):
    assert "keep no history of their own" in history_of(staff, own[Invoice])
