"""Core's part of the API: jobs, and the description of the whole."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import SimpleRouter

from core.api.permissions import AnyKey
from core.api.views import JobViewSet

router = SimpleRouter()
router.register("jobs", JobViewSet, "api-jobs")
urlpatterns = [
    *router.urls,
    path(
        "openapi.json",
        SpectacularJSONAPIView.as_view(permission_classes=[AnyKey]),
        name="api-openapi",
    ),
]
