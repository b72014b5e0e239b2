"""Every route that the product answers, and who may have it: an unlisted one fails the sweep."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Before signing in, on every host.
OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "account_request_login_code",
        "account_confirm_login_code",  # answers only to who asked for a code
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_login_webauthn",
        "mfa_authenticate",  # answers only between the password and the code
    }
)
# What concerns the signed-in user's own login; on every host.
OWN_LOGIN = frozenset(
    {
        "account_reauthenticate",
        "account_change_password",
        "mfa_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn",
        "usersessions_list",
    }
)
# One thing of the signed-in user's own login: the argument, by which others might ask for it.
OWN_LOGIN_OBJECTS = {
    "mfa_edit_webauthn": "pk",
    "mfa_remove_webauthn": "pk",
    "usersessions_end": "session_id",
}
# Other systems' pages: a key says whose rows they are (tests/api).
API = "api-"
# The brand's own face: no personal data, so everybody may have it.
OPEN_ON_BRANDS = frozenset(
    {
        "help",
        "language",
        "brand-css",
        "brand-logo",
        "brand-icon",
        "unsubscribe",  # a signed link says who asks
        "invitation",  # a signed link says who is invited
    }
)
# Customers' pages about what is theirs, without an id in the address.
OWN = frozenset(
    {
        "home",
        "bills",
        "usage",
        "usage-export",
        "profile",
        "account",
        "notices",
        "orders",
        "preferences",
        "alerts",
    }
)
# Pages of who owns lines of somebody else's account.
OWN_LINES = frozenset({"lines"})
# Customers' pages about one object: the argument, by which the sweep tries others' objects.
OBJECTS = {
    "bills-one": "invoice_id",
    "bills-pdf": "invoice_id",
    "service-plan": "subscription_id",
    "plan-change": "subscription_id",
    "service-cap": "subscription_id",
    "contract-pdf": "summary_id",
}
# An object named in the query string or the form.
NAMED = {"usage": "service", "usage-export": "service", "account": "account"}


def routes_of(urlconf: str) -> list[tuple[str, str]]:
    """The (name, pattern) of every route; the name is empty where it has none."""
    return list(_walk(get_resolver(urlconf)))


def _walk(resolver: URLResolver, path: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield (f"{space}{entry.name}" if entry.name else ""), path + str(entry.pattern)
        else:
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, path + str(entry.pattern), inner)


def address_of(pattern: str, value: str = "1") -> str:
    """An address that the pattern answers, each argument being `value`."""
    plain = re.sub(r"\(\?P<app_label>([a-z]+)[^)]*\)", r"\1", pattern)
    plain = re.sub(r"\(\?P<\w+>[^)]*\)", value, plain)
    plain = re.sub(r"<[^>]+>", value, plain)
    return "/" + re.sub(r"[\^$]|\\Z", "", plain)
