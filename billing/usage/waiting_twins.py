"""Why what came before and says the same still waits in suspense."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from billing.usage.any_of import any_of
from billing.usage.intake.events import Event
from billing.usage.models import SuspendedUsage

# What an event is known by, and what it says.
Twin = tuple[bytes, bytes]


def why_waiting(events: Sequence[Event]) -> dict[Twin, tuple[str, str]]:
    """Reason and detail of open lines that say what one of these events says."""
    if not events:
        return {}
    waiting = SuspendedUsage.objects.filter(
        any_of("key", {UUID(bytes=event.key) for event in events}),
        state=SuspendedUsage.State.OPEN,
    )
    rows = waiting.values_list("key", "content", "reason", "detail")
    return {(key.bytes, content.bytes): (reason, detail) for key, content, reason, detail in rows}
