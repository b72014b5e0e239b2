"""Ways of several steps lead to one brand, or the row is refused: each is tried here.

Every trigger `same_brand`, `same_brand_still` and `keeps_its_owner` stands in these lists with its
model; those of the models and these lists are one and the same.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from core.invariants import strangers_of_another_brand
from core.models import Brand
from core.one_brand import KeepsItsOwner, SameBrandStill, compared
from tests import make
from tests.core.worlds import build_world, put_in_by_sql, store, switch_triggers, take_out

# By model, the two ends of each of its ways.
WAYS = {
    "accounts.SubscriptionPlan": ["subscription plan"],
    "accounts.SubscriptionAddOn": ["subscription plan"],
    "accounts.SubscriptionTerm": ["subscription plan_version"],
    "accounts.MembershipLine": ["membership subscription"],
    "accounts.OrderItem": ["order subscription", "order plan"],
    "accounts.NumberAssignment": ["subscription number"],
    "accounts.SimAssignment": ["subscription sim"],
    "catalog.AllowanceDestination": ["allowance group"],
    "catalog.ChargeDestination": ["charge group"],
    "catalog.ChargeCategory": ["charge category"],
    "catalog.DeckAssignment": ["version deck"],
    "catalog.DiscountTarget": ["discount product", "discount plan"],
    "catalog.BundlePart": ["bundle product", "bundle plan"],
    "catalog.EligibilityRule": [
        "plan other_plan",
        "plan product",
        "plan needed_promotion",
        "promotion other_plan",
        "promotion product",
        "promotion needed_promotion",
    ],
    "billing.AlertSettings": ["brand expensive_destinations", "brand roaming_category"],
    "billing.AllowanceBalance": ["account subscription", "account allowance"],
    "billing.BillRunAccount": ["run account"],
    "billing.CumulativeUsage": [
        "subscription plan_version",
        "subscription category",
        "plan_version charge",
    ],
    "billing.DroppedUsage": ["account subscription", "account category", "account plan_version"],
    "billing.ExtrasBar": ["subscription bar_order", "subscription lift_order"],
    "billing.InvoiceLine": [
        "invoice account",
        "account subscription",
        "account charge",
        "account usage_category",
        "subscription credits",
        "subscription credits_paid",
        "account discount",
        "subscription discounts",
    ],
    "billing.InvoiceUsage": ["line summary"],
    "billing.OpeningBalance": ["invoice reverses"],
    "billing.JournalEntry": ["brand reverses"],
    "billing.Posting": ["entry account", "entry ledger_account"],
    "billing.ReratingEffect": ["rerating account"],
    "billing.SpikeFlag": ["account subscription"],
    "billing.SuspendedUsage": ["brand source", "source file"],
    "billing.UsageAlert": ["account subscription"],
    "billing.UsageReplacement": ["rerating source"],
    "billing.UsageSourceKey": ["key source"],
    "billing.UsageSummary": ["account subscription", "account category", "account plan_version"],
    "dunning.DunningAction": ["invoice message"],
}
# These rows never change (another trigger says so), so nothing is compared when they do.
NEVER_CHANGE = {
    "billing.OpeningBalance",
    "billing.JournalEntry",
    "billing.Posting",
    "billing.UsageAlert",
    "dunning.DunningAction",
}
KEEPERS = {
    "accounts.Account": "brand",
    "accounts.Membership": "account",
    "accounts.Message": "account",
    "accounts.Order": "account",
    "accounts.ServiceNumber": "brand",
    "accounts.Sim": "brand",
    "accounts.Subscription": "account",
    "core.ApiKey": "brand",
    "catalog.Allowance": "version",
    "catalog.Bundle": "brand",
    "catalog.Charge": "version",
    "catalog.DestinationGroup": "brand",
    "catalog.Discount": "brand",
    "catalog.Plan": "brand",
    "catalog.PlanVersion": "plan",
    "catalog.Product": "brand",
    "catalog.Promotion": "brand",
    "catalog.RateDeck": "brand",
    "catalog.RateImport": "deck",
    "catalog.UsageCategory": "brand",
    "billing.AcceptedUsageGap": "source",
    "billing.BillRun": "brand",
    "billing.DailyUsage": "subscription",
    "billing.Invoice": "brand account",
    "billing.InvoiceLine": "subscription",
    "billing.LedgerAccount": "legal_entity",
    "billing.PaidThrough": "subscription",
    "billing.Rerating": "deck",
    "billing.UsageFile": "source",
    "billing.UsageSource": "brand",
    "billing.UsageSummary": "subscription",
}
EACH_KEEPER = [(label, owner) for label, owners in KEEPERS.items() for owner in owners.split()]
EACH_WAY = [(label, ends) for label, ways in WAYS.items() for ends in ways]


@pytest.fixture
def worlds(fjordtel: Brand, northwind: Brand) -> tuple[Brand, Brand]:
    """All that names something of its brand, once for Fjordtel and once for Northwind."""
    build_world(fjordtel)
    build_world(northwind)
    return fjordtel, northwind


def rows_of_both(label: str, *ends: str) -> tuple[Any, Any]:
    """A row of Fjordtel and a row of Northwind that have both ends."""
    has_both = {f"{end}__isnull": False for end in ends}
    rows = list(apps.get_model(label).objects.filter(**has_both).order_by("pk"))
    return rows[0], rows[-1]


def test_the_models_say_the_same_as_these_lists() -> None:
    said = {
        model._meta.label: [
            " ".join(way.partition("__")[0] for way in ways) for ways in trigger.ways
        ]
        for model, trigger in compared()
    }
    triggers = [(m, t) for m in apps.get_models() for t in getattr(m._meta, "triggers", ())]

    assert said == WAYS
    assert {
        m._meta.label: [" ".join(w.partition("__")[0] for w in ways) for ways in t.ways]
        for m, t in triggers
        if isinstance(t, SameBrandStill)
    } == {label: ways for label, ways in WAYS.items() if label not in NEVER_CHANGE}
    assert {
        m._meta.label: " ".join(t.owners) for m, t in triggers if isinstance(t, KeepsItsOwner)
    } == KEEPERS


def meet(label: str, *ends: str, but: str = "") -> tuple[Any, Any]:
    """A row of each brand, of which that of the other makes room; one trigger only is left on."""
    ours, theirs = rows_of_both(label, *ends)
    switch_triggers(type(ours), to="DISABLE", but=(but,))
    take_out(theirs)
    return ours, theirs


def refusal_of(act: Callable[[], object]) -> str:
    """What the database says to `act`, or nothing if it lets it pass."""
    try:
        with transaction.atomic():
            act()
    except IntegrityError as refused:
        return str(refused).partition("\n")[0]
    return ""


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is as if it had never been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("put_in", [lambda row: row.save(force_insert=True), put_in_by_sql])
def test_same_brand(worlds: object, put_in: Callable[[Any], None]) -> None:
    """No row is added whose other end is of another brand: not by the ORM, not by SQL."""
    for label, ends in EACH_WAY:
        one, other = ends.split()
        with undone():
            ours, theirs = meet(label, one, other, but="same_brand")
            take_out(ours)
            ours.pk = None
            setattr(ours, other, getattr(theirs, other))
            refused = refusal_of(partial(put_in, ours))

        assert re.match(rf"same_brand: .*: {one} and {other} are not of one ", refused), label


def test_same_brand_still(worlds: object) -> None:
    """No row is changed so that its other end is of another brand."""
    for label, ends in EACH_WAY:
        one, other = ends.split()
        with undone():
            ours, theirs = meet(label, one, other, but="same_brand_still")
            row = type(ours).objects.filter(pk=ours.pk)
            refused = refusal_of(partial(row.update, **{other: getattr(theirs, other)}))

        wanted = rf"same_brand_still: .*: {one} and {other} are not of one "
        assert label in NEVER_CHANGE or re.match(wanted, refused), label


def test_rows_that_are_compared_when_they_are_added_only_never_change(worlds: object) -> None:
    for label in NEVER_CHANGE:
        rows = apps.get_model(label).objects.all()

        refused = refusal_of(partial(rows.update, id=F("id")))

        assert "never" in refused, label


def test_keeps_its_owner(worlds: object) -> None:
    """No row that others are compared through goes to another owner, by whatever statement."""
    for label, owner in EACH_KEEPER:
        with undone(), connection.cursor() as cursor:
            ours, theirs = rows_of_both(label, owner)
            switch_triggers(type(ours), to="DISABLE", but=("keeps_its_owner",))
            column = type(ours)._meta.get_field(owner).column
            sql = f"UPDATE {type(ours)._meta.db_table} SET {column} = %s WHERE id = %s"
            refused = refusal_of(partial(cursor.execute, sql, [getattr(theirs, column), ours.pk]))

        assert refused.startswith("keeps_its_owner: row"), label


def test_the_audit_finds_what_came_in_while_a_trigger_was_off(worlds: object) -> None:
    assert list(strangers_of_another_brand()) == []

    for label, ends in EACH_WAY:
        one, other = ends.split()
        with undone():
            ours, theirs = meet(label, one, other)
            type(ours).objects.filter(pk=ours.pk).update(**{other: getattr(theirs, other)})
            found = list(strangers_of_another_brand())

        sentence = f"{ours._meta.verbose_name} {ours.pk}: {one} and {other} are not of one "
        assert any(line.startswith(sentence) for line in found), label


def test_a_line_owner_sees_lines_of_one_account(
    worlds: tuple[Brand, Brand],
) -> None:
    """Another account of the same brand is another customer all the same."""
    bo = make.make_account(worlds[0], "100124", "Bo Berg")
    [kari, _] = rows_of_both("accounts.Membership", "account")

    with pytest.raises(IntegrityError, match="are not of one account"):
        store("accounts.MembershipLine", membership=kari, subscription=make.make_subscription(bo))


def test_one_stranger_among_many_rows_keeps_all_of_them_out(worlds: tuple[Brand, Brand]) -> None:
    """They are compared together, once for the statement."""
    model: type[models.Model] = apps.get_model("accounts.SubscriptionAddOn")
    ours, theirs = rows_of_both("accounts.SubscriptionAddOn", "plan")
    before = model._default_manager.count()
    rows = [
        model(subscription=ours.subscription, plan=plan, code=f"X-{at}", starts_on=ours.starts_on)
        for at, plan in enumerate([ours.plan] * 50 + [theirs.plan])
    ]

    with pytest.raises(IntegrityError, match="same_brand"), transaction.atomic():
        model._default_manager.bulk_create(rows)

    assert model._default_manager.count() == before
    model._default_manager.bulk_create(rows[:50])
