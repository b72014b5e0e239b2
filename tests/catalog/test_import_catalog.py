"""A catalogue comes in whole, and again without changing what is the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from billing.models import UsageSource
from catalog.models import Charge, Plan, PlanVersion, RateDeck, TaxRate
from catalog.queries import tax_rate_on
from core.errors import InputRefused
from core.models import Brand, LegalEntity
from tests.catalog.conftest import CATALOGUE, NOW, TakeIn


def counts(report: object) -> dict[str, tuple[int, int, int]]:
    return {
        name: (part.new, part.changed, part.unchanged)
        for name, part in report.parts.items()  # type: ignore[attr-defined]
    }


def test_everything_of_the_file_is_there_afterwards(take_in: TakeIn) -> None:
    take_in()

    brand = Brand.objects.get(code="fjordtel")
    version = PlanVersion.objects.get()
    monthly, setup = version.charges.all()
    assert (brand.currency, brand.zone, brand.languages) == ("NOK", "Europe/Oslo", ["nb", "en"])
    assert (brand.series.prefix, brand.series.next_number) == ("FT-", 100001)
    assert [domain.host for domain in brand.domains.all()] == ["fjordtel.localhost"]
    assert version.starts_on == date(2026, 1, 1)
    assert version.published_at == NOW
    assert version.published_by == "catalogue.yaml"
    assert (monthly.price, monthly.kind, monthly.months) == (Decimal("299.00"), "recurring", 1)
    assert (setup.price, setup.kind) == (Decimal("99.00"), "one_off")
    assert version.deck_assignments.get().deck.code == "FJORD-VOICE"
    assert UsageSource.objects.get().country_code == "47"


def test_a_brand_always_has_the_headings_that_rates_fall_back_to(take_in: TakeIn) -> None:
    take_in()

    names = dict(Brand.objects.get().usage_categories.values_list("code", "name"))
    assert set(names) == {"voice", "sms", "data", "abroad"}
    assert names["voice"] == {"en": "Calls", "nb": "Samtaler", "de": "Gespräche"}
    assert names["sms"] == {"en": "Messages", "nb": "Meldinger", "de": "Nachrichten"}
    assert names["data"] == {"en": "Data", "nb": "Data", "de": "Daten"}


def test_a_deck_takes_currency_zone_and_units_from_its_brand_and_kind(take_in: TakeIn) -> None:
    data = "  - {code: FJORD-DATA, brand: fjordtel, name: Data, usage_type: data, decimals: 2}\n"

    take_in(CATALOGUE.replace("\nproducts:", data + "\nproducts:"))

    voice, mobile_data = RateDeck.objects.order_by("-code")
    assert (voice.currency, voice.zone, voice.per) == ("NOK", "Europe/Oslo", 60)
    assert (mobile_data.per, mobile_data.decimals) == (1048576, 2)


def test_the_same_file_again_changes_nothing(take_in: TakeIn) -> None:
    take_in()

    again = take_in()

    assert not again.has_changes
    assert {new for new, _, _ in counts(again).values()} == {0}
    assert counts(again)["plan versions"] == (0, 0, 1)


def test_what_changed_is_updated_and_told(take_in: TakeIn) -> None:
    take_in()

    again = take_in(CATALOGUE.replace("payment_terms_days: 14", "payment_terms_days: 21"))

    assert counts(again)["brands"] == (0, 1, 0)
    assert again.parts["brands"].details == ["~ fjordtel: payment_terms_days: 14 → 21"]
    assert Brand.objects.get().payment_terms_days == 21


def test_a_key_that_is_left_out_keeps_what_is_stored_and_an_empty_one_resets_it(
    take_in: TakeIn,
) -> None:
    take_in(CATALOGUE.replace("payment_terms_days: 14", "payment_terms_days: 21"))

    take_in(CATALOGUE.replace("    payment_terms_days: 14\n", ""))
    kept = Brand.objects.get().payment_terms_days
    take_in(CATALOGUE.replace("payment_terms_days: 14", "payment_terms_days:"))

    assert (kept, Brand.objects.get().payment_terms_days) == (21, 14)


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("299.00", "299.00"),
        ("'299.00'", "299.00"),
        ("0.1", "0.1"),
        ("0.123456", "0.123456"),
        ("999999999999.999999", "999999999999.999999"),
        ("0", "0"),
    ],
)
def test_prices_are_read_exactly_with_and_without_quotes(
    take_in: TakeIn, written: str, price: str
) -> None:
    take_in(CATALOGUE.replace('"299.00"', written))

    assert PlanVersion.objects.get().charges.get(code="monthly").price == Decimal(price)


def test_words_stay_words_whatever_yaml_makes_of_them(take_in: TakeIn) -> None:
    take_in(CATALOGUE.replace("city: Oslo", "city: No").replace('"0150"', "0150"))

    entity = LegalEntity.objects.get()
    assert (entity.country, entity.city, entity.postcode) == ("NO", "No", "0150")


def test_a_later_version_is_added_beside_the_published_one(take_in: TakeIn) -> None:
    take_in()
    later = """      - from: 2027-01-01
        charges:
          - {code: monthly, description: Mobil, price: 319.00}
"""

    report = take_in(CATALOGUE.replace("\nsources:", later + "\nsources:"))

    assert counts(report)["plan versions"] == (1, 0, 1)
    assert [v.starts_on.year for v in Plan.objects.get().versions.all()] == [2026, 2027]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('price: "299.00"', 'price: "319.00"', "monthly price: 299 → 319"),
        ("kind: one_off\n", "kind: recurring\n", "setup kind: one_off → recurring"),
        ("        decks: {voice: FJORD-VOICE}\n", "", "decks: voice by FJORD-VOICE → none"),
        ("          - code: setup", "          - code: fee", "fee is added; setup is gone"),
    ],
)
def test_a_published_version_never_changes(take_in: TakeIn, old: str, new: str, said: str) -> None:
    take_in()

    with pytest.raises(InputRefused) as refused:
        take_in(CATALOGUE.replace(old, new))

    [problem] = refused.value.problems
    assert said in problem.what
    assert "published prices never change" in problem.what
    assert problem.remedy == "add a version with a later `from`"
    assert problem.line == CATALOGUE.splitlines().index("      - from: 2026-01-01") + 1


def test_a_tax_rate_is_closed_before_the_next_one_begins(take_in: TakeIn) -> None:
    take_in()
    closed = CATALOGUE.replace(
        """    rate: "25"
    from: 2020-01-01
""",
        """    rate: "25"
    from: 2020-01-01
    until: 2027-01-01
  - {legal_entity: FJORDTEL, category: standard, rate: "24.5", from: 2027-01-01}
""",
    )

    report = take_in(closed)

    assert counts(report)["tax rates"] == (1, 1, 1)
    entity = LegalEntity.objects.get()
    category = TaxRate.objects.first().category
    standard = TaxRate.objects.filter(category__code="standard").first()
    assert standard is not None
    category = standard.category
    before, after = (tax_rate_on(entity, category, date(year, 12, 31)) for year in (2026, 2027))
    assert before is not None
    assert after is not None
    assert (before.rate, after.rate) == (Decimal(25), Decimal("24.5"))


def test_a_tax_rate_left_open_is_refused_when_another_begins(take_in: TakeIn) -> None:
    take_in()
    added = CATALOGUE.replace(
        "\nbrands:",
        '  - {legal_entity: FJORDTEL, category: standard, rate: "24", from: 2027-01-01}\n\nbrands:',
    )

    with pytest.raises(InputRefused) as refused:
        take_in(added)

    [problem] = refused.value.problems
    assert "overlaps the rate from 2020-01-01" in problem.what
    assert problem.remedy == "give that one “until: 2027-01-01”"


def test_a_brand_that_sells_keeps_its_currency(take_in: TakeIn) -> None:
    take_in()

    with pytest.raises(InputRefused) as refused:
        take_in(CATALOGUE.replace("currency: NOK", "currency: EUR"))

    assert "currency can't change from NOK" in refused.value.problems[0].what


def test_a_series_that_issued_keeps_its_prefix(take_in: TakeIn) -> None:
    take_in()
    series = Brand.objects.get().series
    series.next_number = 100007
    series.save()

    with pytest.raises(InputRefused) as refused:
        take_in(CATALOGUE.replace('prefix: "FT-"', 'prefix: "FJ-"'))

    assert "numbers of this series have been issued" in refused.value.problems[0].what


def test_host_names_follow_the_file_in_its_order(take_in: TakeIn) -> None:
    take_in()

    take_in(
        CATALOGUE.replace("[fjordtel.localhost]", "[Mitt.fjordtel.example, fjordtel.localhost]")
    )

    hosts = [domain.host for domain in Brand.objects.get().domains.all()]
    assert hosts == ["mitt.fjordtel.example", "fjordtel.localhost"]


def test_a_plain_text_counts_for_every_language(take_in: TakeIn) -> None:
    take_in(CATALOGUE.replace("name: {nb: Mobil 10 GB, en: Mobile 10 GB}", "name: Mobile"))

    assert Plan.objects.get().name == {"en": "Mobile"}


def run_command(*arguments: str) -> tuple[int, str, str]:
    out, errors = StringIO(), StringIO()
    code = 0
    try:
        call_command("import_catalog", *arguments, stdout=out, stderr=errors)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue(), errors.getvalue()


def test_the_command_prints_the_diff_and_the_totals(db: None, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.yaml"
    file.write_text(CATALOGUE)

    code, out, _ = run_command(str(file))

    assert code == 0
    assert "+ fjordtel MOBIL10 from 2026-01-01: monthly 299, setup 99 once, voice by" in out
    assert "unchanged" in out


def test_a_dry_run_stores_nothing(db: None, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.yaml"
    file.write_text(CATALOGUE)

    code, out, _ = run_command(str(file), "--dry-run")

    assert (code, Brand.objects.count(), LegalEntity.objects.count()) == (0, 0, 0)
    assert "+ fjordtel" in out
    assert "Dry run: nothing was stored." in out


def test_a_file_that_is_not_there_is_exit_code_2(db: None, tmp_path: Path) -> None:
    code, _, errors = run_command(str(tmp_path / "nothing.yaml"))

    assert code == 2
    assert "can't be read" in errors


def test_a_refused_file_is_exit_code_1_with_file_and_line(db: None, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.yaml"
    file.write_text(CATALOGUE.replace("currency: NOK", "currency: KRONER"))

    code, _, errors = run_command(str(file))

    line = CATALOGUE.splitlines().index("    currency: NOK") + 1
    assert code == 1
    assert f"{file}:{line}: brand fjordtel: currency 'KRONER' is not known" in errors
    assert "Nothing was stored." in errors
    assert Brand.objects.count() == 0


def test_brands_of_one_file_may_use_the_same_codes_of_products_plans_and_charges(
    take_in: TakeIn,
) -> None:
    brand = CATALOGUE[CATALOGUE.index("  - code: fjordtel") : CATALOGUE.index("\ndecks:")]
    offer = CATALOGUE[CATALOGUE.index("  - code: MOBILE") : CATALOGUE.index("\nsources:")]
    products, plans = offer.replace("brand: fjordtel", "brand: nordtel").split("\nplans:\n")
    plans = plans.replace("        decks: {voice: FJORD-VOICE}\n", "").replace("299.00", "199.00")
    text = CATALOGUE.replace("\ndecks:", f"{brand.replace('fjordtel', 'nordtel')}\ndecks:")
    text = text.replace("\nplans:", f"{products}\nplans:")

    take_in(text.replace("\nsources:", f"{plans}\nsources:"))

    monthly = Charge.objects.filter(code="monthly", version__plan__code="MOBIL10")
    prices = set(monthly.values_list("version__plan__brand__code", "price"))
    assert prices == {("fjordtel", Decimal("299.00")), ("nordtel", Decimal("199.00"))}
