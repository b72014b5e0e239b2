"""The demo's parts: prefixes, usage files, the bank's files, the mail server, what it serves."""

from __future__ import annotations

import csv
import os
import signal
import smtplib
import sys
import threading
from collections import Counter
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from portal.demo import serving
from portal.demo.commands import DemoFailed, Typist
from portal.demo.crowd import fjordtel_customers, northwind_customers
from portal.demo.destinations import by_country, destinations
from portal.demo.logos import draw_logos
from portal.demo.outbox import free_port, mail_server
from portal.demo.rates import write_rates
from portal.demo.size import FULL, SMALL, USAGE_MONTHS
from portal.demo.usage import invent_month
from portal.demo.usage_files import write_usage


def test_the_large_deck_has_the_world_in_more_than_20_000_prefixes():
    world = destinations(FULL.fjordtel_prefixes)

    prefixes = [item.prefix for item in world]
    assert len(set(prefixes)) == len(prefixes) >= 20_000
    assert all(prefix.isdigit() and len(prefix) <= 15 for prefix in prefixes)
    assert {item.region for item in world} >= {"NO", "SE", "TR", "BS", "KZ", "JP"}


def test_a_short_list_still_has_every_country():
    short = {item.country_code for item in destinations(SMALL.fjordtel_prefixes)}

    assert short == {item.country_code for item in destinations(FULL.fjordtel_prefixes)}


def test_decks_price_norway_at_nothing_and_the_caribbean_dearer_than_the_states(tmp_path):
    decks = write_rates(tmp_path, SMALL)

    with decks["FJORD-VOICE"].open(encoding="utf-8") as file:
        prices = {row["prefix"]: row["price"] for row in csv.DictReader(file)}
    assert prices["47"] == "0.00"
    assert float(prices["1242"]) > float(prices["1"])
    assert len(decks) == 9


def test_there_are_300_accounts_with_numbers_that_nobody_shares():
    customers = fjordtel_customers(FULL) + northwind_customers(FULL)

    lines = Counter(line.number for customer in customers for line in customer.lines)
    accounts = Counter(customer.number for customer in customers)
    assert len(customers) == 300
    assert max(lines.values()) == max(accounts.values()) == 1
    children = [customer for customer in customers if customer.entry.get("parent")]
    assert children
    assert {customer.entry["parent"] for customer in children} <= set(accounts)


@pytest.mark.parametrize(
    ("brand", "customers", "columns"),
    [("fjordtel", fjordtel_customers, {18, 6}), ("northwind", northwind_customers, {16, 6})],
)
def test_a_month_of_usage_is_written_the_same_way_twice(tmp_path, brand, customers, columns):
    def write(folder: Path) -> dict[str, bytes]:
        lines = [line for one in customers(SMALL) for line in one.lines]
        world = by_country(destinations(SMALL.fjordtel_prefixes))
        events = invent_month(brand, USAGE_MONTHS[2], lines, world, 3200)
        files = write_usage(folder, brand, "2026-10", events)
        return {path.name: path.read_bytes() for path in files.values()}

    first, second = write(tmp_path / "1"), write(tmp_path / "2")

    assert first == second
    widths = set()
    for content in first.values():
        delimiter = ";" if b";" in content.split(b"\n", 1)[0] else ","
        widths |= {
            len(row) for row in csv.reader(content.decode().splitlines(), delimiter=delimiter)
        }
    assert widths == columns


def test_logos_are_small_pictures(tmp_path):
    draw_logos(tmp_path)

    for name in ("fjordtel", "northwind"):
        with Image.open(tmp_path / f"{name}.png") as logo:
            assert logo.height == 120
            assert logo.getcolors(1_000_000)


def test_mail_that_is_sent_lies_in_the_outbox(tmp_path):
    letter = EmailMessage()
    letter["To"], letter["Subject"] = "kari@example.com", "Hei"
    letter.set_content("Hei, Kari")

    with mail_server(tmp_path) as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(letter, from_addr="a@example.com", to_addrs=["../kari@example.com"])

    (path,) = tmp_path.iterdir()
    assert path.name == "0001-..-kari@example.com.eml"
    assert b"Hei, Kari" in path.read_bytes()


def test_a_port_that_is_taken_is_passed_over(tmp_path):
    with mail_server(tmp_path) as taken:
        assert free_port(taken) > taken


def test_a_command_that_fails_ends_the_demo_with_its_own_words(db, tmp_path):
    typist = Typist(tmp_path / "commands.log")

    with pytest.raises(DemoFailed, match="There is no deck called NONE"):
        typist.run("import_rates", "NONE", tmp_path / "none.csv", "--from", date(2026, 1, 1))

    assert "exit code 2" in typist.log.read_text()


def test_ctrl_c_ends_both_programs(monkeypatch, tmp_path):
    pids = _two_programs(monkeypatch, tmp_path, seconds=(60, 60))
    timer = threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()

    code = serving.serve(8000, 2525)

    assert code == 0
    assert not any(_is_running(pid) for pid in pids())


def test_when_one_program_ends_the_other_is_ended_too(monkeypatch, tmp_path):
    pids = _two_programs(monkeypatch, tmp_path, seconds=(60, 0))

    code = serving.serve(8000, 2525)

    assert code == 1
    assert not any(_is_running(pid) for pid in pids())


def _two_programs(monkeypatch, folder: Path, seconds: tuple[int, int]):
    """Programs in the place of the web server and the worker; tells their process ids."""

    def command(name: str, sleep: int) -> list[str]:
        text = f"import os, time; open({str(folder / name)!r}, 'w').write(str(os.getpid()));"
        return [sys.executable, "-c", f"{text} time.sleep({sleep})"]

    monkeypatch.setattr(serving, "_web", lambda port: command("web", seconds[0]))
    monkeypatch.setattr(serving, "_worker", lambda: command("worker", seconds[1]))
    return lambda: [int(path.read_text() or 0) for path in folder.iterdir()]


def _is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
