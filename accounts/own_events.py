"""Events that accounts themselves write about: signing in, and bills that are there."""

from __future__ import annotations

from accounts.message_events import message_event

LINK = {"link": "the address to open", "name": "the reader's name"}
EXAMPLE = "https://fjordtel.example/example/"


@message_event(
    "invitation",
    title="Invitation to the portal",
    topic="sign_in",
    variables=LINK | {"days": "how many days the link works"},
    secret=True,
)
def invitation(_language: str) -> dict[str, object]:
    """Kari is invited."""
    return {"name": "Kari Nordmann & Sønn", "link": EXAMPLE, "days": 7}


@message_event("password_reset", title="New password", topic="sign_in", variables=LINK, secret=True)
def password_reset(_language: str) -> dict[str, object]:
    """Kari asked for a new password."""
    return {"name": "Kari Nordmann & Sønn", "link": EXAMPLE}


@message_event(
    "sign_in_code",
    title="Code to sign in",
    topic="sign_in",
    variables={"name": "the reader's name", "code": "the code to type"},
    channels=("email", "sms"),
    secret=True,
)
def sign_in_code(_language: str) -> dict[str, object]:
    """Kari signs in with a code."""
    return {"name": "Kari Nordmann & Sønn", "code": "123 456"}


@message_event(
    "invoice_issued",
    title="A bill is there",
    topic="invoice",
    variables=LINK
    | {
        "account_number": "the customer number",
        "number": "the bill's number",
        "total": "its amount",
        "to_pay": "what is left to pay of it; empty where nothing is",
        "due": "when it is due",
        "reference": "its payment reference",
    },
    channels=("email", "sms", "in_app"),
)
def invoice_issued(_language: str) -> dict[str, object]:
    """Kari's bill of November."""
    return {
        "name": "Kari Nordmann & Sønn",
        "link": EXAMPLE,
        "account_number": "100123",
        "number": "FT-100001",
        "total": "NOK 905.07",
        "to_pay": "NOK 905.07",
        "due": "16 Nov 2026",
        "reference": "1001 2300 0012",
    }


@message_event(
    "announcement",
    title="News to customers",
    topic="service",
    variables={"name": "the reader's name", "title": "what it is about", "text": "what is said"},
    channels=("email", "sms", "in_app"),
)
def announcement(_language: str) -> dict[str, object]:
    """Work on the network."""
    return {
        "name": "Kari Nordmann & Sønn",
        "title": "Work on the network",
        "text": "On Monday night, calls may drop between one and three.",
    }
