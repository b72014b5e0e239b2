"""Runs a private PostgreSQL for this checkout when DATABASE_URL names no other.

A newcomer needs no database of his own: whatever asks for the database first starts the server,
and `make clean` stops and deletes it. The server has no TCP port, survives kill -9 of itself or of
whoever was starting it, and keeps fsync and synchronous_commit on: it holds money.

The URL has its socket folder in the query, which libpq (psql, pg_dump) and django-environ both
understand; as a percent-encoded host name django-environ would lower-case and mangle it. With
django-environ the folder ends up in OPTIONS["host"], where Django passes it on to the driver.

    python -m config.private_postgres start|stop|status|url|psql|remove

Pure standard library: this runs before Django's settings can be read.
"""

import argparse
import os
import sys
from pathlib import Path
from urllib.parse import quote

from config import postgres_server as server
from config.postgres_cluster import cluster_of, database_name, delete_folders, locked
from config.postgres_probe import Answer, ask
from config.postgres_programs import SetupError, find_programs

_SCHEMES = ("postgres://", "postgresql://")
CHECKOUT = Path(__file__).resolve().parent.parent


def database_url(checkout: Path = CHECKOUT) -> str:
    """Return DATABASE_URL from the environment or .env, else the private server's.

    TRUNKLINE_NO_DATABASE=1 is for tools that import the settings but never connect (mypy, lint).
    """
    given = os.environ.get("DATABASE_URL") or _from_env_file(checkout / ".env")
    if given:
        if not given.startswith(_SCHEMES):
            raise SetupError("DATABASE_URL does not begin with postgres:// or postgresql://.")
        return given
    if os.environ.get("TRUNKLINE_NO_DATABASE") == "1":
        return "postgres:///trunkline"
    return ensure_running(checkout)


def ensure_running(checkout: Path = CHECKOUT) -> str:
    """Start the private server unless it runs, create the database unless it is there."""
    cluster, database = cluster_of(checkout), database_name()
    if ask(cluster.socket, user=server.ROLE, database=database) is not Answer.READY:
        with locked(cluster):
            server.start(cluster, database)
    return f"postgres://{server.ROLE}@/{database}?host={quote(str(cluster.run))}"


def stop(checkout: Path = CHECKOUT) -> bool:
    """Stop the private server; return whether there was one."""
    cluster = cluster_of(checkout)
    if not cluster.base.exists():
        return server.stop(cluster)
    with locked(cluster):
        return server.stop(cluster)


def remove(checkout: Path = CHECKOUT) -> None:
    """Stop the private server and delete its data."""
    cluster = cluster_of(checkout)
    stop(checkout)
    if cluster.base.exists():
        with locked(cluster):
            delete_folders(cluster)


def status(checkout: Path = CHECKOUT) -> str:
    """Say in one line whether the private server answers, and where it keeps its data."""
    cluster = cluster_of(checkout)
    answer = ask(cluster.socket, user=server.ROLE, database=database_name())
    version = server.data_version(cluster)
    made_by = f"PostgreSQL {version}" if version else "no data yet"
    return f"{answer.value}: {made_by}, data in {cluster.data}, log in {cluster.log}"


def _from_env_file(path: Path) -> str:
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            name, separator, value = line.strip().removeprefix("export ").partition("=")
            if separator and name.strip() == "DATABASE_URL":
                return value.strip().strip("\"'")
    return ""


def _psql() -> None:
    url = database_url()
    version = None if os.environ.get("DATABASE_URL") else server.data_version(cluster_of(CHECKOUT))
    program = find_programs(version).path("psql")
    os.execv(program, [program, url])  # noqa: S606 - a shell has no part in this


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.private_postgres")
    parser.add_argument("command", choices=["start", "stop", "status", "url", "psql", "remove"])
    command = parser.parse_args(arguments).command
    try:
        if command == "start":
            ensure_running()
            print(status())
        elif command == "stop":
            print("stopped" if stop() else "was not running")
        elif command == "status":
            print(status())
        elif command == "url":
            print(database_url())
        elif command == "psql":
            _psql()
        else:
            remove()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
