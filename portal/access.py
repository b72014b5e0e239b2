"""Who visits the portal, and what may be shown: every view starts from a `Visit`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Account, Person
from accounts.queries import accounts_of_user
from core.context import brand_of
from core.models import Brand, User
from core.periods import local_date

SESSION_KEY = "account"
# Set in the session of who has no account here, but lines of somebody else's.
ONLY_LINES_KEY = "only_lines"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is shown together: an account and the accounts under it that are on its invoice."""

    root: Account
    accounts: tuple[Account, ...]

    @property
    def ids(self) -> list[int]:
        return [account.pk for account in self.accounts]

    @property
    def has_bills(self) -> bool:
        """Whether bills come to this account, not to one that the visitor can't see."""
        return not self.root.bills_to_parent


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a customer: the brand, the person, today there, and the chosen account.

    All three roles of a membership (owner, billing, viewer) may read everything here; they
    differ in what they may order and change.
    """

    brand: Brand
    user: User
    today: date
    language: str
    scopes: tuple[Scope, ...]
    scope: Scope

    @property
    def person(self) -> Person | None:
        """The human being behind the login."""
        return getattr(self.user, "person", None)

    @property
    def account(self) -> Account:
        return self.scope.root

    @property
    def ids(self) -> list[int]:
        """The accounts shown: everything that is queried is narrowed to these."""
        return self.scope.ids

    @property
    def all_ids(self) -> list[int]:
        """All accounts the person may see here, whichever is chosen: links to bills still work."""
        return [account.pk for scope in self.scopes for account in scope.accounts]


View = Callable[..., HttpResponseBase]


def customer_page(view: View) -> View:
    """A page for signed-in customers: the view gets their `Visit`; GET and HEAD only."""

    @login_required
    @require_safe
    @wraps(view)
    def page(request: HttpRequest, **named: int) -> HttpResponseBase:
        return view(request, visit_of(request), **named)

    return page


def visit_of(request: HttpRequest) -> Visit:
    """What this signed-in user may see here; 404 for who may see nothing."""
    brand = brand_of(request)
    if brand is None or not isinstance(request.user, User):
        raise Http404
    scopes = scopes_of(list(accounts_of_user(request.user, brand)))
    if not scopes:
        raise Http404
    if ONLY_LINES_KEY in request.session:
        del request.session[ONLY_LINES_KEY]
    chosen = request.session.get(SESSION_KEY)
    scope = next((scope for scope in scopes if scope.root.pk == chosen), scopes[0])
    return Visit(
        brand=brand,
        user=request.user,
        today=local_date(timezone.now(), brand.zone),
        language=getattr(request, "LANGUAGE_CODE", "en"),
        scopes=scopes,
        scope=scope,
    )


def scopes_of(accounts: list[Account]) -> tuple[Scope, ...]:
    """The visible accounts in groups that share an invoice, each under its topmost account."""
    visible = {account.pk: account for account in accounts}
    groups: dict[int, list[Account]] = {}
    for account in accounts:
        groups.setdefault(_topmost(account, visible).pk, []).append(account)
    return tuple(Scope(visible[root], tuple(members)) for root, members in groups.items())


def _topmost(account: Account, visible: dict[int, Account]) -> Account:
    seen = {account.pk}
    while account.bills_to_parent and account.parent_id in visible:
        account = visible[account.parent_id]
        if account.pk in seen:
            break
        seen.add(account.pk)
    return account
