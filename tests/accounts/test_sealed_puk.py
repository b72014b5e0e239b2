"""A PUK is sealed where it is stored: neither the database nor a report tells it."""

from __future__ import annotations

import importlib
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models.expressions import RawSQL

from accounts.models import Sim
from core.models import Brand
from core.secret_field import SecretUnreadableError
from core.services.renew_secrets import new_key
from tests.accounts.test_import_customers_in_full import FULL

PUK, ICCID = "12345678", "8947000000000000012"


@pytest.fixture
def sim(fjordtel: Brand) -> Sim:
    """A card of Fjordtel with a PUK."""
    return Sim.objects.create(brand=fjordtel, iccid=ICCID, puk=PUK)


def stored(table: str = "accounts_sim") -> str:
    """Everything that psql sees of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(row::text, E'\\n') FROM {table} row")
        return str(cursor.fetchone()[0])


def test_the_database_and_its_history_show_no_digits(sim: Sim) -> None:
    Sim.objects.filter(pk=sim.pk).update(puk="87654321")
    sim.delete()
    fresh = Sim.objects.create(brand=sim.brand, iccid=ICCID, puk=PUK)

    assert Sim.objects.get(pk=fresh.pk).puk == PUK
    for table in ("accounts_sim", "accounts_simevent"):
        assert ICCID in stored(table)
        assert PUK not in stored(table)
        assert "87654321" not in stored(table)


def test_sim_puk_is_sealed(sim: Sim) -> None:
    """The database takes no PUK as it is, by whatever way."""
    with pytest.raises(IntegrityError, match="sim_puk_is_sealed"), transaction.atomic():
        Sim.objects.update(puk=RawSQL("%s", [PUK]))
    with (
        pytest.raises(IntegrityError, match="sim_puk_is_sealed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE accounts_sim SET puk = %s", [PUK])


def test_a_row_that_is_stored_again_keeps_its_token(sim: Sim) -> None:
    before = stored()
    again = Sim.objects.get()
    again.save()
    unlocked = Sim.objects.only("iccid").get()
    unlocked.save()

    assert stored() == before
    assert unlocked.puk == PUK


def test_no_puk_is_no_puk(fjordtel: Brand) -> None:
    Sim.objects.create(brand=fjordtel, iccid=ICCID)

    assert Sim.objects.get().puk == ""


def test_a_puk_shows_in_no_list_and_no_export(sim: Sim) -> None:
    [values] = Sim.objects.values("puk")
    exported = serializers.serialize("json", Sim.objects.all())

    assert f"{values} {values['puk']}" == "{'puk': ••••} ••••"
    assert PUK not in exported
    assert "gAAAA" not in exported


def test_nobody_searches_for_a_puk(sim: Sim) -> None:
    with pytest.raises(FieldError, match="Unsupported lookup"):
        Sim.objects.filter(puk=PUK)


def test_a_form_is_told_what_a_puk_looks_like(sim: Sim) -> None:
    sim.puk = "12"

    with pytest.raises(ValidationError, match="A PUK has 8 digits"):
        sim.clean_fields()


def test_a_wrong_key_is_told_when_a_puk_is_read_and_not_before(sim: Sim, settings: Any) -> None:
    settings.FIELD_KEYS = [new_key()]

    card = Sim.objects.get()

    with pytest.raises(SecretUnreadableError, match="add the key that it was sealed with"):
        _ = card.puk


def test_something_that_is_no_key_is_told_at_once(sim: Sim, settings: Any) -> None:
    settings.FIELD_KEYS = ["too-short"]

    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS must hold keys"):
        _ = Sim.objects.get().puk


def renew(*arguments: str) -> str:
    out = StringIO()
    call_command("renew_secrets", *arguments, stdout=out)
    return out.getvalue()


def test_a_new_key_takes_over_from_the_old_one(sim: Sim, settings: Any) -> None:
    fresh = renew("--new-key").strip()
    settings.FIELD_KEYS = [fresh, *settings.FIELD_KEYS]

    assert "SIM PUK: 1 would be sealed anew" in renew("--dry-run")
    assert "SIM PUK: 1 sealed anew" in renew()
    assert "SIM PUK: 0 sealed anew" in renew()
    settings.FIELD_KEYS = [fresh]

    assert Sim.objects.get().puk == PUK
    Fernet(fresh)


def test_without_the_old_key_nothing_is_renewed_or_lost(sim: Sim, settings: Any) -> None:
    before, settings.FIELD_KEYS = stored(), [new_key()]

    with pytest.raises(SystemExit) as ended:
        renew()

    assert ended.value.code == 1
    assert stored() == before


def test_an_import_tells_that_a_puk_changed_and_never_which(take_in: Any) -> None:
    first = take_in(FULL.replace(f'puk: "{PUK}"', 'puk: "87654321"'))
    again = take_in(FULL.replace(f'puk: "{PUK}"', 'puk: "87654321"'))
    third = take_in(FULL.replace(f'puk: "{PUK}"', 'puk: "11112222"'))
    changed, told = third.parts["SIMs"], [str(first), str(again), str(third)]

    assert not again.has_changes
    assert changed.details == [f"~ {ICCID}: puk: changed"]
    assert Sim.objects.get().puk == "11112222"
    assert not any(puk in text for text in told for puk in ("87654321", "11112222"))


def test_the_migration_seals_what_is_stored_and_opens_it_again(sim: Sim) -> None:
    migration = importlib.import_module("accounts.migrations.0011_puk_is_sealed")
    with connection.cursor() as cursor, connection.schema_editor() as editor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_sim DROP CONSTRAINT sim_puk_is_sealed")
        migration.open_puks(None, editor)
        opened = stored()
        migration.seal_puks(None, editor)

    assert PUK in opened
    assert PUK not in stored()
    assert Sim.objects.get().puk == PUK
