"""Make a group for each role, with the rights that the role has today."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from core.errors import DomainError
from core.roles import APPS, ROLES, SEEN_BY_FEW, Role


@transaction.atomic
def set_up_roles() -> dict[str, tuple[int, int]]:
    """Make or renew the groups of all roles; by name, how many rights each gained and lost.

    Groups of other names are the reseller's own and stay as they are. May be run at any time.
    """
    rights = {
        f"{right.content_type.app_label}.{right.codename}": right
        for right in Permission.objects.filter(
            content_type__app_label__in=APPS
        ).select_related("content_type")
    }  # fmt: skip
    return {role.name: _renew(role, rights) for role in ROLES}


def group_of(name: str) -> Group:
    """The group of a role, made if it isn't there yet; DomainError for a role that is none."""
    names = [role.name for role in ROLES]
    if name not in names:
        raise DomainError(f"There is no role called {name!r}; choose from {', '.join(names)}.")
    group = Group.objects.filter(name=name).first()
    if group is None:
        set_up_roles()
        group = Group.objects.get(name=name)
    return group


def _renew(role: Role, rights: dict[str, Permission]) -> tuple[int, int]:
    seen = {
        name for name in rights if name.split(".")[1].startswith("view_") and not _is_history(name)
    }
    wanted = (seen - SEEN_BY_FEW) | set(role.rights)
    missing = wanted - set(rights)
    if missing:
        raise DomainError(f"There are no rights called {', '.join(sorted(missing))}.")
    group, _created = Group.objects.get_or_create(name=role.name)
    had = set(group.permissions.values_list("pk", flat=True))
    has = {rights[name].pk for name in wanted}
    if had != has:
        group.permissions.set(has)
    return len(has - had), len(had - has)


def _is_history(name: str) -> bool:
    """Event tables have no pages: a row's history is shown with the row."""
    return name.endswith("event") and name != "core.view_event"
