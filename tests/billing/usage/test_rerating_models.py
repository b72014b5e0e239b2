"""What the database holds of re-ratings by itself."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from billing.usage.rerating.models import Rerating, ReratingEffect, UsageReplacement
from tests import make
from tests.billing.usage.kari import NOW, Kari
from tests.billing.usage.test_usage_models import refused

pytestmark = pytest.mark.django_db


def rerating(kari: Kari, **fields: Any) -> Rerating:
    defaults = {"deck": kari.deck, "starts_on": NOW.date(), "reason": "Wrong.", "requested_at": NOW}
    return Rerating.objects.create(**(defaults | fields))


def effect(kari: Kari, of: Rerating) -> ReratingEffect:
    return ReratingEffect.objects.create(
        rerating=of, account=kari.account, replaced=1, adjusted=0, open_before=2, open_after=1,
        adjustment=0,
    )  # fmt: skip


def replacement(kari: Kari, of: Rerating, **fields: Any) -> UsageReplacement:
    defaults = {"key": uuid.uuid4(), "replaced_key": uuid.uuid4(), "start_at": NOW}
    return UsageReplacement.objects.create(rerating=of, source=kari.source, **(defaults | fields))


def test_a_rerating_says_why(kari):
    with refused("rerating_says_why"):
        rerating(kari, reason="")


def test_one_that_failed_says_what_hindered_it(kari):
    with refused("rerating_failed_says_why"):
        rerating(kari, state="failed")


def test_one_that_is_done_says_when(kari):
    with refused("rerating_done_says_when"):
        rerating(kari, state="done")


def test_a_rerating_stays_with_its_deck(kari):
    """Rerating: trigger keeps_its_owner."""
    row = rerating(kari)
    other = make.make_deck(kari.brand, "OTHER")

    with refused("keeps_its_owner"):
        Rerating.objects.filter(pk=row.pk).update(deck=other)


def test_an_account_is_told_once(kari):
    row = rerating(kari)
    effect(kari, row)

    with refused("rerating_effect_once"):
        effect(kari, row)


def test_a_record_is_replaced_once(kari):
    row = rerating(kari)
    first = replacement(kari, row)

    with refused("usage_replaced_once"):
        replacement(kari, row, replaced_key=first.replaced_key)


def test_a_replacement_stands_for_one_record(kari):
    row = rerating(kari)
    first = replacement(kari, row)

    with refused("usage_replacement_once"):
        replacement(kari, row, key=first.key)


def test_no_record_replaces_itself(kari):
    key = uuid.uuid4()

    with refused("usage_replacement_is_another"):
        replacement(kari, rerating(kari), key=key, replaced_key=key)
