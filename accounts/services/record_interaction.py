"""Write down a contact with a customer."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Account, Interaction, Person
from core.errors import DomainError
from core.models import Brand, User


def record_interaction(
    *,
    brand: Brand,
    channel: str,
    direction: str,
    text: str,
    happened_at: datetime,
    now: datetime,
    account: Account | None = None,
    person: Person | None = None,
    topic: str = Interaction.Topic.OTHER,
    outcome: str = "",
    staff: User | None = None,
    corrects: Interaction | None = None,
) -> Interaction:
    """Add a contact to the log; it never changes afterwards. `corrects` names one it puts right.

    Raises DomainError where it says nothing, names nobody, or lies in the future.
    """
    if not text.strip():
        raise DomainError(_("Write down what was said."))
    if account is None and person is None:
        raise DomainError(_("Name the account or the person."))
    if happened_at > now:
        raise DomainError(_("A contact can't lie in the future."))
    strange = account is not None and account.brand_id != brand.pk
    if strange or (corrects is not None and corrects.brand_id != brand.pk):
        raise DomainError(_("The account is not there."))
    return Interaction.objects.create(
        brand=brand,
        account=account,
        person=person,
        channel=channel,
        direction=direction,
        topic=topic,
        happened_at=happened_at,
        recorded_at=now,
        staff=staff,
        staff_name=(staff.get_full_name() or staff.email) if staff else "",
        text=text.strip(),
        outcome=outcome,
        corrects=corrects,
    )
