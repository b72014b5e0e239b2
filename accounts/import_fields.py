"""What columns of other systems' files can become in ours, with the words they are headed by."""

from __future__ import annotations

from accounts.models import Account, Membership
from core.imports.kinds import FieldType, TargetField
from core.input_values import languages


def _field(
    name: str,
    meaning: str,
    kind: FieldType = "text",
    *synonyms: str,
    required: bool = False,
    choices: tuple[str, ...] = (),
    example: str = "",
) -> TargetField:
    return TargetField(name, meaning, kind, required, choices, example, synonyms)


BRAND = _field(
    "brand",
    "the brand's code",
    "text",
    "merke",
    "merkevare",
    "marke",
    required=True,
    example="fjordtel",
)
_NUMBER_WORDS = (
    "account number", "account no", "account", "account id", "customer number", "customer no",
    "customer id", "customer", "kundenummer", "kundenr", "kunde", "kontonummer", "kundennummer",
    "kundennr", "kundenkonto", "debitor", "debitornummer",
)  # fmt: skip
ACCOUNT = _field(
    "account", "the account's number", "text", *_NUMBER_WORDS, required=True, example="100123"
)
_STREET = _field(
    "street",
    "street and house number",
    "text",
    "address",
    "address1",
    "address line 1",
    "adresse",
    "gate",
    "gateadresse",
    "strasse",
    "straße",
    example="Storgata 1",
)
_POSTCODE = _field(
    "postcode",
    "postal code",
    "text",
    "zip",
    "zip code",
    "postal code",
    "postnummer",
    "postnr",
    "plz",
    "postleitzahl",
    example="0155",
)
_CITY = _field("city", "town", "text", "town", "poststed", "by", "ort", "stadt", example="Oslo")
_COUNTRY = _field(
    "country",
    "ISO 3166 code of two letters",
    "text",
    "country code",
    "land",
    "landkode",
    "ländercode",
    example="NO",
)
_LANGUAGE = _field(
    "language",
    "the language of letters",
    "choice",
    "språk",
    "sprak",
    "sprache",
    "lang",
    choices=tuple(languages()),
    example="nb",
)
_EMAIL_WORDS = ("e-mail", "mail", "e-mail address", "epost", "e-post", "epostadresse")
_PHONE_WORDS = ("phone number", "telephone", "telefon", "mobile", "mobil", "tlf", "telefonnummer")
_START_WORDS = (
    "start", "start date", "starts on", "startdato", "fra", "fra dato", "valid from", "activated",
    "activation date", "aktivert", "beginn", "startdatum", "ab", "vertragsbeginn",
)  # fmt: skip
_END_WORDS = (
    "end", "end date", "ends on", "sluttdato", "til", "til dato", "valid to", "terminated",
    "oppsagt", "ende", "enddatum", "bis", "vertragsende",
)  # fmt: skip
_PLAN_WORDS = (
    "plan code", "product", "product code", "tariff", "price plan", "produkt", "abonnementstype",
    "tarif", "produktkode", "rate plan",
)  # fmt: skip
_SERVICE_WORDS = (
    "msisdn", "phone number", "service number", "telephone number", "number", "nummer",
    "telefonnummer", "rufnummer", "mobilnummer", "cli", "did",
)  # fmt: skip
_SUBSCRIPTION_WORDS = (
    "subscription id", "subscription code", "subscription number", "service id", "service",
    "contract", "contract id", "abonnement", "abonnements-id", "abonnementsnummer", "avtale",
    "vertrag", "vertragsnummer",
)  # fmt: skip
_SUBSCRIPTION = _field(
    "subscription",
    "the subscription's code",
    "text",
    *_SUBSCRIPTION_WORDS,
    required=True,
    example="S-1",
)

ACCOUNT_FIELDS = (
    BRAND,
    _field("number", "the account's number", "text", *_NUMBER_WORDS, required=True,
           example="100123"),
    _field("name", "the customer's name", "text", "customer name", "account name", "full name",
           "company", "company name", "navn", "kundenavn", "firma", "firmanavn", "kundenname",
           required=True, example="Kari Nordmann"),
    _field("kind", "consumer or business", "choice", "type", "customer type", "kundetype",
           "kundentyp", "segment", choices=tuple(Account.Kind.values), example="consumer"),
    _field("bill_day", "day of the month on which bills are made", "integer", "billing day",
           "cycle day", "faktureringsdag", "rechnungstag", example="1"),
    _field("opened_on", "customer since", "date", "customer since", "created", "created on",
           "opprettet", "kunde siden", "kunde seit", "registrert", example="2024-03-01"),
    _field("billed_until", "billed by the old system until before this day", "date",
           "billed to", "invoiced until", "fakturert til", "abgerechnet bis",
           example="2026-12-01"),
    _LANGUAGE,
    _field("payment_terms_days", "days until a bill is due", "integer", "payment terms",
           "terms", "due days", "betalingsfrist", "zahlungsziel", example="14"),
    _field("tax_status", "standard, exempt or reverse_charge", "choice", "tax", "vat status",
           "mva-status", "steuerstatus", choices=tuple(Account.TaxStatus.values),
           example="standard"),
    _field("invoice_email", "where bills are sent", "text", *_EMAIL_WORDS, "billing email",
           "invoice e-mail", "faktura e-post", "rechnungs-e-mail", example="kari@example.com"),
    _field("parent", "number of the account above", "text", "parent account", "parent id",
           "overordnet", "hovedkonto", "hauptkonto", example="100100"),
    _field("bills_to_parent", "whether the account above gets the bill", "yes_no",
           "bill to parent", example="no"),
    _field("legal_name", "the name in the register", "text", "registered name",
           "juridisk navn", "firmenname", example="Acme AS"),
    _field("segment", "a group of customers of your own", "text", "customer segment",
           "segmentgruppe", "kundensegment", example="wholesale"),
    _field("vat_number", "VAT number with its country's letters", "text", "vat id", "vat no",
           "mva-nummer", "ust-idnr", example="DE136695976"),
    _field("organisation_number", "number in the register of companies", "text", "org no",
           "organisasjonsnummer", "handelsregisternummer", example="923456783"),
    _STREET,
    _POSTCODE,
    _CITY,
    _COUNTRY,
    _field("person_name", "name of the person who may sign in", "text", "contact",
           "contact name", "contact person", "kontaktperson", "ansprechpartner"),
    _field("person_email", "the person's e-mail address", "text", "contact email",
           "kontakt e-post"),
    _field("person_phone", "the person's phone", "phone", *_PHONE_WORDS, "contact phone"),
    _field("subscription", "the subscription's code", "text", *_SUBSCRIPTION_WORDS,
           example="S-1"),
    _field("label", "what the customer calls it", "text", "description", "beskrivelse",
           "bezeichnung", example="Kari's phone"),
    _field("plan", "the plan's code", "text", *_PLAN_WORDS, example="MOBIL10"),
    _field("starts_on", "first day of the subscription", "date", *_START_WORDS,
           example="2026-01-01"),
    _field("ends_on", "day after its last", "date", *_END_WORDS, example="2026-12-01"),
    _field("service_number", "the number used", "phone", *_SERVICE_WORDS, example="4790000123"),
)  # fmt: skip
PERSON_FIELDS = (
    BRAND,
    ACCOUNT,
    _field("email", "e-mail address: the person's login", "text", *_EMAIL_WORDS, required=True,
           example="kari@example.com"),
    _field("name", "the person's name", "text", "full name", "navn", "contact name",
           "kontaktperson", "ansprechpartner", example="Kari Nordmann"),
    _field("phone", "phone number", "phone", *_PHONE_WORDS, example="4790000123"),
    _LANGUAGE,
    _field("role", "what the person may do", "choice", "rolle", "rights",
           choices=tuple(Membership.Role.values), example=Membership.Role.values[0]),
)  # fmt: skip
LOCATION_FIELDS = (
    BRAND,
    ACCOUNT,
    _field("code", "the location's code", "text", "location", "site", "location id", "site id",
           "sted", "standort", required=True, example="home"),
    _field("name", "its name", "text", "location name", "site name", "navn", "bezeichnung",
           example="Home"),
    _STREET,
    _POSTCODE,
    _CITY,
    _COUNTRY,
)  # fmt: skip
SUBSCRIPTION_FIELDS = (
    BRAND,
    ACCOUNT,
    _SUBSCRIPTION,
    _field("label", "what the customer calls it", "text", "description", "name", "beskrivelse",
           "bezeichnung"),
    _field("location", "code of the location", "text", "site", "location id", "sted", "standort"),
    _field("starts_on", "first day of the subscription", "date", *_START_WORDS,
           example="2026-01-01"),
    _field("ends_on", "day after its last", "date", *_END_WORDS, example="2026-12-01"),
    _field("plan", "the plan's code", "text", *_PLAN_WORDS, example="MOBIL10"),
    _field("plan_from", "first day of the plan, where it is not the subscription's", "date",
           "plan start", "plan since", "produkt fra", example="2026-06-01"),
)  # fmt: skip
NUMBER_FIELDS = (
    BRAND,
    ACCOUNT,
    _SUBSCRIPTION,
    _field("number", "the number used", "phone", *_SERVICE_WORDS, required=True,
           example="4790000123"),
    _field("from", "first day", "date", *_START_WORDS, example="2026-01-01"),
    _field("until", "day after the last", "date", *_END_WORDS, example="2026-12-01"),
)  # fmt: skip
ADD_ON_FIELDS = (
    BRAND,
    ACCOUNT,
    _SUBSCRIPTION,
    _field("code", "the order's code: a plan can be taken twice", "text", "add-on id", "order",
           "order id", "bestilling", required=True, example="A-1"),
    _field("plan", "code of the add-on", "text", "add-on", "addon", "tillegg",
           "tilleggstjeneste", "option", *_PLAN_WORDS, required=True, example="DATA5"),
    _field("from", "first day", "date", *_START_WORDS, example="2026-01-01"),
    _field("until", "day after the last", "date", *_END_WORDS, example="2026-12-01"),
)  # fmt: skip
