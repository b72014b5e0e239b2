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
        "accounts.change_account",
        "accounts.change_location",
        "accounts.change_person",
    ),
)
BILLING_OPERATIONS = Role(
    "Billing operations",
    "takes files in, mends suspense, runs billing",
    (
        "accounts.change_account",
        "accounts.change_location",
        "accounts.change_person",
        "accounts.add_account",
        "billing.add_billrun",
        "catalog.add_rate",
        "core.add_importbatch",
        "core.change_importbatch",
        "core.change_job",
    ),
)
FINANCE = Role(
    "Finance",
    "assigns payments, keeps the books",
    ("core.change_job", "payments.change_payment"),
)
COLLECTIONS = Role("Collections", "helps customers to pay", ("accounts.change_person",))
PRODUCT = Role("Product", "makes plans and prices, which a second person publishes")
BRAND_ADMIN = Role(
    "Brand admin",
    "keeps the brand's face, its templates and its keys",
    (
        "core.add_apikey",
        "core.change_apikey",
        "core.change_brand",
        "core.view_apikey",
    ),
)
AUDITOR = Role("Auditor", "reads everything, changes nothing", ("core.view_apikey",))

ROLES = (
    CUSTOMER_SERVICE,
    BILLING_OPERATIONS,
    FINANCE,
    COLLECTIONS,
    PRODUCT,
    BRAND_ADMIN,
    AUDITOR,
)
