"""Members of staff who are signed in, with their second factor, on the staff host."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client

from core.models import Brand, User
from tests import make
from tests.admin.house import House, make_house

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _urls_of_the_staff_host(settings) -> None:
    """Names of URLs are those of the staff host."""
    settings.ROOT_URLCONF = "config.urls_staff"


@pytest.fixture
def sign_in(db) -> SignIn:
    """Sign in a member of staff: `sign_in(user)`."""

    def signed_in(user: User) -> Client:
        Authenticator.objects.get_or_create(
            user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}}
        )
        client = Client(headers={"host": "staff.localhost"})
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def own(db) -> House:
    """What the member of staff works for."""
    return make_house("own")


@pytest.fixture
def foreign(db) -> House:
    """What the member of staff must never see."""
    return make_house("foreign")


def staff_with_every_right(*brands: Brand) -> User:
    """Somebody who may do everything that rights allow, in these brands."""
    user = make.make_staff("staff@own.example", *brands)
    user.user_permissions.set(Permission.objects.all())
    return user


@pytest.fixture
def staff(own, sign_in) -> Client:
    """A member of staff of the own brand with every right there is."""
    return sign_in(staff_with_every_right(own.brand))


@pytest.fixture
def superuser(sign_in) -> Client:
    """Somebody who sees every brand."""
    return sign_in(User.objects.create_superuser("root@example.com", "correct horse battery"))
