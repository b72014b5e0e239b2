"""The only way a document can reach anything outside itself: what was registered, by its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "trunkline:"


class FetchRefused(ValueError):
    """The document asked for something that was not registered for it."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that a document may show: its content and its media type."""

    content: bytes
    media_type: str


class RegisteredFetcher(URLFetcher):  # type: ignore[misc]  # the library ships no types
    """Serves registered keys (`trunkline:logo/…`) and opens nothing: no file, no host, no data URL.

    It never calls the base class, whose handlers know files and networks; those are taken out, so
    that a redirect or a later version of the library finds none either.
    """

    def __init__(self, resources: Mapping[str, Resource] | None = None) -> None:
        super().__init__(timeout=1, allowed_protocols=(), allow_redirects=False)
        self.handlers.clear()
        self.handle_open.clear()
        self.handle_error.clear()
        self._resources = dict(resources or {})

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The registered resource of this key; everything else raises `FetchRefused`."""
        resource = self._resources.get(url)
        if resource is None:
            raise FetchRefused("This document may not load anything.")
        return URLFetcherResponse(
            url, body=resource.content, headers={"Content-Type": resource.media_type}
        )

    def open(self, url: Any, data: Any = None, timeout: Any = None) -> URLFetcherResponse:
        """The same by the name that the standard library's openers use."""
        return self.fetch(url if isinstance(url, str) else url.full_url)
