"""Plain builders of test data: one cast of customers, sensible defaults, everything overridable."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import (
    Account,
    Location,
    Membership,
    MessageSettings,
    NumberAssignment,
    Person,
    ServiceNumber,
    Subscription,
    SubscriptionAddOn,
    SubscriptionPlan,
)
from billing.models import UsageSource
from catalog.models import (
    Allowance,
    Bundle,
    Charge,
    DeckAssignment,
    Discount,
    Plan,
    PlanVersion,
    Product,
    Rate,
    RateDeck,
    TaxCategory,
    TaxRate,
    UsageCategory,
)
from core.models import Brand, BrandDomain, LegalEntity, NumberSeries, User

LONG_AGO = date(2020, 1, 1)
PUBLISHED = datetime(2025, 12, 1, tzinfo=UTC)
Published = TypeVar("Published", PlanVersion, Discount, Bundle)


def make_legal_entity(code: str = "FJORDTEL", **fields: Any) -> LegalEntity:
    defaults: dict[str, Any] = {
        "name": "Fjordtel AS",
        "organisation_number": "923456783",
        "vat_number": "NO923456783MVA",
        "street": "Havnegata 1",
        "postcode": "0150",
        "city": "Oslo",
        "country": "NO",
        "bank_account": "1234.56.78903",
    }
    return LegalEntity.objects.get_or_create(code=code, defaults=defaults | fields)[0]


def make_tax(
    legal_entity: LegalEntity, rate: str = "25", category: str = "standard", **fields: Any
) -> TaxRate:
    """A tax rate in per cent, in force for ever."""
    defaults: dict[str, Any] = {"during": DateRange(LONG_AGO, None), "treatment": "S"}
    tax_category = TaxCategory.objects.get_or_create(code=category, defaults={"name": category})[0]
    return TaxRate.objects.create(
        legal_entity=legal_entity,
        category=tax_category,
        rate=Decimal(rate),
        **(defaults | fields),
    )


def make_brand(code: str = "fjordtel", *, tax: str | None = "25", **fields: Any) -> Brand:
    """Fjordtel: consumers, NOK, prices with 25 % tax included, Norwegian then English."""
    legal_entity = fields.pop("legal_entity", None) or make_legal_entity()
    series = NumberSeries.objects.get_or_create(
        legal_entity=legal_entity,
        code="INVOICES",
        defaults={"prefix": "FT-", "first_number": 100001, "next_number": 100001},
    )[0]
    defaults: dict[str, Any] = {
        "name": "Fjordtel",
        "legal_entity": legal_entity,
        "series": series,
        "currency": "NOK",
        "zone": "Europe/Oslo",
        "languages": ["nb", "en"],
        "price_mode": "gross",
        "reference_kind": "kid_mod10",
        "support_email": "hjelp@fjordtel.example",
        "support_phone": "+47 21 00 00 00",
        "sender_email": "faktura@fjordtel.example",
        "website": "www.fjordtel.example",
    }
    brand = Brand.objects.create(code=code, **(defaults | fields))
    BrandDomain.objects.create(brand=brand, host=f"{code}.localhost")
    make_message_settings(brand)
    for usage_type, name in (("voice", "Calls"), ("sms", "Messages"), ("data", "Data")):
        UsageCategory.objects.create(brand=brand, code=usage_type, name={"en": name})
    if tax is not None and not legal_entity.tax_rates.filter(category__code="standard").exists():
        make_tax(legal_entity, tax)
    return brand


def make_message_settings(brand: Brand, **fields: Any) -> MessageSettings:
    """A brand that writes at any hour, so that tests do whenever they run."""
    defaults: dict[str, Any] = {
        "quiet_from": time(0),
        "quiet_until": time(0),
        "sundays": False,
        "holidays": False,
    }
    return MessageSettings.objects.update_or_create(brand=brand, defaults=defaults | fields)[0]


def make_northwind(**fields: Any) -> Brand:
    """Northwind Voice: businesses, EUR, prices before tax, English then German, 19 % tax."""
    legal_entity = make_legal_entity(
        "NORTHWIND",
        name="Northwind Voice GmbH",
        organisation_number="HRB 12345",
        vat_number="DE136695976",
        street="Hafenstraße 2",
        postcode="20457",
        city="Hamburg",
        country="DE",
        bank_account="",
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
    )
    series = NumberSeries.objects.get_or_create(
        legal_entity=legal_entity,
        code="INVOICES",
        defaults={"prefix": "NW-", "first_number": 1, "next_number": 1},
    )[0]
    defaults: dict[str, Any] = {
        "name": "Northwind Voice",
        "legal_entity": legal_entity,
        "series": series,
        "currency": "EUR",
        "zone": "Europe/Berlin",
        "languages": ["en", "de"],
        "price_mode": "net",
        "reference_kind": "rf",
        "support_email": "help@northwind.example",
        "sender_email": "billing@northwind.example",
        "website": "www.northwind.example",
        "tax": "19",
    }
    return make_brand("northwind", **(defaults | fields))


def make_product(brand: Brand, code: str = "MOBILE", **fields: Any) -> Product:
    defaults: dict[str, Any] = {
        "name": {"en": code.capitalize()},
        "service": "mobile",
        "tax_category": TaxCategory.objects.get_or_create(
            code="standard", defaults={"name": "Standard rate"}
        )[0],
    }
    return Product.objects.get_or_create(brand=brand, code=code, defaults=defaults | fields)[0]


def make_plan(brand: Brand, code: str = "MOBIL10", price: str = "299.00", **fields: Any) -> Plan:
    """A plan with one version from 2020 on and one monthly charge in advance.

    `charge` overrides the charge's fields; `decks` maps usage types to decks; `kind="add_on"`
    with `charge={"kind": "one_off"}` makes a one-off add-on.
    """
    charge = fields.pop("charge", {})
    decks = fields.pop("decks", {})
    starts_on = fields.pop("starts_on", LONG_AGO)
    product = fields.pop("product", None) or make_product(brand)
    plan = Plan.objects.create(
        brand=brand, product=product, code=code, **({"name": {"en": code}} | fields)
    )
    make_version(plan, price, starts_on=starts_on, charge=charge, decks=decks)
    return plan


def make_version(
    plan: Plan,
    price: str,
    *,
    starts_on: date,
    charge: dict[str, Any] | None = None,
    decks: dict[str, RateDeck] | None = None,
) -> PlanVersion:
    """A published version with one charge called `monthly` (described by the plan's name)."""
    version = PlanVersion.objects.create(plan=plan, starts_on=starts_on)
    make_charge(version, **({"price": Decimal(price)} | (charge or {})))
    for usage_type, deck in (decks or {}).items():
        DeckAssignment.objects.create(version=version, usage_type=usage_type, deck=deck)
    return publish(version)


def make_charge(version: PlanVersion, **fields: Any) -> Charge:
    """A recurring charge of 1.00 called `monthly` in a draft, described by the plan's name."""
    defaults: dict[str, Any] = {
        "code": "monthly",
        "kind": "recurring",
        "description": version.plan.name,
        "price": Decimal("1.00"),
    }
    return Charge.objects.create(version=version, **(defaults | fields))


def make_draft(plan: Plan, starts_on: date = date(2027, 1, 1), **fields: Any) -> PlanVersion:
    """An empty draft; `fields` are its terms."""
    return PlanVersion.objects.create(plan=plan, starts_on=starts_on, **fields)


def publish(row: Published) -> Published:
    """Publish a draft of a plan version, discount or bundle, as an import does."""
    row.state, row.published_at, row.published_by = "published", PUBLISHED, "tests"
    row.save()
    return row


def make_deck(brand: Brand, code: str = "VOICE", **fields: Any) -> RateDeck:
    defaults: dict[str, Any] = {
        "name": code,
        "usage_type": "voice",
        "currency": brand.currency,
        "zone": brand.zone,
    }
    return RateDeck.objects.create(brand=brand, code=code, **(defaults | fields))


def make_rate(deck: RateDeck, prefix: str = "47", price: str = "0.60", **fields: Any) -> Rate:
    """60/1 at `price` a minute without connection fee."""
    defaults: dict[str, Any] = {
        "starts_on": LONG_AGO,
        "price": Decimal(price),
        "first_increment": 60,
        "next_increment": 1,
    }
    return Rate.objects.create(deck=deck, prefix=prefix, **(defaults | fields))


def make_account(
    brand: Brand, number: str = "100123", name: str = "Kari Nordmann", **fields: Any
) -> Account:
    defaults: dict[str, Any] = {
        "currency": brand.currency,
        "street": "Storgata 1",
        "postcode": "0155",
        "city": "Oslo",
        "country": "NO",
        "opened_on": date(2026, 1, 1),
        "invoice_email": f"{name.split(maxsplit=1)[0].lower()}@example.com",
    }
    if fields.get("tax_status") == "reverse_charge":
        defaults |= {
            "vat_number": "ATU13585627",
            "vat_check": "format",
            "vat_checked_at": PUBLISHED,
        }
    return Account.objects.create(brand=brand, number=number, name=name, **(defaults | fields))


def make_person(account: Account, email: str = "kari@example.com", **fields: Any) -> Person:
    """A person with a login (password `correct horse battery`) and a membership."""
    role = fields.pop("role", "owner")
    person = Person.objects.filter(email=email).first()
    if person is None:
        user = User.objects.create_user(email, "correct horse battery")
        person = Person.objects.create(
            user=user, email=email, **({"name": account.name, "language": ""} | fields)
        )
    Membership.objects.create(account=account, person=person, role=role)
    return person


def make_location(account: Account, code: str = "home", **fields: Any) -> Location:
    defaults: dict[str, Any] = {"name": "Home", "street": "Storgata 1", "city": "Oslo"}
    return Location.objects.create(account=account, code=code, **(defaults | fields))


def make_subscription(
    account: Account, plan: Plan | None = None, code: str = "MOB-1", **fields: Any
) -> Subscription:
    """An active subscription since 2026-01-01; `plan` from its start, `number` assigned to it."""
    number = fields.pop("number", None)
    defaults: dict[str, Any] = {"starts_on": date(2026, 1, 1)}
    subscription = Subscription.objects.create(account=account, code=code, **(defaults | fields))
    if plan is not None:
        give_plan(subscription, plan, subscription.starts_on)
    if number is not None:
        assign_number(subscription, number)
    return subscription


def give_plan(
    subscription: Subscription, plan: Plan, start: date, end: date | None = None
) -> SubscriptionPlan:
    """Give the plan from `start` on; an open plan before it ends there."""
    for before in subscription.plan_history.all():
        if before.during.upper is None:
            before.during = DateRange(before.during.lower, start)
            before.save()
    return SubscriptionPlan.objects.create(
        subscription=subscription, plan=plan, during=DateRange(start, end)
    )


def give_add_on(
    subscription: Subscription, plan: Plan, start: date, code: str = "ORDER-1", **fields: Any
) -> SubscriptionAddOn:
    return SubscriptionAddOn.objects.create(
        subscription=subscription, plan=plan, starts_on=start, code=code, **fields
    )


def assign_number(
    subscription: Subscription, number: str = "4790000123", **fields: Any
) -> NumberAssignment:
    service_number = ServiceNumber.objects.get_or_create(
        brand=subscription.account.brand, number=number, defaults={"state": "assigned"}
    )[0]
    during = fields.get("during", DateRange(subscription.starts_on, None))
    return NumberAssignment.objects.create(
        number=service_number, subscription=subscription, during=during
    )


def make_source(brand: Brand, code: str = "SWITCH", **fields: Any) -> UsageSource:
    """A CSV source with the columns id, start, service, called and seconds."""
    defaults: dict[str, Any] = {
        "name": code,
        "format": "csv",
        "country_code": "47",
        "mapping": {
            "columns": {
                "id": "id",
                "start": "start",
                "service": "service",
                "called": "called",
                "quantity": "seconds",
            }
        },
    }
    return UsageSource.objects.create(brand=brand, code=code, **(defaults | fields))


def make_staff(email: str = "staff@fjordtel.example", *brands: Brand, **fields: Any) -> User:
    """A member of staff for these brands (password `correct horse battery`)."""
    user = User.objects.create_user(email, "correct horse battery", is_staff=True, **fields)
    user.brands.set(brands)
    return user


def make_allowance(version: PlanVersion, code: str = "MINUTES", **fields: Any) -> Allowance:
    """Ten minutes of voice of the subscription's own in a draft."""
    defaults: dict[str, Any] = {
        "description": {"en": code.capitalize()},
        "unit": "seconds",
        "quantity": Decimal(600),
        "usage_types": ["voice"],
    }
    return Allowance.objects.create(version=version, code=code, **(defaults | fields))
