"""What the members of a reseller's staff do, and which rights that takes: one group for each role.

Everybody sees what belongs to their brands; a role adds what may be changed. The matrix of roles
and pages in the tests is compared with what the pages really allow.
"""

from __future__ import annotations

from dataclasses import dataclass

APPS = ("core", "catalog", "accounts", "billing", "payments", "dunning")
# Seen by those alone whose role names them: who may sign in, and which systems hold keys.
SEEN_BY_FEW = frozenset({"core.view_user", "core.view_apikey"})


@dataclass(frozen=True, slots=True)
class Role:
    """A job in a reseller's house; `rights` are added to seeing everything of one's brands."""

    name: str
    does: str
    rights: tuple[str, ...] = ()


CUSTOMER_SERVICE = Role(
    "Customer service",
    "answers customers, keeps their data right",
    (
        "accounts.add_interaction",
        "accounts.change_account",
        "accounts.change_location",
        "accounts.change_message",
        "accounts.change_person",
        "accounts.change_subscription",
        "billing.change_spendcap",
        "billing.change_spikeflag",
        "billing.credit_invoice",
    ),
)
BILLING_OPERATIONS = Role(
    "Billing operations",
    "takes files in, mends suspense, runs billing",
    (
        "accounts.add_account",
        "accounts.add_consent",
        "accounts.add_interaction",
        "accounts.add_subscriptionterm",
        "accounts.change_account",
        "accounts.change_location",
        "accounts.change_message",
        "accounts.change_person",
        "billing.add_acceptedusagegap",
        "billing.add_allowanceusedbefore",
        "billing.add_billrun",
        "billing.add_openingbalance",
        "billing.add_paidthrough",
        "billing.add_usagecutover",
        "billing.add_usagesource",
        "billing.change_spikeflag",
        "billing.change_suspendedusage",
        "billing.change_usagesource",
        "billing.credit_invoice",
        "billing.export_invoice",
        "billing.rerate_usage",
        "billing.roll_back_usagefile",
        "catalog.add_rate",
        "catalog.change_rateimport",
        "core.add_importbatch",
        "core.change_event",
        "core.change_importbatch",
        "core.change_job",
        "payments.add_mandate",
        "payments.add_paymentmethod",
    ),
)
FINANCE = Role(
    "Finance",
    "assigns payments, keeps the books",
    (
        "billing.approve_billrun",
        "billing.approve_credit",
        "billing.credit_invoice",
        "billing.export_invoice",
        "core.add_importbatch",
        "core.change_job",
        "payments.add_payment",
        "payments.change_payment",
    ),
)
COLLECTIONS = Role("Collections", "helps customers to pay", ("accounts.add_interaction",))
PRODUCT = Role(
    "Product",
    "makes plans and prices, which a second person publishes",
    (
        "catalog.add_planversion",
        "catalog.change_planversion",
        "catalog.delete_planversion",
        "catalog.publish_planversion",
    ),
)
BRAND_ADMIN = Role(
    "Brand admin",
    "keeps the brand's face, its templates and its keys",
    (
        "accounts.add_messagesettings",
        "accounts.add_messagetemplate",
        "accounts.change_messagesettings",
        "accounts.change_messagetemplate",
        "accounts.publish_messagetemplate",
        "billing.add_alertsettings",
        "billing.change_alertsettings",
        "catalog.publish_planversion",
        "core.add_apikey",
        "core.change_apikey",
        "core.change_brand",
        "core.view_apikey",
    ),
)
AUDITOR = Role(
    "Auditor",
    "reads everything, changes nothing",
    ("core.view_apikey",),
)

ROLES = (
    CUSTOMER_SERVICE,
    BILLING_OPERATIONS,
    FINANCE,
    COLLECTIONS,
    PRODUCT,
    BRAND_ADMIN,
    AUDITOR,
)
