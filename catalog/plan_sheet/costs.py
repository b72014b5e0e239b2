"""The recurring and one-off charges of a plan sheet."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.models import Charge, PlanVersion
from catalog.plan_sheet.words import SheetRow, Words


def recurring_rows(version: PlanVersion, words: Words) -> list[SheetRow]:
    """What is charged again and again, and what is charged at least."""
    rows = [
        SheetRow(
            words.text(charge.description),
            words.every(words.money(charge.price), charge.months),
            _recurring_note(charge),
        )
        for charge in version.charges.all()
        if charge.kind == Charge.Kind.RECURRING
    ]
    if version.trial_days:
        rows.append(
            SheetRow(_("Free trial"), words.days(version.trial_days), _("then the prices above"))
        )
    if version.minimum_spend:
        rows.append(
            SheetRow(
                _("Minimum spend"),
                words.every(words.money(version.minimum_spend), 1),
                _("what is used less is charged"),
            )
        )
    return rows


def one_off_rows(version: PlanVersion, words: Words) -> list[SheetRow]:
    """What is charged once, and when."""
    when = {
        Charge.TakenAt.START: _("once, at the start"),
        Charge.TakenAt.CHANGE: _("whenever the plan is taken"),
        Charge.TakenAt.ORDER: _("once, with the order"),
        Charge.TakenAt.END: _("once, at the end"),
    }
    return [
        SheetRow(
            words.text(charge.description),
            words.money(charge.price),
            when[Charge.TakenAt(charge.taken_at)],
        )
        for charge in version.charges.all()
        if charge.kind == Charge.Kind.ONE_OFF
    ]


def _recurring_note(charge: Charge) -> str:
    notes = [_("in arrears") if charge.timing == Charge.Timing.ARREARS else _("in advance")]
    if charge.proration == Charge.Proration.NONE:
        notes.append(_("a part period costs nothing"))
    elif charge.proration == Charge.Proration.FULL:
        notes.append(_("a part period costs the full price"))
    return ", ".join(notes)
