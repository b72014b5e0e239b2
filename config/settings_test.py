"""The settings under which tests run: as in production, but for what would make them slow."""

from __future__ import annotations

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES

DEBUG = False
SECRET_KEY = "tests-only-" + "x" * 50
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Manifest storage answers 404 in live-server tests.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Lets Django's flush empty the append-only tables between transactional tests (core/triggers.py).
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"]["options"] = "-c trunkline.allow_flush=on"
