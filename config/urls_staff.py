"""URLs of the staff host: the back office and its login."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from core.backoffice.history_export import span_view
from core.backoffice.search import search_view

urlpatterns = [
    path("login/", include("core.urls")),
    path("api/v1/", include("config.urls_api")),
    # The back office has no login of its own: limits and the second factor are allauth's.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/find/", admin.site.admin_view(search_view), name="backoffice-search"),
    path("admin/history/", admin.site.admin_view(span_view), name="backoffice-history"),
    path("admin/", admin.site.urls),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
