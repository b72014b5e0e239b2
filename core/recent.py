"""The last few outcomes of a calculation, by all that it depends on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Outcome = TypeVar("Outcome")


class Recent(Generic[Key, Outcome]):
    """Keeps so many outcomes, of one process; who is asked for least recently goes first.

    The key must say everything that the outcome depends on: then what is kept is never stale.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Key, Outcome] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Outcome | None:
        """The outcome that is kept, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, key: Key, outcome: Outcome) -> Outcome:
        """Keep an outcome; gives it back."""
        with self._lock:
            self._kept[key] = outcome
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return outcome
