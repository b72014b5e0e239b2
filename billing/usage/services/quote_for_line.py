"""What an event would cost a line now: it is taken in as a file's line would be, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import OperationalError, connection, transaction
from django.db.models import Sum
from psycopg.errors import LockNotAvailable

from accounts.models import Account, Subscription
from billing.rating.allowance_reasons import AllowanceReason
from billing.usage.explain_records import explain_record
from billing.usage.intake.batch import EventBatch
from billing.usage.intake.digests import content_text, digest, identity_text
from billing.usage.intake.events import Event, Trouble
from billing.usage.intake.framing import Line
from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import (
    Normaliser,
    epoch_microseconds,
    instant,
    normaliser_of,
)
from billing.usage.models import (
    SuspendedUsage,
    UsageFile,
    UsageRecord,
    UsageSource,
    UsageSummary,
    UsageType,
)
from billing.usage.own_ids import FreshLines, OwnIds
from billing.usage.partitions import usual_months
from billing.usage.placing import Places
from billing.usage.price_tables import NumberTables
from billing.usage.quotes import Quote, dialled_digits, refuse_absurd
from billing.usage.services.ensure_partitions import ensure_partitions
from billing.usage.services.rate_lines import rate_lines
from billing.usage.totals import PartTotals
from catalog.models import PlanVersion
from core.errors import DomainError
from core.models import Brand
from core.money import from_micro

_LINE = 1
# Among records of one moment an event without an id is the last.
_LAST_ID = b"\xff"


@dataclass(frozen=True, slots=True)
class AskedEvent:
    """An event that nobody had yet.

    `service` and `number` as people write them, or as lines of the `source` do where it is
    `named`; `quantity` in seconds, messages or bytes. Its `record_id` decides only among records
    that start at the same moment.
    """

    source: UsageSource
    service: str
    usage_type: str
    number: str
    start: datetime
    quantity: int
    record_id: str = ""
    named: bool = False


def source_for_quotes(brand: Brand, code: str = "") -> UsageSource:
    """The brand's usage source of that code, or its first one.

    Raises DomainError where there is none.
    """
    sources = UsageSource.objects.filter(brand=brand).order_by("code")
    found = sources.filter(code=code).first() if code else sources.first()
    if found is None:
        what = f"no usage source {code}" if code else "no usage source yet; add one"
        raise DomainError(f"Brand {brand.code} has {what}.")
    return found


def quote_for_line(asked: AskedEvent, *, now: datetime) -> Quote:
    """What the event would cost its line, were it imported next: with the plan and the prices of
    its start, the allowances as they stand, and the units that cumulative prices count by now.

    It is rated and stored by the way of all imports, explained as stored records are, and taken
    back: nothing stays. Where it would not be rated, `outcome` is `duplicate` or the reason of
    suspense. Raises DomainError for what is no event, or while an import holds the account.
    """
    refuse_absurd(asked.start, asked.quantity)
    if asked.quantity < 0:
        raise DomainError("Ask about usage: a correction says itself what it takes back.")
    try:
        with _taken_back():
            return _Rehearsal(asked, now).quote()
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise DomainError(
                "Usage of this account is being taken in just now; ask again in a moment."
            ) from None
        raise


@contextmanager
def _taken_back() -> Iterator[None]:
    """A transaction of which nothing stays."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
        yield
        transaction.set_rollback(True)


class _Rehearsal:
    """One event on its way in."""

    def __init__(self, asked: AskedEvent, now: datetime) -> None:
        self._asked, self._now = asked, now
        self._source = asked.source
        self._normaliser = normaliser_of(asked.source)
        self._has_ids = layout_of(asked.source).has_ids
        self._own_id = asked.record_id.encode() or _LAST_ID
        self._event = self._as_event()

    def quote(self) -> Quote:
        event = self._event
        ensure_partitions(usual_months(self._now.astimezone(UTC).date()))
        batch = EventBatch.of([event])
        places = Places(self._source.brand)
        account_id = int(places.accounts_of(batch)[0])
        # Nobody changes the account's sums between the two looks at them.
        Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        before = _usage_of(account_id)
        file = UsageFile.objects.create(
            source=self._source,
            sha256=sha256(uuid4().bytes).hexdigest(),
            name="quote",
            size=0,
            imported_at=self._now,
        )
        tables = NumberTables(event.rated_number)
        ids = {_LINE: self._own_id}
        totals, _ = rate_lines(
            source=self._source,
            file=file,
            batch=batch,
            tables=tables,
            places=places,
            ids=ids,
            now=self._now,
        )
        if not totals.rated:
            return self._not_rated(totals)
        assert event.start is not None
        record = UsageRecord.objects.get(
            key=UUID(bytes=event.key), start_at=instant(event.start), file_id=file.pk
        )
        own_ids = OwnIds(FreshLines(file.pk, (), batch.text_of, ids))
        quote = explain_record(record, tables=tables, own_ids=own_ids)
        return self._told(quote, record, from_micro(_usage_of(account_id) - before))

    def _told(self, quote: Quote, record: UsageRecord, adds: Decimal) -> Quote:
        more = [] if adds == quote.amount else [AllowanceReason("adds", {"amount": f"{adds:f}"})]
        return replace(
            quote,
            start=self._asked.start,
            adds=adds,
            source=self._source.code,
            service=self._event.services[-1],
            plan=PlanVersion.objects.get(pk=record.plan_version_id).plan.code,
            subscription=Subscription.objects.get(pk=record.subscription_id).code,
            reasons=(*quote.reasons, *(reason.text for reason in more)),
            facts=(*quote.facts, *({"rule": one.rule, **one.values} for one in more)),
        )

    def _not_rated(self, totals: PartTotals) -> Quote:
        outcome, reason = "duplicate", AllowanceReason("duplicate", {})
        if totals.suspended:
            [(_, trouble)] = totals.suspended
            outcome = str(trouble.reason)
            what = "; ".join(filter(None, (trouble.what, trouble.remedy)))
            reason = AllowanceReason("waits", {"what": what})
        return Quote(
            deck="",
            version=None,
            number=self._event.rated_number,
            start=self._asked.start,
            quantity=self._asked.quantity,
            usage_type=self._asked.usage_type,
            outcome=outcome,
            currency="",
            source=self._source.code,
            service=self._event.services[-1],
            reasons=(reason.text,),
            facts=({"rule": reason.rule, **reason.values},),
        )

    def _as_event(self) -> Event:
        """As the line of a file would be read."""
        asked = self._asked
        normaliser = self._normaliser if asked.named else None
        called = dialled_digits(asked.number, normaliser) if asked.number.strip() else ""
        services = _services(asked.service, normaliser)
        [usage_type] = [int(kind) for kind in UsageType if kind.label == asked.usage_type]
        start = epoch_microseconds(asked.start)
        content = content_text(usage_type, start, services[-1], called, asked.quantity)
        record_id = asked.record_id or (uuid4().hex if self._has_ids else "")
        event = Event(
            line=Line(_LINE, "", []),
            services=services,
            start=start,
            quantity=asked.quantity,
            called=called,
            usage_type=usage_type,
            key=digest(identity_text(str(self._source.pk), record_id, "", content)),
            content=digest(content),
        )
        event.trouble = self._trouble(event)
        return event

    def _trouble(self, event: Event) -> Trouble | None:
        """What the lines of the source may not say."""
        what = ""
        most = self._normaliser.quantity_max
        if self._asked.quantity > most:
            what = f"{self._asked.quantity:,} units are more than the {most:,} of the source"
        elif not event.called and event.usage_type != UsageType.DATA:
            what = "the called number is missing"
        return Trouble(SuspendedUsage.Reason.INVALID, what) if what else None


def _services(text: str, normaliser: Normaliser | None) -> tuple[str, ...]:
    """The names that the service may have: as it stands, and as E.164 digits."""
    text = text.strip()
    if normaliser is not None:
        return normaliser.services(text)
    try:
        digits = dialled_digits(text)
    except DomainError:
        return (text,)
    return (text,) if digits in (text, "") else (text, digits)


def _usage_of(account_id: int) -> int:
    """What the account's usage costs in all its periods, in millionths."""
    sums = UsageSummary.objects.filter(account=account_id).aggregate(amount=Sum("amount"))
    return int(sums["amount"] or 0)
