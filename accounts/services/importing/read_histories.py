"""Reads what happened to subscriptions and accounts: pauses, terms, SIMs, notice, contacts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.iccid import is_iccid
from accounts.models import Interaction, SubscriptionCancellation
from accounts.services.bind_subscription import months_later
from accounts.services.importing.entries import HistoryEntry, SubscriptionEntry
from core.input_tree import Fields, Key, Node, Unreadable
from core.input_values import code, day, one_of, scalar, text, whole
from core.models import Brand
from core.periods import local_midnight

TEXT_LETTERS = 4000
INTERACTION_KEYS = (
    Key("channel", one_of(Interaction.Channel.values), required=True),
    Key("direction", one_of(Interaction.Direction.values), required=True),
    Key("topic", one_of(Interaction.Topic.values), empty=Interaction.Topic.OTHER),
    Key("text", text(TEXT_LETTERS), required=True),
    Key("outcome", text(300)),
    Key("staff", text(200), attribute="staff_name"),
)


def iccid(node: Node) -> str:
    """The number of a SIM card; blanks are taken off, the check digit must be right."""
    value = "".join(scalar(node).split())
    if not is_iccid(value):
        raise Unreadable(
            f"{value!r} is not a SIM card's number",
            "write 18 to 20 digits that begin with 89; the last one is a check digit",
        )
    return value


def instant(node: Node) -> datetime:
    """A moment as 2026-11-03T12:30:00+01:00; without a zone it is UTC."""
    value = scalar(node)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise Unreadable(
            f"{value!r} is not a moment", "write it as 2026-11-03T12:30:00+01:00"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_histories(subscription: SubscriptionEntry) -> None:
    """Read pauses, terms, SIMs and the cancellation of a subscription into its entry."""
    subscription.pauses = _read_pauses(subscription)
    subscription.terms = _read_terms(subscription)
    subscription.sims = _read_sims(subscription)
    subscription.cancellation = _read_cancellation(subscription)


def _read_pauses(subscription: SubscriptionEntry) -> list[HistoryEntry]:
    entries: list[HistoryEntry] = []
    fields = subscription.fields
    for table in fields.tables("pauses", f"{fields.subject}, pause"):
        start, end = table.require("from", day), table.get("until", day)
        reason = table.get("reason", text(200)) or ""
        table.finish()
        if start is None:
            continue
        if end is not None and end <= start:
            table.problem("until", f"ends on {end}, not after it starts", "mend the dates")
            continue
        _check_first_day(table, start, subscription)
        entries.append(
            HistoryEntry(table, start, {"during": DateRange(start, end), "reason": reason})
        )
    return entries


def _read_terms(subscription: SubscriptionEntry) -> list[HistoryEntry]:
    entries: list[HistoryEntry] = []
    fields = subscription.fields
    for table in fields.tables("terms", f"{fields.subject}, term"):
        start = table.get("from", day) or subscription.starts_on
        months = table.get("months", whole(0, 120)) or 0
        end = table.get("bound_until", day) or months_later(start, months)
        notice = table.get("notice_days", whole(0, 730)) or 0
        table.finish()
        if end < start:
            table.problem("bound_until", f"ends on {end}, before it starts", "mend the dates")
        if any(before.key == start for before in entries):
            table.problem("from", f"two terms start on {start}", "keep one of them")
        values = {"months": months, "bound_until": end, "notice_days": notice}
        entries.append(HistoryEntry(table, start, values))
    return entries


def _read_sims(subscription: SubscriptionEntry) -> list[HistoryEntry]:
    entries: list[HistoryEntry] = []
    fields = subscription.fields
    for table in fields.tables("sims", f"{fields.subject}, SIM"):
        card = table.require("iccid", iccid)
        imsi, puk = table.get("imsi", _digits(14, 15)), table.get("puk", _digits(8, 8))
        kind = table.get("kind", one_of(("card", "esim")))
        start = table.get("from", day) or subscription.starts_on
        end = table.get("until", day) or subscription.ends_on
        table.finish()
        _check_first_day(table, start, subscription)
        if end is not None and end <= start:
            table.problem("until", f"ends on {end}, not after it starts", "mend the dates")
        elif card is not None:
            values: dict[str, Any] = {"imsi": imsi, "puk": puk, "kind": kind}
            sim = {name: value for name, value in values.items() if value is not None}
            during = DateRange(start, end)
            entries.append(HistoryEntry(table, card, {"during": during, "sim": sim}))
    return entries


def _read_cancellation(subscription: SubscriptionEntry) -> HistoryEntry | None:
    fields = subscription.fields
    table = fields.table("cancellation", f"{fields.subject}, cancellation")
    if table is None:
        return None
    requested = table.require("requested_on", day)
    reasons = one_of(SubscriptionCancellation.Reason.values)
    reason = table.get("reason", reasons) or SubscriptionCancellation.Reason.OTHER
    by = table.get("requested_by", text(200)) or ""
    note = table.get("note", text(TEXT_LETTERS)) or ""
    table.finish()
    if subscription.ends_on is None:
        table.problem("requested_on", "is cancelled but has no ends_on", "add ends_on: …")
        return None
    if requested is None:
        return None
    values = {
        "requested_at": local_midnight(requested, subscription.subscription.account.brand.zone),
        "requested_by": by,
        "effective_on": subscription.ends_on,
        "reason": reason,
        "note": note,
    }
    return HistoryEntry(table, None, values)


def read_interactions(fields: Fields, brand: Brand) -> list[HistoryEntry]:
    """The contacts of an account; each is known by its code."""
    entries: list[HistoryEntry] = []
    for table in fields.tables("interactions", f"{fields.subject}, interaction"):
        name, at = table.require("code", code(60)), table.require("at", instant)
        values = table.collect(INTERACTION_KEYS)
        table.finish()
        if any(before.key == name for before in entries):
            table.problem("code", f"the code {name} stands twice", "give each contact its own")
        if name is not None and at is not None:
            entries.append(HistoryEntry(table, name, values | {"happened_at": at, "brand": brand}))
    return entries


def _digits(least: int, most: int) -> Any:
    def read(node: Node) -> str:
        value = "".join(scalar(node).split())
        if not (value.isascii() and value.isdigit() and least <= len(value) <= most):
            raise Unreadable(f"must be {least} to {most} digits", "write digits only")
        return value

    return read


def _check_first_day(fields: Fields, start: date, subscription: SubscriptionEntry) -> None:
    if start < subscription.starts_on:
        fields.problem(
            "from",
            f"from {start} lies before the subscription's start {subscription.starts_on}",
            "mend the date, or start the subscription earlier",
        )
