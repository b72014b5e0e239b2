"""What the search of the back office finds of customers: by number, name, phone and e-mail."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from accounts.models import Account, Person, ServiceNumber
from core.backoffice.search import HITS_MAX, Hit, Scope, search_entry


@search_entry("Accounts", position=10, permission="accounts.view_account")
def accounts(text: str, scope: Scope) -> Iterator[Hit]:
    """By number, or the beginning of a name or of a name's word."""
    exact = scope(Account.objects.filter(number=text), "brand")
    names = Q(name__istartswith=text) | Q(name__icontains=f" {text}")
    like = scope(Account.objects.filter(names | Q(number__startswith=text)), "brand")
    for rows, is_exact in ((exact, True), (like.exclude(number=text), False)):
        for row in rows.select_related("brand")[:HITS_MAX]:
            page = reverse("admin:accounts_account_change", args=[row.pk])
            yield Hit(f"{row.number} {row.name}", str(row.brand), page, is_exact)


@search_entry("Persons", position=20, permission="accounts.view_person")
def persons(text: str, scope: Scope) -> Iterator[Hit]:
    """By e-mail, phone, or the beginning of a name."""
    digits = "".join(filter(str.isdigit, text))
    exact = Q(email__iexact=text)
    if digits:
        exact |= Q(phone__in=(f"+{digits}", digits))
    like = Q(name__istartswith=text) | Q(name__icontains=f" {text}")
    rows = scope(Person.objects.filter(exact | like), "memberships__account__brand").distinct()
    for row in rows[:HITS_MAX]:
        page = reverse("admin:accounts_person_change", args=[row.pk])
        is_exact = row.email.lower() == text.lower() or bool(digits and digits in row.phone)
        yield Hit(row.name, row.email, page, is_exact)


@search_entry("Numbers", position=30, permission="accounts.view_servicenumber")
def numbers(text: str, scope: Scope) -> Iterator[Hit]:
    """By the whole number, with or without + and blanks, or its beginning."""
    digits = "".join(filter(str.isdigit, text))
    if len(digits) < len(text.replace(" ", "")) - 1 or not digits:
        return
    wanted = Q(number__startswith=digits) | Q(number__startswith=f"+{digits}")
    for row in scope(ServiceNumber.objects.filter(wanted), "brand")[:HITS_MAX]:
        page = reverse("admin:accounts_servicenumber_change", args=[row.pk])
        yield Hit(row.number, str(row.brand), page, row.number.lstrip("+") == digits)
