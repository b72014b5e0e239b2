"""Takes in SIM cards and profiles that lie in stock by file; a PUK is stored and never shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from accounts.models import Sim, SimPool
from accounts.services.importing.bulk import Row, store_rows
from accounts.services.importing.read_histories import iccid
from accounts.services.importing.stock_rows import read_stock
from core.input_report import ImportReport
from core.input_tree import Fields, Node, Unreadable, listed
from core.input_values import code, one_of, scalar
from core.models import Brand

State = Sim.State
# Cards in use come with their subscriptions, which say since when.
IN_STOCK = (State.IN_STOCK, State.RETIRED)
COLUMNS = ("brand", "iccid", "imsi", "puk", "kind", "pool", "state")


@transaction.atomic
def import_sim_stock(content: bytes, *, file: str, only_brand: str = "") -> ImportReport:
    """Add SIMs to the stock, or change what is known of them (docs/formats.md, 6).

    Cards in use keep their state. Raises `InputRefused` with every problem; nothing is stored
    then.
    """
    stock = read_stock(
        content,
        file=file,
        subject="SIM",
        columns=COLUMNS,
        required=("brand", "iccid"),
        only_brand=only_brand,
    )
    pools = {(pool.brand_id, pool.code): pool for pool in SimPool.objects.all()}
    wanted = []
    for fields, brand in stock.branded():
        number = fields.require("iccid", iccid)
        if number is not None:
            fields.subject = f"SIM {number}"
            values = _values(fields, brand, pools)
            if stock.only_once(fields, brand, number):
                wanted.append((fields, brand, number, values))
    numbers = [number for _fields, _brand, number, _values in wanted]
    cards = {sim.iccid: sim for sim in Sim.objects.filter(iccid__in=numbers).select_for_update()}
    rows = [_row(*one, cards.get(one[2])) for one in wanted]
    _check_imsis(wanted)
    stock.problems.refuse_if_any()
    store_rows(stock.report, "SIMs", Sim, rows, unsaid=("puk",))
    return stock.report


def _values(fields: Fields, brand: Brand, pools: dict[tuple[int, str], SimPool]) -> dict[str, Any]:
    read = {
        "imsi": fields.get("imsi", _digits("an IMSI", 14, 15)),
        "puk": fields.get("puk", _secret_digits),
        "kind": fields.get("kind", one_of(Sim.Kind.values)),
        "state": fields.get("state", one_of(IN_STOCK)),
    }
    values: dict[str, Any] = {name: value for name, value in read.items() if value is not None}
    name = fields.get("pool", code())
    if name is not None:
        pool = pools.get((brand.pk, name))
        if pool is None:
            known = listed(sorted(one for brand_id, one in pools if brand_id == brand.pk))
            fields.problem("pool", f"{name} is not a stock of {brand.code}", f"known are: {known}")
        values["pool"] = pool
    return values


def _row(fields: Fields, brand: Brand, number: str, values: dict[str, Any], row: Sim | None) -> Row:
    if row is None:
        return Row(number, Sim(brand=brand, iccid=number), values, is_new=True)
    if row.brand_id != brand.pk:
        fields.problem("iccid", "it is of another brand", "mend the number or the brand")
        return Row(number, Sim(brand=brand, iccid=number), {}, is_new=True)
    after = values.get("state", row.state)
    if after != row.state and after not in Sim.TRANSITIONS[State(row.state)]:
        fields.problem(
            "state", f"it is {row.get_state_display()}, not {after}", "leave its state out"
        )
    return Row(number, row, values, is_new=False)


def _check_imsis(wanted: list[tuple[Fields, Brand, str, dict[str, Any]]]) -> None:
    """An IMSI is one card's, in the file and in the stock."""
    owners = dict(
        Sim.objects.filter(imsi__in=[one[3].get("imsi") or "-" for one in wanted]).values_list(
            "imsi", "iccid"
        )
    )
    for fields, _brand, number, values in wanted:
        imsi = values.get("imsi")
        if imsi and owners.setdefault(imsi, number) != number:
            fields.problem("imsi", f"IMSI {imsi} is another card's", "mend it")


def _digits(what: str, shortest: int, longest: int) -> Callable[[Node], str]:
    def read(node: Node) -> str:
        value = "".join(scalar(node).split())
        if not (value.isascii() and value.isdigit() and shortest <= len(value) <= longest):
            raise Unreadable(f"{value!r} is not {what}", f"write {shortest} to {longest} digits")
        return value

    return read


def _secret_digits(node: Node) -> str:
    """A PUK; what was written instead is not repeated."""
    value = "".join(scalar(node).split())
    if not (value.isascii() and value.isdigit() and len(value) == 8):
        raise Unreadable("is not 8 digits", "write the PUK's digits")
    return value
