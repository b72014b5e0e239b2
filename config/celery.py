"""Celery: wake-up calls for workers, and beat. Started by `celery -A config worker` and `beat`."""

from __future__ import annotations

import os

from celery import Celery
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if not settings.CELERY_BROKER_URL:
    raise ImproperlyConfigured(
        "Set CELERY_BROKER_URL to run Celery; without a broker, `manage.py work` does all work."
    )

app = Celery("trunkline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
