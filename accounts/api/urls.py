"""Addresses of people in the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from accounts.api.handovers import HandoverViewSet, HeldView, StandInViewSet
from accounts.api.procedures import ProcedureViewSet
from accounts.api.shift import ShiftNoteViewSet, WaitingView
from accounts.api.views import DutyView, MeView, SignStatementView, TokenView

router = SimpleRouter()
router.register("handovers", HandoverViewSet, basename="api-handover")
router.register("stand-ins", StandInViewSet, basename="api-stand-in")
router.register("shift-notes", ShiftNoteViewSet, basename="shift-note")
router.register("procedures", ProcedureViewSet, basename="procedure")
urlpatterns = [
    *router.urls,
    path("auth/token/", TokenView.as_view(), name="api-token"),
    path("me/", MeView.as_view(), name="api-me"),
    path("me/sign-statement/", SignStatementView.as_view(), name="api-sign-statement"),
    path("me/duty/", DutyView.as_view(), name="api-duty"),
    path("me/waiting/", WaitingView.as_view(), name="api-waiting"),
    path("me/held/", HeldView.as_view(), name="api-held"),
    *router.urls,
]
