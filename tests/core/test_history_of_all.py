"""Every tracked model has the triggers that write its history, and no event is ever changed."""

import pghistory.models
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from core.models import Brand
from tests import make

OURS = {"accounts", "billing", "catalog", "core", "dunning", "payments", "portal"}
EVENTS = [
    model
    for model in apps.get_models()
    if issubclass(model, pghistory.models.Event) and model._meta.app_label in OURS
]
WRITERS = {"insert_insert", "update_update", "delete_delete"}


def in_force(table: str) -> set[str]:
    """Names of a table's enabled triggers, as the models call them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled <> 'D'"
            " AND NOT tgisinternal",
            [f'"{table}"'],
        )
        return {name.removeprefix("pgtrigger_").rsplit("_", 1)[0] for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("event", EVENTS, ids=lambda model: model.__name__)
def test_the_history_of_a_model_is_written_and_kept_by_triggers(db, event) -> None:
    model = event.pgh_tracked_model

    assert in_force(model._meta.db_table) >= WRITERS
    assert "append_only" in in_force(event._meta.db_table)


@pytest.mark.parametrize("event", EVENTS, ids=lambda model: model.__name__)
def test_the_columns_of_a_history_are_those_of_its_model(event) -> None:
    of_model = {field.attname for field in event.pgh_tracked_model._meta.concrete_fields}
    of_event = {field.attname for field in event._meta.concrete_fields}

    assert {name for name in of_event if not name.startswith("pgh_")} <= of_model
    assert "id" in of_event


def test_each_change_of_a_row_by_raw_sql_leaves_an_event_that_stays(db) -> None:
    brand = make.make_brand()
    events = apps.get_model("core", "BrandEvent").objects.filter(pgh_obj_id=brand.pk)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_brand SET name = 'Fjordtel 2' WHERE id = %s", [brand.pk])

    assert events.latest("pgh_id").name == "Fjordtel 2"
    assert Brand.objects.get(pk=brand.pk).name == "Fjordtel 2"
    for change in (lambda: events.update(name="Another"), events.delete):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()
