"""The plan sheet: what a plan includes, what it costs beyond, its fees and term, in plain words.

It is made from the version's own data, so that the back office, the portal and documents say the
same, and nothing that is charged is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from catalog.models import PlanVersion
from catalog.plan_sheet.beyond import rows_beyond
from catalog.plan_sheet.costs import one_off_rows, recurring_rows
from catalog.plan_sheet.included import rows_included
from catalog.plan_sheet.term import rows_of_term
from catalog.plan_sheet.together import rows_together, rows_who_may
from catalog.plan_sheet.words import SheetRow, Words
from core.formatting import format_day
from core.localised import localised


@dataclass(frozen=True, slots=True)
class SheetSection:
    """Rows under a heading; `key` is the same in every language."""

    key: str
    title: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """A plan version in words of one language."""

    plan_code: str
    name: str
    summary: str
    language: str
    valid_from: str
    prices_note: str
    sections: tuple[SheetSection, ...]

    def as_data(self) -> dict[str, object]:
        """The sheet as plain data, for the API and for what is kept with an acceptance."""
        return {
            "plan": self.plan_code,
            "name": self.name,
            "summary": self.summary,
            "language": self.language,
            "valid_from": self.valid_from,
            "prices": self.prices_note,
            "sections": [
                {
                    "key": section.key,
                    "title": section.title,
                    "rows": [
                        {"label": row.label, "value": row.value, "note": row.note}
                        for row in section.rows
                    ],
                }
                for section in self.sections
            ],
        }

    def as_text(self) -> str:
        """The sheet as lines of text, as a contract summary keeps it."""
        lines = [self.name, self.valid_from, self.summary]
        for section in self.sections:
            lines += ["", section.title]
            for row in section.rows:
                fact = f"{row.label}: {row.value}" if row.value else row.label
                lines.append(f"– {fact}{f' ({row.note})' if row.note else ''}")
        lines += ["", self.prices_note]
        return "\n".join(lines).replace("\n\n\n", "\n\n")


def plan_sheet(version: PlanVersion, language: str, *, as_of: date) -> PlanSheet:
    """The sheet of a version in `language`, with the usage prices that hold on `as_of`.

    Amounts are in the brand's currency and price mode. A draft has a sheet too: it shows what
    would be published. Sections without rows are left out, but for what is not included: that
    nobody promised anything is said as well.
    """
    plan = version.plan
    with translation.override(language):
        words = Words(plan.brand, language)
        made = (
            ("included", _("What is included"), rows_included(version, words)),
            ("recurring", _("What it costs"), recurring_rows(version, words)),
            ("one_off", _("One-off fees"), one_off_rows(version, words)),
            ("beyond", _("What it costs beyond"), rows_beyond(version, words, as_of)),
            ("term", _("Contract term"), rows_of_term(version, words)),
            ("together", _("Cheaper together"), rows_together(version, words, as_of)),
            ("who", _("Who may have it"), rows_who_may(version, words)),
            ("excluded", _("What is not included"), _excluded(version, words)),
        )
        return PlanSheet(
            plan_code=plan.code,
            name=localised(plan.name, language),
            summary=localised(version.summary, language),
            language=language,
            valid_from=_("Valid from %(day)s") % {"day": format_day(version.starts_on, language)},
            prices_note=_("Prices include tax.")
            if plan.brand.is_gross
            else _("Prices before tax."),
            sections=tuple(
                SheetSection(key, title, tuple(rows)) for key, title, rows in made if len(rows)
            ),
        )


def _excluded(version: PlanVersion, words: Words) -> list[SheetRow]:
    text = localised(version.exclusions, words.language)
    return [SheetRow(line.strip()) for line in text.splitlines() if line.strip()]
