"""URLs of customers' hosts: a brand's portal and nothing else."""

from django.urls import include, path

urlpatterns = [
    path("login/", include("allauth.urls")),
    path("", include("portal.urls")),
]
