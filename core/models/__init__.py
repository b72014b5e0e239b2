from core.models.api_keys import ApiKey
from core.models.approvals import Approval
from core.models.events import Event, EventStream
from core.models.imports import ImportBatch, ImportMapping
from core.models.jobs import Job
from core.models.organisation import Brand, BrandDomain, LegalEntity, NumberSeries
from core.models.users import Role, RoleRight, User, UserBrand, UserRight, UserRole

__all__ = [
    "ApiKey",
    "Approval",
    "Brand",
    "BrandDomain",
    "Event",
    "EventStream",
    "ImportBatch",
    "ImportMapping",
    "Job",
    "LegalEntity",
    "NumberSeries",
    "Role",
    "RoleRight",
    "User",
    "UserBrand",
    "UserRight",
    "UserRole",
]
