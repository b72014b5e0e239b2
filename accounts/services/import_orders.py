"""Takes in open orders by file, with their acceptances: what a system before leaves to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Acceptance, Account, Order, OrderItem, Subscription
from accounts.services.accept_order import accept_order
from accounts.services.create_order import WantedItem, create_order
from accounts.services.importing.read_histories import iccid
from accounts.services.importing.read_subscriptions import service_number
from accounts.services.importing.stock_rows import StockFile, read_stock
from accounts.services.submit_order import submit_order
from catalog.models import Plan
from core.errors import DomainError
from core.input_report import ImportReport
from core.input_tree import Fields
from core.input_values import code, day, language, one_of, text
from core.models import Brand

State = Order.State
STATES = (State.DRAFT, State.SUBMITTED, State.ACCEPTED)
COLUMNS = (
    "brand", "account", "order", "wanted_on", "state", "ordered_by", "language", "item",
    "subscription", "plan", "code", "number", "iccid", "label", "accepted_at", "accepted_by",
    "method", "evidence",
)  # fmt: skip
PART = "orders"
MIDDAY = time(12)


@dataclass(slots=True)
class _OrderRows:
    """An order of the file: its first row says what holds for all of it, each row is an item."""

    fields: Fields
    account: Account
    number: str
    values: dict[str, Any]
    items: list[WantedItem] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.account.brand.code} {self.account.number} {self.number}"


@transaction.atomic
def import_orders(
    content: bytes,
    *,
    file: str,
    as_of: date,
    now: datetime,
    only_brand: str = "",
    step: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Take down orders with a row for each item, and bring them where they were (formats.md, 6).

    An order that is there already may only move on: to submitted, to accepted. The contract
    summary is made now, from the catalogue as it stands; an acceptance names where its own proof
    is. Raises `InputRefused` with every problem; nothing is stored then.
    """
    stock = read_stock(
        content,
        file=file,
        subject="order",
        columns=COLUMNS,
        required=("brand", "account", "order", "item"),
        only_brand=only_brand,
    )
    orders = _orders(stock, as_of)
    step()
    stock.problems.refuse_if_any()
    for order in orders:
        try:
            with transaction.atomic():
                _store(stock, order, now)
        except DomainError as error:
            order.fields.problem("order", str(error).rstrip("."), "mend the row, or leave it out")
    stock.problems.refuse_if_any()
    return stock.report


def _orders(stock: StockFile, as_of: date) -> list[_OrderRows]:
    orders: dict[tuple[int, str], _OrderRows] = {}
    for fields, brand in stock.branded():
        name, number = fields.require("account", code()), fields.require("order", code(60))
        if not name or not number:
            continue
        fields.subject = f"order {number}"
        account = Account.objects.filter(brand=brand, number=name).first()
        if account is None:
            what = f"account {name} is not one of brand {brand.code}"
            fields.problem("account", what, "import the accounts first, or mend the number")
            continue
        values = _values(fields, as_of)
        found = orders.setdefault((account.pk, number), _OrderRows(fields, account, number, values))
        differing = [key for key, value in values.items() if found.values[key] != value]
        if differing:
            fields.problem(
                differing[0],
                f"{differing[0]} differs from the order's first row, line {found.fields.line}",
                "say the same in each of its rows",
            )
        item = _item(fields, brand, account)
        if item is not None:
            found.items.append(item)
    return list(orders.values())


def _values(fields: Fields, as_of: date) -> dict[str, Any]:
    accepted_at = fields.get("accepted_at", day)
    values: dict[str, Any] = {
        "wanted_on": fields.get("wanted_on", day) or as_of,
        "state": fields.get("state", one_of(STATES)) or State.DRAFT,
        "ordered_by": fields.get("ordered_by", text(200)) or "",
        "language": fields.get("language", language) or "",
        "accepted_at": accepted_at,
        "accepted_by": fields.get("accepted_by", text(200)) or "",
        "method": fields.get("method", one_of(Acceptance.Method.values)) or "",
        "evidence": fields.get("evidence", text(2000)) or "",
    }
    proof = ("accepted_at", "accepted_by", "method", "evidence")
    for key in proof:
        if values["state"] == State.ACCEPTED and not values[key]:
            fields.problem(key, f"an accepted order says {key}", f"add {key}, or write submitted")
        elif values["state"] != State.ACCEPTED and values[key]:
            fields.problem(key, f"only an accepted order has {key}", "write accepted, or leave it")
    if accepted_at and accepted_at > as_of:
        fields.problem("accepted_at", f"{accepted_at} is to come", "mend the date")
    return values


def _item(fields: Fields, brand: Brand, account: Account) -> WantedItem | None:
    kind = fields.require("item", one_of(OrderItem.Kind.values))
    named, planned = fields.get("subscription", code(60)), fields.get("plan", code())
    subscription = Subscription.objects.filter(account=account, code=named).first()
    if named and subscription is None:
        what = f"subscription {named} is not one of account {account.number}"
        fields.problem("subscription", what, "import the subscriptions first, or mend the code")
    plan = Plan.objects.filter(brand=brand, code=planned).first()
    if planned and plan is None:
        fields.problem("plan", f"plan {planned} is not one of {brand.code}", "mend the code")
    said = {
        "number": fields.get("number", service_number),
        "iccid": fields.get("iccid", iccid),
        "label": fields.get("label", text(100)),
    }
    details = {key: value for key, value in said.items() if value}
    if kind is None:
        return None
    return WantedItem(kind, subscription, plan, fields.get("code", code(60)) or "", details)


def _store(stock: StockFile, wanted: _OrderRows, now: datetime) -> None:
    values = wanted.values
    order = wanted.account.orders.filter(number=wanted.number).first()
    before = order.state if order else ""
    if order is None:
        order = create_order(
            wanted.account,
            number=wanted.number,
            items=wanted.items,
            wanted_on=values["wanted_on"],
            now=now,
            ordered_by=values["ordered_by"],
            language=values["language"],
        )
    elif _stored(order) != [_plain(item) for item in wanted.items]:
        raise DomainError("It is there already with other items: give this one another number.")
    _move_on(order, values, now)
    if not before:
        stock.report.add_new(PART, f"{wanted.label} ({order.state})")
    elif before != order.state:
        stock.report.add_changed(PART, wanted.label, [f"state: {before} → {order.state}"])
    else:
        stock.report.add_unchanged(PART, wanted.label)


def _move_on(order: Order, values: dict[str, Any], now: datetime) -> None:
    """Bring it to its state; one that is further already stays where it is."""
    if order.state == State.DRAFT and values["state"] != State.DRAFT:
        submit_order(order, now=now)
        order.refresh_from_db()
    if order.state == State.SUBMITTED and values["state"] == State.ACCEPTED:
        summary = order.summaries.latest("id")
        zone = ZoneInfo(order.account.brand.zone)
        accept_order(
            order,
            accepted_by=values["accepted_by"],
            method=values["method"],
            now=datetime.combine(values["accepted_at"], MIDDAY, zone),
            sha256=summary.sha256,
            evidence=values["evidence"],
        )
        order.refresh_from_db()


def _stored(order: Order) -> list[tuple[Any, ...]]:
    rows = order.items.order_by("position")
    return [(r.kind, r.subscription_id, r.plan_id, r.code, r.details) for r in rows]


def _plain(item: WantedItem) -> tuple[Any, ...]:
    subscription, plan = item.subscription, item.plan
    return (
        item.kind,
        subscription.pk if subscription else None,
        plan.pk if plan else None,
        item.code,
        item.details,
    )
