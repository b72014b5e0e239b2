"""A code by mail signs in whom the host knows, once, for ten minutes, and tells others nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from core.jobs import handler_of
from core.login_codes import code_of
from core.login_limits import limit_key
from core.models import BrandDomain, Job, User
from tests import make
from tests.mail_server import running_mail_server, text_of

PASSWORD = "correct horse battery"
FJORDTEL, NORTHWIND, STAFF = "fjordtel.localhost", "northwind.localhost", "staff.localhost"
ASK, ENTER = "/login/mail-code/", "/login/mail-code/enter/"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def mail_server(settings):
    with running_mail_server(settings) as server:
        yield server


@pytest.fixture
def kari(fjordtel):
    return make.make_person(make.make_account(fjordtel)).user


def visitor(host: str = FJORDTEL) -> Client:
    client = Client(headers={"host": host})
    client.cookies["django_language"] = "en"
    return client


def asked(email: str, host: str = FJORDTEL) -> Client:
    """A browser in which somebody has asked for a code."""
    client = visitor(host)
    client.post(ASK, {"email": email})
    return client


def code_asked_for() -> str:
    return code_of(Job.objects.filter(kind="sign_in_code").latest("pk").payload["seed"])


def work() -> None:
    """Do the queued jobs, and those they ask for, as a worker would."""
    done: set[int] = set()
    while job := Job.objects.filter(state="queued").exclude(pk__in=done).first():
        handler_of(job.kind)(job, lambda done, total, text="": None)
        done.add(job.pk)


def wrong(code: str) -> str:
    return str((int(code) + 1) % 10**6).zfill(6)


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def body_of(response) -> str:
    text = response.content.decode()
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_kari_signs_in_with_the_code_from_her_mail(kari, mail_server):
    client = asked("kari@example.com")
    before = client.session.session_key

    work()
    mail = mail_server.mails[0]
    code = re.search(r"\d{3} \d{3}", text_of(mail))
    assert code is not None
    answer = client.post(ENTER, {"code": code[0]})

    assert mail["From"] == "Fjordtel <faktura@fjordtel.example>"
    assert mail["To"] == "kari@example.com"
    assert answer["Location"] == "/"
    assert is_in(client)
    assert client.session.session_key != before


def test_the_page_to_which_somebody_wanted_opens_afterwards(kari):
    client = visitor()
    asked_for = client.post(ASK, {"email": "kari@example.com", "next": "/bills/"})
    entered = client.post(asked_for["Location"], {"code": code_asked_for(), "next": "/bills/"})

    assert entered["Location"] == "/bills/"


def test_a_code_works_once(kari):
    client = asked("kari@example.com")
    code = code_asked_for()
    client.post(ENTER, {"code": code})
    client.post("/login/out/")

    again = client.post(ENTER, {"code": code})

    assert again.status_code == 302
    assert not is_in(client)


def test_a_code_works_in_the_browser_that_asked_and_no_other(kari):
    asked("kari@example.com")
    code = code_asked_for()
    other = asked("kari@example.com")

    assert other.post(ENTER, {"code": code}).status_code == 200
    assert not is_in(other)
    assert visitor().post(ENTER, {"code": code}).status_code == 302


def test_neither_the_session_nor_the_job_holds_the_code(kari):
    client = asked("kari@example.com")
    code = code_asked_for()

    assert code not in str(Job.objects.get().payload)
    assert code not in str(dict(client.session))
    assert all(code not in str(session.get_decoded()) for session in Session.objects.all())


def test_after_ten_minutes_a_code_is_worth_nothing(kari):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        client = asked("kari@example.com")
        code = code_asked_for()

    with time_machine.travel(start + timedelta(seconds=601), tick=False):
        answer = client.post(ENTER, {"code": code})
        page = client.get(answer["Location"]).content.decode()
        late = handler_of("sign_in_code")(Job.objects.get(), lambda done, total, text="": None)

    assert answer["Location"] == f"{ASK}?ended=yes"
    assert "That code works no longer" in page
    assert late == {"sent": False}
    assert not is_in(client)


def test_five_wrong_codes_end_it_and_the_sixth_try_waits(kari):
    client = asked("kari@example.com")
    code = code_asked_for()
    for _ in range(4):
        assert client.post(ENTER, {"code": wrong(code)}).status_code == 200

    fifth = client.post(ENTER, {"code": wrong(code)})
    sixth = client.post(ENTER, {"code": code})
    anew = asked("kari@example.com")
    refused = anew.post(ENTER, {"code": code_asked_for()})

    assert fifth["Location"] == f"{ASK}?ended=yes"
    assert sixth.status_code == 302
    assert "There were too many attempts" in refused.content.decode()
    assert not is_in(client)
    assert not is_in(anew)


def test_five_wrong_codes_count_whatever_browser_and_spelling_they_came_by(kari):
    spellings = ["kari@example.com", "Kari@Example.com", "KARI@example.com"]
    for number, spelling in enumerate(spellings):
        client = asked(spelling)
        for _ in range(2 if number else 1):
            client.post(ENTER, {"code": wrong(code_asked_for())})
    cache_was_hit = visitor().post(ASK, {"email": "kari@example.com"})

    late = asked("KARI@EXAMPLE.com")
    answer = late.post(ENTER, {"code": "000000"})

    assert "There were too many attempts" in cache_was_hit.content.decode()
    assert answer.status_code == 302
    assert not is_in(late)


def test_the_fourth_code_within_a_minute_is_not_sent(kari):
    answers = [visitor().post(ASK, {"email": "kari@example.com"}) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert Job.objects.count() == 3


def test_who_is_nobody_here_gets_the_same_answers_and_no_mail(kari, fjordtel, northwind):
    make.make_staff("staff@fjordtel.example", fjordtel)
    make.make_person(make.make_account(fjordtel, "100200"), "gone@example.com")
    User.objects.filter(email="gone@example.com").update(is_active=False)
    kari.emailaddress_set.create(email="old@example.com", verified=True, primary=True)
    strangers = {
        FJORDTEL: ["nobody@example.com", "staff@fjordtel.example", "gone@example.com",
                   "old@example.com", "kari@exámple.com", "kari+x@example.com"],
        NORTHWIND: ["nobody@example.com", "kari@example.com"],
        STAFF: ["nobody@example.com", "kari@example.com"],
    }  # fmt: skip

    answers: dict[str, set[str]] = {}
    for host, emails in strangers.items():
        for email in emails:
            answers.setdefault(host, set()).add(_story(host, email))
    assert not Job.objects.exists()
    answers[FJORDTEL].add(_story(FJORDTEL, "kari@example.com"))

    assert Job.objects.count() == 1
    assert {host: len(stories) for host, stories in answers.items()} == {
        FJORDTEL: 1, NORTHWIND: 1, STAFF: 1,
    }  # fmt: skip


def _story(host: str, email: str) -> str:
    """All that somebody sees who asks for a code and enters a wrong one until it ends."""
    cache.clear()
    client = visitor(host)
    seen = [client.post(ASK, {"email": email})]
    seen.append(client.get(ENTER))
    code = wrong(code_asked_for()) if Job.objects.exists() else "000000"
    seen += [client.post(ENTER, {"code": code}) for _ in range(6)]
    told = [
        (answer.status_code, answer.headers.get("Location"), body_of(answer).replace(code, "?"))
        for answer in seen
    ]
    return str(told).replace(email, "ADDRESS")


def test_a_login_that_is_switched_off_meanwhile_gets_no_code_and_does_not_get_in(kari):
    client = asked("kari@example.com")
    code = code_asked_for()
    User.objects.filter(pk=kari.pk).update(is_active=False)

    sent = handler_of("sign_in_code")(Job.objects.get(), lambda done, total, text="": None)
    client.post(ENTER, {"code": code})

    assert sent == {"sent": False}
    assert not is_in(client)


def test_a_code_asked_for_at_one_brand_opens_no_other(kari, northwind):
    client = asked("kari@example.com")
    code = code_asked_for()
    elsewhere = Client(headers={"host": NORTHWIND})
    elsewhere.cookies = client.cookies

    answer = elsewhere.post(ENTER, {"code": code})

    assert answer["Location"] == "/login/"
    assert not is_in(elsewhere)
    assert not is_in(client)


def test_staff_give_their_second_factor_after_the_code(fjordtel, mailoutbox):
    staff = make.make_staff("staff@fjordtel.example", fjordtel)
    Authenticator.objects.create(
        user=staff, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )

    client = asked("staff@fjordtel.example", STAFF)
    work()
    (mail,) = mailoutbox
    answer = client.post(ENTER, {"code": code_asked_for()})

    assert re.search(r"\d{3} \d{3}", mail.body)
    assert answer["Location"].startswith("/login/code/")
    assert client.get("/admin/").status_code == 302
    assert client.post("/login/code/", {"code": "000000"}).status_code == 200


@pytest.mark.parametrize(
    "spelling",
    ["KARI@example.com", " kari@example.com ", "kári@example.com", "karı@example.com",
     "kari+1@example.com", "ｋari@example.com", "kari@EXAMPLE.com", "Kari+a+b@example.com"],
)  # fmt: skip
def test_all_spellings_of_an_address_share_their_attempts(spelling):
    assert limit_key(spelling) == "kari@example.com"


def test_spellings_hosts_and_made_up_headers_give_no_further_attempts(kari, fjordtel):
    BrandDomain.objects.create(brand=fjordtel, host="min.fjordtel.localhost")
    tries = [
        ("kari@exámple.com", FJORDTEL),
        ("KARI@example.com", "FJORDTEL.localhost"),
        ("kari+1@example.com", "fjordtel.localhost."),
        ("kari@example.com", "fjordtel.localhost:8001"),
        ("Kari@Example.com", "min.fjordtel.localhost"),
    ]
    for number, (email, host) in enumerate(tries):
        Client(headers={"host": host, "x-forwarded-for": f"10.0.0.{number}"}).post(
            "/login/", {"login": email, "password": "wrong"}
        )

    for number, (_, host) in enumerate(tries):
        client = Client(headers={"host": host, "x-forwarded-for": f"10.0.1.{number}"})
        client.post("/login/", {"login": "kari@example.com", "password": PASSWORD})
        assert not is_in(client), host


def test_an_address_with_accents_before_the_at_is_not_even_tried(kari):
    client = visitor()

    password = client.post("/login/", {"login": "kári@example.com", "password": PASSWORD})
    code = client.post(ASK, {"email": "kári@example.com"})

    assert (password.status_code, code.status_code) == (200, 200)
    assert not is_in(client)
    assert not Job.objects.exists()


def test_other_peoples_attempts_are_their_own(kari, fjordtel):
    make.make_person(make.make_account(fjordtel, "100200"), "bo@example.com")
    for _ in range(6):
        visitor().post("/login/", {"login": "kari@example.com", "password": "wrong"})

    client = visitor()
    client.post("/login/", {"login": "bo@example.com", "password": PASSWORD})

    assert is_in(client)
