"""A bill is announced once, to whoever reads the account's bills, in their words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Account, Membership, Message, Person
from accounts.services.choose_contact import choose_topic
from accounts.services.send_messages import send_messages
from billing.documents.services.announce_invoice import announce_invoice
from billing.invoicing.models import Invoice, OpenItem
from core.models import BrandDomain, Event
from core.services.deliver_events import deliver_events
from core.services.record_event import record_event
from tests.mail_server import running_mail_server, text_of
from tests.portal.cast import bill_months, kari_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def mail_server(settings):
    with running_mail_server(settings) as server:
        yield server


@pytest.fixture
def kari(fjordtel):
    """Kari with her bill of 1 November; those before it were told long ago."""
    BrandDomain.objects.get_or_create(brand=fjordtel, host="fjordtel.localhost")
    household = kari_of(fjordtel)
    bill_months(fjordtel, date(2026, 9, 1), date(2026, 10, 1))
    Event.objects.update(state=Event.State.DELIVERED, delivered_at=NOW)
    household.invoices = bill_months(fjordtel, date(2026, 11, 1))
    return household


def test_karis_bill_of_1_november_is_mailed_with_all_that_she_needs_to_pay_it(kari, mail_server):
    invoice = kari.invoices[-1]

    deliver_events(NOW)
    send_messages(clock=lambda: NOW)

    (mail,) = mail_server.mails
    text = text_of(mail)
    reference = invoice.reference
    assert mail["To"] == "kari@example.com"
    assert mail["Subject"] == "Regningen din på 905,07 kr er klar"
    assert "Å betale: 905,07 kr\nForfall: 16. nov. 2026\n" in text
    assert " ".join(reference[place : place + 4] for place in range(0, len(reference), 4)) in text
    assert f"http://fjordtel.localhost/bills/{invoice.pk}/" in text
    assert "905,07" in text_of(mail, "html")
    message = Message.objects.get()
    assert (message.topic, message.person, message.state) == ("invoice", kari.person, "sent")


def test_news_that_comes_twice_is_told_once(kari):
    invoice = kari.invoices[-1]
    deliver_events(NOW)
    record_event(
        "invoice.issued", brand=invoice.brand, account_id=kari.account.pk,
        payload={"invoice_id": invoice.pk}, now=NOW,
    )  # fmt: skip

    told = deliver_events(NOW)

    assert told.delivered == 1
    assert Message.objects.count() == 1
    assert announce_invoice(invoice.pk, now=NOW) is None


def test_the_readers_language_comes_before_the_accounts(kari):
    Person.objects.filter(pk=kari.person.pk).update(language="en")

    deliver_events(NOW)

    message = Message.objects.get(unique_key=f"invoice_issued:{kari.invoices[-1].pk}")
    assert message.language == "en"
    assert message.subject == "Your bill of NOK 905.07 is ready"
    assert "Due on: 16\xa0Nov\xa02026" in message.body_text


def test_an_address_of_the_account_itself_comes_first_and_has_no_reader(kari):
    Account.objects.filter(pk=kari.account.pk).update(invoice_email="regnskap@example.com")

    deliver_events(NOW)

    message = Message.objects.latest("pk")
    assert (message.to_address, message.person) == ("regnskap@example.com", None)


@pytest.mark.parametrize("address", ["", "no address at all"])
def test_who_has_no_address_finds_a_notice_in_the_portal(kari, address):
    Membership.objects.all().delete()
    Account.objects.filter(pk=kari.account.pk).update(invoice_email=address)

    deliver_events(NOW)

    message = Message.objects.latest("pk")
    assert (message.channel, message.to_address) == ("in_app", "")
    assert not Event.objects.exclude(state="delivered").exists()


def test_a_bill_belongs_to_the_contract_and_comes_whatever_else_was_switched_off(kari, mail_server):
    for channel in ("sms", "in_app"):
        choose_topic(
            kari.person, brand=kari.account.brand, topic="invoice", channel=channel, wanted=False,
            now=NOW, evidence="test", language="nb",
        )  # fmt: skip

    deliver_events(NOW)
    send_messages(clock=lambda: NOW)

    assert len(mail_server.mails) == 1


def test_what_credit_paid_is_not_asked_for_again(kari):
    invoice = kari.invoices[-1]
    OpenItem.objects.filter(invoice=invoice).update(open_amount=Decimal("105.07"))
    part = announce_invoice(invoice.pk, now=NOW)
    Message.objects.all().delete()
    OpenItem.objects.filter(invoice=invoice).update(open_amount=Decimal(0))
    nothing = announce_invoice(invoice.pk, now=NOW)

    assert part is not None
    assert "på 905,07\xa0kr er klar" in part.body_text
    assert "Å betale: 105,07\xa0kr" in part.body_text
    assert nothing is not None
    assert "Det er ingenting å betale" in nothing.body_text
    assert "Forfall" not in nothing.body_text


def test_drafts_are_not_announced(kari):
    draft = Invoice.objects.create(
        brand=kari.account.brand, legal_entity=kari.account.brand.legal_entity,
        account=kari.account, series=kari.account.brand.series, kind="off_cycle",
        period_start=date(2026, 11, 1), period_end=date(2026, 12, 1), currency="NOK",
        price_mode="gross", reference="123455", terms_days=14, seller={}, recipient={},
        language="nb", net_total=8, tax_total=2, total=10,
    )  # fmt: skip

    assert announce_invoice(draft.pk, now=NOW) is None
    assert announce_invoice(999_999_999, now=NOW) is None
