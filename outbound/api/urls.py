"""Addresses in the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from outbound.api.campaign_views import (
    CallReasonViewSet,
    CampaignViewSet,
    CaringResultViewSet,
    DifferenceViewSet,
    ProspectViewSet,
)
from outbound.api.recording_views import RecordingViewSet
from outbound.api.report_views import CallbackAnswersView, CallbackFiguresView
from outbound.api.views import CallbackViewSet

router = SimpleRouter()
router.register("callbacks", CallbackViewSet, basename="callback")
router.register("campaigns", CampaignViewSet, basename="campaign")
router.register("prospects", ProspectViewSet, basename="prospect")
router.register("call-reasons", CallReasonViewSet, basename="call-reason")
router.register("caring-results", CaringResultViewSet, basename="caring-result")
router.register("differences", DifferenceViewSet, basename="difference")
router.register("recordings", RecordingViewSet, basename="recording")
urlpatterns = [
    path("callbacks/answers/", CallbackAnswersView.as_view(), name="callback-answers"),
    path("figures/callbacks/", CallbackFiguresView.as_view(), name="figures-callbacks"),
    *router.urls,
]
