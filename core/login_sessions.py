"""Where somebody is signed in: seen, and ended, by themselves."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.login_devices import device_of


@login_required
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """All places where this login is signed in, the latest first; POST ends all but this one."""
    if request.method == "POST":
        end_other_sessions(request, request.user)
        return redirect("usersessions_list")
    rows: list[dict[str, Any]] = [
        {"session": row, "device": device_of(row.user_agent), "is_here": row.is_current()}
        for row in UserSession.objects.purge_and_list(request.user)
    ]
    rows.sort(key=lambda row: (row["is_here"], row["session"].last_seen_at), reverse=True)
    return render(request, "usersessions/usersession_list.html", {"rows": rows})


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one session; somebody else's looks like one that does not exist."""
    session = UserSession.objects.filter(user_id=request.user.pk, pk=session_id).first()
    if session is None:
        raise Http404
    end_sessions(request, [session])
    return redirect("usersessions_list")
