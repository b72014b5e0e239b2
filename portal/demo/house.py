"""What a database holds: nothing, a demo, half a demo, or something that no demo may touch."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from io import StringIO

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from billing.documents.queries import document_path
from billing.models import InvoiceDocument
from core.models import Brand, Job
from portal.demo.customers import FJORDTEL, NORTHWIND
from portal.demo.size import DemoSize

KIND = "demo"
_LOCK = 7_410_001
# Filled by the framework or by whoever looks at pages; all else is somebody's data.
_NOBODYS = frozenset({"auth", "contenttypes", "sessions", "django_celery_beat"})
# What set-up keeps in every database: the roles of staff, the history of making them, and the
# stamps of prices, which are there before any price is.
_MADE_BY_SET_UP = ("set_up_roles", "set_up_schedules")
_OF_SET_UP = frozenset(
    {"core_roleevent", "core_rolerightevent", "pghistory_context", "billing_pricestamp"}
)


class State(Enum):
    """What was found."""

    EMPTY = "empty"
    DEMO = "demo"
    HALF = "half"
    FOREIGN = "foreign"


def state_of_database() -> State:
    """Whether there is a demo; every table is looked at before a database counts as empty."""
    job = demo_job()
    if job is not None:
        return State.DEMO if job.state == Job.State.DONE else State.HALF
    return State.FOREIGN if _tables_in_use() else State.EMPTY


def demo_job() -> Job | None:
    """The row that says that this database was made by the demo, and with which size."""
    return Job.objects.filter(kind=KIND).first()


def foreign_brands() -> list[str]:
    """Brands that are not the demo's: whoever added them wants to keep them."""
    brands = Brand.objects.exclude(code__in=(FJORDTEL, NORTHWIND))
    return list(brands.values_list("code", flat=True))


def lock_house(*, to_make: bool) -> bool:
    """Whether this process may make the demo (alone), or serve it (beside others).

    The lock is held until the process ends; who made the demo may go on to serve it.
    """
    shared = "" if to_make else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock{shared}(%s)", [_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def begin(size: DemoSize, *, now: datetime) -> Job:
    """Empty the database and note that a demo is being made.

    Ids start at 1 again, since payment references are made of them: two demos are the same.
    """
    documents = list(InvoiceDocument.objects.values_list("sha256", flat=True))
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Issued invoices and postings are never removed, but with the whole made-up house.
            cursor.execute("SET LOCAL trunkline.allow_flush = 'on'")
        call_command("flush", interactive=False, verbosity=0)
        for command in _MADE_BY_SET_UP:
            call_command(command, stdout=StringIO())
        job = Job.objects.create(
            kind=KIND,
            payload={"size": size.name},
            state=Job.State.RUNNING,
            leased_until=now + timedelta(hours=1),
            created_at=now,
        )
    for sha256 in documents:
        document_path(sha256).unlink(missing_ok=True)
    return job


def finish(job: Job, *, seconds: int, now: datetime) -> None:
    """Note that the demo is whole."""
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.DONE, leased_until=None, result={"seconds": seconds}, finished_at=now
    )


def _tables_in_use() -> list[str]:
    return [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label not in _NOBODYS
        and model._meta.managed
        and not model._meta.proxy
        and model._meta.db_table not in _OF_SET_UP
        and model._default_manager.exists()
    ]
