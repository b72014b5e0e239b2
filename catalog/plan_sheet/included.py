"""The allowances of a plan sheet: what is included in every usage period."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Allowance, PlanVersion
from catalog.plan_sheet.words import SheetRow, Words


def rows_included(version: PlanVersion, words: Words) -> list[SheetRow]:
    """Each allowance with its quantity, where it holds, and what happens to the rest."""
    return [
        SheetRow(
            words.text(allowance.description), _quantity(allowance, words), _note(allowance, words)
        )
        for allowance in version.allowances.all()
    ]


def _quantity(allowance: Allowance, words: Words) -> str:
    if allowance.quantity is None:
        return _("unlimited")
    return words.every(words.quantity(allowance.unit, allowance.quantity), 1)


def _note(allowance: Allowance, words: Words) -> str:
    notes = []
    groups = [words.text(row.group.name) for row in allowance.destinations.all()]
    if groups:
        notes.append(_("to %(places)s") % {"places": ", ".join(groups)})
    if allowance.scope == Allowance.Scope.SHARED:
        notes.append(_("one for the whole account"))
    elif allowance.scope == Allowance.Scope.POOLED:
        notes.append(_("pooled over all lines of the account"))
    if allowance.roll_over_periods:
        notes.append(_roll_over(allowance, words))
    if allowance.expires_after_days:
        notes.append(
            _("to be used within %(days)s") % {"days": words.days(allowance.expires_after_days)}
        )
    if allowance.proration == Allowance.Proration.DAYS:
        notes.append(_("by days in a part month"))
    if allowance.connection_fee_when_covered:
        notes.append(_("connection fees are charged"))
    return ", ".join(notes)


def _roll_over(allowance: Allowance, words: Words) -> str:
    carried = ngettext(
        "what is left can be used for %(count)s more month",
        "what is left can be used for %(count)s more months",
        allowance.roll_over_periods,
    ) % {"count": words.number(allowance.roll_over_periods)}
    if allowance.roll_over_cap is None:
        return carried
    cap = words.quantity(allowance.unit, allowance.roll_over_cap)
    return _("%(carried)s, at most %(cap)s") % {"carried": carried, "cap": cap}
