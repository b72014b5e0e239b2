"""Every rule of mandates and payment methods that the database holds, broken once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from payments.models import Mandate, PaymentMethod
from tests import make

IBAN = "DE89370400440532013000"


@pytest.fixture
def kari(db):
    return make.make_account(make.make_brand())


def mandate(account, **fields) -> Mandate:
    defaults = {
        "legal_entity": account.brand.legal_entity,
        "account": account,
        "scheme": "sepa_core",
        "creditor_id": "DE98ZZZ09999999999",
        "reference": "M-1",
        "iban": IBAN,
        "signed_on": date(2024, 3, 12),
        "state": "active",
    }
    return Mandate.objects.create(**(defaults | fields))


def method(account, **fields) -> PaymentMethod:
    defaults = {"account": account, "kind": "transfer", "starts_on": date(2026, 11, 1)}
    return PaymentMethod.objects.create(**(defaults | fields))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("mandate_reference_once", {}),
        ("mandate_scheme_is_known", {"reference": "M-2", "scheme": "bacs"}),
        ("mandate_sepa_has_iban_and_signature", {"reference": "M-2", "iban": ""}),
        ("mandate_sepa_has_iban_and_signature", {"reference": "M-2", "signed_on": None}),
        ("mandate_iban_is_plain", {"reference": "M-2", "iban": "DE89 3704 0044 0532 0130 00"}),
        ("mandate_has_its_names", {"reference": ""}),
        ("mandate_has_its_names", {"creditor_id": ""}),
        ("mandate_ended_exactly_when_over", {"reference": "M-2", "state": "cancelled"}),
        (
            "mandate_used_after_it_was_signed",
            {"reference": "M-2", "last_used_on": date(2024, 3, 11)},
        ),
        ("mandate_limit_is_positive", {"reference": "M-2", "amount_limit": Decimal(0)}),
    ],
)
def test_no_mandate_breaks_its_rules(kari, name, fields) -> None:
    mandate(kari)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        mandate(kari, **fields)


def test_a_mandate_keeps_its_payer_and_bank_account(kari) -> None:
    """The trigger account_stays of Mandate."""
    held = mandate(kari)

    with pytest.raises(IntegrityError, match="keeps its payer"), transaction.atomic():
        Mandate.objects.filter(pk=held.pk).update(iban="NO9386011117947")
    Mandate.objects.filter(pk=held.pk).update(state="cancelled", ended_on=date(2026, 11, 3))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("payment_method_one_default", {"is_default": True}),
        (
            "payment_method_token_once",
            {"kind": "card", "provider": "nets", "token": "tok_1"},
        ),
        ("payment_method_direct_debit_has_its_mandate", {"kind": "direct_debit"}),
        ("payment_method_token_fits_its_kind", {"kind": "card", "provider": "nets"}),
        ("payment_method_token_fits_its_kind", {"kind": "transfer", "token": "tok_2"}),
        ("payment_method_e_invoice_has_an_address", {"kind": "e_invoice"}),
        (
            "payment_method_holds_no_card_number",
            {"kind": "card", "provider": "nets", "token": "4242 4242 4242 4242"},
        ),
        (
            "payment_method_holds_no_card_number",
            {"kind": "card", "provider": "nets", "token": "tok_3", "hint": "4242424242424242"},
        ),
        ("payment_method_ends_after_it_starts", {"ends_on": date(2026, 10, 31)}),
    ],
)
def test_no_payment_method_breaks_its_rules(kari, name, fields) -> None:
    method(kari, kind="card", provider="nets", token="tok_1", hint="Visa …4242", is_default=True)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        method(kari, **fields)
