"""A reseller with one row of everything that the back office shows, as often as one likes.

Every text of a house holds its canary, so that no page of another brand can show it unnoticed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.backends.postgresql.psycopg_any import DateRange, NumericRange
from django.db.models import Model

from accounts.models import (
    Account,
    Consent,
    ContractSummary,
    Interaction,
    Message,
    MessageSettings,
    MessageTemplate,
    NumberPool,
    Order,
    Sim,
    SimPool,
)
from billing.documents.services.store_document import store_document, store_summary
from billing.models import (
    AlertSettings,
    AllowanceUsedBefore,
    BillRun,
    BillRunAccount,
    ExtrasBar,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    JournalEntry,
    LedgerAccount,
    OpeningBalance,
    OpenItem,
    PaidThrough,
    Posting,
    Reconciliation,
    Rerating,
    ReratingEffect,
    SpendCap,
    SpikeFlag,
    SuspendedUsage,
    UsageAlert,
    UsageCutover,
    UsageFile,
    UsagePeriod,
    UsageRecord,
    UsageSummary,
)
from catalog.models import (
    BandHours,
    Bundle,
    DestinationGroup,
    Discount,
    EligibilityRule,
    Promotion,
    RateDeck,
    RateImport,
    Supplier,
    TimeBand,
)
from core.models import Approval, Brand, Job, NumberSeries
from core.services.issue_api_key import issue_api_key
from core.services.keep_import import start_import
from core.services.record_event import record_event
from dunning.models import DunningAction
from payments.models import Allocation, BankFile, Mandate, Payment, PaymentMethod
from tests import make

NOVEMBER = date(2026, 11, 1)
OCTOBER = date(2026, 10, 1)
AT = datetime(2026, 11, 3, 12, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """A brand, what tells its rows from others', and one row of each model."""

    brand: Brand
    canary: str
    rows: dict[type[Model], Model]

    def __getitem__(self, model: type[Model]) -> Any:
        return self.rows[model]


def make_house(code: str) -> House:
    """A brand with its own legal entity; `code` is part of every text."""
    canary = f"CANARY-{code}"
    rows: list[Model] = []
    legal_entity = make.make_legal_entity(f"ENTITY-{code}", name=f"{canary} AS")
    series = NumberSeries.objects.create(
        legal_entity=legal_entity, code="INVOICES", prefix=f"{canary}-"
    )
    brand = make.make_brand(code, name=canary, legal_entity=legal_entity, series=series)
    rows += [legal_entity, series, brand, legal_entity.tax_rates.get()]
    rows += _catalogue(brand, canary)
    rows += _customer(brand, canary)
    by_model = {type(row): row for row in rows}
    for make_rows in (_usage, _billing, _money, _core):
        by_model |= {type(row): row for row in make_rows(brand, canary, by_model)}
    return House(brand, canary, by_model)


def _catalogue(brand: Brand, canary: str) -> list[Model]:
    product = make.make_product(brand, code=f"{canary}-P", name={"en": canary})
    plan = make.make_plan(brand, code=f"{canary}-PLAN", product=product)
    deck = make.make_deck(brand, code=f"{canary}-DECK")
    taken_in = RateImport.objects.create(
        deck=deck, file_name=f"{canary}.csv", sha256="0" * 64, starts_on=OCTOBER, imported_at=AT
    )
    rate = make.make_rate(deck, destination=canary, imported_by=taken_in)
    category = brand.usage_categories.get(code="voice")
    bought = _bought(brand, canary)
    offers = _offers(brand, plan, canary)
    return [product, plan, plan.versions.get(), *bought, *offers, deck, taken_in, rate, category]


def _offers(brand: Brand, plan: Any, canary: str) -> list[Model]:
    """What is cheaper for whom, and where."""
    named: dict[str, Any] = {"brand": brand, "name": {"en": canary}}
    always = DateRange(OCTOBER, None)
    discount = Discount.objects.create(
        **named, code=f"{canary}-OFF", kind="percent", value=10, available=always
    )
    promotion = Promotion.objects.create(
        **named, code=f"{canary}-NEW", discount=discount, available=always
    )
    bundle = Bundle.objects.create(
        **named, code=f"{canary}-BOTH", discount=discount, available=always
    )
    group = DestinationGroup.objects.create(**named, code=f"{canary}-EU")
    rule = EligibilityRule.objects.create(promotion=promotion, kind="new_customer")
    return [discount, promotion, bundle, group, rule]


def _bought(brand: Brand, canary: str) -> list[Model]:
    """A supplier of the brand's legal entity, with a buy deck that has a time band."""
    supplier = Supplier.objects.create(
        legal_entity=brand.legal_entity, code=f"{canary}-CARRIER", name=canary, currency="NOK"
    )
    deck = RateDeck.objects.create(
        direction="buy", supplier=supplier, code=f"{canary}-BUY", name=canary,
        usage_type="voice", currency="NOK", zone="UTC",
    )  # fmt: skip
    band = TimeBand.objects.create(deck=deck, code=f"{canary}-EVENING")
    hours = BandHours.objects.create(
        deck=deck, band=band, weekday=1, minutes=NumericRange(1200, 1440)
    )
    return [supplier, deck, band, hours]


def _customer(brand: Brand, canary: str) -> list[Model]:
    account = make.make_account(brand, number=f"{canary}-1", name=f"{canary} Nordmann")
    person = make.make_person(account, email=f"{canary.lower()}@example.com", name=canary)
    location = make.make_location(account, name=canary)
    subscription = make.make_subscription(
        account,
        brand.plans.get(),
        code=f"{canary}-S",
        label=f"{canary} line",
        location=location,
        number=canary,
    )
    more = _of_the_customer(account, canary)
    message = Message.objects.create(
        brand=brand,
        account=account,
        event="reminder",
        language="en",
        to_address=person.email,
        subject=canary,
        body_text=canary,
        unique_key=canary,
        message_id=f"<{canary}@example.com>",
        created_at=AT,
    )
    settings = MessageSettings.objects.get(brand=brand)
    settings.sender_name = canary
    settings.save()
    template = MessageTemplate.objects.create(
        brand=brand,
        event="payment_reminder",
        language="en",
        version=1,
        subject=canary,
        text=canary,
        created_at=AT,
    )
    consent = Consent.objects.create(
        brand=brand,
        person=person,
        topic="marketing",
        channel="email",
        statement="given",
        source="phone",
        evidence=canary,
        at=AT,
        recorded_at=AT,
    )
    number = brand.service_numbers.get()
    return [
        account,
        person,
        location,
        subscription,
        number,
        message,
        settings,
        template,
        consent,
        *more,
    ]


def _of_the_customer(account: Account, canary: str) -> list[Model]:
    """A SIM of a stock, a pool of numbers, an order and a contact."""
    brand = account.brand
    pool = NumberPool.objects.create(brand=brand, code=f"{canary}-POOL", name=canary)
    stock = SimPool.objects.create(brand=brand, code=f"{canary}-STOCK", name=canary)
    digits = str(uuid.uuid4().int)[:17]
    sim = Sim.objects.create(brand=brand, iccid=f"89{digits}", pool=stock)
    order = Order.objects.create(
        account=account, number=f"{canary}-O", wanted_on=NOVEMBER, created_at=AT
    )
    contact = Interaction.objects.create(
        brand=brand,
        account=account,
        channel="phone",
        direction="in",
        happened_at=AT,
        recorded_at=AT,
        text=canary,
        outcome=canary,
    )
    summary = ContractSummary.objects.create(
        order=order, language="en", text=canary, sha256="0" * 64, made_at=AT
    )
    printed = store_summary(summary, f"%PDF summary {canary}".encode(), pages=1, now=AT)
    return [pool, stock, sim, order, printed, contact]


def _usage(brand: Brand, canary: str, rows: dict[type[Model], Any]) -> list[Model]:
    source = make.make_source(brand, code=f"{canary}-SWITCH")
    file = UsageFile.objects.create(
        source=source, name=f"{canary}.csv", sha256="1" * 64, size=1, imported_at=AT, state="done"
    )
    suspended = SuspendedUsage.objects.create(
        brand=brand,
        source=source,
        file=file,
        line_number=1,
        raw=canary,
        key=uuid.uuid4(),
        content=uuid.uuid4(),
        reason="no_rate",
        service=canary,
        start_at=AT,
    )
    account, subscription = _of(rows, "account"), _of(rows, "subscription")
    period = UsagePeriod.objects.create(account=account, start=OCTOBER, end=NOVEMBER, closed_at=AT)
    summary = UsageSummary.objects.create(
        account=account,
        subscription=subscription,
        period_start=OCTOBER,
        origin_start=OCTOBER,
        category=_of(rows, "usagecategory"),
        plan_version=_of(rows, "planversion"),
        usage_type=1,
        records=1,
        quantity=60,
        billed=60,
        amount=600_000,
        cost=0,
    )
    record = UsageRecord.objects.create(
        start_at=AT, key=uuid.uuid4(), content=uuid.uuid4(), source_id=source.pk, file_id=file.pk,
        line_number=2, brand_id=brand.pk, account_id=account.pk, subscription_id=subscription.pk,
        number_id=_of(rows, "servicenumber").pk, plan_version_id=_of(rows, "planversion").pk,
        category_id=_of(rows, "usagecategory").pk, rate_id=_of(rows, "rate").pk, usage_type=1,
        called=4722000000, called_digits=10, quantity=60, billed=60, amount=600_000, cost=0,
        flags=0, period_start=OCTOBER, origin_start=OCTOBER,
    )  # fmt: skip
    rerating = Rerating.objects.create(
        deck=_of(rows, "ratedeck"), starts_on=OCTOBER, reason=canary, state="tried", requested_at=AT
    )
    ReratingEffect.objects.create(
        rerating=rerating, account=account, replaced=1, adjusted=0, open_before=1, open_after=2,
        adjustment=0,
    )  # fmt: skip
    found = [source, file, suspended, period, summary, record, rerating]
    return [*found, *_alerts(account, subscription)]


def _alerts(account: Any, subscription: Any) -> list[Model]:
    """A cap that was reached, the bar that it brought about, a flag, and the brand's limits."""
    order = Order.objects.create(
        account=account, number=f"bar-{subscription.pk}", wanted_on=NOVEMBER, created_at=AT
    )
    return [
        AlertSettings.objects.create(brand=account.brand),
        SpendCap.objects.create(
            subscription=subscription,
            during=DateRange(OCTOBER, None),
            kind="block",
            amount=Decimal(1),
        ),
        UsageAlert.objects.create(
            account=account,
            subscription=subscription,
            period_start=OCTOBER,
            subject="cap",
            code="1.000",
            threshold=50,
            level=600_000,
            limit=1_000_000,
            told=True,
            crossed_at=AT,
        ),
        ExtrasBar.objects.create(
            subscription=subscription,
            period_start=OCTOBER,
            until=NOVEMBER,
            cap_amount=Decimal(1),
            bar_order=order,
            barred_at=AT,
        ),
        SpikeFlag.objects.create(
            account=account,
            subscription=subscription,
            kind="voice",
            day=OCTOBER,
            seen=36_000,
            limit=36_000,
            flagged_at=AT,
        ),
    ]


def _billing(brand: Brand, canary: str, rows: dict[type[Model], Any]) -> list[Model]:
    account, subscription = _of(rows, "account"), _of(rows, "subscription")
    run = BillRun.objects.create(
        brand=brand, bill_date=NOVEMBER, as_of=NOVEMBER, reason=canary, created_at=AT
    )
    invoice = make_invoice(run, account, subscription, canary)
    row = BillRunAccount.objects.create(
        run=run, account=account, state="issued", invoice=invoice, reason=canary
    )
    item = OpenItem.objects.create(
        invoice=invoice,
        account=account,
        currency=brand.currency,
        due_date=date(2026, 11, 16),
        total=invoice.total,
        open_amount=invoice.total,
    )
    document = store_document(invoice, f"%PDF {canary}".encode(), pages=1, now=AT)
    ledger = LedgerAccount.objects.create(
        legal_entity=brand.legal_entity, code="1500", name=canary, kind="receivable"
    )
    entry = JournalEntry.objects.create(
        legal_entity=brand.legal_entity,
        brand=brand,
        date=NOVEMBER,
        source="invoice",
        source_id=invoice.pk,
        description=canary,
        posted_at=AT,
    )
    Posting.objects.bulk_create(
        Posting(entry=entry, ledger_account=ledger, amount=amount, currency=brand.currency)
        for amount in (Decimal(100), Decimal(-100))
    )
    job = Job.objects.create(
        kind="bill_run", brand=brand, unique_key=canary, progress_text=canary, created_at=AT
    )
    taken_over = _taken_over(account, subscription, canary)
    file = start_import(
        "accounts", b"number,name\n1,Bo\n", file=f"{canary}.csv", now=AT, brand=brand
    )
    return [run, invoice, row, item, document, ledger, entry, job, *taken_over, file]


def _taken_over(account: Any, subscription: Any, canary: str) -> list[Model]:
    """What a migration brought."""
    brand = account.brand
    old = Invoice.objects.create(
        legal_entity=brand.legal_entity,
        brand=brand,
        account=account,
        kind="opening",
        state="issued",
        series=None,
        number=f"OLD-{canary}"[:60],
        issue_date=OCTOBER,
        due_date=NOVEMBER,
        issued_at=AT,
        period_start=OCTOBER,
        period_end=OCTOBER,
        currency=brand.currency,
        price_mode=brand.price_mode,
        language="nb",
        terms_days=14,
        seller={"name": canary},
        recipient={"name": canary},
        net_total=Decimal(10),
        tax_total=Decimal(0),
        total=Decimal(10),
    )
    return [
        OpeningBalance.objects.create(
            invoice=old, original_total=10, taken_over_on=NOVEMBER, text=canary, source=canary
        ),
        PaidThrough.objects.create(
            subscription=subscription,
            charge_code=canary[:40],
            paid_until=NOVEMBER,
            taken_over_on=NOVEMBER,
        ),
        UsageCutover.objects.create(account=account, starts_on=OCTOBER),
        AllowanceUsedBefore.objects.create(
            subscription=subscription,
            allowance_code=canary[:40],
            period_start=OCTOBER,
            units=Decimal(1),
        ),
        Reconciliation.objects.create(
            legal_entity=brand.legal_entity,
            as_of=NOVEMBER,
            file=canary,
            compared=1,
            totals={},
            differences=[],
            made_at=AT,
        ),
    ]


def make_invoice(
    run: BillRun, account: Any, subscription: Any, canary: str, sequence: int = 1
) -> Invoice:
    """An issued invoice of one line over 100.00."""
    brand = run.brand
    invoice = Invoice.objects.create(
        legal_entity=brand.legal_entity,
        brand=brand,
        account=account,
        run=run,
        series=brand.series,
        period_start=OCTOBER,
        period_end=NOVEMBER,
        currency=brand.currency,
        price_mode=brand.price_mode,
        language="nb",
        reference=str(uuid.uuid4().int)[:20],
        terms_days=14,
        seller={"name": canary},
        recipient={"name": canary},
        net_total=Decimal("80.00"),
        tax_total=Decimal("20.00"),
        total=Decimal("100.00"),
    )
    InvoiceLine.objects.create(
        invoice=invoice,
        position=1,
        kind="recurring",
        period_start=date(2026, 10, 1),
        period_end=date(2026, 11, 1),
        account=account,
        subscription=subscription,
        account_label=canary,
        subscription_label=canary,
        description=canary,
        exact_amount=Decimal(100),
        amount=Decimal(100),
        net=Decimal(80),
        tax_category="standard",
        tax_treatment="S",
        tax_rate=Decimal(25),
        revenue_account="3000",
    )
    InvoiceTax.objects.create(
        invoice=invoice,
        category="standard",
        treatment="S",
        rate=Decimal(25),
        net=Decimal(80),
        tax=Decimal(20),
        gross=Decimal(100),
    )
    Invoice.objects.filter(pk=invoice.pk).update(
        state="issued",
        number=f"{brand.series.prefix}{sequence}",
        sequence=sequence,
        issue_date=NOVEMBER,
        due_date=date(2026, 11, 16),
        issued_at=AT,
    )
    invoice.refresh_from_db()
    return invoice


def _money(brand: Brand, canary: str, rows: dict[type[Model], Any]) -> list[Model]:
    account, invoice = _of(rows, "account"), _of(rows, "invoice")
    bank_file = BankFile.objects.create(name=f"{canary}.csv", sha256=canary, imported_at=AT)
    payment = Payment.objects.create(
        legal_entity=brand.legal_entity,
        brand=brand,
        account=account,
        bank_file=bank_file,
        provider="bank",
        provider_reference=canary,
        paid_on=NOVEMBER,
        amount=Decimal(40),
        currency=brand.currency,
        payer=canary,
        reference=canary,
        unallocated=Decimal(0),
        received_at=AT,
    )
    allocation = Allocation.objects.create(
        payment=payment, invoice=invoice, amount=Decimal(40), allocated_at=AT
    )
    action = DunningAction.objects.create(
        invoice=invoice,
        step="reminder",
        as_of=NOVEMBER,
        open_amount=Decimal(100),
        message=_of(rows, "message"),
        decided_at=AT,
    )
    mandate = Mandate.objects.create(
        legal_entity=brand.legal_entity,
        account=account,
        scheme="avtalegiro",
        creditor_id="12345678903",
        reference=canary[:35],
        holder=canary,
        state="active",
    )
    method = PaymentMethod.objects.create(
        account=account, kind="transfer", hint=canary[:60], starts_on=NOVEMBER
    )
    return [bank_file, payment, allocation, action, mandate, method]


def _core(brand: Brand, canary: str, rows: dict[type[Model], Any]) -> list[Model]:
    maker = make.make_staff(f"{canary.lower()}@maker.example", brand)
    key, _token = issue_api_key(
        brand=brand, name=canary, scopes=["catalog:read"], issued_by=maker,
        expires_at=AT + timedelta(days=365), now=AT,
    )  # fmt: skip
    version = next(row for model, row in rows.items() if model._meta.model_name == "planversion")
    approval = Approval.objects.create(
        kind="publish_plan_version", brand=brand,
        subject_type=ContentType.objects.get_for_model(version), subject_id=version.pk,
        subject_label=canary, summary=canary, fingerprint=canary, reason=canary,
        requested_by=maker, requested_at=AT, expires_at=AT + timedelta(days=7),
        state="withdrawn", decided_at=AT,
    )  # fmt: skip
    event = record_event(
        "invoice.issued", brand=brand, account_id=_of(rows, "account").pk,
        payload={"invoice": canary}, now=AT,
    )  # fmt: skip
    return [key, approval, event]


def _of(rows: dict[type[Model], Any], name: str) -> Any:
    return next(row for model, row in rows.items() if model._meta.model_name == name)
