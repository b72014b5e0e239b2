"""The person: profile, language, which account is shown; and whom to ask for help."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from core.context import brand_of, languages_of
from core.middleware import has_second_factor
from portal.access import SESSION_KEY, Visit, customer_page, visit_of
from portal.services.choose_language import choose_language as remember_language


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to write to or call; open to everybody."""
    try:
        visit = visit_of(request) if request.user.is_authenticated else None
    except Http404:
        visit = None  # who owns a line of somebody else's account needs help too
    return render(request, "portal/help.html", {"visit": visit})


@customer_page
def profile(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Name, e-mail address, language, password, second factor, sign out."""
    context = {"visit": visit, "second_factor": has_second_factor(request)}
    return render(request, "portal/profile.html", context)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in a cookie, and on the person who is signed in."""
    brand = brand_of(request)
    language = request.POST.get("language", "")
    if brand is None or language not in dict(languages_of(brand)):
        raise Http404
    person = getattr(request.user, "person", None) if request.user.is_authenticated else None
    if person is not None:
        remember_language(person, language, brand=brand)
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


@login_required
@require_POST
def choose_account(request: HttpRequest) -> HttpResponse:
    """Show another of one's accounts from now on."""
    visit = visit_of(request)
    wish = request.POST.get("account", "")
    if wish not in {str(scope.root.pk) for scope in visit.scopes}:
        raise Http404
    request.session[SESSION_KEY] = int(wish)
    return redirect("home")


def _back(request: HttpRequest) -> str:
    """The page the form stood on, if it is one of ours."""
    url = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure()):
        return url
    return "/"
