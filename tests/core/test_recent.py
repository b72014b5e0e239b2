"""The last few outcomes are kept by all that they depend on."""

from __future__ import annotations

from core.recent import Recent


def test_an_outcome_is_kept_until_others_push_it_out():
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)

    assert recent.get("a") == 1
    recent.put("c", 3)

    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (1, None, 3)


def test_a_newer_outcome_takes_the_place_of_an_older_one():
    recent: Recent[str, int] = Recent(2)

    assert recent.put("a", 1) == 1
    assert recent.put("a", 2) == 2
    assert recent.get("a") == 2
