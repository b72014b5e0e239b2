"""What needs a second person: each app registers its kinds in a module `approval_kinds.py`.

@approval_kind("publish_plan_version", permission="catalog.publish_planversion")
class PublishPlanVersion:
    title = "Publish prices"
    def effect(self, subject, payload): ...
    def fingerprint(self, subject, payload): ...
    def carry_out(self, approval, now): ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from core.models import Approval

DECIDED_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a request changes: one sentence, rows of (label, before, after), and its money.

    `money` is in units of `currency`, positive or negative, None where no money moves.
    """

    summary: str
    rows: Sequence[tuple[str, str, str]] = ()
    money: Decimal | None = None
    currency: str = ""


class ApprovalWork(Protocol):
    """What a kind of approval knows about its subject."""

    def effect(self, subject: Any, payload: Mapping[str, Any]) -> Effect:
        """What carrying it out would change, as of now; a DomainError where it can't be asked."""
        ...

    def fingerprint(self, subject: Any, payload: Mapping[str, Any]) -> str:
        """A text of at most 200 characters that differs once the subject is another one."""
        ...

    def carry_out(self, approval: Approval, now: datetime) -> Any:
        """Do what was approved, inside the transaction of the approval."""
        ...


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """A kind of request: its name, whose permission decides on it, and what it does."""

    name: str
    permission: str
    work: ApprovalWork
    decided_within: timedelta


_kinds: dict[str, ApprovalKind] = {}


def approval_kind(
    name: str, *, permission: str, decided_within: timedelta = DECIDED_WITHIN
) -> Callable[[Any], Any]:
    """Register a kind: a class without arguments (one instance serves all) or an object.

    `permission` is what the second person must have, in the request's brand.
    """

    def register(work: Any) -> Any:
        present = _kinds.get(name)
        owner = work if isinstance(work, type) else type(work)
        if present is not None and type(present.work).__module__ != owner.__module__:
            raise ValueError(f"Two modules register approvals of the kind {name}.")
        made = work() if isinstance(work, type) else work
        _kinds[name] = ApprovalKind(name, permission, made, decided_within)
        return work

    return register


def kind_of(name: str) -> ApprovalKind:
    """The registered kind; LookupError where this program knows none of that name."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"Nothing here knows approvals of the kind {name!r}.") from None


def known_approval_kinds() -> list[ApprovalKind]:
    """All registered kinds, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
