"""Addresses of people in the API."""

from django.urls import path

from accounts.api.views import DutyView, MeView, SignStatementView, TokenView

urlpatterns = [
    path("auth/token/", TokenView.as_view(), name="api-token"),
    path("me/", MeView.as_view(), name="api-me"),
    path("me/sign-statement/", SignStatementView.as_view(), name="api-sign-statement"),
    path("me/duty/", DutyView.as_view(), name="api-duty"),
]
