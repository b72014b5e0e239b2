"""The private PostgreSQL comes up whatever was left behind, and leaves nothing behind itself."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from config.postgres_cluster import cluster_of
from config.postgres_programs import SetupError
from config.postgres_server import processes
from config.private_postgres import database_url, ensure_running, remove, status, stop

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_other_database(monkeypatch):
    for name in ("DATABASE_URL", "TRUNKLINE_DATABASE_NAME", "TRUNKLINE_NO_DATABASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def used_checkout(tmp_path_factory):
    """A checkout whose server the tests of this file stop, kill and start again."""
    checkout = tmp_path_factory.mktemp("used checkout")
    yield checkout
    remove(checkout)


@pytest.fixture
def fresh_checkout(tmp_path):
    yield tmp_path
    remove(tmp_path)


def answer(url, query):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()[0][0]


def postmaster(checkout):
    (process,) = processes(cluster_of(checkout), postmaster_only=True)
    return process


def test_the_server_is_safe_for_money_and_has_no_port(used_checkout):
    url = ensure_running(used_checkout)

    for setting, value in {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "lc_collate": "C.UTF-8",
        "TimeZone": "UTC",
    }.items():
        query = f"SELECT setting FROM pg_settings WHERE name = '{setting}'"
        if setting == "lc_collate":
            query = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
        assert answer(url, query) == value, setting
    assert cluster_of(used_checkout).run.stat().st_mode & 0o077 == 0


def test_the_extensions_of_the_migrations_can_be_created(used_checkout):
    url = ensure_running(used_checkout)

    with psycopg.connect(url) as connection:
        for name in ("btree_gist", "pg_trgm", "unaccent"):
            connection.execute(f"CREATE EXTENSION {name}")
        connection.rollback()


def test_asking_again_is_quick_and_changes_nothing(used_checkout):
    url = ensure_running(used_checkout)
    before = postmaster(used_checkout)

    started = time.perf_counter()
    again = [ensure_running(used_checkout) for _ in range(20)]

    assert (time.perf_counter() - started) / 20 < 0.020
    assert set(again) == {url}
    assert postmaster(used_checkout) == before


def test_a_second_database_lives_in_the_same_server(used_checkout, monkeypatch):
    ensure_running(used_checkout)
    before = postmaster(used_checkout)

    monkeypatch.setenv("TRUNKLINE_DATABASE_NAME", "another_one")

    assert answer(ensure_running(used_checkout), "SELECT current_database()") == "another_one"
    assert postmaster(used_checkout) == before


def test_what_was_committed_survives_the_server_being_killed(used_checkout):
    url = ensure_running(used_checkout)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    os.kill(postmaster(used_checkout), signal.SIGKILL)

    assert answer(ensure_running(used_checkout), "SELECT answer FROM kept") == 42


def test_a_pid_file_that_names_somebody_elses_process_is_not_believed(used_checkout):
    ensure_running(used_checkout)
    stop(used_checkout)
    pid_file = cluster_of(used_checkout).data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n1\n5432\n\n\n")

    assert answer(ensure_running(used_checkout), "SELECT 1") == 1


def test_stopping_says_whether_there_was_a_server(used_checkout):
    ensure_running(used_checkout)

    assert stop(used_checkout) is True
    assert stop(used_checkout) is False
    assert status(used_checkout).startswith("nobody listens: PostgreSQL ")


def test_many_processes_at_once_get_one_server(fresh_checkout):
    unfinished = cluster_of(fresh_checkout).base / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("an initdb that was interrupted")
    code = "import sys; from pathlib import Path; from config.private_postgres import *;"
    command = [sys.executable, "-c", code + "print(ensure_running(Path(sys.argv[1])))"]

    started = [
        subprocess.Popen([*command, fresh_checkout], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    urls = {process.communicate()[0].strip() for process in started}

    assert urls == {ensure_running(fresh_checkout)}
    assert postmaster(fresh_checkout)


def test_a_server_whose_folders_were_deleted_gives_way_to_a_new_one(fresh_checkout):
    ensure_running(fresh_checkout)
    before = postmaster(fresh_checkout)
    shutil.rmtree(cluster_of(fresh_checkout).base)

    url = ensure_running(fresh_checkout)

    assert answer(url, "SELECT 1") == 1
    assert postmaster(fresh_checkout) != before


def test_the_packaged_server_does_where_the_machine_has_none(fresh_checkout, monkeypatch):
    monkeypatch.setenv("TRUNKLINE_POSTGRES", "embedded")

    version = answer(ensure_running(fresh_checkout), "SHOW server_version")

    assert int(version.split(".")[0]) >= 18
    remove(fresh_checkout)
    cluster = cluster_of(fresh_checkout)
    assert not cluster.base.exists()
    assert processes(cluster) == []


def test_data_of_a_version_that_is_gone_are_named_in_one_message(fresh_checkout, monkeypatch):
    cluster = cluster_of(fresh_checkout)
    cluster.data.mkdir(parents=True)
    (cluster.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(SetupError, match="made by PostgreSQL 9"):
        ensure_running(fresh_checkout)


def test_a_given_database_is_left_alone(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("DATABASE_URL='postgres://from/env_file'\n")
    assert database_url(tmp_path) == "postgres://from/env_file"

    monkeypatch.setenv("DATABASE_URL", "postgres://from/environment")
    assert database_url(tmp_path) == "postgres://from/environment"


def test_a_url_of_another_kind_is_refused_without_showing_its_password(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://somebody:secret@here/there")

    with pytest.raises(SetupError, match=r"^DATABASE_URL does not begin with"):
        database_url(tmp_path)


def test_tools_that_never_connect_start_no_server(tmp_path, monkeypatch):
    monkeypatch.setenv("TRUNKLINE_NO_DATABASE", "1")

    assert database_url(tmp_path) == "postgres:///trunkline"
    assert not cluster_of(tmp_path).base.exists()


@pytest.mark.parametrize("name", ["Upper", "with space", "a; DROP TABLE b", "x" * 64])
def test_a_database_name_is_a_plain_word(tmp_path, monkeypatch, name):
    monkeypatch.setenv("TRUNKLINE_DATABASE_NAME", name)

    with pytest.raises(SetupError, match="TRUNKLINE_DATABASE_NAME"):
        ensure_running(tmp_path)
