"""Addresses of the pages."""

from django.urls import URLPattern

app_name = "outbound"
urlpatterns: list[URLPattern] = []
