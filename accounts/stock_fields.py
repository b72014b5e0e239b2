"""What columns of other systems' lists of numbers, SIMs and orders can become in ours."""

from __future__ import annotations

from accounts.import_fields import ACCOUNT, BRAND
from accounts.models import Acceptance, Order, OrderItem, Sim
from accounts.services.import_number_stock import IN_STOCK as NUMBER_STATES
from accounts.services.import_sim_stock import IN_STOCK as SIM_STATES
from core.imports.kinds import TargetField

POOL = TargetField("pool", "code of the pool", example="OSLO",
                   synonyms=("stock", "block", "nummerserie", "serie", "lager"))  # fmt: skip
POOL_FIELDS = (
    BRAND,
    TargetField("code", "code of the pool", required=True, example="OSLO",
                synonyms=("pool", "stock", "pool id", "kode", "lager")),
    TargetField("name", "its name", example="Oslo numbers", synonyms=("navn", "bezeichnung")),
)  # fmt: skip
NUMBER_POOL_FIELDS = (
    *POOL_FIELDS,
    TargetField("quarantine_days", "days that a number rests after it was given back", "integer",
                example="90", synonyms=("quarantine", "rest days", "karantene", "sperrfrist")),
)  # fmt: skip
NUMBER_STOCK_FIELDS = (
    BRAND,
    TargetField("number", "the number, or the first one of a range", "phone", required=True,
                example="4790000100",
                synonyms=("msisdn", "from number", "first number", "range from", "start",
                          "nummer", "fra nummer", "rufnummer", "von")),
    TargetField("until_number", "the last number of the range", "phone", example="4790000199",
                synonyms=("to number", "last number", "range to", "til nummer", "bis")),
    POOL,
    TargetField("state", "free, reserved, quarantined or retired", "choice",
                choices=tuple(NUMBER_STATES), example="free",
                synonyms=("status", "tilstand", "zustand")),
    TargetField("reserved_until", "first day on which a reserved number is free again", "date",
                example="2027-01-01", synonyms=("reservation end", "reservert til")),
    TargetField("quarantined_until", "first day on which a resting number is free again", "date",
                example="2027-01-01", synonyms=("quarantine end", "karantene til", "gesperrt bis")),
    TargetField("ported_in_on", "day on which it was ported in", "date", example="2025-03-01",
                synonyms=("port in date", "portert inn")),
    TargetField("ported_in_from", "the operator that it came from", example="Other Telecom",
                synonyms=("donor", "port in from", "portert fra")),
)  # fmt: skip
SIM_STOCK_FIELDS = (
    BRAND,
    TargetField("iccid", "number of the SIM, with its check digit", required=True,
                example="8947000000000000012",
                synonyms=("sim", "sim number", "sim card", "icc", "icc id", "simkort",
                          "sim-karte")),
    TargetField("imsi", "the subscriber identity on it", example="242010000000001"),
    TargetField("puk", "the code that unlocks it; it is stored and never shown",
                synonyms=("puk1", "puk code")),
    TargetField("kind", "card or esim", "choice", choices=tuple(Sim.Kind.values), example="card",
                synonyms=("type", "sim type", "form factor")),
    POOL,
    TargetField("state", "in_stock or retired", "choice", choices=tuple(SIM_STATES),
                example="in_stock", synonyms=("status", "tilstand", "zustand")),
)  # fmt: skip
ORDER_FIELDS = (
    BRAND,
    ACCOUNT,
    TargetField("order", "number of the order", required=True, example="O-1001",
                synonyms=("order number", "order id", "ordrenummer", "bestilling", "auftrag",
                          "auftragsnummer")),
    TargetField("wanted_on", "day from which it is wanted", "date", example="2026-12-01",
                synonyms=("delivery date", "activation date", "ønsket dato", "wunschtermin")),
    TargetField("state", "draft, submitted or accepted", "choice",
                choices=(Order.State.DRAFT, Order.State.SUBMITTED, Order.State.ACCEPTED),
                example="submitted", synonyms=("status", "tilstand", "zustand")),
    TargetField("ordered_by", "who ordered", synonyms=("contact", "bestilt av", "besteller")),
    TargetField("language", "the language of the contract", example="nb",
                synonyms=("språk", "sprache")),
    TargetField("item", "what is wanted", "choice", required=True,
                choices=tuple(OrderItem.Kind.values), example="new_subscription",
                synonyms=("action", "type", "handling", "art")),
    TargetField("subscription", "code of the subscription that it is about", example="S-1",
                synonyms=("subscription id", "abonnement", "vertrag")),
    TargetField("plan", "code of the plan that is wanted", example="MOBIL10",
                synonyms=("product", "tariff", "produkt", "tarif")),
    TargetField("code", "code of the new subscription or add-on", example="S-2"),
    TargetField("number", "the number wanted", "phone", example="4790000155",
                synonyms=("msisdn", "nummer", "rufnummer")),
    TargetField("iccid", "the SIM wanted", synonyms=("sim", "simkort")),
    TargetField("label", "what the customer calls it", synonyms=("description", "beskrivelse")),
    TargetField("accepted_at", "day on which it was accepted", "date", example="2026-11-20",
                synonyms=("signed on", "akseptert", "angenommen am")),
    TargetField("accepted_by", "who accepted it", example="Kari Nordmann",
                synonyms=("signed by", "akseptert av", "angenommen von")),
    TargetField("method", "how it was accepted", "choice",
                choices=tuple(Acceptance.Method.values), example="signature",
                synonyms=("signature", "måte")),
    TargetField("evidence", "where the proof is", synonyms=("document", "bevis", "nachweis")),
)  # fmt: skip
