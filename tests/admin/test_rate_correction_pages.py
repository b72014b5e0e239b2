"""Wrong rates in the back office: corrected by file with a second person, shown, taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Rate, RateDeck, RateImport
from core.jobs import handler_of
from core.models import Approval, ImportBatch, Job, User
from core.services.decide_approval import approve
from tests import make

# Norway should have been 0.49 from its start on, Sweden is new.
RATES = b"prefix,destination,price,first_increment\n47,Norway,0.49,60\n46,Sweden,0.90,60\n"
WHY = "The carrier's list was read wrongly."


@pytest.fixture
def client(fjordtel, sign_in) -> Client:
    return sign_in(make.make_staff("maker@fjordtel.example", fjordtel, is_superuser=True))


@pytest.fixture
def checker(fjordtel) -> User:
    return make.make_staff("checker@fjordtel.example", fjordtel, is_superuser=True)


@pytest.fixture
def wrong(fjordtel) -> Rate:
    """Norway at 0.60 a minute for long."""
    return make.make_rate(make.make_deck(fjordtel), "47", "0.60", destination="Norway")


def page(model: str, view: str, *keys: int) -> str:
    return reverse(f"admin:{model}_{view}", args=keys)


def tried(client: Client, deck: RateDeck, **options: str) -> tuple[ImportBatch, str]:
    """The file after its columns were sent, and the page that this led to."""
    file = BytesIO(RATES)
    file.name = "right.csv"
    data = {"kind": "rates", "brand": deck.brand_id, "file": file}
    client.post(page("core_importbatch", "add"), data)
    batch = ImportBatch.objects.latest("pk")
    chosen = {f"column_{name}": name for name in RATES.decode().splitlines()[0].split(",")}
    chosen |= {"dates": "yyyy-mm-dd", "decimal": "point"}
    chosen |= {"option_deck": "VOICE", "option_starts_on": str(make.LONG_AGO), **options}
    answer = client.post(page("core_importbatch", "columns", batch.pk), chosen, follow=True)
    batch.refresh_from_db()
    return batch, answer.content.decode()


def corrected(client: Client, wrong: Rate, checker: User) -> ImportBatch:
    """The file is asked for, let in by somebody else, and taken in."""
    batch, _ = tried(client, wrong.deck, option_correct="on", option_reason=WHY)
    client.post(page("core_importbatch", "confirm", batch.pk), {"reason": WHY})
    approve(Approval.objects.get(), by=checker, now=datetime.now(UTC))
    job = Job.objects.get(kind="apply_import")
    handler_of(job.kind)(job, lambda *_: None)
    batch.refresh_from_db()
    return batch


def test_what_has_started_is_refused_unless_it_is_corrected(client, wrong: Rate) -> None:
    batch, shown = tried(client, wrong.deck)

    assert "prefix 47 has a rate from" in shown
    assert "“Correct” in the back office" in shown
    assert (batch.state, batch.failed) == ("previewed", 1)


def test_a_correction_says_why(client, wrong: Rate) -> None:
    batch, shown = tried(client, wrong.deck, option_correct="on", option_reason=" ")

    assert "Needed where “Correct” is ticked." in shown
    assert batch.state == "draft"


def test_the_dry_run_shows_what_would_be_superseded(client, wrong: Rate) -> None:
    """One rate is superseded, one is new; nothing is stored."""
    batch, shown = tried(client, wrong.deck, option_correct="on", option_reason=WHY)

    assert batch.report["parts"] == {
        "superseded rates": {"new": 0, "changed": 1, "unchanged": 0},
        "rates": {"new": 1, "changed": 0, "unchanged": 0},
    }
    [row] = batch.report["rows"]["changed"]
    assert (row["part"], row["label"]) == ("superseded rates", "47 Norway")
    [cell] = row["changes"]
    assert cell == {
        "name": f"since {make.LONG_AGO}",
        "before": "0.6 per 60",
        "after": "0.49 per 60",
    }
    assert "Ask a second person for 1 new and 1 changed" in shown
    assert "carrier&#x27;s list was read wrongly." in shown
    assert not RateImport.objects.exists()


def test_a_second_person_sees_it_and_lets_it_in(client, wrong: Rate, checker: User) -> None:
    batch = corrected(client, wrong, checker)

    right = Rate.objects.get(deck=wrong.deck, prefix="47", superseded_by=None)
    wrong.refresh_from_db()
    record = RateImport.objects.get()
    assert batch.state == "applied"
    assert ["superseded rates 47 Norway: since 2020-01-01", "0.6 per 60", "0.49 per 60"] in [
        list(row) for row in Approval.objects.get().difference
    ]
    assert (wrong.superseded_by, right.price) == (record, Decimal("0.49"))
    assert (record.superseded, record.reason) == (1, WHY)


def test_a_superseded_rate_says_so_by_which_and_why(client, wrong: Rate, checker: User) -> None:
    corrected(client, wrong, checker)
    record = RateImport.objects.get()
    right = Rate.objects.get(deck=wrong.deck, prefix="47", superseded_by=None)

    listed = client.get(page("catalog_rate", "changelist")).content.decode()
    shown = client.get(page("catalog_rate", "change", wrong.pk)).content.decode()
    instead = client.get(page("catalog_rate", "change", right.pk)).content.decode()
    file = client.get(page("catalog_rateimport", "change", record.pk)).content.decode()
    only = client.get(page("catalog_rate", "changelist") + "?is_superseded=yes").content.decode()

    assert listed.count(f"superseded by import {record.pk}") == 1
    assert "Superseded." in shown
    assert page("catalog_rate", "change", right.pk) in shown
    assert "NOK\xa00.49 per 60" in shown
    assert "Why: The carrier&#x27;s list was read wrongly." in shown
    assert "Rates that it superseded" in instead
    assert "NOK\xa00.60 per 60" in file
    assert f"deck={wrong.deck_id}&amp;from={make.LONG_AGO}" in file
    assert "1 result" in only


def test_the_import_is_reverted_and_the_wrong_rate_is_back(
    client, wrong: Rate, checker: User
) -> None:
    batch = corrected(client, wrong, checker)

    client.post(page("core_importbatch", "revert", batch.pk))

    wrong.refresh_from_db()
    assert wrong.superseded_by is None
    assert list(Rate.objects.filter(deck=wrong.deck)) == [wrong]
    assert RateImport.objects.get().reverted_at is not None
