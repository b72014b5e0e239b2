"""The import directions of docs/architecture.md hold, and each contract would notice a breach."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import grimp
import pytest
from django.conf import settings
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract

CONFIGURATION = read_configuration(str(settings.BASE_DIR / ".importlinter"))
CONTRACTS = {options["id"]: options for options in CONFIGURATION["contracts_options"]}
KINDS = {"layers": LayersContract, "forbidden": ForbiddenContract}

# One import for each promise of each contract that must never be written.
BREACHES = [
    ("apps", "core.money", "catalog.models.plans"),
    ("apps", "catalog.queries", "accounts.models.people"),
    ("apps", "accounts.queries", "billing.usage.models"),
    ("apps", "billing.invoicing.queries", "payments.models"),
    ("apps", "payments.audit", "dunning.policy"),
    ("apps", "dunning.queries", "portal.queries"),
    ("apps", "portal.queries", "config.settings"),
    ("shelves", "accounts.models.people", "accounts.queries"),
    ("shelves", "billing.invoicing.queries", "billing.invoicing.services.run_billing"),
    ("shelves", "billing.usage.services.store_usage", "billing.usage.admin"),
    ("shelves", "billing.documents.services.render_invoice", "billing.documents.jobs"),
    (
        "shelves",
        "payments.services.import_payments",
        "payments.management.commands.import_payments",
    ),
    ("core-shelves", "core.models.jobs", "core.jobs"),
    ("core-shelves", "core.jobs", "core.services.work_jobs"),
    ("core-shelves", "core.services.claim_job", "core.admin"),
    ("rooms", "billing.rating.model", "billing.usage.pricing"),
    ("rooms", "billing.usage.queries", "billing.invoicing.models"),
    ("rooms", "billing.usage.queries", "billing.ledger.queries"),
    ("rooms", "billing.ledger.queries", "billing.usage.models"),
    ("rooms", "billing.ledger.queries", "billing.invoicing.models"),
    ("rooms", "billing.invoicing.queries", "billing.documents.models"),
    ("rooms", "billing.documents.queries", "billing.admin"),
    ("ledger", "billing.ledger.queries", "billing.rating.model"),
    ("edges", "payments.services.import_payments", "billing.management.commands.run_billing"),
    *(
        ("pure", pure, framework)
        for pure in (
            "core.money",
            "core.periods",
            "billing.rating.engine",
            "billing.invoicing.due_dates",
            "billing.invoicing.proration",
            "billing.invoicing.recurring",
            "billing.invoicing.references",
            "billing.invoicing.spans",
            "billing.invoicing.tax",
            "dunning.policy",
        )
        for framework in ("celery", "django", "rest_framework")
    ),
]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(
        *CONFIGURATION["session_options"]["root_packages"],
        include_external_packages=True,
        cache_dir=None,
    )


def broken(graph: grimp.ImportGraph, contract_id: str) -> dict[str, Any]:
    """What breaks the contract; empty where it is kept."""
    options = CONTRACTS[contract_id]
    contract = KINDS[options["type"]](
        name=options["name"],
        session_options=CONFIGURATION["session_options"],
        contract_options=options,
    )
    contract.validate()
    check = contract.check(deepcopy(graph), verbose=False)
    return {} if check.kept else check.metadata


@pytest.mark.parametrize("contract_id", CONTRACTS)
def test_the_contract_is_kept(graph: grimp.ImportGraph, contract_id: str) -> None:
    assert broken(graph, contract_id) == {}


@pytest.mark.parametrize(("contract_id", "importer", "imported"), BREACHES)
def test_the_contract_notices(
    graph: grimp.ImportGraph, contract_id: str, importer: str, imported: str
) -> None:
    assert importer in graph.modules, "the example is out of date"
    breached = deepcopy(graph)
    if imported not in breached.modules:
        breached.add_module(imported, is_squashed=True)

    breached.add_import(
        importer=importer, imported=imported, line_number=1, line_contents=f"import {imported}"
    )

    assert importer in str(broken(breached, contract_id))


def test_every_contract_is_shown_to_notice() -> None:
    assert {contract_id for contract_id, _, _ in BREACHES} == set(CONTRACTS)


def test_every_installed_app_of_ours_stands_in_the_layers() -> None:
    ours = {app for app in settings.INSTALLED_APPS if (settings.BASE_DIR / app).is_dir()}
    ours |= {path.parent.name for path in (settings.BASE_DIR / "collections").glob("*/apps.py")}

    assert ours <= set(CONFIGURATION["session_options"]["root_packages"])


def test_every_pure_module_exists(graph: grimp.ImportGraph) -> None:
    assert set(CONTRACTS["pure"]["source_modules"]) <= graph.modules
