"""Create a member of staff and say how they get in."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from core.commands import CannotStart, TrunklineCommand
from core.models import Brand
from core.roles import ROLES
from core.services.create_staff import create_staff

PASSWORD_BYTES = 15


class Command(TrunklineCommand):
    help = "Create a member of staff, or give one more brands and rights."
    changes_masters = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The address is the login.")
        parser.add_argument(
            "--brand", action="append", default=[], help="A brand's code; may be repeated."
        )
        parser.add_argument(
            "--group", default="", help=f"Their role: {', '.join(role.name for role in ROLES)}."
        )
        parser.add_argument(
            "--superuser", action="store_true", help="May do everything in every brand."
        )

    def run(self, **options: Any) -> int:
        if not (options["brand"] or options["superuser"]):
            raise CannotStart("Name at least one --brand, or --superuser for all of them.")
        brands = list(Brand.objects.filter(code__in=options["brand"]))
        unknown = set(options["brand"]) - {brand.code for brand in brands}
        if unknown:
            known = ", ".join(Brand.objects.values_list("code", flat=True)) or "none yet"
            raise CannotStart(
                f"There is no brand called {', '.join(sorted(unknown))}; there are: {known}."
            )
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        user, created = create_staff(
            options["email"],
            brands=brands,
            group=options["group"],
            superuser=options["superuser"],
            password=password,
        )
        self._say(user.email, password if created else "", options)
        return 0

    def _say(self, email: str, password: str, options: dict[str, Any]) -> None:
        port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
        address = f"{settings.PUBLIC_SCHEME}://{settings.STAFF_HOST}{port}/"
        if not password:
            self.console.print(f"{email} was there already; brands and rights are added.")
        else:
            self.console.print(f"{email} can sign in at {address}", markup=False)
            self.console.print(f"Password, shown this once: {password}", markup=False)
            self.console.print("Next: sign in, set up the second factor, change the password.")
        if not (options["group"] or options["superuser"]):
            self.console.print("They may see nothing yet: add --group 'Billing operations'.")
