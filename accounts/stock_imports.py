"""The kinds of files of stock and orders: pools, numbers, SIMs, open orders."""

from __future__ import annotations

from accounts.models import NumberPool, SimPool
from accounts.services.import_number_stock import import_number_stock
from accounts.services.import_orders import import_orders
from accounts.services.import_pools import import_pools
from accounts.services.import_sim_stock import import_sim_stock
from accounts.stock_fields import (
    NUMBER_POOL_FIELDS,
    NUMBER_STOCK_FIELDS,
    ORDER_FIELDS,
    POOL_FIELDS,
    SIM_STOCK_FIELDS,
)
from core.imports.kinds import ImportRequest, import_kind
from core.input_report import ImportReport

PERMISSION = "accounts.add_account"


def _brand_of(request: ImportRequest) -> str:
    return request.brand.code if request.brand else ""


@import_kind(
    "number_pools",
    label="Pools of numbers",
    fields=NUMBER_POOL_FIELDS,
    permission=PERMISSION,
    repeats_are_one=True,
)
def take_in_number_pools(request: ImportRequest) -> ImportReport:
    """Pools of numbers."""
    return import_pools(
        request.content, file=request.file, model=NumberPool, only_brand=_brand_of(request)
    )


@import_kind(
    "sim_pools",
    label="Stocks of SIMs",
    fields=POOL_FIELDS,
    permission=PERMISSION,
    repeats_are_one=True,
)
def take_in_sim_pools(request: ImportRequest) -> ImportReport:
    """Stocks of SIM cards."""
    return import_pools(
        request.content, file=request.file, model=SimPool, only_brand=_brand_of(request)
    )


@import_kind(
    "number_stock",
    label="Numbers of pools",
    fields=NUMBER_STOCK_FIELDS,
    permission=PERMISSION,
)
def take_in_number_stock(request: ImportRequest) -> ImportReport:
    """Numbers in stock, one by one or in ranges."""
    return import_number_stock(
        request.content, file=request.file, as_of=request.as_of, only_brand=_brand_of(request)
    )


@import_kind("sim_stock", label="SIMs in stock", fields=SIM_STOCK_FIELDS, permission=PERMISSION)
def take_in_sim_stock(request: ImportRequest) -> ImportReport:
    """SIM cards and profiles in stock."""
    return import_sim_stock(request.content, file=request.file, only_brand=_brand_of(request))


@import_kind(
    "orders",
    label="Open orders",
    fields=ORDER_FIELDS,
    permission=PERMISSION,
    row_key=("brand", "account", "order"),
)
def take_in_orders(request: ImportRequest) -> ImportReport:
    """Open orders with a row for each item, and their acceptances."""
    return import_orders(
        request.content,
        file=request.file,
        as_of=request.as_of,
        now=request.now,
        only_brand=_brand_of(request),
        step=request.step,
    )
