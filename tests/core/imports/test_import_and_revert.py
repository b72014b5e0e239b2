"""An import is tried, taken in and undone: everything it touched is what it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Account, Location, NumberAssignment, Person, Subscription
from catalog.models import UsageCategory
from core.errors import DomainError, InputRefused
from core.imports.batch_context import batch_context
from core.models import ImportBatch, Job
from core.services.apply_import import apply_import, confirm_import
from core.services.keep_import import start_import
from core.services.preview_import import preview_import
from core.services.revert_import import RevertRefused, revert_import
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
TODAY = date(2026, 11, 3)
CUSTOMERS = (
    "Kundenr;Kundenavn;Kundetype;Adresse;Postnr;Poststed;E-post;Opprettet\n"
    "100123;Kari Nordmann;P;Storgata 1;0155;Oslo;kari@example.com;01.03.2024\n"
    "100124;Bo Berg;P;Strandveien 2;5003;Bergen;bo@example.com;15.06.2025\n"
).encode("cp1252")
MAPPING: dict[str, Any] = {
    "file": {"dates": "dd.mm.yyyy"},
    "fields": {
        "brand": {"constant": "fjordtel"},
        "number": "Kundenr",
        "name": "Kundenavn",
        "kind": {"column": "Kundetype", "values": {"P": "consumer", "B": "business"}},
        "street": "Adresse",
        "postcode": "Postnr",
        "city": "Poststed",
        "invoice_email": "E-post",
        "opened_on": "Opprettet",
    },
}


def begin(brand, content=CUSTOMERS, kind="accounts", mapping=MAPPING, **fields) -> ImportBatch:
    return start_import(
        kind, content, file="customers.csv", now=NOW, brand=brand, mapping=mapping, **fields
    )


def take_in(brand, content=CUSTOMERS, kind="accounts", mapping=MAPPING, **fields) -> ImportBatch:
    batch = begin(brand, content, kind, mapping, state="applying", **fields)
    return apply_import(batch.pk, channel="command", now=NOW, as_of=TODAY)


def revert(batch):
    return revert_import(batch.pk, user=None, channel="command", now=NOW)


def test_a_preview_tells_what_would_happen_and_stores_nothing(fjordtel) -> None:
    batch = begin(fjordtel)

    preview_import(batch, now=NOW, as_of=TODAY)

    assert (batch.state, batch.new, batch.failed) == ("previewed", 2, 0)
    assert batch.report["rows"]["new"][0] == {
        "part": "accounts",
        "label": "100123 Kari Nordmann",
        "changes": [],
    }
    assert not Account.objects.exists()


def test_a_confirmed_import_is_done_by_a_worker(fjordtel) -> None:
    staff = make.make_staff()
    batch = begin(fjordtel)
    preview_import(batch, now=NOW, as_of=TODAY)

    confirm_import(batch, user=staff, now=NOW)
    handler_result = _work()

    batch.refresh_from_db()
    assert (batch.state, batch.applied_by) == ("applied", staff)
    assert handler_result == {"new": 2, "changed": 0, "unchanged": 0}
    assert Account.objects.get(number="100123").opened_on == date(2024, 3, 1)


def _work() -> Any:
    from core.jobs import handler_of

    job = Job.objects.get(kind="apply_import")
    return handler_of(job.kind)(job, lambda *_: None)


def test_what_it_changed_is_shown_cell_by_cell(fjordtel) -> None:
    take_in(fjordtel)
    moved = CUSTOMERS.replace(b"Storgata 1", b"Storgata 7")
    batch = begin(fjordtel, moved)

    preview_import(batch, now=NOW, as_of=TODAY)

    assert (batch.new, batch.changed, batch.unchanged) == (0, 1, 1)
    assert batch.report["rows"]["changed"][0]["changes"] == [
        {"name": "street", "before": "Storgata 1", "after": "Storgata 7"}
    ]


def test_a_reverted_import_leaves_no_row(fjordtel) -> None:
    batch = take_in(fjordtel)

    done = revert(batch)

    batch.refresh_from_db()
    assert (batch.state, done.removed) == ("reverted", 2)
    assert not Account.objects.exists()


def test_a_reverted_change_restores_what_was(fjordtel) -> None:
    take_in(fjordtel)
    batch = take_in(fjordtel, CUSTOMERS.replace(b"Storgata 1", b"Storgata 7"))

    done = revert(batch)

    assert done.restored == 1
    assert Account.objects.get(number="100123").street == "Storgata 1"


def test_it_is_refused_where_a_row_was_changed_since(fjordtel) -> None:
    batch = take_in(fjordtel)
    Account.objects.filter(number="100124").update(name="Bo Lund")

    with pytest.raises(RevertRefused, match=r"100124.* was changed since"):
        revert(batch)

    assert Account.objects.count() == 2


def test_it_is_refused_where_something_was_built_on_it(fjordtel) -> None:
    batch = take_in(fjordtel)
    make.make_location(Account.objects.get(number="100123"))

    with pytest.raises(RevertRefused, match=r"100123.*1 location refers to it"):
        revert(batch)

    assert Account.objects.count() == 2


def test_a_change_that_was_taken_back_by_hand_is_no_obstacle(fjordtel) -> None:
    batch = take_in(fjordtel)
    Account.objects.filter(number="100124").update(name="Bo Lund")
    Account.objects.filter(number="100124").update(name="Bo Berg")

    revert(batch)

    assert not Account.objects.exists()


def test_an_import_is_reverted_once(fjordtel) -> None:
    batch = take_in(fjordtel)
    revert(batch)

    with pytest.raises(RevertRefused, match="is reverted; only applied"):
        revert(batch)


def test_flat_files_make_up_a_customer_and_go_again(fjordtel) -> None:
    plan = make.make_plan(fjordtel)
    take_in(fjordtel)
    batches = [
        take_in(
            fjordtel,
            f"Kunde,Abonnement,Startdato,Produkt\n100123,S-1,2026-01-01,{plan.code}\n".encode(),
            "subscriptions",
            {
                "fields": {
                    "account": "Kunde",
                    "subscription": "Abonnement",
                    "starts_on": "Startdato",
                    "plan": "Produkt",
                }
            },
        ),
        take_in(
            fjordtel,
            b"Kunde,Abonnement,MSISDN\n100123,S-1,900 00 123\n",
            "numbers",
            {
                "file": {"country": "NO"},
                "fields": {"account": "Kunde", "subscription": "Abonnement", "number": "MSISDN"},
            },
        ),
        take_in(
            fjordtel,
            b"Kunde,Kode,Navn\n100123,home,Hjemme\n",
            "locations",
            {"fields": {"account": "Kunde", "code": "Kode", "name": "Navn"}},
        ),
    ]
    subscription = Subscription.objects.get()
    assert NumberAssignment.objects.get().number.number == "4790000123"
    assert NumberAssignment.objects.get().subscription == subscription

    for batch in reversed(batches):
        assert batch.not_revertible == ""
        revert(batch)

    assert not Subscription.objects.exists()
    assert not Location.objects.exists()


def test_persons_come_and_go_with_their_logins(fjordtel) -> None:
    take_in(fjordtel)
    fields = {"account": "Kunde", "email": "Epost", "name": "Navn"}
    people = b"Kunde,Epost,Navn\n100123,kari@example.com,Kari Nordmann\n"
    batch = take_in(fjordtel, people, "people", {"fields": fields})
    assert Person.objects.get().email == "kari@example.com"

    revert(batch)

    assert not Person.objects.exists()


def test_problems_name_line_and_column_of_the_users_file(fjordtel) -> None:
    wrong = CUSTOMERS.replace(b"bo@example.com;15.06.2025", b"bo;31.02.2025")
    batch = begin(fjordtel, wrong)

    preview_import(batch, now=NOW, as_of=TODAY)

    told = batch.report["problems"]
    assert [(item["line"], item["what"]) for item in told] == [
        (3, "column “Opprettet”: opened_on '31.02.2025' is not a date written as dd.mm.yyyy"),
    ]
    with pytest.raises(DomainError, match="can't be taken in"):
        confirm_import(batch, user=None, now=NOW)


def test_our_readers_problems_name_the_users_column_too(fjordtel) -> None:
    wrong = CUSTOMERS.replace(b"bo@example.com", b"bo at home")
    batch = begin(fjordtel, wrong)

    preview_import(batch, now=NOW, as_of=TODAY)

    told = batch.report["problems"]
    assert told[0]["line"] == 3
    assert told[0]["what"].startswith("column “E-post”: account 100124: invoice_email")


def test_sound_rows_come_in_where_the_others_are_left_out(fjordtel) -> None:
    wrong = CUSTOMERS.replace(b"bo@example.com", b"bo at home")
    batch = take_in(fjordtel, wrong, options={"leave_out": True})

    assert (batch.new, batch.failed) == (1, 1)
    assert list(Account.objects.values_list("number", flat=True)) == ["100123"]


def test_another_brand_looks_like_one_that_is_not_there(fjordtel, northwind) -> None:
    fields = {**MAPPING["fields"], "brand": {"constant": northwind.code}}
    batch = begin(fjordtel, mapping={**MAPPING, "fields": fields})

    preview_import(batch, now=NOW, as_of=TODAY)
    known = batch.report["problems"][0]
    fields = {**MAPPING["fields"], "brand": {"constant": "nobody"}}
    other = begin(fjordtel, mapping={**MAPPING, "fields": fields})
    preview_import(other, now=NOW, as_of=TODAY)

    foreign = other.report["problems"][0]
    assert known["remedy"] == foreign["remedy"] == "known are: fjordtel"
    assert known["what"].replace(northwind.code, "nobody") == foreign["what"]


def test_a_yaml_file_of_another_brand_is_refused_too(fjordtel, northwind) -> None:
    text = f"accounts:\n- {{brand: {northwind.code}, number: A1, name: Acme AS}}\n"
    batch = start_import("accounts", text.encode(), file="a.yaml", now=NOW, brand=fjordtel)

    preview_import(batch, now=NOW, as_of=TODAY)

    assert batch.report["problems"][0]["remedy"] == "known are: fjordtel"


def test_a_file_refused_when_it_is_taken_in_leaves_the_import_failed(fjordtel) -> None:
    batch = begin(fjordtel, state="applying", content=CUSTOMERS.replace(b"Bo Berg", b""))

    with pytest.raises(InputRefused):
        apply_import(batch.pk, channel="command", now=NOW, as_of=TODAY)

    batch.refresh_from_db()
    assert (batch.state, batch.failed) == ("failed", 1)
    assert not Account.objects.exists()


def test_the_context_reaches_rows_that_come_by_copy(fjordtel) -> None:
    table = UsageCategory._meta.db_table

    statement = f"COPY {table} (brand_id, code, name) FROM STDIN"
    with (
        transaction.atomic(),
        batch_context(77, channel="command"),
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        copy.write_row((fjordtel.pk, "abroad", '{"en": "Abroad"}'))
    after = UsageCategory.objects.create(brand=fjordtel, code="home", name={"en": "Home"})

    history: Any = UsageCategory
    events = history.events.rel.related_model.objects
    assert events.get(code="abroad").pgh_context.metadata["batch"] == 77
    assert events.get(pgh_obj_id=after.pk).pgh_context is None
