"""Mails somebody a link with which to choose a new password."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from core.models import Brand, User


def send_password_link(user: User, *, brand: Brand | None, host: str, language: str) -> None:
    """Send the link, which works for a day and once, on the host that it was asked for on.

    The sender is the brand, or the installation for members of staff. Raises what the mail server
    does.
    """
    path = reverse(
        "account_reset_password_from_key",
        "config.urls",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    context = {
        "brand": brand,
        "password_reset_url": f"{settings.PUBLIC_SCHEME}://{host}{path}",
    }
    with translation.override(language):
        subject = render_to_string("account/email/password_reset_key_subject.txt", context)
        body = render_to_string("account/email/password_reset_key_message.txt", context)
    sender = brand.sender_email if brand else settings.DEFAULT_FROM_EMAIL
    EmailMessage(subject.strip(), body, sender, [user.email]).send()
