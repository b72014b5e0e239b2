"""`renew_secrets`: seal the secrets in the database with a new key, or make one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from core.commands import TrunklineCommand
from core.services.renew_secrets import new_key, renew_secrets, secret_fields


class Command(TrunklineCommand):
    help = "Seal every secret in the database with the first of FIELD_KEYS, so that others may go."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new-key", action="store_true", help="Print a new key and do nothing else."
        )

    def run(self, *_: Any, **options: Any) -> int:
        if options["new_key"]:
            self.stdout.write(new_key())
            return 0
        for model, field in secret_fields():
            renewed = renew_secrets(model, field, dry_run=options["dry_run"])
            verb = "would be sealed anew" if options["dry_run"] else "sealed anew"
            self.stdout.write(f"{model._meta.verbose_name} {field.verbose_name}: {renewed} {verb}")
        return 0
