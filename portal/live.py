"""What the portal shows of the running bill: figures, meters and bars, for what one may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.documents.formats import Formats
from billing.documents.live_words import Chart, Meter, charts_of, meter_of
from billing.invoicing.live.running_bill import RunningBill, live_account
from billing.invoicing.models import InvoiceLine
from billing.usage.live.days import DayOfUsage
from portal.access import Visit


@dataclass(slots=True)
class BillPart:
    """The lines of one service."""

    label: str
    lines: list[InvoiceLine]

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class LivePage:
    """The running bill by service, the meters by service and together, the bars and their table."""

    bill: RunningBill
    parts: list[BillPart]
    meters: dict[int, list[Meter]]
    together: list[Meter]
    charts: list[Chart]
    days: list[DayOfUsage]

    @property
    def as_of(self) -> datetime:
        return self.bill.as_of


def live_page(visit: Visit, *, now: datetime) -> LivePage:
    """What the chosen account owes and may use `now`, in the page's language."""
    live = live_account(
        visit.account,
        now=now,
        zone=visit.brand.zone,
        account_ids=visit.ids,
        language=visit.language,
    )
    formats = Formats(visit.language, visit.account.currency, visit.brand.zone)
    meters: dict[int, list[Meter]] = {}
    together: list[Meter] = []
    for each in live.remaining:
        meter = meter_of(each, formats)
        if meter.subscription_id is None:
            together.append(meter)
        else:
            meters.setdefault(meter.subscription_id, []).append(meter)
    parts: dict[int, BillPart] = {}
    for line in live.bill.lines:
        part = parts.setdefault(line.subscription_id, BillPart(line.subscription_label, []))
        part.lines.append(line)
    return LivePage(
        bill=live.bill,
        parts=list(parts.values()),
        meters=meters,
        together=together,
        charts=charts_of(live.days, live.bill.period, formats),
        days=live.days,
    )
