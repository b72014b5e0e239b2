"""`manage.py import_payments`: what it prints, and its exit code."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from payments.models import Payment
from tests import make
from tests.payments.bills import make_bill, open_amount


def run(*arguments):
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("import_payments", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def bill(fjordtel):
    return make_bill(make.make_account(fjordtel))


def write(tmp_path, *lines):
    path = tmp_path / "bank.csv"
    header = "date,amount,currency,reference,transaction_id,payer,text"
    path.write_text("\n".join((header, *lines, "")), encoding="utf-8")
    return path


def test_a_file_that_matches_prints_its_totals_and_ends_with_0(bill, tmp_path):
    path = write(
        tmp_path,
        f"2026-11-12,1000.00,NOK,{bill.reference},B-1,Kari Nordmann,",
        "2026-11-12,-12.50,NOK,,FEE-1,,Fee",
    )

    code, out, err = run(path)

    assert (code, err) == (0, "")
    figures = {
        line.rsplit(maxsplit=1)[0].strip(): line.split()[-1] for line in out.splitlines()[1:]
    }
    assert figures["matched"] == "1"
    assert figures["over-payments, kept as account credit"] == "1"
    assert figures["new money, NOK"] == "1,000.00"
    assert f"{path}:3: -12.50 NOK left alone" in out


def test_unmatched_money_is_printed_with_its_line_and_ends_with_1(bill, tmp_path):
    path = write(tmp_path, "2026-11-12,10.00,NOK,1,B-1,Kari Nordmann,")

    code, _, err = run(path)

    assert code == 1
    assert err.startswith(f"{path}:2: the reference matches no invoice: 10.00 NOK; it is kept")
    assert Payment.objects.count() == 1


def test_a_bad_line_stores_nothing_and_ends_with_1(bill, tmp_path):
    path = write(
        tmp_path,
        f"2026-11-12,905.07,NOK,{bill.reference},B-1,,",
        f"2026-11-31,905.07,NOK,{bill.reference},B-2,,",
    )

    code, _, err = run(path)

    assert code == 1
    assert err.startswith(f"{path}:3: date '2026-11-31' is not a date")
    assert "Nothing was stored." in err
    assert Payment.objects.count() == 0


def test_a_dry_run_says_all_and_stores_nothing(bill, tmp_path):
    path = write(tmp_path, f"2026-11-12,905.07,NOK,{bill.reference},B-1,,")

    code, out, _ = run("--dry-run", path)

    assert code == 0
    assert "Dry run: nothing was stored." in out
    assert Payment.objects.count() == 0
    assert open_amount(bill) == bill.total


def test_the_same_file_again_says_so_and_ends_with_0(bill, tmp_path):
    path = write(tmp_path, f"2026-11-12,905.07,NOK,{bill.reference},B-1,,")
    run(path)

    code, out, _ = run(path)

    assert code == 0
    assert "nothing to do" in out


def test_a_file_that_is_not_there_ends_with_2(db, tmp_path):
    code, _, err = run(tmp_path / "none.csv")

    assert code == 2
    assert "can't be read" in err
