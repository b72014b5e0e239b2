"""What we tell the visitor: notices, what they want to hear and when, links out of messages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.contact import Choice, Recipient, choices_of, notices_for, settings_of, zone_of
from accounts.models import Consent, Person, QuietHours
from accounts.services.choose_contact import Hours, choose_quiet_hours, choose_topic
from accounts.services.invitation_token import accept_invitation, invited
from accounts.services.read_notice import read_notice
from accounts.services.unsubscribe import unsubscribe, unsubscription_of
from core.context import brand_of, may_use_site
from core.errors import DomainError
from core.login_forms import ResetPasswordKeyForm
from core.models import Brand
from portal.access import Visit, visit_of
from portal.contact_words import channel_words, topic_words

NOTICES_MAX = 100
ID_DIGITS_MAX = 18
STATEMENTS_MAX = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """What we had to say, newest first; POST names one that was read."""
    visit = visit_of(request)
    mine = notices_for(visit.person, visit.brand, visit.all_ids)
    if request.method == "POST":
        wish = request.POST.get("notice", "")
        if not wish.isdecimal() or len(wish) > ID_DIGITS_MAX:
            raise Http404
        read_notice(get_object_or_404(mine, pk=int(wish)), now=timezone.now())
        return redirect("notices")
    rows = list(mine[:NOTICES_MAX])
    return render(request, "portal/notices.html", {"visit": visit, "notices": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Topics by channel, quiet hours, and what was said about them before."""
    visit = visit_of(request)
    person = visit.person
    if person is None:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            _keep(request, visit, person)
        except DomainError as refusal:
            error = str(refusal)
        else:
            return redirect("preferences")
    return render(request, "portal/preferences.html", _page(visit, person) | {"error": error})


def _page(visit: Visit, person: Person) -> dict[str, Any]:
    brand = visit.brand
    own = QuietHours.objects.filter(person=person).first()
    topics: dict[str, list[Choice]] = {}
    for choice in choices_of(person, brand):
        topics.setdefault(choice.topic.code, []).append(choice)
    statements = Consent.objects.filter(person=person, brand=brand)[:STATEMENTS_MAX]
    return {
        "visit": visit,
        "channels": channel_words(),
        "topics": [(topic_words()[code], choices) for code, choices in topics.items()],
        "own_hours": own,
        "hours": own or settings_of(brand),
        "zone": own.zone if own else zone_of(Recipient(brand, person, None)).key,
        "statements": [
            (row, topic_words()[row.topic], channel_words()[row.channel]) for row in statements
        ],
    }


def _keep(request: HttpRequest, visit: Visit, person: Person) -> None:
    if request.POST.get("form") == "hours":
        choose_quiet_hours(person, _hours(request))
        return
    for choice in choices_of(person, visit.brand):
        wanted = f"{choice.topic.code}:{choice.channel}" in request.POST.getlist("wanted")
        if not choice.is_fixed and wanted != choice.is_on:
            choose_topic(
                person,
                brand=visit.brand,
                topic=choice.topic.code,
                channel=choice.channel,
                wanted=wanted,
                now=timezone.now(),
                evidence="preferences page",
                language=visit.language,
            )


def _hours(request: HttpRequest) -> Hours | None:
    if request.POST.get("whose") != "own":
        return None
    times = []
    for name in ("quiet_from", "quiet_until"):
        try:
            moment = parse_time(request.POST.get(name, ""))
        except ValueError:
            moment = None
        if moment is None:
            raise DomainError(_("Write times like 21:00."))
        times.append(moment.replace(tzinfo=None))
    return Hours(
        quiet_from=times[0],
        quiet_until=times[1],
        zone=request.POST.get("zone", "").strip(),
        sundays="sundays" in request.POST,
        holidays="holidays" in request.POST,
    )


# The signed link says who asks and for what; mail programs that follow RFC 8058 have no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more whether no more messages of a kind are wanted; done by POST alone."""
    brand = _brand(request)
    wish = unsubscription_of(token, brand)
    if wish is None:
        return render(request, "portal/link_dead.html", status=404)
    done = request.method == "POST"
    if done:
        unsubscribe(wish, now=timezone.now())
    context = {
        "done": done,
        "topic": topic_words()[wish.topic],
        "channel": channel_words()[wish.channel],
    }
    return render(request, "portal/unsubscribe.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The invited choose their first password."""
    _brand(request)
    user = invited(token)
    if user is None or not may_use_site(user, request):
        return render(request, "portal/link_dead.html", status=404)
    form = ResetPasswordKeyForm(request.POST or None, user=user, temp_key="")
    if request.method == "POST" and form.is_valid():
        accept_invitation(user, form.cleaned_data["password1"])
        return redirect("account_login")
    return render(request, "portal/invitation.html", {"form": form, "invited": user})


def _brand(request: HttpRequest) -> Brand:
    brand = brand_of(request)
    if brand is None:
        raise Http404
    return brand
