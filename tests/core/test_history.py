"""Who changed what: events of logins and rights, and the context in which they came about."""

from django.apps import apps
from django.contrib.auth.models import Group

from core.history import changed_by
from core.models import User


def events(name):
    return apps.get_model("core", f"{name}Event").objects.order_by("pgh_id")


def test_password_has_a_time_so_that_its_change_shows_on_the_user_and_the_hash_does_not(db):
    """The trigger `password_has_a_time` of User sees a new hash whoever writes it."""
    user = User.objects.create_user("kari@example.com", "first one")

    User.objects.filter(pk=user.pk).update(password="another hash")

    last = events("User").last()
    assert last.pgh_label == "update"
    assert last.password_changed_at is not None
    assert not hasattr(last, "password")


def test_a_role_that_is_given_and_taken_leaves_an_event_each_with_its_context(db):
    user = User.objects.create_user("kari@example.com")
    role = Group.objects.create(name="finance")

    with changed_by(channel="command", source="set_up_roles", reason="New colleague"):
        user.groups.add(role)
        user.groups.remove(role)

    told = events("UserRole")
    assert [event.pgh_label for event in told] == ["insert", "delete"]
    assert {event.pgh_context.metadata["reason"] for event in told} == {"New colleague"}
