"""Rating again in the back office: asked for, tried, listed, carried out, refused."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from billing.usage import admin_reratings
from billing.usage.models import UsageRecord
from billing.usage.rerating.models import Rerating
from core.models import Job
from tests import make
from tests.billing.usage.conftest import kari  # noqa: F401 – a fixture
from tests.billing.usage.kari import Kari, call

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def ola(kari: Kari, sign_in):  # noqa: F811
    """Kari called for 1.48; from October on it should have been 0.40."""
    user = make.make_staff("ola@fjordtel.example", kari.brand, is_superuser=True)
    client = sign_in(user)
    kari.take([call(seconds=60)])
    make.make_rate(kari.deck, "47", "0.40", starts_on=OCTOBER)
    return client


def page(view: str, row: Rerating | None = None) -> str:
    return reverse(
        f"admin:billing_rerating_{view}", "config.urls_staff", args=[row.pk] if row else ()
    )


def asked(kari: Kari, **more: str) -> dict[str, str]:  # noqa: F811
    return {
        "deck": str(kari.deck.pk), "starts_on": "2026-10-01", "reason": "A wrong list.", **more
    }  # fmt: skip


def test_the_deck_leads_to_the_form(ola, kari: Kari) -> None:  # noqa: F811
    deck = reverse("admin:catalog_ratedeck_change", "config.urls_staff", args=[kari.deck.pk])

    assert f"{page('request')}?deck={kari.deck.pk}" in ola.get(deck).content.decode()
    assert "Try it" in ola.get(f"{page('request')}?deck={kari.deck.pk}").content.decode()


def test_it_is_tried_listed_and_carried_out(ola, kari: Kari) -> None:  # noqa: F811
    ola.post(page("request"), asked(kari))
    rerating = Rerating.objects.get()
    tried = ola.get(page("change", rerating)).content.decode()
    table = ola.get(page("export", rerating)).content.decode()

    assert rerating.state == "tried"
    assert "100123 Kari Nordmann" in tried
    assert "The charges of one customer would change, in all by \u2212NOK\xa01.08." in tried
    assert table.splitlines()[1] == (
        "100123,Kari Nordmann,NOK,1,1.480000,0.400000,0,0.000000,-1.080000"
    )
    assert UsageRecord.objects.get().amount == 1_480_000

    ola.post(page("carry_out", rerating))

    assert UsageRecord.objects.get().amount == 400_000
    done = ola.get(page("change", rerating)).content.decode()
    assert "The charges of one customer changed, in all by \u2212NOK\xa01.08." in done
    assert "Carry it out" not in done


def test_many_accounts_are_left_to_a_worker(ola, kari: Kari, monkeypatch) -> None:  # noqa: F811
    monkeypatch.setattr(admin_reratings, "ACCOUNTS_AT_ONCE_MAX", 0)

    ola.post(page("request"), asked(kari))

    rerating = Rerating.objects.get()
    assert rerating.state == "trying"
    assert Job.objects.get().kind == "try_rerating"


def test_what_makes_no_sense_is_said_at_its_field(ola, kari: Kari) -> None:  # noqa: F811
    answer = ola.post(page("request"), asked(kari, starts_on="2199-01-01"))

    assert "Nothing was used yet on 2199-01-01" in answer.content.decode()
    assert not Rerating.objects.exists()


def test_what_is_done_is_not_carried_out_again(ola, kari: Kari) -> None:  # noqa: F811
    ola.post(page("request"), asked(kari))
    rerating = Rerating.objects.get()
    ola.post(page("carry_out", rerating))
    answer = ola.post(page("carry_out", rerating), follow=True)

    assert "This re-rating is done." in answer.content.decode()
