"""Every command is there and says what it does."""

from __future__ import annotations

import pytest
from django.core.management import get_commands, load_command_class

from core.commands import TrunklineCommand

APPS = {"accounts", "billing", "catalog", "core", "dunning", "payments", "portal"}
OURS = sorted(name for name, app in get_commands().items() if app in APPS)
PROMISED = {
    "apply_retention",
    "audit",
    "create_staff",
    "demo",
    "demo_code",
    "discard_suspended",
    "ensure_partitions",
    "explain_invoice",
    "export_invoices",
    "import_accounts",
    "import_catalog",
    "import_file",
    "import_payments",
    "import_rates",
    "import_usage",
    "list_imports",
    "migrate_reseller",
    "quote",
    "record_deliveries",
    "release_suspended",
    "render_documents",
    "renew_secrets",
    "rerate",
    "return_numbers",
    "revert_import",
    "roll_back_usage",
    "run_billing",
    "run_collections",
    "send_messages",
    "set_up_roles",
    "set_up_schedules",
    "usage_gaps",
    "watch_usage",
    "work",
}
WITH_DRY_RUN = {
    "apply_retention",
    "discard_suspended",
    "import_accounts",
    "import_catalog",
    "import_file",
    "import_payments",
    "import_rates",
    "import_usage",
    "migrate_reseller",
    "record_deliveries",
    "release_suspended",
    "renew_secrets",
    "rerate",
    "roll_back_usage",
    "run_collections",
}


def test_every_promised_command_exists_and_no_other() -> None:
    assert set(OURS) == PROMISED


@pytest.mark.parametrize("name", OURS)
def test_the_command_says_what_it_does_and_what_each_argument_means(name: str) -> None:
    command = load_command_class(get_commands()[name], name)

    parser = command.create_parser("manage.py", name)

    assert isinstance(command, TrunklineCommand)
    assert command.help.endswith(".")
    assert [action.dest for action in parser._actions if not action.help] == []


@pytest.mark.parametrize("name", sorted(WITH_DRY_RUN))
def test_a_command_that_takes_files_in_can_be_tried_without_storing(name: str) -> None:
    command = load_command_class(get_commands()[name], name)

    parser = command.create_parser("manage.py", name)

    assert "--dry-run" in parser.format_help()
