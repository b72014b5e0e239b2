"""The invariants of the books: each app states its own, `manage.py audit` checks them all.

An app or room puts its checks into a module called `audit.py`; it is found by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

BILLING_ROOMS = (
    "usage",
    "usage.allowances",
    "usage.alerts",
    "usage.live",
    "usage.rerating",
    "ledger",
    "invoicing",
    "documents",
)


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule that always holds; `check` yields one plain sentence for each row that breaks it."""

    id: str
    sentence: str
    check: Callable[[], Iterable[str]]


_registry: dict[str, Invariant] = {}


def invariant(
    number: str, sentence: str
) -> Callable[[Callable[[], Iterable[str]]], Callable[[], Iterable[str]]]:
    """Register a check: `@invariant("I1", "postings of an entry sum to zero")`."""

    def register(check: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
        if number in _registry and _registry[number].check.__module__ != check.__module__:
            raise ValueError(
                f"{number} is registered twice; give the second part a letter: {number}b"
            )
        _registry[number] = Invariant(number, sentence, check)
        return check

    return register


def all_invariants() -> list[Invariant]:
    """Every registered invariant, by number."""
    for name in _modules():
        if find_spec(name):
            import_module(name)
    return sorted(
        _registry.values(), key=lambda item: (int("".join(filter(str.isdigit, item.id))), item.id)
    )


def _modules() -> Iterator[str]:
    own = {"core", "catalog", "accounts", "billing", "payments", "dunning", "portal"}
    for config in apps.get_app_configs():
        if config.name in own:
            # This module is the registry; core's own checks stand beside it.
            yield "core.invariants" if config.name == "core" else f"{config.name}.audit"
            if config.name == "billing":
                yield from (f"billing.{room}.audit" for room in BILLING_ROOMS)
