"""Print why an invoice costs what it costs: every line with its reason and formula."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser
from rich.markup import escape

from billing.documents.explain import LineExplanation
from billing.documents.explain_invoice import InvoiceExplanation, explain_invoice
from billing.invoicing.models import Invoice
from core.commands import CannotStart, TrunklineCommand


class Command(TrunklineCommand):
    help = "Explain an issued invoice: each line's reason and formula, tax groups and totals."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="The invoice's number, for example FT-100001.")
        parser.add_argument(
            "--legal-entity", help="Its code, where two legal entities use the same number."
        )
        parser.add_argument("--json", action="store_true", help="The same facts as JSON.")

    def run(
        self, *, number: str, legal_entity: str | None = None, json: bool = False, **options: Any
    ) -> int:
        explanation = explain_invoice(_find(number, legal_entity))
        if json:
            self._print_json(explanation.facts)
        else:
            self._print_words(explanation)
        return 0

    def _print_json(self, facts: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2))

    def _print_words(self, explanation: InvoiceExplanation) -> None:
        facts = explanation.facts
        kind = "Credit note" if facts["document"] == "credit_note" else "Invoice"
        prices = "including tax" if facts["price_mode"] == "gross" else "before tax"
        self.console.print(
            f"{kind} [bold]{escape(facts['number'])}[/bold] of {facts['issue_date']}, due "
            f"{facts['due_date']}, account {escape(facts['account'])}; "
            f"amounts in {facts['currency']}, lines {prices}."
        )
        service = None
        for line in explanation.lines:
            own = (line.facts["account"], line.facts["location"], line.facts["subscription"])
            if own != service:
                service = own
                self.console.print(f"\n[bold]{escape(' · '.join(filter(None, own)))}[/bold]")
            self._print_line(line)
        self.console.print("\n[bold]Tax[/bold]")
        for words in explanation.taxes:
            self.console.print(f"  {words}", markup=False)
        self.console.print(
            f"\nNet {facts['net_total']} + tax {facts['tax_total']} = {facts['total']} "
            f"{facts['currency']}"
        )

    def _print_line(self, line: LineExplanation) -> None:
        facts = line.facts
        self.console.print(
            f"  {facts['position']}. {escape(line.title)}  [bold]{facts['amount']}[/bold]"
        )
        for words in line.words:
            self.console.print(f"     {words}", markup=False)


def _find(number: str, legal_entity: str | None) -> Invoice:
    """The issued invoice with this number; CannotStart where there is none or more than one."""
    invoices = Invoice.objects.filter(number=number).select_related("brand", "account")
    if legal_entity is not None:
        invoices = invoices.filter(legal_entity__code=legal_entity)
    found = list(invoices.select_related("legal_entity")[:2])
    if not found:
        raise CannotStart(f"There is no issued invoice {number}.")
    if len(found) > 1:
        codes = ", ".join(sorted(invoice.legal_entity.code for invoice in found))
        raise CannotStart(f"Several legal entities have {number}: add --legal-entity ({codes}).")
    return found[0]
