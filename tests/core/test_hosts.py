"""Each host lets in its own people, in its own language, under its own headers."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.jobs import handler_of
from core.models import BrandDomain, Job, User
from tests import make

PASSWORD = "correct horse battery"
FJORDTEL, NORTHWIND, STAFF = "fjordtel.localhost", "northwind.localhost", "staff.localhost"
REFUSED = {FJORDTEL: "Det var for mange forsøk.", NORTHWIND: "There were too many attempts."}


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def kari(fjordtel):
    return make.make_person(make.make_account(fjordtel)).user


def visitor(host: str) -> Client:
    return Client(headers={"host": host})


def sign_in(host: str, email: str, password: str = PASSWORD):
    client = visitor(host)
    return client, client.post("/login/", {"login": email, "password": password})


def body_without_token(response) -> str:
    text = response.content.decode()
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def work() -> None:
    """Do the queued jobs, as a worker would."""
    for job in Job.objects.filter(state="queued"):
        handler_of(job.kind)(job, lambda done, total, text="": None)


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_an_unknown_host_is_told_so_and_nothing_else(fjordtel):
    response = visitor("nobody.localhost").get("/login/")

    assert response.status_code == 404
    assert response.content == b"There is no site here.\n"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_brand_that_is_switched_off_has_no_site(fjordtel):
    fjordtel.live = False
    fjordtel.save()

    assert visitor(FJORDTEL).get("/login/").status_code == 404


@pytest.mark.parametrize(
    "host", ["fjordtel.localhost:8000", "FJORDTEL.localhost", "fjordtel.localhost."]
)
def test_port_case_and_a_final_dot_of_the_host_change_nothing(fjordtel, host):
    assert "Fjordtel" in visitor(host).get("/login/").content.decode()


def test_a_brand_answers_under_each_of_its_names(fjordtel):
    BrandDomain.objects.create(brand=fjordtel, host="min.fjordtel.localhost")

    assert visitor("min.fjordtel.localhost").get("/login/").status_code == 200


def test_the_back_office_is_on_the_staff_host_only(fjordtel):
    assert visitor(FJORDTEL).get("/admin/").status_code == 404
    assert visitor(STAFF).get("/bills/").status_code == 404
    response = visitor(STAFF).get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/login/?next=%2Fadmin%2F"


def test_customers_pages_allow_nothing_inline_and_no_other_host(fjordtel):
    policy = visitor(FJORDTEL).get("/login/")["Content-Security-Policy"]

    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert "unsafe" not in policy
    assert parts["default-src"] == parts["object-src"] == parts["base-uri"] == "'none'"
    assert parts["script-src"] == parts["style-src"] == parts["form-action"] == "'self'"
    assert parts["frame-ancestors"] == "'none'"


def test_only_the_back_office_loosens_the_policy(fjordtel):
    parts = dict(
        part.split(" ", 1)
        for part in visitor(STAFF).get("/login/")["Content-Security-Policy"].split("; ")
    )

    assert parts["script-src"] == "'self' 'unsafe-eval'"
    assert parts["style-src"] == "'self' 'unsafe-inline'"
    assert parts["frame-ancestors"] == parts["object-src"] == parts["base-uri"] == "'none'"


@pytest.mark.parametrize("host", [FJORDTEL, STAFF, "nobody.localhost"])
@pytest.mark.parametrize("path", ["/", "/login/", "/nothing-here/", "/help/"])
def test_every_answer_has_the_headers_that_protect(fjordtel, host, path):
    response = visitor(host).get(path)

    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_a_customer_gets_in_on_the_brands_host(kari):
    client, response = sign_in(FJORDTEL, "Kari@Example.com")

    assert response.status_code == 302
    assert is_in(client)
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def test_strangers_wrong_hosts_and_wrong_passwords_get_the_same_answer(kari, fjordtel, northwind):
    make.make_staff("staff@fjordtel.example", fjordtel)
    make.make_person(make.make_account(fjordtel, "100200"), "gone@example.com")
    User.objects.filter(email="gone@example.com").update(is_active=False)
    attempts = {
        FJORDTEL: [
            ("nobody@example.com", PASSWORD),
            ("kari@example.com", "wrong"),
            ("staff@fjordtel.example", PASSWORD),
            ("gone@example.com", PASSWORD),
        ],
        NORTHWIND: [("nobody@example.com", PASSWORD), ("kari@example.com", PASSWORD)],
        STAFF: [("nobody@example.com", PASSWORD), ("kari@example.com", PASSWORD)],
    }

    for host, tries in attempts.items():
        answers = []
        for email, password in tries:
            cache.clear()
            client, response = sign_in(host, email, password)
            assert response.status_code == 200
            assert "sessionid" not in client.cookies
            answers.append(body_without_token(response).replace(email, "?"))
        assert len(set(answers)) == 1


def test_a_person_without_membership_is_a_stranger(fjordtel):
    User.objects.create_user("loose@example.com", PASSWORD)

    client, response = sign_in(FJORDTEL, "loose@example.com")

    assert response.status_code == 200
    assert not is_in(client)


def test_a_session_opens_no_other_site(kari, northwind):
    client, _ = sign_in(FJORDTEL, "kari@example.com")

    for host in (NORTHWIND, STAFF):
        elsewhere = visitor(host)
        elsewhere.cookies = client.cookies
        assert elsewhere.get("/", follow=False).status_code == 302
        assert elsewhere.get("/profile/").status_code in {302, 404}
    assert is_in(client)


def test_staff_have_no_session_on_a_customers_host(fjordtel):
    staff = make.make_staff("staff@fjordtel.example", fjordtel)
    client = visitor(FJORDTEL)
    client.force_login(staff)

    assert client.get("/bills/").status_code == 302


def test_losing_the_membership_ends_the_access_at_once(kari):
    client, _ = sign_in(FJORDTEL, "kari@example.com")
    kari.person.memberships.all().delete()

    assert client.get("/").status_code == 302


def test_an_address_that_was_the_login_once_is_no_login_any_more(kari):
    kari.emailaddress_set.create(email="old@example.com", verified=True, primary=True)

    _, response = sign_in(FJORDTEL, "old@example.com")

    assert response.status_code == 200


@pytest.mark.parametrize("right_somewhere_else", [False, True])
def test_the_sixth_attempt_in_five_minutes_is_refused(kari, northwind, right_somewhere_else):
    host = NORTHWIND if right_somewhere_else else FJORDTEL
    password = PASSWORD if right_somewhere_else else "wrong"
    for attempt in range(5):
        email = "kari@example.com" if attempt % 2 else "KARI@example.com"
        _, response = sign_in(host, email, password)
        assert REFUSED[host] not in response.content.decode()

    _, response = sign_in(host, "kari@example.com", PASSWORD)

    assert response.status_code == 200
    assert REFUSED[host] in response.content.decode()


def test_a_made_up_forwarding_header_does_not_reset_the_limit(kari):
    for attempt in range(5):
        visitor(FJORDTEL).post(
            "/login/",
            {"login": "kari@example.com", "password": "wrong"},
            headers={"x-forwarded-for": f"10.0.0.{attempt}"},
        )

    client = visitor(FJORDTEL)
    client.post("/login/", {"login": "kari@example.com", "password": PASSWORD})

    assert not is_in(client)


def test_nobody_signs_up(fjordtel):
    assert visitor(FJORDTEL).get("/login/signup/").status_code == 404


def test_staff_without_a_second_factor_can_only_set_one_up(fjordtel):
    make.make_staff("staff@fjordtel.example", fjordtel)
    client, response = sign_in(STAFF, "staff@fjordtel.example")
    assert response.status_code == 302

    for path in ("/admin/", "/login/password/change/", "/login/second-factor/", "/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"] == reverse("mfa_activate_totp")

    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    assert "data:image/svg" in page.content.decode()


def test_staff_with_a_second_factor_give_the_code_before_they_get_in(fjordtel):
    staff = make.make_staff("staff@fjordtel.example", fjordtel)
    Authenticator.objects.create(
        user=staff, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )

    client, response = sign_in(STAFF, "staff@fjordtel.example")

    assert response["Location"].startswith("/login/code/")
    assert client.get("/admin/").status_code == 302
    assert client.post("/login/code/", {"code": "000000"}).status_code == 200


def test_sessions_of_staff_end_after_half_an_hour(fjordtel):
    staff = make.make_staff("staff@fjordtel.example", fjordtel)
    client = visitor(STAFF)
    client.force_login(staff)

    client.get(reverse("mfa_activate_totp"))

    assert client.session.get_expiry_age() == 1800


def test_the_language_is_the_brands_the_persons_or_the_chosen_one(kari):
    client = visitor(FJORDTEL)
    assert client.get("/login/")["Content-Language"] == "nb"
    kari.person.language = "en"
    kari.person.save()
    client.force_login(kari)
    assert client.get("/")["Content-Language"] == "en"

    client.post("/language/", {"language": "nb"})

    assert client.get("/")["Content-Language"] == "nb"
    kari.person.refresh_from_db()
    assert kari.person.language == "nb"


@pytest.mark.parametrize("language", ["de", "xx", "../en", ""])
def test_a_language_that_the_brand_does_not_offer_is_not_taken(kari, language):
    client = visitor(FJORDTEL)
    client.cookies["django_language"] = language

    assert client.get("/login/")["Content-Language"] == "nb"
    assert client.post("/language/", {"language": language}).status_code == 404


@pytest.mark.parametrize(
    "goal", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(kari, goal):
    client = visitor(FJORDTEL)

    chosen = client.post("/language/", {"language": "en", "next": goal})
    signed_in = client.post(
        "/login/", {"login": "kari@example.com", "password": PASSWORD, "next": goal}
    )

    assert chosen["Location"] == "/"
    assert signed_in["Location"] == "/"


def test_a_form_without_its_token_changes_nothing(kari):
    client = Client(headers={"host": FJORDTEL}, enforce_csrf_checks=True)

    response = client.post("/language/", {"language": "en"})

    assert response.status_code == 403
    assert "Skjemaet er for gammelt" in response.content.decode()


def test_a_new_password_by_mail(kari, mailoutbox):
    client = visitor(FJORDTEL)
    client.post("/login/password/reset/", {"email": "kari@example.com"})
    assert mailoutbox == []
    work()
    (message,) = mailoutbox
    link = next(line for line in message.body.splitlines() if line.startswith("http"))
    path = link.removeprefix("http://fjordtel.localhost")

    form = client.get(path, follow=True)
    done = client.post(
        form.redirect_chain[-1][0],
        {"password1": "nytt passord for Kari", "password2": "nytt passord for Kari"},
    )

    assert message.from_email == "Fjordtel <faktura@fjordtel.example>"
    assert message.subject == "Velg et nytt passord hos Fjordtel"
    assert done.status_code == 302
    _, response = sign_in(FJORDTEL, "kari@example.com", "nytt passord for Kari")
    assert response.status_code == 302
    assert "virker ikke lenger" in visitor(FJORDTEL).get(path, follow=True).content.decode()


def test_who_does_not_belong_here_gets_no_mail_and_the_same_page(kari, northwind):
    pages = []
    for host, email in (
        (NORTHWIND, "kari@example.com"),
        (NORTHWIND, "nobody@example.com"),
        (STAFF, "kari@example.com"),
    ):
        response = visitor(host).post("/login/password/reset/", {"email": email}, follow=True)
        assert response.status_code == 200
        pages.append((host, body_without_token(response)))

    assert not Job.objects.exists()
    assert pages[0] == pages[1]


def test_a_link_from_one_brands_mail_does_nothing_on_another_host(kari, northwind, mailoutbox):
    visitor(FJORDTEL).post("/login/password/reset/", {"email": "kari@example.com"})
    work()
    link = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("http"))
    path = link.removeprefix("http://fjordtel.localhost")

    response = visitor(NORTHWIND).get(path, follow=True)

    assert "This link no longer works" in response.content.decode()


def test_a_changed_password_ends_the_other_sessions(kari):
    here, _ = sign_in(FJORDTEL, "kari@example.com")
    there, _ = sign_in(FJORDTEL, "kari@example.com")

    here.post(
        "/login/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "et langt nytt ord",
            "password2": "et langt nytt ord",
        },
    )

    assert is_in(here)
    assert not is_in(there)


def test_the_answer_is_the_same_whether_an_address_is_known_or_not(kari):
    known, unknown = (
        visitor(FJORDTEL).post("/login/password/reset/", {"email": email}, follow=True)
        for email in ("kari@example.com", "nobody@example.com")
    )

    assert Job.objects.get().payload == {
        "user": kari.pk,
        "host": FJORDTEL,
        "language": "nb",
    }
    assert body_without_token(known) == body_without_token(unknown)


def test_a_login_that_is_switched_off_meanwhile_gets_no_link(kari, mailoutbox):
    visitor(FJORDTEL).post("/login/password/reset/", {"email": "kari@example.com"})
    kari.is_active = False
    kari.save()

    work()

    assert mailoutbox == []


def test_staff_choose_a_new_password_on_the_staff_host(fjordtel, mailoutbox):
    make.make_staff("staff@fjordtel.example", fjordtel)

    visitor(STAFF).post("/login/password/reset/", {"email": "staff@fjordtel.example"})
    work()

    (message,) = mailoutbox
    assert message.subject == "Choose a new password"
    assert "http://staff.localhost/login/password/reset/" in message.body
