"""Long lists come in pages: `limit` and `offset`, the total in a header."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import LimitOffsetPagination
from rest_framework.response import Response


class ApiPages(LimitOffsetPagination):
    """A plain JSON array; `X-Total-Count` and `X-Result-Count` say how much there is."""

    default_limit = 50
    max_limit = 500

    def get_paginated_response(self, data: Any) -> Response:
        headers = {"X-Total-Count": str(self.count), "X-Result-Count": str(len(data))}
        return Response(data, headers=headers)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """An array, not an envelope."""
        return schema
