"""Takes in the numbers of pools by file, one by one or in ranges, with the state each is in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import NumberPool, ServiceNumber
from accounts.services.importing.bulk import Row, store_rows
from accounts.services.importing.read_subscriptions import service_number
from accounts.services.importing.stock_rows import StockFile, read_stock
from core.input_report import ImportReport
from core.input_tree import Fields, listed
from core.input_values import code, day, one_of, text
from core.models import Brand

State = ServiceNumber.State
# Assigned and ported-out numbers come with their subscriptions, which say since when.
IN_STOCK = (State.FREE, State.RESERVED, State.QUARANTINED, State.RETIRED)
COLUMNS = (
    "brand",
    "number",
    "until_number",
    "pool",
    "state",
    "reserved_until",
    "quarantined_until",
    "ported_in_on",
    "ported_in_from",
)
RANGE_MAX = 100_000
ENDS = {State.RESERVED: "reserved_until", State.QUARANTINED: "quarantined_until"}


@transaction.atomic
def import_number_stock(
    content: bytes, *, file: str, as_of: date, only_brand: str = ""
) -> ImportReport:
    """Add numbers to the stock, or change their pool and state (docs/formats.md, 6).

    Numbers that somebody has keep their state. `as_of` is today. Raises `InputRefused` with every
    problem; nothing is stored then.
    """
    stock = read_stock(
        content,
        file=file,
        subject="number",
        columns=COLUMNS,
        required=("brand", "number"),
        only_brand=only_brand,
    )
    pools = {(pool.brand_id, pool.code): pool for pool in NumberPool.objects.all()}
    wanted = [
        (fields, brand, number, values)
        for fields, brand in stock.branded()
        for values in [_values(fields, brand, pools, as_of)]
        for number in _numbers(stock, fields, brand)
    ]
    names = {number for _fields, _brand, number, _values in wanted}
    stored = {
        (row.brand_id, row.number): row
        for row in ServiceNumber.objects.filter(number__in=names).select_for_update()
    }
    rows = [_row(*one, stored.get((one[1].pk, one[2]))) for one in wanted]
    stock.problems.refuse_if_any()
    store_rows(stock.report, "numbers", ServiceNumber, rows)
    return stock.report


def _numbers(stock: StockFile, fields: Fields, brand: Brand) -> Iterator[str]:
    first = fields.require("number", service_number)
    last = fields.get("until_number", service_number)
    if first is None:
        return
    fields.subject = f"number {first}"
    for number in _range(fields, first, last) if last else (first,):
        if stock.only_once(fields, brand, number):
            yield number


def _range(fields: Fields, first: str, last: str) -> Iterator[str]:
    """Both ends belong to it; a range has digits alone, and as many in each number."""
    if not (first.isdigit() and last.isdigit() and len(first) == len(last) and first <= last):
        fields.problem(
            "until_number",
            f"{first} to {last} is not a range",
            "give two numbers of as many digits, the lower one first",
        )
    elif int(last) - int(first) >= RANGE_MAX:
        fields.problem("until_number", f"more than {RANGE_MAX:,} numbers", "split the range")
    else:
        width = len(first)
        yield from (f"{number:0{width}d}" for number in range(int(first), int(last) + 1))


def _values(
    fields: Fields, brand: Brand, pools: dict[tuple[int, str], NumberPool], as_of: date
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    name = fields.get("pool", code())
    if name is not None:
        pool = pools.get((brand.pk, name))
        if pool is None:
            known = listed(sorted(one for brand_id, one in pools if brand_id == brand.pk))
            fields.problem("pool", f"{name} is not a pool of {brand.code}", f"known are: {known}")
        values["pool"] = pool
    values |= _state(fields, as_of)
    for key, value in (
        ("ported_in_on", fields.get("ported_in_on", day)),
        ("ported_in_from", fields.get("ported_in_from", text(100))),
    ):
        values |= {} if value is None else {key: value}
    return values


def _state(fields: Fields, as_of: date) -> dict[str, Any]:
    """The state with its end; a state without one takes the others' ends away."""
    state = fields.get("state", one_of(IN_STOCK))
    ends = {key: fields.get(key, day) for key in ENDS.values()}
    for owner, key in ENDS.items():
        end = ends[key]
        if state != owner and end is not None:
            fields.problem(key, f"only a {owner.label} number has {key}", f"write state {owner}")
        elif state == owner and end is None:
            fields.problem("state", f"{key} is missing", f"say until when it is {owner.label}")
        elif end is not None and end <= as_of:
            fields.problem(key, f"{end} has passed", "write state free")
    return {} if state is None else {"state": state, **ends}


def _row(
    fields: Fields, brand: Brand, number: str, values: dict[str, Any], row: ServiceNumber | None
) -> Row:
    label = f"{brand.code} {number}"
    if row is None:
        return Row(label, ServiceNumber(brand=brand, number=number), values, is_new=True)
    after = values.get("state")
    if after and after != row.state:
        if row.state in (State.ASSIGNED, State.PORTED_OUT):
            fields.problem(
                "state",
                f"{number} is {row.get_state_display()}, not {after}",
                "leave its state out: it follows from its subscription",
            )
        elif row.state == State.RETIRED:
            fields.problem("state", f"{number} is retired for good", "leave it out")
    return Row(label, row, values, is_new=False)
