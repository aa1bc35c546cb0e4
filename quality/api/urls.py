"""Addresses in the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from quality.api import briefing_views, calibration_views, retention_views, sampling_views, target_views, views

router = SimpleRouter()
router.register("scoring-forms", views.ScoringFormViewSet, basename="scoring-form")
router.register("evaluations", views.EvaluationViewSet, basename="evaluation")
router.register("validations", views.ValidationViewSet, basename="validation")
router.register("nonconformities", views.NonconformityViewSet, basename="nonconformity")
router.register("quality-reports", views.ReportViewSet, basename="quality-report")
router.register("retention-terms", retention_views.RetentionTermViewSet, basename="retention-term")
router.register("legal-holds", retention_views.LegalHoldViewSet, basename="legal-hold")
router.register("retention-runs", retention_views.RetentionRunViewSet, basename="retention-run")
router.register("sampling-plans", sampling_views.SamplingPlanViewSet, basename="sampling-plan")
router.register("sampling-draws", sampling_views.DrawViewSet, basename="sampling-draw")
router.register("calibrations", calibration_views.CalibrationViewSet, basename="calibration")
router.register("evidence", views.EvidenceViewSet, basename="evidence")
router.register("briefings", briefing_views.BriefingViewSet, basename="briefing")
router.register("trainings", briefing_views.TrainingViewSet, basename="training")
router.register("quality-targets", target_views.QualityTargetViewSet, basename="quality-target")
urlpatterns = [path("wallboard/", target_views.WallboardView.as_view(), name="api-wallboard"), *router.urls]
