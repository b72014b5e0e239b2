"""Make a demo in an empty database, print who may sign in, and serve it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import ProgrammingError
from django.utils import timezone

from core.commands import CannotStart, TrunklineCommand
from portal.demo.house import (
    State,
    begin,
    demo_job,
    finish,
    foreign_brands,
    lock_house,
    state_of_database,
)
from portal.demo.making import STEPS_TOTAL, Making
from portal.demo.outbox import free_port, mail_server
from portal.demo.screen import Screen
from portal.demo.serving import serve
from portal.demo.size import FULL, SMALL, DemoSize
from portal.demo.static_files import StaticFiles
from portal.demo.summary import print_summary

FIRST_PORT = 8000
OWN_DATABASE = (
    "Give the demo a database of its own: TRUNKLINE_DATABASE_NAME=demo bin/demo, or another "
    "DATABASE_URL."
)


class Command(TrunklineCommand):
    help = (
        "Make two brands with three months of customers, usage, bills and payments through the "
        "product's own commands, then serve them (docs/demo.md). A demo that is there is kept."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", action="store_true", help="A tenth of it, in seconds.")
        parser.add_argument("--no-serve", action="store_true", help="Make it and end.")
        parser.add_argument("--reset", action="store_true", help="Delete the demo; make it anew.")

    def run(self, *, small: bool, no_serve: bool, reset: bool, **options: Any) -> int:
        folder, port = demo_folder(), free_port(FIRST_PORT)
        must_make = self._must_make(reset=reset)
        static_files = StaticFiles()
        with mail_server(folder / "outbox") as mail_port:
            try:
                if not no_serve:
                    static_files.start()
                if must_make:
                    self._make(SMALL if small else FULL, folder, port, mail_port)
                print_summary(self.console, folder, str(port))
                if no_serve:
                    self.console.print("To serve it: .venv/bin/python manage.py demo")
                    return 0
                static_files.wait()
            except KeyboardInterrupt:
                self.errors.print("Stopped; half a demo is made anew the next time.")
                return 1
            finally:
                static_files.stop()
            self.console.print(f"Serving on port {port} until Ctrl-C …")
            return serve(port, mail_port)

    def _must_make(self, *, reset: bool) -> bool:
        """Whether there is a demo to make; refuses a database that holds anything else."""
        if not settings.STAFF_HOST.endswith("localhost"):
            raise CannotStart(
                "Everybody knows the demo's passwords, so it is made only where STAFF_HOST ends "
                f"in localhost; here it is {settings.STAFF_HOST}."
            )
        try:
            state = state_of_database()
        except ProgrammingError:
            raise CannotStart("The tables are not there yet: run bin/setup first.") from None
        if state is State.FOREIGN:
            raise CannotStart(f"This database is in use, and not by the demo. {OWN_DATABASE}")
        if state is State.DEMO and not reset:
            job = demo_job()
            size = job.payload.get("size") if job else ""
            self.console.print(f"The {size} demo is there already; --reset makes it anew.")
            self._lock(to_make=False)
            return False
        if brands := foreign_brands():
            raise CannotStart(
                f"Beside the demo there are brands here that would be lost: {', '.join(brands)}. "
                f"{OWN_DATABASE}"
            )
        self._lock(to_make=True)
        if state is State.HALF:
            self.console.print("There is half a demo; it is made anew.")
        return True

    @staticmethod
    def _lock(*, to_make: bool) -> None:
        if not lock_house(to_make=to_make):
            raise CannotStart("The demo is being made or served by another program; stop it first.")

    def _make(self, size: DemoSize, folder: Path, port: int, mail_port: int) -> None:
        for path in folder.iterdir():
            if path.name != "outbox":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in (folder / "outbox").iterdir():
            path.unlink()
        screen = Screen(self.console, STEPS_TOTAL)
        links_to, settings.PUBLIC_PORT = settings.PUBLIC_PORT, settings.PUBLIC_PORT or str(port)
        try:
            with screen.bar():
                with screen.step("An empty database"):
                    job = begin(size, now=timezone.now())
                Making(size, folder, screen, mail_port=mail_port).make()
                finish(job, seconds=round(screen.seconds), now=timezone.now())
        finally:
            settings.PUBLIC_PORT = links_to
        self.console.print(f"{screen.seconds:6.1f} s  in all")


def demo_folder() -> Path:
    """Where the demo keeps its files; as short as it can be said from here."""
    folder = Path(settings.VAR_DIR) / "demo"
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
