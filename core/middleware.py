"""Which site a request is for, and what that site demands."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from core.models import BrandDomain

Handler = Callable[[HttpRequest], HttpResponse]

STAFF_CSP = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
}
OPEN_WITHOUT_SECOND_FACTOR = ("/login/", "/static/")


class HostMiddleware:
    """Sets `request.brand` and the URLs by host name; an unknown host is told so and no more."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().split(":")[0].lower()
        request.brand = None  # type: ignore[attr-defined]
        request.on_staff_host = host == settings.STAFF_HOST  # type: ignore[attr-defined]
        if request.on_staff_host:  # type: ignore[attr-defined]
            request.urlconf = "config.urls_staff"  # type: ignore[attr-defined]
            response = self.get_response(request)
            response._csp_update = STAFF_CSP  # type: ignore[attr-defined]
            return response
        domain = BrandDomain.objects.select_related("brand__legal_entity").filter(host=host).first()
        if domain is None or not domain.brand.live:
            return HttpResponse("There is no site here.", status=404, content_type="text/plain")
        request.brand = domain.brand  # type: ignore[attr-defined]
        return self.get_response(request)


class LanguageOfPersonMiddleware:
    """Shows a brand's pages in a language the brand has: chosen, the person's, or its first."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        brand = request.brand  # type: ignore[attr-defined]
        if brand is None:
            translation.activate("en")
        else:
            translation.activate(self.choose(request, brand.languages))
        request.LANGUAGE_CODE = translation.get_language() or "en"
        response = self.get_response(request)
        response.headers["Content-Language"] = translation.get_language() or "en"
        return response

    @staticmethod
    def choose(request: HttpRequest, languages: list[str]) -> str:
        """The cookie's language, else the signed-in person's, else the brand's first."""
        person = getattr(request.user, "person", None) if request.user.is_authenticated else None
        for wish in (
            request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME),
            getattr(person, "language", ""),
        ):
            if wish in languages:
                return str(wish)
        return str(languages[0])


class StaffSecondFactorMiddleware:
    """Sends staff without a second factor to set one up, and lets them do nothing else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.on_staff_host  # type: ignore[attr-defined]
            and request.user.is_authenticated
            and not request.path.startswith(OPEN_WITHOUT_SECOND_FACTOR)
            and not has_second_factor(request)
        ):
            return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the signed-in user has set up a time-based code."""
    from allauth.mfa.models import Authenticator  # needs the app registry

    return Authenticator.objects.filter(
        user_id=request.user.pk, type=Authenticator.Type.TOTP
    ).exists()


class PrivatePagesMiddleware:
    """Pages of signed-in people are never stored by browsers or proxies."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response
