"""What topics and channels of messages are called in front of customers."""

from __future__ import annotations

from django.utils.translation import gettext as _


def topic_words() -> dict[str, str]:
    """Each topic in the page's language."""
    return {
        "sign_in": _("Signing in"),
        "security": _("Security"),
        "invoice": _("Bills"),
        "usage_alert": _("Usage alerts"),
        "payment_reminder": _("Payment reminders"),
        "contract": _("Your contract"),
        "service": _("News about your service"),
        "marketing": _("Offers"),
    }


def channel_words() -> dict[str, str]:
    """Each channel in the page's language."""
    return {
        "email": _("E-mail"),
        "sms": _("Text message"),
        "in_app": _("Notice on these pages"),
    }
