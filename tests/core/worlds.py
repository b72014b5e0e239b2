"""A world: one row of each thing that a brand has and that names something else of its brand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.models import Brand
from tests import make
from tests.payments.bills import make_bill

NOW, TODAY = datetime(2026, 11, 3, 8, tzinfo=UTC), date(2026, 11, 3)
ALWAYS = DateRange(make.LONG_AGO, None)
VERSION_OF = date(2027, 1, 1)


def store(label: str, **fields: Any) -> Any:
    return apps.get_model(label).objects.create(**fields)


def build_world(brand: Brand) -> None:
    """A catalogue, a customer with a subscription, its bill, usage and order, all of one brand."""
    draft = build_offers(brand)
    line = build_customer(brand)
    build_order(line)
    build_bill(line, draft)


def build_offers(brand: Brand) -> Any:
    """A drafted version with all that hangs on it, a discount, a bundle and a promotion."""
    plan, other = make.make_plan(brand), make.make_plan(brand, "MOBIL20")
    draft = make.make_draft(plan, VERSION_OF)
    charge = make.make_charge(
        draft, kind="usage", pricing="per_unit", price=0, usage_types=["voice"]
    )
    group = store("catalog.DestinationGroup", brand=brand, code="ABROAD", name={"en": "Abroad"})
    category = brand.usage_categories.first()
    allowance = store(
        "catalog.Allowance", version=draft, code="A", description={"en": "A"}, unit="seconds",
        quantity=60, usage_types=["voice"],
    )  # fmt: skip
    store("catalog.AllowanceDestination", allowance=allowance, group=group)
    store("catalog.ChargeDestination", charge=charge, group=group)
    store("catalog.ChargeCategory", charge=charge, category=category)
    deck = make.make_deck(brand, f"VOICE-{brand.code}")
    store("catalog.DeckAssignment", version=draft, usage_type="voice", deck=deck)
    store("catalog.RateImport", deck=deck, file_name="x", sha256="0", starts_on=TODAY,
          imported_at=NOW)  # fmt: skip
    terms = {"brand": brand, "name": {"en": "X"}, "available": ALWAYS}
    discount = store("catalog.Discount", code="TEN", kind="percent", value=10, **terms)
    bundle = store("catalog.Bundle", code="BOTH", discount=discount, **terms)
    promotion = store("catalog.Promotion", code="NEW", discount=discount, **terms)
    for target in ({"product": plan.product}, {"plan": other}):
        store("catalog.DiscountTarget", discount=discount, **target)
        store("catalog.BundlePart", bundle=bundle, **target)
    for of in ({"plan": plan}, {"promotion": promotion}):
        store("catalog.EligibilityRule", kind="requires", other_plan=other, **of)
        store("catalog.EligibilityRule", kind="excludes", product=plan.product, **of)
        store("catalog.EligibilityRule", kind="promotion", needed_promotion=promotion, **of)
    return draft


def build_customer(brand: Brand) -> Any:
    """An account with a member and a subscription that has a plan, an add-on, a SIM, a number."""
    account = make.make_account(brand)
    person = make.make_person(account, f"kari@{brand.code}.example")
    plan = brand.plans.get(code="MOBIL10")
    line = make.make_subscription(account, plan, number="4790000123")
    extra = make.make_plan(brand, "EXTRA", kind="add_on")
    make.give_add_on(line, extra, TODAY)
    store(
        "accounts.SubscriptionTerm", subscription=line, bound_from=TODAY, bound_until=TODAY,
        plan_version=plan.versions.first(),
    )  # fmt: skip
    store("accounts.MembershipLine", membership=person.memberships.get(), subscription=line)
    sim = store("accounts.Sim", brand=brand, iccid=f"8947{brand.pk:014}", state="assigned")
    store("accounts.SimAssignment", sim=sim, subscription=line, during=ALWAYS)
    return line


def build_order(line: Any) -> None:
    """An order of two things, its summary and its acceptance, and a talk that was corrected."""
    account = line.account
    order = store(
        "accounts.Order", account=account, number="O-1", wanted_on=TODAY, created_at=NOW
    )  # fmt: skip
    plan = account.brand.plans.get(code="MOBIL20")
    store("accounts.OrderItem", order=order, position=1, kind="plan_change", subscription=line,
          plan=plan)  # fmt: skip
    summary = store("accounts.ContractSummary", order=order, language="en", text="T",
                    sha256="0" * 64, made_at=NOW)  # fmt: skip
    store("accounts.Acceptance", order=order, summary=summary, accepted_at=NOW,
          accepted_by="Kari", method="phone", language="en")  # fmt: skip
    talk = {
        "brand": account.brand, "account": account, "channel": "phone", "direction": "in",
        "happened_at": NOW, "recorded_at": NOW, "text": "Asked.",
    }  # fmt: skip
    first = store("accounts.Interaction", **talk)
    store("accounts.Interaction", corrects=first, **talk)


def build_bill(line: Any, draft: Any) -> None:
    """A bill in a run with lines and usage, its reversal, what is taken over, and a reminder."""
    account, brand = line.account, line.account.brand
    bill = make_bill(account)
    run = store("billing.BillRun", brand=brand, bill_date=TODAY, as_of=TODAY, created_at=NOW)
    store("billing.BillRunAccount", run=run, account=account)
    drafted = make_draft_like(bill)
    category, charge = brand.usage_categories.first(), draft.charges.get()
    paid = store("billing.PaidThrough", subscription=line, paid_until=TODAY, taken_over_on=TODAY)
    said = {
        "invoice": drafted, "kind": "recurring", "account": account, "subscription": line,
        "charge": charge, "usage_category": category, "account_label": "A",
        "subscription_label": "S", "description": "D", "exact_amount": 1, "amount": 1, "net": 1,
        "tax_category": "standard", "tax_treatment": "S", "tax_rate": 25, "revenue_account": "3000",
    }  # fmt: skip
    first = store("billing.InvoiceLine", position=1, segment="1", **said)
    back = said | {"amount": -1}
    store("billing.InvoiceLine", position=2, segment="2", credits=first, credits_paid=paid, **back)
    discount = apps.get_model("catalog.Discount").objects.get(brand=account.brand)
    said |= {"kind": "discount", "discount": discount, "discounts": first}
    store("billing.InvoiceLine", position=3, **said)
    summary = store(
        "billing.UsageSummary", account=account, subscription=line, period_start=TODAY,
        origin_start=TODAY, category=category, plan_version=draft, usage_type=1, records=1,
        quantity=1, billed=1, amount=1, cost=1,
    )  # fmt: skip
    store(
        "billing.DroppedUsage", account=account, subscription=line, period_start=TODAY,
        origin_start=TODAY, category=category, plan_version=draft, usage_type=1, records=1,
        quantity=1, billed=1, covered=0, paid=0, amount=1, cost=1, counted=0,
    )  # fmt: skip
    store(
        "billing.DailyUsage", subscription=line, period_start=TODAY, origin_start=TODAY,
        usage_type=1, quantities=[1], amounts=[1],
    )  # fmt: skip
    store(
        "billing.AllowanceBalance", account=account, subscription=line, period_start=TODAY,
        allowance=draft.allowances.get(), opens=TODAY, closes=TODAY, expires=TODAY, granted=TODAY,
        quantity=1, contributions=[[line.pk, 1]], users=[[line.pk, str(TODAY)]],
    )  # fmt: skip
    store(
        "billing.CumulativeUsage", subscription=line, origin_start=TODAY, plan_version=draft,
        charge=charge, category=category, usage_type=1, units=1, amount=1,
    )  # fmt: skip
    build_alerts(account, line)
    build_rerating(account)
    store("billing.InvoiceUsage", line=first, summary=summary, records=1, quantity=1, billed=1,
          amount=1)  # fmt: skip
    store("billing.OpeningBalance", invoice=bill, original_total=1, taken_over_on=TODAY,
          source="x", reverses=drafted)  # fmt: skip
    reverse_entry(bill)
    build_suspense(brand)
    message = store(
        "accounts.Message", brand=brand, account=account, event="x", language="en",
        to_address="kari@example.com", subject="S", body_text="T", unique_key=f"x{brand.pk}",
        message_id=f"<x{brand.pk}@example.com>", created_at=NOW,
    )  # fmt: skip
    store("dunning.DunningAction", invoice=bill, step="reminder", as_of=TODAY, open_amount=1,
          message=message, decided_at=NOW)  # fmt: skip


def build_alerts(account: Any, line: Any) -> None:
    """What a brand warns of, a threshold that was crossed, a bar that was lifted, a flag."""
    brand = account.brand
    store(
        "billing.AlertSettings", brand=brand,
        expensive_destinations=brand.destination_groups.first(),
        roaming_category=brand.usage_categories.first(),
    )  # fmt: skip
    store(
        "billing.UsageAlert", account=account, subscription=line, period_start=TODAY,
        subject="cap", code="1.000", threshold=50, level=1, limit=2, told=True, crossed_at=NOW,
    )  # fmt: skip
    orders = [
        store("accounts.Order", account=account, number=number, wanted_on=TODAY, created_at=NOW)
        for number in ("bar", "lift")
    ]
    store(
        "billing.ExtrasBar", subscription=line, period_start=TODAY, until=date(2026, 12, 1),
        cap_amount=1, bar_order=orders[0], barred_at=NOW, lift_order=orders[1], lifted_at=NOW,
        lifted_because="period",
    )  # fmt: skip
    store(
        "billing.SpikeFlag", account=account, subscription=line, kind="voice", day=TODAY,
        seen=1, limit=1, flagged_at=NOW,
    )  # fmt: skip


def build_rerating(account: Any) -> None:
    """Usage of a deck that was rated again."""
    brand = account.brand
    rerating = store(
        "billing.Rerating", deck=brand.decks.first(), starts_on=TODAY, reason="Wrong.",
        requested_at=NOW,
    )  # fmt: skip
    store(
        "billing.ReratingEffect", rerating=rerating, account=account, replaced=1, adjusted=1,
        open_before=1, open_after=1, adjustment=1,
    )  # fmt: skip
    store(
        "billing.UsageReplacement", rerating=rerating,
        source=make.make_source(brand, f"AGAIN-{brand.code}"), key=uuid4(),
        replaced_key=uuid4(), start_at=NOW,
    )  # fmt: skip


def make_draft_like(bill: Any) -> Any:
    """A draft for the same account: lines may still be added to it."""
    drafted = type(bill).objects.get(pk=bill.pk)
    drafted.pk, drafted._state.adding, drafted.state, drafted.reference = None, True, "draft", "99"
    drafted.number = drafted.sequence = drafted.issue_date = None
    drafted.due_date = drafted.issued_at = None
    drafted.save()
    return drafted


def reverse_entry(bill: Any) -> None:
    """The other way round, in the books."""
    entry = apps.get_model("billing.JournalEntry").objects.get(source_id=bill.pk)
    store("billing.JournalEntry", legal_entity=bill.legal_entity, brand=bill.brand, date=TODAY,
          source="invoice", source_id=bill.pk, reverses=entry, posted_at=NOW)  # fmt: skip


def build_suspense(brand: Brand) -> None:
    """A line of a file that nobody could rate."""
    source = make.make_source(brand, f"SWITCH-{brand.code}")
    file = store("billing.UsageFile", source=source, name="x.csv", sha256="0" * 64, size=1,
                 imported_at=NOW)  # fmt: skip
    store("billing.AcceptedUsageGap", source=source, key="1", reason="It was empty.",
          accepted_at=NOW)  # fmt: skip
    maker = make.make_staff(f"maker@{brand.code}.example", brand)
    key = store("core.ApiKey", brand=brand, name="Switch", prefix=brand.code, digest="0" * 64,
                scopes=["usage:write"], created_by=maker, created_at=NOW,
                expires_at=NOW.replace(year=2027))  # fmt: skip
    store("billing.UsageSourceKey", key=key, source=source)
    store("billing.SuspendedUsage", brand=brand, source=source, file=file, line_number=1, raw="x",
          reason="invalid", key=uuid4(), content=uuid4())  # fmt: skip


def switch_triggers(model: type[models.Model], *, to: str, but: tuple[str, ...] = ()) -> None:
    """Switch a table's own triggers `ENABLE` or `DISABLE`; those that are named in `but` stay."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} {to} TRIGGER USER")
        for trigger in getattr(model._meta, "triggers", ()):
            if trigger.name in but:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger.get_pgid(model)}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def take_out(row: models.Model) -> None:
    """Remove a row by SQL, whatever hangs on it: foreign keys ask when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])


def values_of(row: models.Model) -> dict[str, Any]:
    """Its columns but the id, as they are stored."""
    return {
        str(field.column): field.get_db_prep_save(getattr(row, field.attname), connection)
        for field in type(row)._meta.concrete_fields
        if not field.primary_key
    }


def put_in_by_sql(row: models.Model) -> None:
    """Insert a row by plain SQL."""
    values = values_of(row)
    columns = ", ".join(f'"{column}"' for column in values)
    places = ", ".join(["%s"] * len(values))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{row._meta.db_table}" ({columns}) VALUES ({places})',
            list(values.values()),
        )
