"""A second computation of an invoice's sums, in fractions, sharing no code with the first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from babel.numbers import get_currency_precision

from billing.invoicing.models import Invoice

PER_CENT = 100


def check_invoice(invoice: Invoice) -> Iterator[str]:
    """Every way in which the stored lines, tax groups and totals differ from the rules.

    With gross prices the gross sum is the truth and tax is taken out of it; nothing is allowed
    for: both computations must agree to the last unit.
    """
    places = get_currency_precision(invoice.currency)
    groups: dict[tuple[str, str, Decimal], list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for line in invoice.lines.all():
        key = (line.tax_category, line.tax_treatment, line.tax_rate)
        groups[key].append((line.amount, line.net))
    stored = {(tax.category, tax.treatment, tax.rate): tax for tax in invoice.taxes.all()}
    if stored.keys() != groups.keys():
        yield f"invoice {invoice.number}: tax groups {sorted(stored)} for lines {sorted(groups)}"
        return
    total = Decimal(0)
    for key, amounts in groups.items():
        amount = sum((line for line, _ in amounts), Decimal(0))
        rate = Fraction(key[2]) / PER_CENT
        gross = invoice.price_mode == "gross"
        exact = Fraction(amount) * rate / (1 + rate) if gross else Fraction(amount) * rate
        tax = half_away(exact, places)
        net = amount - tax if gross else amount
        row = stored[key]
        if invoice.kind == Invoice.Kind.CORRECTION:
            # The last of a group takes what is left of its tax: I11 looks at all of them together.
            tax, net = row.tax, amount - row.tax if gross else amount
        if (row.net, row.tax, row.gross) != (net, tax, net + tax):
            yield (
                f"invoice {invoice.number}, {key}: stored {row.net} + {row.tax}, should be "
                f"{net} + {tax}"
            )
        if sum((own for _, own in amounts), Decimal(0)) != net:
            yield f"invoice {invoice.number}, {key}: the lines' nets do not sum to {net}"
        total += net + tax
    if total != invoice.total or invoice.net_total + invoice.tax_total != invoice.total:
        yield f"invoice {invoice.number}: total {invoice.total}, should be {total}"


def half_away(value: Fraction, places: int) -> Decimal:
    """A fraction rounded to `places`, half away from zero."""
    scaled = abs(value) * 10**places
    units = scaled.numerator // scaled.denominator
    if scaled - units >= Fraction(1, 2):
        units += 1
    return Decimal(units if value >= 0 else -units).scaleb(-places)
