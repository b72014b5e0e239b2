"""Fixtures that every test may ask for."""

from __future__ import annotations

import gc
import itertools
from pathlib import Path

import pytest

from core.models import Brand
from tests import make
from tests.emptying import empty_instead_of_flushing

empty_instead_of_flushing()
_NUMBERS = itertools.count()


def pytest_collection_finish() -> None:
    """Spare the collector of cycles what has been loaded for good, and make it come less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def fjordtel(db: None) -> Brand:
    """The consumer brand: NOK, prices with tax."""
    return make.make_brand()


@pytest.fixture
def northwind(db: None) -> Brand:
    """The business brand: EUR, prices before tax."""
    return make.make_northwind()


@pytest.fixture(autouse=True)
def _media_in_a_folder_of_its_own(settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files that tests make never meet those of the installation, nor those of another test.

    The folder comes into being with its first file, which few tests make.
    """
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / f"media-{next(_NUMBERS)}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="Write tests/golden anew: review the changes."
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest):
    """Compare a text with tests/golden/NAME, or write it there with --update-golden."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare
