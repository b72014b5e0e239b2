"""Who may sign in to the demo: four customers with a known password, two members of staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from core.models import Brand, User
from core.services.create_staff import create_staff
from portal.demo.cast import ACME_EMAIL, BO_EMAIL, ELBKONTOR_EMAIL, KARI_EMAIL
from portal.demo.customers import FJORDTEL, NORTHWIND

PASSWORD = "Trunkline-demo-2026"  # noqa: S105 – everybody may know it: a demo has no secrets
ADMIN_EMAIL = "admin@trunkline.example"
STAFF_EMAIL = "ola@fjordtel.example"
TOTP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Login:
    """A row of the table that the demo prints; `brand` is empty for staff."""

    who: str
    email: str
    brand: str
    try_this: str


CUSTOMERS = (
    Login(
        "Kari Nordmann", KARI_EMAIL, FJORDTEL,
        "her bill of 1 November: 905.07, which is 256.07 more than October's, and why",
    ),
    Login("Bo Berg", BO_EMAIL, FJORDTEL, "October's bill is still open; his usage abroad"),
    Login("Acme AS", ACME_EMAIL, FJORDTEL, "one bill for three companies, by company and place"),
    Login("Elbkontor", ELBKONTOR_EMAIL, NORTHWIND, "auf Deutsch: net prices, 19 % VAT, a branch"),
)  # fmt: skip
STAFF = (
    Login("Administrator", ADMIN_EMAIL, "", "bill runs, suspense, payments without an owner"),
    Login("Ola, billing operations", STAFF_EMAIL, "", "the same pages, but no sign of Northwind"),
)


@transaction.atomic
def make_logins() -> None:
    """Give the cast's people passwords, and create staff with a second factor."""
    # Logins came in with the accounts, without a password: people set theirs by a link. Hashed
    # once for all of them, since that takes its time by design.
    emails = [login.email for login in CUSTOMERS]
    User.objects.filter(email__in=emails).update(password=make_password(PASSWORD))
    admin, _ = create_staff(ADMIN_EMAIL, superuser=True, password=PASSWORD)
    ola, _ = create_staff(
        STAFF_EMAIL,
        brands=[Brand.objects.get(code=FJORDTEL)],
        group="Billing operations",
        password=PASSWORD,
    )
    for user in (admin, ola):
        # By chance and not by the dice: who knows the demo's code must not know this.
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)


def url_of(login: Login, port: str) -> str:
    """Where this person signs in."""
    host = settings.STAFF_HOST if not login.brand else f"{login.brand}.localhost"
    return f"{settings.PUBLIC_SCHEME}://{host}{f':{port}' if port else ''}/"


def totp_secret(email: str) -> str:
    """The secret for an authenticator app, as text; raises DoesNotExist for who has none."""
    return str(decrypt(_authenticator(email, Authenticator.Type.TOTP).data["secret"]))


def recovery_codes(email: str) -> list[str]:
    """The codes that work once each, without a phone."""
    codes = RecoveryCodes(_authenticator(email, Authenticator.Type.RECOVERY_CODES))
    return [str(code) for code in codes.get_unused_codes()]


def current_code(email: str, *, epoch_seconds: int) -> tuple[str, int]:
    """The code that an authenticator app would show now, and for how many seconds more."""
    counter, passed = divmod(epoch_seconds, TOTP_SECONDS)
    return format_hotp_value(hotp_value(totp_secret(email), counter)), TOTP_SECONDS - passed


def _authenticator(email: str, kind: Any) -> Authenticator:
    return Authenticator.objects.get(user__email__iexact=email, type=kind)
