"""What a person may do in an account's portal, and which role brings what."""

from __future__ import annotations

from django.db import models


class Right(models.TextChoices):
    """One thing that a membership allows."""

    SEE_BILLS = "see_bills", "see bills"
    SEE_USAGE = "see_usage", "see usage"
    PAY = "pay", "pay and keep payment methods"
    CHANGE_SERVICES = "change_services", "change plans and add-ons, pause and resume"
    ORDER = "order", "order and cancel services"
    CHANGE_DETAILS = "change_details", "change addresses and contact details"
    INVITE = "invite", "invite people and set their rights"


ROLE_RIGHTS: dict[str, frozenset[str]] = {
    "owner": frozenset(Right.values),
    "billing": frozenset({Right.SEE_BILLS, Right.SEE_USAGE, Right.PAY, Right.CHANGE_DETAILS}),
    "viewer": frozenset({Right.SEE_BILLS, Right.SEE_USAGE}),
    "line_owner": frozenset({Right.SEE_USAGE, Right.CHANGE_SERVICES}),
}
