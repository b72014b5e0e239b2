"""Every refusal of the API in one shape: RFC 9457 problem details."""

from __future__ import annotations

from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError

PROBLEM_JSON = "application/problem+json"


def problem_details(error: Exception, _context: dict[str, Any]) -> Response | None:
    """The answer to an error: `type`, `title`, `status`, `detail`, `code`, and `errors` by field.

    What the rules of the product refuse (DomainError) is a 409: well asked, but it can't be now.
    None for an error of ours, which becomes a plain 500.
    """
    error = _as_api_error(error)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    status = HTTPStatus(error.status_code)
    body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value}
    if isinstance(error, exceptions.ValidationError):
        body |= {"detail": "Some fields are not right.", "code": "invalid", "errors": error.detail}
    else:
        body |= {"detail": str(error.detail), "code": _code_of(error)}
    return Response(
        body, status=status.value, headers=_headers_of(error), content_type=PROBLEM_JSON
    )


class TooLarge(exceptions.APIException):
    """More than one request may bring."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class Conflict(exceptions.APIException):
    """What was asked is understood, and the rules refuse it now."""

    status_code = HTTPStatus.CONFLICT
    default_code = "refused"


def _as_api_error(error: Exception) -> Exception:
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, DomainError):
        return Conflict(str(error))
    return error


def _code_of(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else "invalid"


def _headers_of(error: exceptions.APIException) -> dict[str, str]:
    headers: dict[str, str] = {}
    asked_how = getattr(error, "auth_header", None)
    if asked_how:
        headers["WWW-Authenticate"] = str(asked_how)
    wait = getattr(error, "wait", None)
    if wait:
        headers["Retry-After"] = str(ceil(wait))
    return headers
