"""Stores people, their logins (without password: an invitation comes later) and memberships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models.functions import Lower

from accounts.models import Membership, Person
from accounts.services.importing.bulk import BATCH, Row, store_rows
from accounts.services.importing.entries import AccountEntry, PersonEntry
from accounts.services.importing.stored import Stored
from core.input_report import ImportReport, in_words
from core.models import User


def check_people(entries: list[AccountEntry], only_brand: str = "") -> dict[str, Row]:
    """One row for each person of the file by e-mail address; problems are reported.

    A person is one for the whole group: where accounts tell different things, the first counts.
    With `only_brand` a person whom only other brands know looks as if new, and what the group
    knows of a person whom they know too stays as it is.
    """
    people = [person for entry in entries for person in entry.people]
    stored = _stored_people({person.email for person in people})
    known_by = _brands_of(stored.values()) if only_brand else {}
    rows: dict[str, Row] = {}
    for entry in entries:
        _check_once(entry)
    for person in people:
        before = rows.get(person.email)
        if before is not None:
            _warn_of_contradictions(person, before)
            continue
        known = stored.get(person.email)
        brands = known_by.get(known.pk, set()) if known else set()
        is_unseen = known is not None and bool(only_brand) and only_brand not in brands
        if (known is None or is_unseen) and not person.values.get("name"):
            person.fields.problem("name", "name is missing", "add name: …")
        instance = known or Person(email=person.email)
        is_shared = is_unseen or bool(brands - {only_brand})
        values = _kept_values(person, instance, is_unseen) if is_shared else person.values
        rows[person.email] = Row(person.email, instance, values, known is None, is_unseen)
    return rows


def store_people(
    report: ImportReport, entries: list[AccountEntry], people: dict[str, Row], stored: Stored,
    only_brand: str = "",
) -> None:  # fmt: skip
    """Store logins, persons and memberships; accounts are stored already."""
    _give_logins(report, people, only_brand)
    store_rows(report, "people", Person, people.values())
    rows: list[Row] = []
    for entry in entries:
        for person in entry.people:
            instance = people[person.email].instance
            membership = stored.memberships.get((entry.account.pk, instance.pk))
            given = {"role": person.role, "rights": person.rights}
            values = {name: value for name, value in given.items() if value is not None}
            label = f"{entry.account.number} {person.email}"
            made = membership or Membership(account=entry.account, person=instance)
            rows.append(Row(label, made, values, membership is None))
    store_rows(report, "memberships", Membership, rows)


def _stored_people(emails: set[str]) -> dict[str, Person]:
    rows = Person.objects.annotate(address=Lower("email")).filter(address__in=emails)
    return {person.email.lower(): person for person in rows.select_related("user")}


def _brands_of(people: Iterable[Person]) -> dict[int, set[str]]:
    """The codes of the brands whose accounts each person sees."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Membership.objects.filter(person__in=list(people))
    for person_id, code in rows.values_list("person_id", "account__brand__code"):
        found[person_id].add(code)
    return found


def _kept_values(person: PersonEntry, instance: Person, is_unseen: bool) -> dict[str, Any]:
    """One brand's file changes no person of another brand: the group's words of them stay."""
    for name, value in person.values.items():
        if not is_unseen and getattr(instance, name) != value:
            person.fields.warn(name, f"{name} stays as it is: it is the person's own to change")
    return {}


def _check_once(entry: AccountEntry) -> None:
    seen: dict[str, int] = {}
    for person in entry.people:
        first = seen.setdefault(person.email, person.fields.line)
        if first != person.fields.line:
            person.fields.problem("email", f"stands twice, first on line {first}", "keep one")


def _warn_of_contradictions(person: PersonEntry, before: Row) -> None:
    for name, value in person.values.items():
        told = before.values.get(name, value)
        if told != value:
            person.fields.warn(
                name, f"{name} is {in_words(told)} elsewhere in this file; that one counts"
            )


def _give_logins(report: ImportReport, people: dict[str, Row], only_brand: str) -> None:
    """A login for each person who has none; one that is there under the address is theirs.

    Who takes in a file for one brand isn't told which addresses have a login already.
    """
    without = {email: row for email, row in people.items() if row.instance.user_id is None}
    rows = User.objects.annotate(address=Lower("email")).filter(
        address__in=list(without), person__isnull=True
    )
    logins: dict[str, User] = {user.email.lower(): user for user in rows}
    new = [
        User(email=email, password=make_password(None)) for email in without if email not in logins
    ]
    for made in User.objects.bulk_create(new, batch_size=BATCH):
        logins[made.email] = made
    told = {made.email for made in new} | (set(without) if only_brand else set())
    for email, row in people.items():
        if email in told or row.is_unseen:
            report.add_new("logins", email)
        if email in without:
            row.values["user"] = logins[email]
