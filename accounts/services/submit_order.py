"""Submit an order: what the customer is shown is frozen as a contract summary."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import ContractSummary, Order, OrderItem
from accounts.services.move_order import move_order
from accounts.services.order_words import facts_of, kind_in_words
from accounts.services.standing import version_to_sell
from accounts.signals import summary_made
from catalog.models import Charge, Plan, PlanVersion
from catalog.plan_sheet.content import plan_sheet
from catalog.queries import terms_of
from core.formatting import format_day
from core.localised import localised


@transaction.atomic
def submit_order(order: Order, *, now: datetime) -> ContractSummary:
    """Freeze the summary in the order's language and wait for the acceptance.

    The summary says what is ordered, from when, its charges, term and notice, with the whole plan
    sheet and so what leaving earlier costs, as the catalogue stands for that day. Raises
    DomainError where something can't be had any more.
    """
    order = move_order(order, Order.State.SUBMITTED, submitted_at=now)
    with translation.override(order.language):
        data = _data(order)
        text = _text(order, data)
    summary = ContractSummary.objects.create(
        order=order,
        language=order.language,
        text=text,
        data=data,
        sha256=sha256(text.encode()).hexdigest(),
        made_at=now,
    )
    summary_made.send(ContractSummary, summary=summary, now=now)
    return summary


def _data(order: Order) -> dict[str, Any]:
    items = order.items.select_related("plan", "subscription")
    return {
        "order": order.number,
        "account": order.account.number,
        "customer": order.account.legal_name or order.account.name,
        "seller": order.account.brand.legal_entity.name,
        "parties": _parties(order),
        "wanted_on": str(order.wanted_on),
        "currency": order.account.currency,
        "prices": order.account.brand.price_mode,
        "items": [_item_data(order, item) for item in items],
    }


def _parties(order: Order) -> dict[str, dict[str, str]]:
    """Who sells and who buys, with their addresses as they are on this day."""
    account, brand = order.account, order.account.brand
    entity = brand.legal_entity
    address = ("street", "postcode", "city", "country", "organisation_number", "vat_number")
    contact = ("support_email", "support_phone", "website")
    customer = {name: getattr(account, name) for name in address}
    seller = {name: getattr(entity, name) for name in address}
    return {
        "seller": seller
        | {name: getattr(brand, name) for name in contact}
        | {"name": entity.name, "brand": brand.name},
        "customer": customer | {"name": account.legal_name or account.name},
    }


def _item_data(order: Order, item: OrderItem) -> dict[str, Any]:
    data: dict[str, Any] = {
        "kind": item.kind,
        "what": kind_in_words(item.kind),
        "subscription": str(item.subscription or item.code),
        "details": item.details,
        "facts": facts_of(item, order.language),
    }
    if item.plan is None:
        return data
    kinds = {item.plan.kind}
    if item.kind != OrderItem.Kind.ADD_ON:
        kinds = {Plan.Kind.PLAN}
    version = version_to_sell(order.account, item.plan, kinds=kinds, day=order.wanted_on)
    sheet = plan_sheet(terms_of(version), order.language, as_of=order.wanted_on)
    return data | {
        "plan": item.plan.code,
        "plan_name": localised(item.plan.name, order.language),
        "version": str(version.starts_on),
        "term_months": version.term_months,
        "notice_days": version.notice_days,
        "charges": _charges(version, order.language),
        "sheet": sheet.as_data(),
        "sheet_text": sheet.as_text(),
    }


def _charges(version: PlanVersion, language: str) -> list[dict[str, Any]]:
    fixed = (Charge.Kind.RECURRING, Charge.Kind.ONE_OFF)
    return [
        {
            "code": charge.code,
            "description": localised(charge.description, language),
            "price": str(charge.price),
            "months": charge.months if charge.kind == Charge.Kind.RECURRING else 0,
        }
        for charge in version.charges.all()
        if charge.kind in fixed
    ]


def _text(order: Order, data: dict[str, Any]) -> str:
    lines = [
        _("Contract summary of order %(order)s") % {"order": order.number},
        _("Seller: %(seller)s") % {"seller": data["seller"]},
        _("Customer: %(customer)s, account %(account)s")
        % {"customer": data["customer"], "account": data["account"]},
        _("From: %(day)s") % {"day": format_day(order.wanted_on, order.language)},
    ]
    for item in data["items"]:
        lines += ["", f"{item['what']}: {item.get('plan_name') or item['subscription']}"]
        if item.get("sheet_text"):
            lines += ["", item["sheet_text"], ""]
        lines += [f"{label}: {value}" for label, value in item["facts"]]
    included = order.account.brand.price_mode == "gross"
    lines += ["", _("Prices include tax.") if included else _("Tax is added to the prices.")]
    return "\n".join(lines) + "\n"
