"""Who signs in: staff and portal users alike, told apart by their rights."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractUser, BaseUserManager, Group
from django.db import models
from django.db.models.functions import Lower

from core.history import tracked

# The history shows that a password was changed, and never what it was.
SAYS_WHEN_CHANGED = """
    NEW.password_changed_at = clock_timestamp();
    RETURN NEW;
"""


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user; without a password the user can only set one by a reset link."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a member of staff who may do everything in every brand."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by e-mail, whatever its case."""
        return self.get(email__iexact=username)


@tracked(exclude=("password", "last_login"))
class User(AbstractUser):
    """A login. Staff see the brands named here; a superuser sees every brand."""

    username = None  # type: ignore[assignment]  # the e-mail address is the login
    email = models.EmailField("e-mail address", unique=True)
    brands = models.ManyToManyField(
        "core.Brand",
        blank=True,
        related_name="staff",
        help_text="Brands this member of staff works for. Superusers see every brand.",
    )

    password_changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_its_case"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="password_has_a_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.password IS DISTINCT FROM NEW.password"),
                func=SAYS_WHEN_CHANGED,
            ),
        )

    def __str__(self) -> str:
        return self.email


@tracked()
class Role(Group):
    """A group of rights under the name of a role; here for its history."""

    class Meta:
        proxy = True
        default_permissions = ()


@tracked()
class RoleRight(Group.permissions.through):  # type: ignore[name-defined,misc]
    """A right that a role has."""

    class Meta:
        proxy = True
        default_permissions = ()


@tracked()
class UserRole(User.groups.through):  # type: ignore[name-defined,misc]
    """A role that a login has."""

    class Meta:
        proxy = True
        default_permissions = ()


@tracked()
class UserRight(User.user_permissions.through):  # type: ignore[name-defined,misc]
    """A right that a login has by itself."""

    class Meta:
        proxy = True
        default_permissions = ()


@tracked()
class UserBrand(User.brands.through):  # type: ignore[name-defined,misc]
    """A brand that a member of staff works for."""

    class Meta:
        proxy = True
        default_permissions = ()
