"""Take over what customers agreed to hear about, with all they said before."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.models import Account, Consent, Membership, Person
from accounts.named_rows import ACCOUNT, BRAND, NamedRows
from accounts.topics import CHANNELS, TOPICS
from core.imports.kinds import TargetField
from core.input_report import ImportReport
from core.input_rows import rows_of, text_of
from core.input_tree import Fields, Problems
from core.input_values import day, flag, one_of, text
from core.models import Brand
from core.periods import local_midnight

PART = "consents"
COLUMNS = (
    BRAND,
    ACCOUNT,
    TargetField(
        "person_email",
        "Whose statement it is; left out: the account's.",
        synonyms=("e-post", "epost", "e-mail", "email"),
    ),
    TargetField(
        "topic", "What it is about.", type="choice", required=True, choices=tuple(TOPICS),
        synonyms=("formål", "zweck", "emne"),
    ),
    TargetField(
        "channel", "By which channel.", type="choice", required=True, choices=CHANNELS,
        synonyms=("kanal",),
    ),
    TargetField(
        "given", "Whether they agreed (yes) or not any more (no).", type="yes_no", required=True,
        synonyms=("samtykke", "einwilligung", "opt in", "status"),
    ),
    TargetField(
        "on", "The day on which it was said.", type="date", required=True,
        synonyms=("dato", "datum", "zeitpunkt"),
    ),
    TargetField(
        "source", "Where it was said; left out: file.", type="choice",
        choices=tuple(Consent.Source.values), synonyms=("kilde", "quelle"),
    ),
    TargetField("evidence", "Where it can be looked up.", synonyms=("bevis", "nachweis")),
    TargetField("text_version", "The version of the words agreed to."),
)  # fmt: skip


def take_over_consents(
    content: bytes, file: str, *, brand: Brand | None, now: datetime
) -> ImportReport:
    """Add each statement to the history; one that stands there already is left alone.

    The last statement counts, so rows may come in any order. Raises `InputRefused` with every
    problem.
    """
    problems, report = Problems(file), ImportReport()
    with transaction.atomic():
        rows = rows_of(content, problems, COLUMNS, "consent")
        named = NamedRows(rows, brand)
        members = _members(named.account_ids)
        stored = _stored(named.account_ids, [person for _, person in members.values()])
        new: list[Consent] = []
        for row in rows:
            consent = _read(row, named, members, now)
            if consent is None:
                continue
            if (key := _key(consent)) in stored:
                report.add_unchanged(PART)
                continue
            stored.add(key)
            new.append(consent)
            report.add_new(PART, f"{row.subject}: {consent}")
        problems.refuse_if_any()
        Consent.objects.bulk_create(new, batch_size=2000)
    return report


def _members(account_ids: list[int]) -> dict[tuple[int, str], tuple[int, Person]]:
    rows = Membership.objects.filter(account__in=account_ids).select_related("person")
    return {
        (row.account_id, row.person.email.lower()): (row.account_id, row.person) for row in rows
    }


def _key(consent: Consent) -> tuple[object, ...]:
    return (
        consent.brand_id,
        consent.person_id,
        consent.account_id,
        consent.topic,
        consent.channel,
        str(consent.statement),
        consent.at,
    )


def _stored(account_ids: list[int], people: list[Person]) -> set[tuple[object, ...]]:
    own = Consent.objects.filter(account__in=account_ids)
    theirs = Consent.objects.filter(person__in=people)
    return {_key(consent) for consent in (*own, *theirs)}


def _read(
    row: Fields,
    named: NamedRows,
    members: dict[tuple[int, str], tuple[int, Person]],
    now: datetime,
) -> Consent | None:
    account = named.account(row)
    topic, channel = row.require("topic", one_of(TOPICS)), row.require("channel", one_of(CHANNELS))
    given, said = row.require("given", flag), row.require("on", day)
    source = row.get("source", one_of(Consent.Source.values)) or Consent.Source.FILE
    evidence, version = row.get("evidence", text(500)), row.get("text_version", text(60))
    row.given("person_email")
    email = text_of(row, "person_email").lower()
    row.finish()
    if account is None or topic is None or channel is None or given is None or said is None:
        return None
    person = members.get((account.pk, email), (0, None))[1]
    if email and person is None:
        row.problem("person_email", f"{email} is no person of the account", "import persons first")
        return None
    at = _instant(row, account, said, now)
    return Consent(
        brand=account.brand,
        person=person,
        account=None if person else account,
        topic=topic,
        channel=channel,
        statement=Consent.Statement.GIVEN if given else Consent.Statement.WITHDRAWN,
        at=at,
        source=source,
        evidence=evidence or "",
        text_version=version or "",
        recorded_at=now,
    )


def _instant(row: Fields, account: Account, said: date, now: datetime) -> datetime:
    at = local_midnight(said, account.brand.zone)
    if at > now:
        row.problem("on", f"{said} lies ahead", "nobody can have said that yet")
    return at
