"""URLs of a brand's portal."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
