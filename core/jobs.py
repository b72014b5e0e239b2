"""Which code does which kind of job: each app and room registers its own in a module `jobs.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from core.models import Job


class Report(Protocol):
    """Tells how far a job is, and keeps it ours: call it after each step."""

    def __call__(self, done: int, total: int, text: str = "") -> None:
        """Note the progress; raises LeaseLost or WorkInterrupted where the work must stop."""
        ...

    def still_ours(self) -> None:
        """Lock the job in the transaction of an effect; raises LeaseLost where it is another's."""
        ...

    def finish(self, result: dict[str, Any] | None = None) -> None:
        """Mark the job done in the transaction of its effect: both happen, or neither."""
        ...


Handler = Callable[[Job, Report], dict[str, Any] | None]


class LeaseLost(BaseException):
    """Another worker has this job now: whatever is not committed is left to it.

    Not an Exception, so that no handler takes it for a failure of one of its rows.
    """


class WorkInterrupted(BaseException):
    """This worker was asked to stop: the job goes back to the queue, nothing counts as failed."""


class UnknownKindError(Exception):
    """No code is registered for a job's kind; the worker is older than whoever asked."""


_handlers: dict[str, Handler] = {}


def job_kind(kind: str) -> Callable[[Handler], Handler]:
    """Register the code of a kind: `@job_kind("bill_run")`.

    A handler may be called again for the same job after a crash at any place: it goes on where it
    stopped, and doing it twice changes nothing. What it returns is kept as the job's result.
    """

    def register(handler: Handler) -> Handler:
        present = _handlers.get(kind)
        if present is not None and present.__module__ != handler.__module__:
            raise ValueError(f"Two modules register jobs of the kind {kind}.")
        _handlers[kind] = handler
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """The code registered for `kind`."""
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKindError(f"Nothing here knows how to do jobs of the kind {kind!r}.") from None


def known_kinds() -> list[str]:
    """All registered kinds, sorted."""
    return sorted(_handlers)
