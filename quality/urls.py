"""Addresses of the pages of quality control."""

from django.urls import path, re_path

from quality.views import evaluations, evidence, nonconformities, reports, retention, sampling, scoring_forms, validations

app_name = "quality"
urlpatterns = [
    path("validations/", validations.listing, name="validations"),
    path("validations/next/", validations.take_next, name="validation-next"),
    path("validations/<int:pk>/", validations.validation, name="validation"),
    path("validations/<int:pk>/claim/", validations.claim, name="validation-claim"),
    path("validations/<int:pk>/release/", validations.release, name="validation-release"),
    path("validations/<int:pk>/pulse/", validations.pulse, name="validation-pulse"),
    path("validations/<int:pk>/decide/", validations.decide, name="validation-decide"),
    path("evaluations/", evaluations.listing, name="evaluations"),
    path("evaluations/new/", evaluations.new, name="evaluation-new"),
    path("evaluations/<int:pk>/", evaluations.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/dispute/", evaluations.dispute, name="evaluation-dispute"),
    path("evaluations/<int:pk>/answer-dispute/", evaluations.answer_dispute, name="evaluation-answer-dispute"),
    path("evaluations/<int:pk>/paper/", evaluations.paper, name="evaluation-paper"),
    re_path(r"^evaluations/(?P<pk>[0-9]+)/sheet\.(?P<ending>pdf|xlsx)$", evaluations.printed, name="evaluation-printed"),
    path("quality-reports/", reports.listing, name="reports"),
    path("nonconformities/", nonconformities.listing, name="nonconformities"),
    path("nonconformities/new/", nonconformities.new, name="nonconformity-new"),
    path("nonconformities/<int:pk>/", nonconformities.nonconformity, name="nonconformity"),
    path("nonconformities/<int:pk>/improve/", nonconformities.improve, name="nonconformity-improve"),
    path("nonconformities/<int:pk>/verify/", nonconformities.verify, name="nonconformity-verify"),
    path("nonconformities/<int:pk>/paper/", nonconformities.paper, name="nonconformity-paper"),
    path("evidence/", evidence.listing, name="evidences"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/release/", evidence.release, name="evidence-release"),
    re_path(r"^evidence/(?P<pk>[0-9]+)/bukti\.(?P<ending>pdf|xlsx)$", evidence.file, name="evidence-file"),
    path("tapping/", sampling.listing, name="draws"),
    path("tapping/<int:pk>/", sampling.draw, name="draw"),
    path("tapping/plans/<int:pk>/switch/", sampling.switch, name="plan-switch"),
    path("retention/", retention.page, name="retention"),
    path("retention/terms/<int:pk>/", retention.term, name="retention-term"),
    path("retention/holds/", retention.hold, name="retention-hold"),
    path("retention/holds/<int:pk>/lift/", retention.lift, name="retention-lift"),
    path("retention/runs/", retention.begin, name="retention-run"),
    path("retention/runs/<int:pk>/<slug:act>/", retention.decide, name="retention-decide"),
    path("scoring-forms/", scoring_forms.listing, name="forms"),
    path("scoring-forms/new/", scoring_forms.edit, name="form-new"),
    path("scoring-forms/<int:pk>/", scoring_forms.version, name="form"),
    path("scoring-forms/<int:pk>/edit/", scoring_forms.edit, name="form-edit"),
    path("scoring-forms/<int:pk>/publish/", scoring_forms.publish, name="form-publish"),
]
