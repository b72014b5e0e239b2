"""The examples of docs/formats.md, taken in as they stand there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from PIL import Image

from accounts.models import Account, Subscription
from catalog.models import Rate
from core.models import Brand


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """The example of each section in a file of its own, and the logo that the first names."""
    sections = (Path(settings.BASE_DIR) / "docs" / "formats.md").read_text().split("\n## ")
    for section in sections[1:4]:
        for kind, text in re.findall(r"```(yaml|csv)\n(.*?)```", section, re.DOTALL):
            path = tmp_path / f"{section[0]}.{kind}"
            path = tmp_path / f"{section[0]}-more.{kind}" if path.exists() else path
            path.write_text(text)
    Image.new("RGB", (300, 80), (11, 85, 99)).save(tmp_path / "fjordtel.png")
    return tmp_path


def test_the_examples_make_a_house_that_could_bill(
    db: None, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_catalog", str(examples / "1.yaml"))
    call_command("import_rates", "FJORD-VOICE", str(examples / "2.csv"), "--from", "2026-01-01")
    call_command("import_accounts", str(examples / "3.yaml"))
    call_command("import_accounts", str(examples / "3.csv"))
    call_command("import_accounts", str(examples / "3-more.yaml"))

    kari = Account.objects.get(number="100123")
    assert Brand.objects.get().logo_type == "image/png"
    assert Rate.objects.get(prefix="90").category.code == "abroad"
    assert kari.parent == Account.objects.get(number="200100")
    assert Subscription.objects.filter(account__number="100200").count() == 2
    assert Subscription.objects.get(account=kari).ends_on == date(2027, 1, 1)


def test_the_examples_taken_in_again_change_nothing(
    db: None, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        capsys.readouterr()
        call_command("import_catalog", str(examples / "1.yaml"))
        call_command("import_accounts", str(examples / "3.yaml"))
        call_command("import_accounts", str(examples / "3.csv"))
        call_command("import_accounts", str(examples / "3-more.yaml"))

    assert capsys.readouterr().out.count("Nothing has changed.") == 4
