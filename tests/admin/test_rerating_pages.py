"""Rating again in the back office: asked for, tried, listed, carried out, refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from billing.usage import admin_reratings
from billing.usage.models import UsageRecord
from billing.usage.rerating.at_work import is_interrupted, job_key
from billing.usage.rerating.models import Rerating
from core.models import Job
from core.services.enqueue_job import enqueue_job
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


def left_half_way(kari: Kari, state: str) -> Rerating:  # noqa: F811
    """A re-rating whose process was killed."""
    return Rerating.objects.create(
        deck=kari.deck,
        starts_on=OCTOBER,
        reason="A wrong list.",
        requested_at=datetime(2026, 11, 3, 8, tzinfo=UTC),
        state=state,
    )


def test_one_that_was_killed_says_so_and_goes_on(ola, kari: Kari) -> None:  # noqa: F811
    """1.48 becomes 0.40, under the same row."""
    rerating = left_half_way(kari, "running")
    listed = ola.get(page("changelist")).content.decode()
    shown = ola.get(page("change", rerating)).content.decode()

    ola.post(page("carry_out", rerating))

    rerating.refresh_from_db()
    assert "interrupted" in listed
    assert "carry it out to do the rest" in shown
    assert "Nobody so far, but it stopped half-way." in shown
    assert (rerating.state, rerating.replaced) == ("done", 1)
    assert UsageRecord.objects.get().amount == 400_000


def test_a_trial_that_was_killed_is_tried_again(ola, kari: Kari) -> None:  # noqa: F811
    rerating = left_half_way(kari, "trying")
    shown = ola.get(page("change", rerating)).content.decode()

    ola.post(page("try", rerating))

    rerating.refresh_from_db()
    assert "Try it again" in shown
    assert "It isn&#x27;t known yet: the trial stopped half-way." in shown
    assert (rerating.state, rerating.replaced) == ("tried", 1)
    assert UsageRecord.objects.get().amount == 1_480_000


def test_one_that_a_worker_will_take_up_is_not_interrupted(ola, kari: Kari) -> None:  # noqa: F811
    rerating = left_half_way(kari, "running")
    job = enqueue_job(
        "carry_out_rerating",
        payload={"rerating": rerating.pk},
        unique_key=job_key(rerating),
        now=rerating.requested_at,
    )

    assert not is_interrupted(rerating)
    refused = ola.post(page("carry_out", rerating), follow=True).content.decode()
    Job.objects.filter(pk=job.pk).update(state="parked")

    assert is_interrupted(rerating)
    assert "This re-rating is being carried out." in refused


def test_a_parked_job_is_taken_up_by_the_button(ola, kari: Kari, monkeypatch) -> None:  # noqa: F811
    monkeypatch.setattr(admin_reratings, "ACCOUNTS_AT_ONCE_MAX", 0)
    rerating = left_half_way(kari, "running")
    key = job_key(rerating)
    parked = Job.objects.create(
        kind="carry_out_rerating",
        payload={"rerating": rerating.pk},
        unique_key=key,
        state="parked",
        created_at=rerating.requested_at,
    )

    ola.post(page("carry_out", rerating))

    parked.refresh_from_db()
    assert parked.state == "queued"


def test_nobody_is_affected_where_all_prices_are_those_of_today(ola, kari: Kari) -> None:  # noqa: F811
    ola.post(page("request"), asked(kari))
    rerating = Rerating.objects.get()
    ola.post(page("carry_out", rerating))
    ola.post(page("request"), asked(kari))
    again = ola.get(page("change", Rerating.objects.first())).content.decode()

    assert "Nobody: all usage has the prices of today." in again
    assert str(rerating).split() == ["Deck", "VOICE", "from", "1", "Oct", "2026"]
