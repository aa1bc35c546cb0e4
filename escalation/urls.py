"""Addresses of the pages."""

from django.urls import path

from escalation import hooks

app_name = "escalation"
urlpatterns = [
    path("hooks/<slug:slug>/", hooks.receive, name="hook"),
]
