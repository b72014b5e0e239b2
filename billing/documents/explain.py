"""Why a line costs what it costs: formula with its numbers, price version, period, usage behind it.

The only explainer: staff commands, documents, the portal and the API all call it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.documents.composition.lines import included_note, late_note, line_part, line_period
from billing.documents.formats import DATA, VOICE, Formats
from billing.invoicing.models import InvoiceLine, InvoiceUsage
from catalog.models import Charge, PlanVersion
from core.money import exponent, from_micro, round_fraction

Kind = InvoiceLine.Kind


@dataclass(frozen=True, slots=True)
class UsageBehind:
    """One summary behind a usage line, as it was at issue; `words` say the same."""

    words: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LineExplanation:
    """A line with its reasons, in words and as data.

    `reason` says why it is there, `formula` how its amount follows, `price_version` whose prices
    count (empty where none is known), `notes` what is special. Amounts in `facts` are exact texts.
    """

    title: str
    reason: str
    formula: str
    price_version: str
    notes: tuple[str, ...]
    usage: tuple[UsageBehind, ...]
    facts: dict[str, Any]

    @property
    def words(self) -> tuple[str, ...]:
        """Everything in plain sentences, the formula last."""
        usage = (item.words for item in self.usage)
        parts = (self.reason, self.price_version, *self.notes, *usage, self.formula)
        return tuple(part for part in parts if part)

    def as_dict(self) -> dict[str, Any]:
        """The same facts as plain data."""
        return self.facts | {
            "formula": self.formula,
            "explanation": list(self.words),
            "usage": [item.facts for item in self.usage],
        }


def explain_line(line: InvoiceLine, *, language: str = "en") -> LineExplanation:
    """Explain one line of an invoice in `language`.

    299.00 a month for 18 of 31 days → "299.00 × 18 / 31 = 173.612903, rounded 173.61". Amounts are
    in the invoice's currency and price mode; the exact figure has at most six decimals.
    """
    invoice = line.invoice
    with override(language):
        formats = Formats(language, invoice.currency, invoice.brand.zone)
        links = list(line.summaries.select_related("summary__plan_version__plan"))
        return LineExplanation(
            title=line.description,
            reason=_reason(line, formats),
            formula=_formula(line, formats),
            price_version=_price_version(line, formats),
            notes=tuple(filter(None, (included_note(line, formats), late_note(line, formats)))),
            usage=tuple(_usage_behind(link, formats) for link in links),
            facts=_facts(line),
        )


def _reason(line: InvoiceLine, formats: Formats) -> str:
    period, part = line_period(line, formats), line_part(line)
    words = {"period": period, "part": part}
    if line.kind == Kind.CREDIT and line.credits is not None:
        words |= {"number": line.credits.invoice.number or "", "line": str(line.credits.position)}
        return _("Gives back %(period)s of line %(line)s of invoice %(number)s.") % words
    if line.kind == Kind.CORRECTION and line.credits is not None:
        words |= {"number": line.credits.invoice.number or "", "line": str(line.credits.position)}
        return _("Gives back what line %(line)s of invoice %(number)s says, or some of it.") % words
    if line.kind == Kind.DISCOUNT:
        return _discount_reason(line, words)
    if line.kind == Kind.MINIMUM:
        return _("What was used in %(period)s came to less than the minimum spend.") % words
    if line.kind == Kind.USAGE:
        return _("Usage of the period %(period)s.") % words
    if line.kind == Kind.ONE_OFF:
        return _("One-off charge, taken on %(period)s.") % words
    if part:
        return _("Recurring charge for %(period)s: %(part)s of its period.") % words
    return _("Recurring charge for %(period)s.") % words


def _discount_reason(line: InvoiceLine, words: dict[str, str]) -> str:
    words |= {"line": str(line.discounts.position) if line.discounts else ""}
    if line.amount > 0:
        return _("The discount of what line %(line)s gives back.") % words
    return _("Discount for %(period)s on line %(line)s.") % words


def _formula(line: InvoiceLine, formats: Formats) -> str:
    exact, amount = _exact(line.exact_amount, formats), formats.amount(line.amount)
    if line.kind == Kind.USAGE:
        left = _("sum of %(count)s records") % {"count": formats.count(line.records or 0)}
    elif line.kind == Kind.MINIMUM:
        left = _missing(line, formats)
    elif line.unit_price is None:
        left = ""
    else:
        left = _priced(line, line.unit_price, formats)
    text = " = ".join(part for part in (left, exact) if part)
    if line.exact_amount != line.amount:
        text += _(", rounded %(amount)s") % {"amount": amount}
    if line.kind == Kind.CREDIT and abs(line.amount - line.exact_amount) > _half_unit(formats):
        text += " " + _("(what was left of the line)")
    return text


def _priced(line: InvoiceLine, price: Decimal, formats: Formats) -> str:
    shown = formats.price(-price if line.kind == Kind.CREDIT else price)
    if line.quantity != 1:
        shown = f"{formats.count(line.quantity)} × {shown}"
    by_days = line.charge is None or line.charge.proration == Charge.Proration.DAILY
    if line_part(line) and by_days:
        return f"{shown} × {line.days} / {line.days_in_period}"
    return shown


def _missing(line: InvoiceLine, formats: Formats) -> str:
    """The minimum for the days, less what counted: "100.00 - 33.33"."""
    asked = Fraction(line.unit_price or 0)
    shown = formats.price(line.unit_price or Decimal(0))
    if line_part(line) and line.days and line.days_in_period:
        asked = asked * line.days / line.days_in_period
        shown = f"{shown} × {line.days} / {line.days_in_period}"
    counted = round_fraction(asked - Fraction(line.exact_amount), 6)
    return f"{shown} − {formats.price(counted)}"


def _half_unit(formats: Formats) -> Decimal:
    """Half of the currency's smallest unit: no rounding moves an amount further."""
    return Decimal(5).scaleb(-exponent(formats.currency) - 1)


def _exact(amount: Decimal, formats: Formats) -> str:
    return formats.price(amount)


def _price_version(line: InvoiceLine, formats: Formats) -> str:
    if line.charge is None:
        return ""
    return _version_words(line.charge.version, formats)


def _version_words(version: PlanVersion, formats: Formats) -> str:
    return _("Prices of %(plan)s from %(day)s.") % {
        "plan": version.plan.code,
        "day": formats.long_date(version.starts_on),
    }


def _usage_behind(link: InvoiceUsage, formats: Formats) -> UsageBehind:
    summary = link.summary
    quantity = ""
    if summary.usage_type in {VOICE, DATA}:
        quantity = f", {formats.quantity(summary.usage_type, link.quantity)}"
    used = formats.events(summary.usage_type, link.records) + quantity
    included = formats.included(summary.usage_type, summary.covered, billed=link.billed)
    used += f", {included}" if included else ""
    amount = _exact(from_micro(link.amount), formats)
    words = f"{used}: {amount}. {_version_words(summary.plan_version, formats)}"
    facts = {
        "period": summary.period_start.isoformat(),
        "origin": summary.origin_start.isoformat(),
        "usage_type": summary.usage_type,
        "plan": summary.plan_version.plan.code,
        "price_version": summary.plan_version.starts_on.isoformat(),
        "records": link.records,
        "quantity": link.quantity,
        "billed": link.billed,
        "covered": summary.covered,
        "amount": f"{from_micro(link.amount):f}",
    }
    return UsageBehind(words, facts)


def _facts(line: InvoiceLine) -> dict[str, Any]:
    places = exponent(line.invoice.currency)
    version = line.charge.version if line.charge is not None else None
    credited = line.credits
    return {
        "position": line.position,
        "kind": line.kind,
        "account": line.account_label,
        "location": line.location_label,
        "subscription": line.subscription_label,
        "description": line.description,
        "charge": line.charge_code,
        "plan": version.plan.code if version else None,
        "price_version": _iso(version.starts_on) if version else None,
        "period_start": _iso(line.period_start),
        "period_end": _iso(line.period_end),
        "days": line.days,
        "days_in_period": line.days_in_period,
        "unit_price": None if line.unit_price is None else f"{line.unit_price:f}",
        "quantity": line.quantity,
        "records": line.records,
        "usage_type": line.usage_type,
        "usage_period": _iso(line.usage_period),
        "usage_origin": _iso(line.usage_origin),
        "usage_category": line.usage_category.code if line.usage_category else None,
        "late": line.kind == Kind.USAGE and line.usage_origin != line.usage_period,
        "credits_invoice": credited.invoice.number if credited else None,
        "credits_position": credited.position if credited else None,
        "exact_amount": f"{line.exact_amount:f}",
        "amount": f"{line.amount:.{places}f}",
        "net": f"{line.net:.{places}f}",
        "tax_category": line.tax_category,
        "tax_treatment": line.tax_treatment,
        "tax_rate": f"{line.tax_rate.normalize():f}",
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
