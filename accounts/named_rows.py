"""Finds the accounts and subscriptions that the rows of a file name, all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from accounts.models import Account, NumberAssignment, Subscription
from core.imports.kinds import TargetField
from core.input_rows import text_of
from core.input_tree import Fields, listed
from core.models import Brand

BRAND = TargetField(
    "brand", "The brand's code; may be left out where there is only one.", synonyms=("marke",)
)
ACCOUNT = TargetField(
    "account",
    "The account's number.",
    required=True,
    example="100123",
    synonyms=("kundenr", "kundenummer", "kundennummer", "customer number", "customer", "konto"),
)
SUBSCRIPTION = TargetField(
    "subscription",
    "The subscription's code.",
    example="mobile-1",
    synonyms=("abonnement", "abonnementsnr", "vertrag", "vertragsnummer", "service id"),
)
SERVICE_NUMBER = TargetField(
    "service_number",
    "A number that the subscription has, instead of its code.",
    type="phone",
    synonyms=("telefonnummer", "mobilnummer", "rufnummer", "msisdn", "number"),
)


class NamedRows:
    """The accounts of a file's rows, and on demand their subscriptions; a few queries in all.

    `brand` is the only one that the file may touch: those of others look like ones that don't
    exist.
    """

    def __init__(self, rows: Sequence[Fields], brand: Brand | None) -> None:
        brands = [brand] if brand else list(Brand.objects.all())
        self._brands = {each.code: each for each in brands}
        numbers = {text_of(row, "account") for row in rows}
        found = Account.objects.filter(brand__in=brands, number__in=numbers)
        self._accounts = {
            (account.brand.code, account.number): account
            for account in found.select_related("brand__legal_entity", "parent")
        }
        self._subscriptions: dict[int, list[Subscription]] | None = None
        self._holders: dict[tuple[int, str], int] = {}

    @property
    def account_ids(self) -> list[int]:
        """The ids of all accounts that the rows name."""
        return [account.pk for account in self._accounts.values()]

    def account(self, row: Fields) -> Account | None:
        """The row's account; None where it is missing or unknown (both reported)."""
        code = self._brand_code(row)
        number = text_of(row, "account")
        row.given("account")
        row.subject = f"account {number}".strip()
        if code is None:
            return None
        if not number:
            row.problem("account", "account is missing", "give the account's number")
            return None
        account = self._accounts.get((code, number))
        if account is None:
            row.problem(
                "account", f"account {number!r} is not known in brand {code}", "import it first"
            )
        return account

    def _brand_code(self, row: Fields) -> str | None:
        row.given("brand")
        code = text_of(row, "brand")
        if not code and len(self._brands) == 1:
            return next(iter(self._brands))
        if code in self._brands:
            return code
        what = f"brand {code!r} is not known" if code else "brand is missing"
        row.problem("brand", what, f"known are: {listed(sorted(self._brands))}")
        return None

    def subscriptions(self, row: Fields, account: Account) -> list[Subscription]:
        """The subscription that the row names by code or number; all of the account if neither.

        Empty where it is unknown (reported).
        """
        own = self._of_accounts()[account.pk]
        row.given("subscription")
        row.given("service_number")
        code, number = text_of(row, "subscription"), text_of(row, "service_number")
        if code:
            found = [each for each in own if each.code == code]
            if not found:
                known = listed(each.code for each in own)
                row.problem("subscription", f"subscription {code!r} is not known", f"has: {known}")
            return found
        if number:
            holder = self._holders.get((account.pk, number.lstrip("+")))
            if holder is None:
                row.problem(
                    "service_number",
                    f"number {number!r} is none of the account's",
                    "write it as the account's file does, in E.164 digits",
                )
            return [each for each in own if each.pk == holder]
        if not own:
            row.problem("account", "the account has no subscription", "import it first")
        return own

    def _of_accounts(self) -> dict[int, list[Subscription]]:
        if self._subscriptions is None:
            self._subscriptions = defaultdict(list)
            rows = Subscription.objects.filter(account__in=self.account_ids).order_by("code")
            for subscription in rows.prefetch_related("plan_history", "add_ons"):
                self._subscriptions[subscription.account_id].append(subscription)
            held = NumberAssignment.objects.filter(subscription__account__in=self.account_ids)
            # In the order of their dates, so that who has a number last is found.
            self._holders = {
                (account_id, number): subscription_id
                for account_id, number, subscription_id in held.order_by("during").values_list(
                    "subscription__account_id", "number__number", "subscription_id"
                )
            }
        return self._subscriptions
