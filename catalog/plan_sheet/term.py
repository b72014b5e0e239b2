"""The term of a plan sheet: for how long one is bound, and what leaving earlier costs."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from catalog.models import PlanVersion
from catalog.plan_sheet.words import SheetRow, Words


def rows_of_term(version: PlanVersion, words: Words) -> list[SheetRow]:
    """Binding, notice, and the fee for leaving before the end of the term."""
    binding = words.months(version.term_months) if version.term_months else _("none")
    rows = [SheetRow(_("Binding"), binding)]
    notice = words.days(version.notice_days) if version.notice_days else _("none")
    rows.append(SheetRow(_("Notice"), notice))
    rows += _leaving_early(version, words)
    return rows


def _leaving_early(version: PlanVersion, words: Words) -> Iterator[SheetRow]:
    label = _("Leaving earlier")
    if not version.term_months:
        return
    if version.termination == version.Termination.NONE:
        yield SheetRow(label, _("costs nothing"))
    elif version.termination == version.Termination.SCHEDULE:
        yield from _schedule(version, words)
    elif version.termination_share is not None:
        share = words.percent(version.termination_share)
        value = _("%(share)s of the monthly price for each month left") % {"share": share}
        yield SheetRow(label, value, _("a started month counts whole"))
    else:
        fee = words.money(version.termination_amount or 0)  # type: ignore[arg-type]
        value = _("%(fee)s for each month left") % {"fee": fee}
        yield SheetRow(label, value, _("a started month counts whole"))


def _schedule(version: PlanVersion, words: Words) -> Iterator[SheetRow]:
    steps = list(version.termination_steps.all())
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        last = following.from_month - 1 if following else version.term_months
        months = (
            _("month %(first)s") % {"first": words.number(step.from_month)}
            if last <= step.from_month
            else _("months %(first)s to %(last)s")
            % {"first": words.number(step.from_month), "last": words.number(last)}
        )
        yield SheetRow(_("Leaving in %(months)s") % {"months": months}, words.money(step.fee))
