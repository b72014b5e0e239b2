"""URLs of customers' hosts: a brand's portal and nothing else."""

from django.urls import include, path

urlpatterns = [
    path("login/", include("core.urls")),
    path("api/v1/", include("config.urls_api")),
    path("", include("portal.urls")),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
