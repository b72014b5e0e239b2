"""Plan sheets over the API, and drafts that another system asks to be published."""

from __future__ import annotations

from datetime import date

from django.apps import apps

from catalog.models import PlanVersion
from catalog.services.draft_plan_version import create_draft
from core.models import Approval
from tests import make

TEXTS = {"nb": "Pris", "en": "Price"}


def drafted(brand) -> PlanVersion:
    plan = make.make_plan(brand)
    return create_draft(plan, starts_on=date(2099, 1, 1), clone_of=plan.versions.get())


def ask(client, version, body):
    return client.post(
        f"/api/v1/plan-versions/{version.pk}/publication/", body, content_type="application/json"
    )


def test_a_sheet_is_read_in_a_language_of_the_brand(fjordtel, northwind, client_of):
    plan = make.make_plan(fjordtel)
    address = f"/api/v1/plans/{plan.pk}/sheet/"
    client = client_of(fjordtel)

    sheet = client.get(address, {"language": "nb"}).json()

    assert (sheet["plan"], sheet["language"]) == (plan.code, "nb")
    assert {"label", "value", "note"} == set(sheet["sections"][0]["rows"][0])
    assert client.get(address, {"language": "fr"}).status_code == 400
    assert client_of(northwind).get(address).status_code == 404


def test_a_key_asks_and_never_publishes(fjordtel, client_of):
    draft = drafted(fjordtel)
    draft.charges.update(description=TEXTS)

    answer = ask(client_of(fjordtel), draft, {"reason": "New year"})

    draft.refresh_from_db()
    waiting = Approval.objects.get()
    assert (answer.status_code, answer.json()["state"]) == (201, "requested")
    assert (draft.is_draft, waiting.requested_by.email) == (True, "maker@fjordtel.example")
    assert ask(client_of(fjordtel), draft, {"reason": "Again"}).status_code == 409


def test_a_charge_without_a_text_for_customers_is_refused(fjordtel, client_of):
    draft = drafted(fjordtel)
    draft.charges.update(description={})

    answer = ask(client_of(fjordtel), draft, {"reason": "New year"})

    assert answer.status_code == 409
    assert "description has no text" in answer.json()["detail"]


def test_scope_reason_and_brand_are_asked_for(fjordtel, northwind, client_of):
    draft = drafted(fjordtel)

    assert ask(client_of(fjordtel, ["catalog:read"]), draft, {"reason": "x"}).status_code == 403
    assert ask(client_of(fjordtel), draft, {}).status_code == 400
    assert ask(client_of(northwind), draft, {"reason": "x"}).status_code == 404


def test_the_history_names_the_key_by_its_public_part(fjordtel, client_of, key_for):
    draft = drafted(fjordtel)
    draft.charges.update(description=TEXTS)
    key, token = key_for(fjordtel)

    ask(client_of(fjordtel, token=token), draft, {"reason": "New year"})

    told = apps.get_model("core.ApprovalEvent").objects.get(pgh_obj_id=Approval.objects.get().pk)
    facts = told.pgh_context.metadata
    assert (facts["channel"], facts["key"]) == ("api", key.prefix)
    assert token.split(key.prefix)[1] not in str(facts)
