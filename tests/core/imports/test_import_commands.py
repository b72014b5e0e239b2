"""Imports in the shell: suggested, tried, taken in, listed and reverted."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import Account
from core.models import ImportBatch

FILE = "Kundenr;Kundenavn;Poststed\n100123;Kari Nordmann;Oslo\n100124;Bo Berg;Bergen\n"
MAPPING = "fields:\n  number: Kundenr\n  name: Kundenavn\n  city: Poststed\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "kunder.csv").write_text(FILE)
    (tmp_path / "m.yaml").write_text(MAPPING)
    return str(tmp_path / "kunder.csv"), str(tmp_path / "m.yaml")


def run(*arguments: object, **options: object) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=out, **options)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_a_file_is_tried_taken_in_listed_and_reverted(fjordtel, files) -> None:
    file, mapping = files
    asked = ("import_file", "accounts", file, "--mapping", mapping, "--brand", "fjordtel")

    assert run(*asked, "--dry-run")[0] == 0
    assert not ImportBatch.objects.exists()
    assert run(*asked)[0] == 0
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.new, Account.objects.count()) == ("applied", 2, 2)
    text = run(*asked)[1]

    assert "The same file was taken in" in text
    assert "kunder.csv" in run("list_imports")[1]
    assert run("revert_import", batch.pk)[0] == 0
    assert not Account.objects.exists()
    assert run("revert_import", batch.pk)[0] == 1
    assert run("revert_import", 999_999)[0] == 2


def test_a_refused_file_leaves_no_record(fjordtel, files, tmp_path) -> None:
    (tmp_path / "kunder.csv").write_text(FILE.replace("Bo Berg", ""))
    file, mapping = files

    code, text = run("import_file", "accounts", file, "--mapping", mapping, "--brand", "fjordtel")

    assert code == 1
    assert "kunder.csv:3: column “Kundenavn”: account 100124: name is missing" in text
    assert not ImportBatch.objects.exists()


def test_a_mapping_is_suggested(fjordtel, files) -> None:
    code, text = run("import_file", "accounts", files[0], "--suggest")

    assert "number:\n    column: Kundenr" in text
    assert (code, "No column found for brand" in text) == (1, True)


def test_what_can_not_start_says_so(fjordtel, files, tmp_path) -> None:
    (tmp_path / "m.yaml").write_text("fields: {nobody: Kundenr}")
    file, mapping = files

    assert run("import_file", "cats", file)[0] == 2
    assert run("import_file", "accounts", file, "--brand", "nobody")[0] == 2
    code, text = run("import_file", "accounts", file, "--mapping", mapping)
    assert (code, "'nobody' is not a known field" in text) == (2, True)


def test_accounts_from_the_shell_are_recorded_and_revertible(fjordtel, tmp_path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("brand,number,name\nfjordtel,100123,Kari Nordmann\n")

    assert run("import_accounts", path)[0] == 0
    batch = ImportBatch.objects.get()

    assert (batch.kind, batch.state, batch.new) == ("accounts", "applied", 1)
    assert run("revert_import", batch.pk)[0] == 0
    assert not Account.objects.exists()
