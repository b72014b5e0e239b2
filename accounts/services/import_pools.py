"""Takes in pools of numbers and stocks of SIMs by file."""

from __future__ import annotations

from django.db import transaction

from accounts.models import NumberPool, SimPool
from accounts.services.importing.bulk import Row, store_rows
from accounts.services.importing.stock_rows import read_stock
from core.input_report import ImportReport
from core.input_tree import Key
from core.input_values import code, text, whole

QUARANTINE_DAYS_MAX = 3650


def import_pools(
    content: bytes, *, file: str, model: type[NumberPool | SimPool], only_brand: str = ""
) -> ImportReport:
    """Add pools, or change their names and, of numbers, the days of rest (docs/formats.md, 6).

    What the file leaves out stays. Raises `InputRefused` with every problem; nothing is stored
    then.
    """
    rests = model is NumberPool
    columns = ("brand", "code", "name", *(("quarantine_days",) if rests else ()))
    stock = read_stock(
        content,
        file=file,
        subject="pool",
        columns=columns,
        required=("brand", "code"),
        only_brand=only_brand,
    )
    keys = (
        Key("name", text(100), required=True),
        *((Key("quarantine_days", whole(0, QUARANTINE_DAYS_MAX)),) if rests else ()),
    )
    stored = {(row.brand_id, row.code): row for row in model._default_manager.all()}
    rows = []
    for fields, brand in stock.branded():
        known = fields.require("code", code())
        if not known or not stock.only_once(fields, brand, known):
            continue
        fields.subject = f"pool {known}"
        row = stored.get((brand.pk, known))
        values = fields.collect(keys, is_new=row is None)
        made = row or model(brand=brand, code=known)
        rows.append(Row(f"{brand.code} {known}", made, values, row is None))
    stock.problems.refuse_if_any()
    with transaction.atomic():
        store_rows(stock.report, str(model._meta.verbose_name_plural), model, rows)
    return stock.report
