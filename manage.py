#!/usr/bin/env python3
"""Django's commands, with what is wrong with the machine said in one line instead of a traceback.

Without DATABASE_URL the private PostgreSQL is started first (config/private_postgres.py).
"""

import os
import sys

from config.postgres_programs import SetupError

_WITHOUT_DATABASE = {
    "--help",
    "--version",
    "collectstatic",
    "compilemessages",
    "help",
    "makemessages",
    "startapp",
    "version",
}


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ModuleNotFoundError as error:
        return _refuse(f"{error}. Run 'make setup', then use .venv/bin/python.")
    try:
        _provide_database(arguments)
        execute_from_command_line(arguments)
    except (SetupError, ImproperlyConfigured) as error:
        return _refuse(str(error))
    except OperationalError as error:
        if not str(error).startswith("connection failed"):
            raise
        return _refuse(f"The database of DATABASE_URL does not answer: {error}")
    return 0


def _provide_database(arguments: list[str]) -> None:
    from config.private_postgres import database_url

    if len(arguments) < 2 or arguments[1] in _WITHOUT_DATABASE:
        os.environ["TRUNKLINE_NO_DATABASE"] = "1"
    else:
        os.environ["DATABASE_URL"] = database_url()


def _refuse(message: str) -> int:
    print(f"manage.py: {' '.join(message.split())}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv))
