"""A command that changes masters, prices or rights is told why, and the history keeps it."""

from __future__ import annotations

import pytest
from django.core.management import call_command, get_commands, load_command_class

from core.commands import TrunklineCommand
from core.imports.written_tables import event_models
from core.models import User
from core.models.users import UserBrand, UserRole
from core.services.set_up_roles import set_up_roles
from tests import make

MASTERS = {
    "create_staff",
    "import_accounts",
    "import_catalog",
    "import_file",
    "import_rates",
    "migrate_reseller",
    "revert_import",
    "set_up_roles",
}


@pytest.mark.parametrize("name", sorted(MASTERS))
def test_it_can_be_told_why(name):
    command = load_command_class(get_commands()[name], name)
    parser = command.create_parser("manage.py", name)

    assert isinstance(command, TrunklineCommand)
    assert "--reason" in parser.format_help()


def test_a_right_given_by_command_tells_why_and_by_which(db):
    brand = make.make_brand()
    set_up_roles()

    call_command(
        "create_staff", "ola@example.com", brand=[brand.code], group="Finance", reason="New here"
    )

    user, histories = User.objects.get(), event_models()
    rows = [
        histories[User].objects.get(pgh_label="insert", pgh_obj=user.pk),
        histories[UserBrand].objects.get(user_id=user.pk),
        histories[UserRole].objects.get(user_id=user.pk),
    ]
    facts = [row.pgh_context.metadata for row in rows]
    assert {(one["source"], one["reason"], one["channel"]) for one in facts} == {
        ("create_staff", "New here", "command")
    }


def test_without_a_reason_none_is_kept(db):
    call_command("set_up_roles")

    roles = next(events for model, events in event_models().items() if model.__name__ == "Role")
    assert {"reason" in event.pgh_context.metadata for event in roles.objects.all()} == {False}
