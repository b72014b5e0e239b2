"""What things are called on an invoice, frozen as they were on the day of issue."""

from __future__ import annotations

from datetime import date, timedelta

import phonenumbers

from accounts.models.people import Account, Location
from billing.invoicing.facts import SubscriptionFacts
from core.localised import localised


def account_label(account: Account) -> str:
    """The heading of an account's section."""
    return f"{account.name} · {account.number}"


def location_label(location: Location | None) -> str:
    """The heading of a location: its name and street."""
    if location is None:
        return ""
    place = ", ".join(
        filter(None, (location.street, f"{location.postcode} {location.city}".strip()))
    )
    return f"{location.name} · {place}" if place else location.name


def subscription_label(facts: SubscriptionFacts, bill_date: date, language: str) -> str:
    """The plan's name on the bill date (or the last one) and the number or the customer's label."""
    shown = facts.subscription.label
    number = _number_on(facts, bill_date - timedelta(days=1)) or _number_on(facts, bill_date)
    if number:
        shown = display_number(number)
    plan = ""
    for segment in facts.segments:
        if segment.key.startswith("plan:") and segment.start <= bill_date:
            plan = localised(facts.plan_names[segment.key], language)
    return " · ".join(filter(None, (plan, shown or ("" if plan else facts.subscription.code))))


def display_number(number: str) -> str:
    """A number as people write it: +47 900 00 123; what is no phone number stays as it is."""
    if not number.isdigit():
        return number
    try:
        parsed = phonenumbers.parse(f"+{number}")
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _number_on(facts: SubscriptionFacts, day: date) -> str:
    for assignment in facts.subscription.numbers.all():
        if day in assignment.during:
            return assignment.number.number
    return ""
