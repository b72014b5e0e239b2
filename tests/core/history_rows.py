"""One row of every model whose history is kept, that nothing else hangs on, and ways to change it.

A model that joins the tracked ones is found by itself; the test asks for a row of it here when the
house of the back office's tests has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange

import accounts.models as accounts
import catalog.models as catalog
from billing.models import AcceptedUsageGap
from billing.usage.services.issue_source_key import issue_source_key
from core.models import Approval, Brand, NumberSeries, User
from core.models.users import Role, RoleRight, UserBrand, UserRight, UserRole
from tests import make
from tests.admin.house import House, make_house

DAY = date(2026, 11, 1)
AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
ALWAYS = DateRange(date(2026, 1, 1), None)


def make_rows() -> dict[type[models.Model], Any]:
    """By model, a row that may be changed and removed as far as its own rules allow."""
    house = make_house("own")
    make_house("other")
    made = [*_organisation(house), *_people(), *_offers(house), *_version(house)]
    made += [*_customer(house), *_lines(house)]
    made += _usage(house)
    return house.rows | {type(row): row for row in made}


def _organisation(house: House) -> Iterator[Any]:
    entity = make.make_legal_entity("SPARE", name="Spare AS")
    yield entity
    series = {"legal_entity": house.brand.legal_entity, "prefix": "S-"}
    yield NumberSeries.objects.create(code="SPARE", **series)
    usual: dict[str, Any] = {"legal_entity": house.brand.legal_entity, "languages": ["en"]}
    usual |= {"currency": "NOK", "zone": "UTC", "price_mode": "gross"}
    brand = Brand.objects.create(code="spare", name="Spare", series=house.brand.series, **usual)
    yield brand
    yield brand.domains.create(host="spare.localhost")
    yield Approval.objects.create(
        kind="publish_plan_version", brand=house.brand,
        subject_type=ContentType.objects.get_for_model(Brand), subject_id=brand.pk,
        subject_label="Spare", summary="Spare", fingerprint="1", reason="Spare",
        requested_by=make.make_staff("maker@example.com", house.brand), requested_at=AT,
        expires_at=AT + timedelta(days=7),
    )  # fmt: skip


def _people() -> Iterator[Any]:
    user = User.objects.create_user("spare@example.com", "correct horse battery")
    yield user
    role = Role.objects.create(name="Spare")
    Group.objects.create(name="Other")
    yield role
    right = Permission.objects.first()
    yield RoleRight.objects.create(group_id=role.pk, permission=right)
    yield UserRole.objects.create(user=user, group_id=role.pk)
    yield UserRight.objects.create(user=user, permission=right)
    yield UserBrand.objects.create(user=user, brand=Brand.objects.earliest("pk"))


def _offers(house: House) -> Iterator[Any]:
    yield catalog.TaxCategory.objects.create(code="spare", name="Spare")
    named: dict[str, Any] = {"brand": house.brand, "name": {"en": "Spare"}}
    yield make.make_product(house.brand, "SPARE")
    yield make.make_deck(house.brand, "SPARE")
    product = house[catalog.Product]
    yield catalog.Plan.objects.create(product=product, code="SPARE", **named)
    group = catalog.DestinationGroup.objects.create(code="SPARE", **named)
    yield group
    yield catalog.DestinationPrefix.objects.create(group=group, prefix="47", during=ALWAYS)
    spare: dict[str, Any] = named | {"code": "SPARE", "available": ALWAYS}
    discount = catalog.Discount.objects.create(kind="percent", value=10, **spare)
    yield discount
    bundle = catalog.Bundle.objects.create(discount=house[catalog.Discount], **spare)
    yield bundle
    yield catalog.DiscountTarget.objects.create(discount=discount, product=product)
    yield catalog.BundlePart.objects.create(bundle=bundle, product=product)


def _version(house: House) -> Iterator[Any]:
    version = make.make_draft(house[catalog.Plan], term_months=12)
    said: dict[str, Any] = {"version": version, "description": {"en": "Spare"}}
    yield version
    yield catalog.TerminationStep.objects.create(version=version, from_month=1, fee=100)
    priced = {"price": 0, "pricing": "graduated", "usage_types": ["voice"], "per": 60}
    charge = make.make_charge(version, code="calls", kind="usage", **priced)
    yield charge
    yield catalog.ChargeTier.objects.create(charge=charge, up_to=100, price=1)
    allowance = catalog.Allowance.objects.create(
        code="calls", unit="seconds", quantity=600, usage_types=["voice"], **said
    )
    yield allowance
    group = house[catalog.DestinationGroup]
    yield catalog.AllowanceDestination.objects.create(allowance=allowance, group=group)
    yield catalog.ChargeDestination.objects.create(charge=charge, group=group)
    category = house[catalog.UsageCategory]
    yield catalog.ChargeCategory.objects.create(charge=charge, category=category)
    deck = house[catalog.RateDeck]
    if deck.direction == "buy":
        deck = catalog.RateDeck.objects.get(brand=house.brand)
    yield catalog.DeckAssignment.objects.create(version=version, usage_type="voice", deck=deck)


def _customer(house: House) -> Iterator[Any]:
    account = make.make_account(house.brand, "SPARE", "Bo Berg")
    yield account
    person = accounts.Person.objects.create(name="Bo Berg", email="bo@example.com")
    yield person
    yield accounts.Membership.objects.create(account=account, person=person)
    yield accounts.QuietHours.objects.create(person=person, zone="Europe/Oslo")
    yield accounts.ContactPreference.objects.create(
        person=person, brand=house.brand, topic="marketing", channel="email", wanted=True
    )
    yield make.make_location(account)
    yield accounts.SimPool.objects.create(brand=house.brand, code="SPARE", name="Spare")
    yield accounts.NumberPool.objects.create(brand=house.brand, code="SPARE", name="Spare")


def _lines(house: House) -> Iterator[Any]:
    account, plan = house[accounts.Account], house[catalog.Plan]
    line = make.make_subscription(account, plan, "SPARE", number="4790000555")
    of_line: dict[str, Any] = {"subscription": line}
    yield line
    yield line.plan_history.get()
    yield line.numbers.get()
    yield accounts.SubscriptionAddOn.objects.create(
        plan=plan, starts_on=DAY, code="SPARE", **of_line
    )
    later = DateRange(date(2027, 1, 1), date(2027, 2, 1))
    yield accounts.SubscriptionPause.objects.create(during=later, **of_line)
    yield accounts.SubscriptionTerm.objects.create(
        bound_from=DAY, bound_until=date(2027, 11, 1), months=12, **of_line
    )
    yield accounts.SubscriptionCancellation.objects.create(
        requested_at=AT, effective_on=date(2027, 11, 1), **of_line
    )
    yield accounts.SimAssignment.objects.create(sim=house[accounts.Sim], during=ALWAYS, **of_line)
    membership = accounts.Membership.objects.filter(account=account).earliest("pk")
    make.make_subscription(account, plan, "OTHER")
    yield accounts.MembershipLine.objects.create(membership=membership, **of_line)
    order = house[accounts.Order]
    yield accounts.OrderItem.objects.create(order=order, position=1, kind="pause", **of_line)


def _usage(house: House) -> Iterator[Any]:
    source = make.make_source(house.brand, "SPARE")
    yield source
    yield AcceptedUsageGap.objects.create(source=source, key="1", reason="Lost.", accepted_at=AT)
    key, _token = issue_source_key(
        source=source, name="Spare", expires_at=AT + timedelta(days=9),
        issued_by=make.make_staff("keys@example.com", house.brand), now=AT,
    )  # fmt: skip
    yield key


def changes_of(row: models.Model, columns: set[str]) -> Iterator[tuple[str, Any]]:
    """Fields with other values; some break rules of their own, the next may do."""
    fields: Any = row._meta.concrete_fields
    for field in fields:
        if field.column in columns and not field.primary_key:
            for value in _others(field, getattr(row, field.attname)):
                yield field.attname, value


def _others(field: Any, value: Any) -> Iterator[Any]:
    if field.is_relation:
        rows = field.related_model._base_manager.exclude(pk=value)
        yield from rows.values_list("pk", flat=True)[:20]
    elif isinstance(field, ArrayField):
        yield []
    elif field.choices:
        yield from (choice for choice, _ in field.flatchoices if choice != value)
    else:
        yield from _other_values(value)


def _other_values(value: Any) -> list[Any]:
    match value:
        case bool():
            return [not value]
        case int() | Decimal():
            return [value + 1]
        case date():  # and a datetime
            return [value + timedelta(days=1)]
        case time():
            return [time(value.hour, 59)]
        case dict():
            return [{**value, "nb": "Endret"}]
        case str():
            return [f"{value[:-1]}Z", "Changed"]
        case DateRange() if isinstance(value.lower, date):
            return [DateRange(value.lower + timedelta(days=1), value.upper)]
    return []
