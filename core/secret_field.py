"""Secrets at rest: a text field whose column holds nothing that can be read without a key.

The database, its backups and whoever looks with psql see a sealed token; the program opens it when
the attribute is read, and only then. The keys are the setting FIELD_KEYS: the first one seals, all
of them open, so that a new key is put in front and `renew_secrets` seals everything anew with it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from core.errors import DomainError

# What a column may hold: nothing, or a sealed text. Nothing else is let in by the database.
SEALED = r"^(gAAAA[A-Za-z0-9_-]+={0,2})?$"


class SecretUnreadableError(DomainError):
    """A secret was sealed with a key that isn't among FIELD_KEYS."""


class Sealed:
    """A secret as it is stored. Its text never shows: not in a list, a log or an export."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def __str__(self) -> str:
        return "••••"

    __repr__ = __str__

    def open(self) -> str:
        """The secret; SecretUnreadableError if none of the keys opens it."""
        try:
            return _keyring().decrypt(self.token.encode()).decode()
        except InvalidToken:
            raise SecretUnreadableError(
                "a secret can't be opened with the keys in FIELD_KEYS;"
                " add the key that it was sealed with"
            ) from None


def seal(text: str) -> str:
    """The text as it is stored, by the first key; no text stays no text."""
    return _keyring().encrypt(text.encode()).decode() if text else ""


def seal_anew(token: str) -> str:
    """The same secret by the first key; SecretUnreadableError if none of the keys opens it."""
    return seal(Sealed(token).open())


def is_sealed_by_first_key(token: str) -> bool:
    """Whether the first key opens it."""
    try:
        _open_keyring(tuple(settings.FIELD_KEYS[:1])).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


class SecretAttribute(DeferredAttribute):
    """Opens a sealed value when it is read."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        return value.open() if isinstance(value, Sealed) else value

    def __set__(self, instance: Any, value: Any) -> None:
        """Keep what is given; without this the row's own value would hide the attribute."""
        instance.__dict__[self.field.attname] = value


class SecretField(models.TextField):  # type: ignore[type-arg]
    """A text that is sealed in the database; empty where there is none.

    Nobody can search by it: a secret looks different each time it is sealed. Reading a row doesn't
    open it, and storing a row whose secret nobody touched stores the same token again.
    """

    descriptor_class = SecretAttribute

    def from_db_value(self, value: str | None, *_: object) -> Sealed | str | None:
        """As it is stored; opened by whoever reads the attribute."""
        return Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """What the row holds, unopened."""
        return model_instance.__dict__.get(self.attname, "")

    def get_prep_value(self, value: Any) -> Any:
        """The token that is stored for a text."""
        if value is None or isinstance(value, Sealed):
            return value and value.token
        return seal(str(value))

    def value_to_string(self, obj: models.Model) -> str:
        """Nothing: secrets are never written to files."""
        return ""

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether it fits a pattern, for constraints; no secret can be searched for."""
        return super().get_lookup(lookup_name) if lookup_name in ("regex", "isnull") else None


def _keyring() -> MultiFernet:
    return _open_keyring(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=8)
def _open_keyring(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise ImproperlyConfigured(
            "FIELD_KEYS must hold keys of 32 bytes in URL-safe base64, separated by commas:"
            " see docs/operations.md, Secrets in the database."
        ) from None
