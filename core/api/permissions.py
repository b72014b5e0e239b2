"""What a key may do: each view names the scope it needs, and one that names none is closed."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.models import ApiKey


class HasScope(BasePermission):
    """Lets a key in that has the scope of the view, or of the action (`action_scopes`)."""

    message = "This key is not for that; make one with the scope that the documentation names."

    def has_permission(self, request: Request, view: Any) -> bool:
        key = request.auth
        if not isinstance(key, ApiKey):
            return False
        scopes = getattr(view, "action_scopes", {})
        needed = scopes.get(getattr(view, "action", ""), getattr(view, "scope", None))
        return needed is not None and str(needed) in key.scopes


class AnyKey(BasePermission):
    """Lets every valid key in: for what describes the API itself."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, ApiKey)
