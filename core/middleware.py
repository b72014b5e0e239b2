"""Which site a request is for, who may use it, in which language, and what browsers may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pghistory
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.functional import SimpleLazyObject

from core.context import brand_of, is_staff_host, languages_of, may_use_site
from core.history import Channel, changed_by
from core.models import BrandDomain

READING = frozenset({"GET", "HEAD", "OPTIONS"})
Handler = Callable[[HttpRequest], HttpResponse]

# The back office's theme evaluates expressions and sets styles; only its own host allows that.
STAFF_CSP = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
}
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)
NOTED, SEEN_ANEW_SECONDS = "session_noted", 60
# What staff without a second factor may open: to set one up, or to leave.
OPEN_WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
    }
)


class PrivatePagesMiddleware:
    """Pages are never stored by browsers or proxies, nor indexed, unless a view says otherwise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response


class HostMiddleware:
    """Sets `request.brand` and the URLs by host name; an unknown host is told so and no more."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().rsplit(":", 1)[0].lower().rstrip(".")
        site: Any = request
        site.brand = None
        site.on_staff_host = host == settings.STAFF_HOST
        if site.on_staff_host:
            site.urlconf = "config.urls_staff"
            response = self.get_response(request)
            response._csp_replace = STAFF_CSP  # type: ignore[attr-defined]
            return response
        domain = (
            BrandDomain.objects.select_related("brand__legal_entity")
            .defer("brand__logo")  # up to a megabyte, and only one page shows it
            .filter(host=host, brand__live=True)
            .first()
        )
        if domain is None:
            return HttpResponse("There is no site here.\n", status=404, content_type="text/plain")
        site.brand = domain.brand
        return self.get_response(request)


class SiteAccessMiddleware:
    """A session opens only the sites of its user: elsewhere the user is nobody."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user

        def user_of_this_site() -> Any:
            return signed_in if may_use_site(signed_in, request) else AnonymousUser()

        request.user = SimpleLazyObject(user_of_this_site)  # type: ignore[assignment]
        return self.get_response(request)


class HistoryMiddleware:
    """Whatever a request changes carries who asked, over which channel, and the request's id."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in READING:  # spares the look-up of the person
            return self.get_response(request)
        user_id = request.user.pk if request.user.is_authenticated else None
        with changed_by(channel=channel_of(request), user_id=user_id):
            pghistory.context(request=uuid4().hex)
            return self.get_response(request)


class LanguageMiddleware:
    """Shows a brand's pages in a language the brand has: chosen, the person's, or its first."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_for(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


class SessionListMiddleware:
    """Notes where and when a session was last used, for its owner's list of sessions.

    Noted once a minute, or when it comes from elsewhere. The session itself remembers when that
    was, so that any other page costs neither a look-up nor a write.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if request.user.is_authenticated and session.session_key:
            place = [session.session_key, str(get_adapter().get_client_ip(request))]
            now = int(timezone.now().timestamp())
            *noted, at = session.get(NOTED, ["", "", 0])
            if noted != place or not 0 <= now - at < SEEN_ANEW_SECONDS:
                UserSession.objects.create_from_request(request)
                session[NOTED] = [*place, now]
        return self.get_response(request)


class StaffSecondFactorMiddleware:
    """Sends staff without a second factor to set one up, and lets them do nothing else.

    Sessions of staff end after some minutes of doing nothing.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_staff_host(request) and request.user.is_authenticated:
            request.session.set_expiry(settings.STAFF_IDLE_SECONDS)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        name = match.view_name if match else None
        if (
            is_staff_host(request)
            and request.user.is_authenticated
            and name not in OPEN_WITHOUT_SECOND_FACTOR
            and not has_second_factor(request)
        ):
            return redirect("mfa_activate_totp")
        return None


def language_for(request: HttpRequest) -> str:
    """The cookie's language, else the signed-in person's, else the brand's first.

    Only languages that the brand offers count; the back office speaks English.
    """
    brand = brand_of(request)
    if brand is None:
        return "en"
    languages = [code for code, _ in languages_of(brand)] or ["en"]
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in languages:
        return str(chosen)
    person = getattr(request.user, "person", None) if request.user.is_authenticated else None
    wish = getattr(person, "language", "")
    return str(wish if wish in languages else languages[0])


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the signed-in user has set up a time-based code or a passkey."""
    factors = Authenticator.objects.filter(
        user_id=request.user.pk, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    )
    return bool(factors.exists())


def channel_of(request: HttpRequest) -> Channel:
    """Over which channel a request came: the API answers under one path on every host."""
    if request.path.startswith("/api/"):
        return "api"
    return "back_office" if is_staff_host(request) else "portal"
