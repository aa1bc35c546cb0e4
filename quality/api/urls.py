"""Addresses in the API."""

from rest_framework.routers import SimpleRouter

from quality.api import views

router = SimpleRouter()
router.register("scoring-forms", views.ScoringFormViewSet, basename="scoring-form")
router.register("evaluations", views.EvaluationViewSet, basename="evaluation")
router.register("validations", views.ValidationViewSet, basename="validation")
router.register("nonconformities", views.NonconformityViewSet, basename="nonconformity")
router.register("quality-reports", views.ReportViewSet, basename="quality-report")
router.register("evidence", views.EvidenceViewSet, basename="evidence")
urlpatterns = router.urls
