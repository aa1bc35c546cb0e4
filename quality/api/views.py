"""Forms, evaluations, nonconformities and evidence over HTTP. Every act calls the action of the same name."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person
from common.problems import Invalid
from quality import looking_up
from quality.actions import evaluations, forms, nonconformities, papers, reports, validations
from quality.actions.sheets import MarkBody
from quality.api import serializers as of
from quality.filters import EvaluationFilter, EvidenceFilter, NonconformityFilter, ValidationFilter
from quality.models import Evaluation, Evidence, Nonconformity, Report, ScoringForm, Validation
from quality.serving import evidence_file


class ScoringFormViewSet(ActViewSet):
    """Scoring forms, each version of them (QC-2, QM-7)."""

    model = ScoringForm
    serializer_class = of.ScoringFormSerializer
    ordering = ("code", "-version", "id")
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "scoring_form.list",
        "create": "scoring_form.edit",
        "publish": "scoring_form.edit",
    }

    def get_queryset(self) -> QuerySet[ScoringForm]:
        return super().get_queryset().prefetch_related("parameters")

    @extend_schema(request=of.ScoringFormInput, responses={201: of.ScoringFormSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """A new draft, the next version of its code."""
        return self.make(of.ScoringFormInput, make_form)

    @extend_schema(request=None, responses=of.ScoringFormSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, **_kwargs: Any) -> Response:
        """From now on it serves new sheets and never changes; the version before is retired."""
        return self.act(None, forms.publish_form)


def form_body(parameters: list[dict[str, Any]], **values: Any) -> forms.FormBody:
    return forms.FormBody(parameters=[forms.ParameterBody(**each) for each in parameters], **values)


def make_form(*, by: Person, **values: Any) -> ScoringForm:
    return forms.create_form(form_body(**values), by=by)


class EvaluationViewSet(ActViewSet):
    """The ledger of the five checks (QC-5)."""

    model = Evaluation
    serializer_class = of.EvaluationSerializer
    filterset_class = EvaluationFilter
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "evaluation.list",
        "create": "evaluation.create",
        "dispute": "evaluation.dispute",
        "answer_dispute": "evaluation.answer_dispute",
    }
    checks: ClassVar[Mapping[str, Any]] = {
        "dispute": evaluations.require_own,
        "answer_dispute": evaluations.require_may_answer,
    }

    def get_queryset(self) -> QuerySet[Evaluation]:
        seen: Any = super().get_queryset()
        return seen.shown()  # type: ignore[no-any-return]

    @extend_schema(request=of.EvaluationInput, responses={201: of.EvaluationSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Enter a finished check; never of the own service or team (QC-8)."""
        return self.make(of.EvaluationInput, record)

    @extend_schema(request=of.DisputeInput, responses=of.EvaluationSerializer)
    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, **_kwargs: Any) -> Response:
        """The person judged disputes some questions, once a sheet (QC-7)."""
        return self.act(of.DisputeInput, dispute)

    @extend_schema(request=of.DisputeAnswersInput, responses=of.EvaluationSerializer)
    @action(detail=True, methods=["post"], url_path="answer-dispute")
    def answer_dispute(self, request: Request, **_kwargs: Any) -> Response:
        """The TL answers every question; both stay in the record."""
        return self.act(of.DisputeAnswersInput, answer_dispute)


def marks_of(given: list[dict[str, Any]]) -> list[MarkBody]:
    return [MarkBody(**each) for each in given]


def record(
    person: str, *, by: Person, form: int | None = None, ticket: str | None = None, marks: Any = (), **values: Any
) -> Evaluation:
    """The body's codes and numbers looked up."""
    served_by = looking_up.person_coded(person)
    body = evaluations.EvaluationBody(
        person=served_by,
        form=looking_up.form_numbered(form, by),
        ticket=looking_up.ticket_of_service(ticket, served_by, by),
        marks=marks_of(marks),
        **values,
    )
    return evaluations.record_evaluation(body, by=by)


def dispute(evaluation: Evaluation, items: list[dict[str, Any]], *, by: Person) -> Evaluation:
    return evaluations.dispute(evaluation, [(each["parameter"], each["reason"]) for each in items], by=by)


def answer_dispute(evaluation: Evaluation, items: list[dict[str, Any]], *, by: Person) -> Evaluation:
    return evaluations.answer_dispute(evaluation, [evaluations.DisputeAnswer(**each) for each in items], by=by)


may_review = validations.require_may_review


class ValidationViewSet(ActViewSet):
    """Agreed results before QC, the oldest first (CT-6, QC-1)."""

    model = Validation
    serializer_class = of.ValidationSerializer
    filterset_class = ValidationFilter
    ordering = ("created_at", "id")
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "validation.list",
        "claim": "validation.claim",
        "release": "validation.release",
        "score": "validation.score",
        "approve": "validation.approve",
        "give_back": "validation.return",
        "dispute": "validation.dispute",
        "answer_dispute": "validation.answer_dispute",
    }
    checks: ClassVar[Mapping[str, Any]] = dict.fromkeys(("claim", "score", "approve", "give_back"), may_review)

    def get_queryset(self) -> QuerySet[Validation]:
        seen: Any = super().get_queryset()
        return seen.shown()  # type: ignore[no-any-return]

    @extend_schema(request=None, responses=of.ValidationSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, **_kwargs: Any) -> Response:
        """Lock it to its reviewer, for as long as the lease lasts (QC-8)."""
        return self.act(None, validations.claim_validation)

    @extend_schema(request=None, responses=of.ValidationSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **_kwargs: Any) -> Response:
        """Put it back."""
        return self.act(None, validations.release_validation)

    @extend_schema(request=of.ScoreInput, responses=of.ValidationSerializer)
    @action(detail=True, methods=["post"])
    def score(self, request: Request, **_kwargs: Any) -> Response:
        """Fill the F-18 sheet (QC-2)."""
        return self.act(of.ScoreInput, score)

    @extend_schema(request=of.ApproveInput, responses=of.ValidationSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **_kwargs: Any) -> Response:
        """The customer did agree; 409 where the sheet has a critical failure."""
        return self.act(of.ApproveInput, approve)

    @extend_schema(request=of.ReturnInput, responses=of.ValidationSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def give_back(self, request: Request, **_kwargs: Any) -> Response:
        """Back to the same agent first, with what must be redone and by when (QC-4)."""
        return self.act(of.ReturnInput, validations.return_validation)

    @extend_schema(request=of.DisputeInput, responses=of.ValidationSerializer)
    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, **_kwargs: Any) -> Response:
        """The agent disputes questions of its sheet, once (QC-7)."""
        return self.act(of.DisputeInput, dispute_score)

    @extend_schema(request=of.DisputeAnswersInput, responses=of.ValidationSerializer)
    @action(detail=True, methods=["post"], url_path="answer-dispute")
    def answer_dispute(self, request: Request, **_kwargs: Any) -> Response:
        """The TL answers every question."""
        return self.act(of.DisputeAnswersInput, answer_score)


def score(validation: Validation, marks: Any, *, by: Person, form: int | None = None, note: str = "") -> Validation:
    return validations.score_validation(validation, marks_of(marks), by=by, form=looking_up.form_numbered(form, by), note=note)


def approve(validation: Validation, *, by: Person, note: str | None = None) -> Validation:
    return validations.approve(validation, by=by, note=note or "")


def dispute_score(validation: Validation, items: list[dict[str, Any]], *, by: Person) -> Validation:
    return validations.dispute_score(validation, [(each["parameter"], each["reason"]) for each in items], by=by)


def answer_score(validation: Validation, items: list[dict[str, Any]], *, by: Person) -> Validation:
    return validations.answer(validation, [evaluations.DisputeAnswer(**each) for each in items], by=by)


class NonconformityViewSet(ActViewSet):
    """What does not conform, until somebody else found the improvement effective (QC-6)."""

    model = Nonconformity
    serializer_class = of.NonconformitySerializer
    filterset_class = NonconformityFilter
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "nonconformity.list",
        "create": "nonconformity.create",
        "improve": "nonconformity.improve",
        "verify": "nonconformity.verify",
    }
    checks: ClassVar[Mapping[str, Any]] = {"verify": nonconformities.require_may_verify}

    def get_queryset(self) -> QuerySet[Nonconformity]:
        seen: Any = super().get_queryset()
        return seen.shown()  # type: ignore[no-any-return]

    @extend_schema(request=of.NonconformityInput, responses={201: of.NonconformitySerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Identify it: from a ticket, a sheet, or by hand."""
        return self.make(of.NonconformityInput, identify)

    @extend_schema(request=of.ImproveInput, responses=of.NonconformitySerializer)
    @action(detail=True, methods=["post"])
    def improve(self, request: Request, **_kwargs: Any) -> Response:
        """Plan the improvement: cause, action, owner, due."""
        return self.act(of.ImproveInput, improve)

    @extend_schema(request=of.VerifyInput, responses=of.NonconformitySerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, **_kwargs: Any) -> Response:
        """Effective, or again; by somebody who neither planned nor does it."""
        return self.act(of.VerifyInput, nonconformities.verify)


def identify(
    title: str,
    description: str,
    *,
    by: Person,
    ticket: str | None = None,
    evaluation: int | None = None,
    person: str | None = None,
    **values: Any,
) -> Nonconformity:
    return nonconformities.identify(
        title, description, by=by, ticket=looking_up.ticket_numbered(ticket, by),
        evaluation=looking_up.evaluation_numbered(evaluation, by),
        person=looking_up.person_coded(person) if person else None, **values,
    )  # fmt: skip


def improve(nonconformity: Nonconformity, owner: str, *, by: Person, **values: Any) -> Nonconformity:
    return nonconformities.improve(nonconformity, owner=looking_up.person_coded(owner, "owner"), by=by, **values)


class ReportViewSet(ActViewSet):
    """F-19, the reports of validated agreements (QC-3)."""

    model = Report
    serializer_class = of.ReportSerializer
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {"list": "report.list", "create": "report.make"}

    def get_queryset(self) -> QuerySet[Report]:
        return super().get_queryset().select_related("by")

    @extend_schema(request=of.ReportInput, responses={201: of.ReportSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Ask for one; it is made within seconds, ask for it again to see."""
        return self.make(of.ReportInput, reports.ask_report)


class EvidenceViewSet(ActViewSet):
    """Papers with their hashes; the client reader sees what was released (PM-08 8.6)."""

    model = Evidence
    serializer_class = of.EvidenceSerializer
    filterset_class = EvidenceFilter
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "evidence.list",
        "create": "evidence.make",
        "release": "evidence.release",
        "pdf": "evidence.list",
        "xlsx": "evidence.list",
    }

    def get_queryset(self) -> QuerySet[Evidence]:
        return super().get_queryset().select_related("made_by", "released_by")

    @extend_schema(request=of.EvidenceInput, responses={201: of.EvidenceSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Make the paper of a sheet, or the evidence pack of a nonconformity."""
        return self.make(of.EvidenceInput, make_paper)

    @extend_schema(request=None, responses=of.EvidenceSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **_kwargs: Any) -> Response:
        """Let the client reader see it."""
        return self.act(None, papers.release)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def pdf(self, request: Request, **_kwargs: Any) -> FileResponse:
        """The file; taking it is noted."""
        return evidence_file(self.get_object(), "pdf", self.person)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def xlsx(self, request: Request, **_kwargs: Any) -> FileResponse:
        """The file; taking it is noted."""
        return evidence_file(self.get_object(), "xlsx", self.person)


def make_paper(*, by: Person, evaluation: int | None = None, nonconformity: int | None = None) -> Evidence:
    if evaluation and (found := looking_up.evaluation_numbered(evaluation, by)):
        return papers.paper_of_sheet(found, by=by)
    if nonconformity:
        return papers.paper_of_nonconformity(looking_up.nonconformity_numbered(nonconformity, by), by=by)
    raise Invalid(_("Sebut penilaian atau ketidaksesuaiannya."))
