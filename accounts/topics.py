"""What messages are about: each topic says whose leave it needs and which rules it is free of."""

from __future__ import annotations

from dataclasses import dataclass

EMAIL = "email"
SMS = "sms"
IN_APP = "in_app"
CHANNELS = (EMAIL, SMS, IN_APP)


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject of messages.

    `needs_consent`: nothing is said before the person agreed. `required`: its e-mails can't be
    switched off, the contract or the law asks for them. `any_time`: free of quiet hours and caps
    (rules: sign-in codes, security, usage alerts and invoices). Topics of one `cap_class` share
    the number of contacts a week.
    """

    code: str
    title: str
    needs_consent: bool = False
    required: bool = False
    any_time: bool = False
    cap_class: str = ""

    def is_required_by(self, channel: str) -> bool:
        """Whether neither a preference nor a withdrawn consent stops this channel."""
        return self.required and channel == EMAIL


_ALL = (
    Topic("sign_in", "Signing in", required=True, any_time=True),
    Topic("security", "Security", required=True, any_time=True),
    Topic("invoice", "Bills", required=True, any_time=True),
    Topic("usage_alert", "Usage alerts", any_time=True),
    Topic("payment_reminder", "Payment reminders", required=True, cap_class="payment"),
    Topic("contract", "Your contract", required=True, cap_class="contract"),
    Topic("service", "News about your service", cap_class="service"),
    Topic("marketing", "Offers", needs_consent=True, cap_class="marketing"),
)
TOPICS: dict[str, Topic] = {topic.code: topic for topic in _ALL}
