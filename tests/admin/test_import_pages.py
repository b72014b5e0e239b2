"""The import wizard, as staff go through it: file, columns, dry run, result, undoing."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from core.jobs import handler_of
from core.models import Brand, ImportBatch, ImportMapping, Job, User
from core.services.keep_import import start_import
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
FILE = (
    b"Kundenr;Kundenavn;Kundetype;Poststed\n100123;Kari Nordmann;P;Oslo\n100124;=Bo Berg;X;Bergen\n"
)
RIGHTS = ("add_importbatch", "change_importbatch", "view_importbatch", "add_account")


def staff_of(brand: Brand, *rights: str) -> User:
    user = make.make_staff(f"staff@{brand.code}.example", brand)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights or RIGHTS))
    return user


@pytest.fixture
def staff(fjordtel) -> User:
    return staff_of(fjordtel)


@pytest.fixture
def client(staff, sign_in) -> Client:
    return sign_in(staff)


def upload(client, brand: Brand, content: bytes = FILE, kind: str = "accounts"):
    file = BytesIO(content)
    file.name = "kunder.csv"
    data = {"kind": kind, "brand": brand.pk, "file": file}
    return client.post(reverse("admin:core_importbatch_add"), data)


def column_choices(**changes: str) -> dict[str, str]:
    chosen = {
        "dates": "yyyy-mm-dd",
        "decimal": "point",
        "column_number": "Kundenr",
        "column_name": "Kundenavn",
        "column_kind": "Kundetype",
        "column_city": "Poststed",
        "values_kind": "P=consumer, X=business",
    }
    return chosen | changes


def page(batch: ImportBatch, step: str = "change", key: int = 0) -> str:
    return reverse(f"admin:core_importbatch_{step}", args=[key or batch.pk])


def test_a_file_goes_through_all_steps_and_back(client, staff, fjordtel) -> None:
    assert client.get(reverse("admin:core_importbatch_add")).status_code == 200
    answer = upload(client, fjordtel)
    batch = ImportBatch.objects.get()
    assert answer.url == page(batch, "columns")
    shown = client.get(answer.url).content.decode()
    assert "Kari Nordmann · =Bo Berg" in shown

    client.post(page(batch, "columns"), column_choices())
    tried = client.get(page(batch)).content.decode()
    assert "Take in 2 new and 0 changed" in tried
    assert not Account.objects.exists()
    client.post(page(batch, "confirm"))
    job = Job.objects.get(kind="apply_import")
    assert "Taking it in" in client.get(page(batch)).content.decode()
    handler_of(job.kind)(job, lambda *_: None)

    assert "Revert this import" in client.get(page(batch)).content.decode()
    assert Account.objects.count() == 2
    client.post(page(batch, "revert"))

    batch.refresh_from_db()
    assert (batch.state, batch.reverted_by) == ("reverted", staff)
    assert not Account.objects.exists()
    assert ImportMapping.objects.get().kind == "accounts"
    assert client.get(reverse("admin:core_importbatch_changelist")).status_code == 200


def test_columns_are_remembered_for_the_next_file_with_this_header(client, staff, fjordtel) -> None:
    test_a_file_goes_through_all_steps_and_back(client, staff, fjordtel)

    answer = upload(client, fjordtel, FILE.replace(b"Oslo", b"Moss"))

    shown = client.get(answer.url).content.decode()
    assert "as for the last file with this header" in shown
    assert "P=consumer, X=business" in shown


def test_failing_rows_are_shown_and_can_be_downloaded(client, staff, fjordtel) -> None:
    upload(client, fjordtel)
    batch = ImportBatch.objects.get()

    client.post(page(batch, "columns"), column_choices(values_kind="P=consumer"))

    shown = client.get(page(batch)).content.decode()
    assert "column “Kundetype”: kind &#x27;X&#x27; is not known" in shown
    assert "Take in" not in shown
    rows = client.get(page(batch, "failed_rows")).content.decode().splitlines()
    assert rows[1].startswith("100124;'=Bo Berg;X;Bergen;3;")
    client.post(page(batch, "confirm"))
    assert not Job.objects.filter(kind="apply_import").exists()


def test_a_wrong_encoding_can_be_mended(client, staff, fjordtel) -> None:
    upload(client, fjordtel, FILE.replace(b"Kari", "Kåre".encode("cp1252")))
    batch = ImportBatch.objects.get()

    client.post(page(batch, "columns"), column_choices(encoding="utf-8"))

    assert "this is not utf-8" in client.get(page(batch)).content.decode()
    assert client.get(page(batch, "failed_rows")).status_code == 200
    assert "Kåre" in client.get(page(batch, "columns")).content.decode()


def test_what_is_no_table_is_refused_at_once(client, staff, fjordtel) -> None:
    answer = upload(client, fjordtel, b"PK\x03\x04rest")

    assert "an Excel or ZIP file" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_imports_of_another_brand_look_like_none(client, staff, fjordtel, northwind) -> None:
    other = start_import("accounts", FILE, file="a.csv", now=NOW, brand=northwind)
    steps = ("change", "columns", "failed_rows")

    answers = {client.get(page(other, step)).status_code for step in steps}
    posted = {client.post(page(other, step)).status_code for step in ("try", "confirm", "revert")}
    gone = {client.get(page(other, step, 999_999)).status_code for step in steps}

    assert answers == posted == gone == {404}
    refused = upload(client, northwind).content.decode()
    assert "Select a valid choice" in refused


@pytest.mark.parametrize("right", RIGHTS[:1] + RIGHTS[3:])
def test_each_right_is_needed(sign_in, fjordtel, right) -> None:
    client = sign_in(staff_of(fjordtel, *(name for name in RIGHTS if name != right)))
    batch = start_import("accounts", FILE, file="a.csv", now=NOW, brand=fjordtel)

    assert client.get(page(batch, "columns")).status_code == 403
    assert client.post(page(batch, "confirm")).status_code == 403
    if right == "add_account":
        assert "Select a valid choice" in upload(client, fjordtel).content.decode()
