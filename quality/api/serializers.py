"""Quality control as JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from outbound.models import Product
from quality.models import (
    Check,
    CommentRule,
    Dispute,
    DisputeItem,
    Evaluation,
    Evidence,
    Improvement,
    LegalHold,
    Mark,
    Nonconformity,
    Parameter,
    RecordClass,
    Report,
    RetentionRun,
    RetentionTerm,
    ScoringForm,
    Validation,
)
from quality.scoring import Answer

LONGEST = 5_000


def code_of(**named: Any) -> Any:
    """A person as the agent code."""
    return serializers.SlugRelatedField(slug_field="agent_code", read_only=True, **named)


class ParameterSerializer(serializers.ModelSerializer[Parameter]):
    """One parameter; ``number`` names it in the marks of a sheet."""

    class Meta:
        model = Parameter
        fields: ClassVar = ["number", "section", "text", "weight", "critical", "may_be_na", "comment", "root_causes"]
        read_only_fields: ClassVar = fields


class ScoringFormSerializer(serializers.ModelSerializer[ScoringForm]):
    """One version of a form, with its parameters."""

    check = serializers.CharField(source="check_kind", read_only=True)
    parameters = ParameterSerializer(many=True, read_only=True)

    class Meta:
        model = ScoringForm
        fields: ClassVar = [
            "id", "check", "code", "revision", "name", "clause", "effective_on", "version", "pass_mark", "state",
            "published_at", "parameters",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class ParameterInput(serializers.Serializer[Any]):
    section = serializers.CharField(max_length=80)
    text = serializers.CharField(max_length=200)
    weight = serializers.IntegerField(min_value=1, max_value=100)
    critical = serializers.BooleanField(default=False)
    may_be_na = serializers.BooleanField(default=True)
    comment = serializers.ChoiceField(choices=CommentRule.choices, default=CommentRule.NEVER)
    root_causes = serializers.ListField(child=serializers.CharField(max_length=60), max_length=12, default=list)


class ScoringFormInput(serializers.Serializer[Any]):
    """A whole version: weights must total 100 before it can be published."""

    check = serializers.ChoiceField(choices=Check.choices, source="check_kind")
    code = serializers.CharField(max_length=40)
    revision = serializers.CharField(max_length=8)
    name = serializers.CharField(max_length=160)
    clause = serializers.CharField(max_length=120)
    effective_on = serializers.DateField()
    pass_mark = serializers.IntegerField(min_value=0, max_value=100, default=80)
    parameters = ParameterInput(many=True)


class MarkSerializer(serializers.ModelSerializer[Mark]):
    """One judgement; an empty answer means that a critical failure had ended the sheet."""

    parameter = serializers.IntegerField(source="parameter.number", read_only=True)
    text = serializers.CharField(source="parameter.text", read_only=True)
    weight = serializers.IntegerField(source="parameter.weight", read_only=True)

    class Meta:
        model = Mark
        fields: ClassVar = ["parameter", "text", "weight", "answer", "root_cause", "comment", "at_second"]
        read_only_fields: ClassVar = fields


class DisputeItemSerializer(serializers.ModelSerializer[DisputeItem]):
    parameter = serializers.IntegerField(source="parameter.number", read_only=True)

    class Meta:
        model = DisputeItem
        fields: ClassVar = ["parameter", "reason", "accepted", "answer", "reply"]
        read_only_fields: ClassVar = fields


class DisputeSerializer(serializers.ModelSerializer[Dispute]):
    by, answered_by = code_of(), code_of(allow_null=True)
    items = DisputeItemSerializer(many=True, read_only=True)

    class Meta:
        model = Dispute
        fields: ClassVar = ["by", "at", "state", "answered_by", "answered_at", "items"]
        read_only_fields: ClassVar = fields


class EvaluationSerializer(serializers.ModelSerializer[Evaluation]):
    """One finished check. ``score`` as judged, ``corrected`` after a dispute, ``stands`` the one that counts."""

    check = serializers.CharField(source="check_kind", read_only=True)
    person, by = code_of(), code_of()
    team = serializers.CharField(source="team.name", read_only=True, allow_null=True, default=None)
    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    form = serializers.IntegerField(source="form_id", read_only=True, allow_null=True)
    stands = serializers.DecimalField(max_digits=5, decimal_places=2, read_only=True, allow_null=True)
    passed = serializers.BooleanField(read_only=True, allow_null=True)
    marks = MarkSerializer(many=True, read_only=True)
    dispute = DisputeSerializer(read_only=True, allow_null=True, default=None)

    class Meta:
        model = Evaluation
        fields: ClassVar = [
            "id", "check", "form", "person", "team", "by", "performed_on", "ticket", "reference", "findings", "score", "raw",
            "failed", "corrected", "stands", "passed", "finished_at", "marks", "dispute",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class MarkInput(serializers.Serializer[Any]):
    parameter = serializers.IntegerField(min_value=1)
    answer = serializers.ChoiceField(choices=Answer.choices, allow_blank=True)
    root_cause = serializers.CharField(max_length=60, required=False, allow_blank=True)
    comment = serializers.CharField(max_length=1_000, required=False, allow_blank=True)
    at_second = serializers.IntegerField(min_value=0, required=False, allow_null=True)


class EvaluationInput(serializers.Serializer[Any]):
    """A check as it is entered: with ``form`` and ``marks``, or in words (``findings``). ``person`` did the service."""

    check = serializers.ChoiceField(choices=Check.choices, source="check_kind")
    person = serializers.CharField(max_length=8)
    performed_on = serializers.DateField()
    form = serializers.IntegerField(required=False, allow_null=True)
    marks = MarkInput(many=True, required=False)
    findings = serializers.CharField(max_length=3_000, required=False, allow_blank=True)
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)
    ticket = serializers.CharField(max_length=20, required=False, allow_null=True)


class DisputeQuestionInput(serializers.Serializer[Any]):
    parameter = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=1_000)


class DisputeInput(serializers.Serializer[Any]):
    """The questions that the person judged does not agree with, each with a reason."""

    items = DisputeQuestionInput(many=True)


class DisputeAnswerInput(serializers.Serializer[Any]):
    parameter = serializers.IntegerField(min_value=1)
    accepted = serializers.BooleanField()
    reply = serializers.CharField(max_length=1_000)
    answer = serializers.ChoiceField(choices=Answer.choices, default=Answer.YES)


class DisputeAnswersInput(serializers.Serializer[Any]):
    """The TL's answer to every disputed question; ``answer`` is what stands where it was accepted."""

    items = DisputeAnswerInput(many=True)


class ImprovementSerializer(serializers.ModelSerializer[Improvement]):
    owner, by, verified_by = code_of(), code_of(), code_of(allow_null=True)

    class Meta:
        model = Improvement
        fields: ClassVar = [
            "round", "cause", "action", "owner", "due_at", "by", "at", "effective", "verification", "verified_by", "verified_at",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class NonconformitySerializer(serializers.ModelSerializer[Nonconformity]):
    """One nonconformity with every try to put it right."""

    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    evaluation = serializers.IntegerField(source="evaluation_id", read_only=True, allow_null=True)
    person, owner, raised_by = code_of(allow_null=True), code_of(allow_null=True), code_of()
    team = serializers.CharField(source="team.name", read_only=True, allow_null=True, default=None)
    improvements = ImprovementSerializer(many=True, read_only=True)
    is_overdue = serializers.BooleanField(read_only=True)

    class Meta:
        model = Nonconformity
        fields: ClassVar = [
            "id", "title", "description", "clause", "ticket", "evaluation", "person", "team", "state", "round", "owner", "due_at",
            "is_overdue", "raised_by", "raised_at", "ended_at", "improvements",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class ValidationSerializer(serializers.ModelSerializer[Validation]):
    """One look of QC at one agreed result. ``previous`` is the return that it answers; ``person`` whose result it is."""

    caring_result = serializers.IntegerField(source="result_id", read_only=True)
    prospect = serializers.IntegerField(source="result.prospect_id", read_only=True)
    service_number = serializers.CharField(source="result.prospect.service_number", read_only=True)
    product = serializers.CharField(source="result.campaign.product", read_only=True)
    promised_on = serializers.DateField(source="result.promised_on", read_only=True, allow_null=True)
    promised_amount = serializers.IntegerField(source="result.promised_amount", read_only=True, allow_null=True)
    person, reviewer = code_of(), code_of(allow_null=True)
    team = serializers.CharField(source="team.name", read_only=True, allow_null=True, default=None)
    evaluation = serializers.IntegerField(source="evaluation_id", read_only=True, allow_null=True)
    score = serializers.DecimalField(
        source="evaluation.stands", max_digits=5, decimal_places=2, read_only=True, allow_null=True, default=None
    )
    previous = serializers.IntegerField(source="previous_id", read_only=True, allow_null=True)
    is_late = serializers.BooleanField(read_only=True)
    redo_is_late = serializers.BooleanField(read_only=True)

    class Meta:
        model = Validation
        fields: ClassVar = [
            "id", "caring_result", "state", "reviewer", "reason", "recommendation", "redo_by", "redone", "note", "prospect",
            "service_number", "product", "promised_on", "promised_amount", "person", "team", "claimed_at", "lease_until",
            "created_at", "due_at", "is_late", "redo_is_late", "decided_at", "evaluation", "score", "previous", "round",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class ApproveInput(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=3_000, required=False, allow_blank=True, allow_null=True)


class ReturnInput(serializers.Serializer[Any]):
    """Why, what must be redone, and by when; the last is a setting where it is left out."""

    reason = serializers.CharField(max_length=1_000)
    recommendation = serializers.CharField(max_length=1_000, required=False, allow_blank=True, allow_null=True)
    redo_by = serializers.DateTimeField(required=False, allow_null=True)


class ScoreInput(serializers.Serializer[Any]):
    """The F-18 sheet; ``form`` is the published one unless named."""

    marks = MarkInput(many=True)
    form = serializers.IntegerField(required=False, allow_null=True)
    note = serializers.CharField(max_length=3_000, required=False, allow_blank=True)


class NonconformityInput(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=160)
    description = serializers.CharField(max_length=LONGEST)
    clause = serializers.CharField(max_length=120, required=False, allow_blank=True)
    ticket = serializers.CharField(max_length=20, required=False, allow_null=True)
    evaluation = serializers.IntegerField(required=False, allow_null=True)
    person = serializers.CharField(max_length=8, required=False, allow_null=True)  # whose service, where no sheet says it


class ImproveInput(serializers.Serializer[Any]):
    cause = serializers.CharField(max_length=LONGEST)
    action = serializers.CharField(max_length=LONGEST)
    owner = serializers.CharField(max_length=8)
    due_at = serializers.DateTimeField()


class VerifyInput(serializers.Serializer[Any]):
    effective = serializers.BooleanField()
    verification = serializers.CharField(max_length=LONGEST)


class ReportSerializer(serializers.ModelSerializer[Report]):
    """One F-19: its files are those of ``evidence`` once it is done; ``figures`` are the totals on it."""

    by = code_of()
    evidence = serializers.IntegerField(source="evidence_id", read_only=True, allow_null=True)

    class Meta:
        model = Report
        fields: ClassVar = ["id", "product", "since", "until", "state", "problem", "figures", "evidence", "by", "created_at"]
        read_only_fields: ClassVar = fields


class ReportInput(serializers.Serializer[Any]):
    """Days of the decision, both included; without ``product`` all services."""

    product = serializers.ChoiceField(choices=Product.choices, required=False, allow_blank=True)
    since = serializers.DateField()
    until = serializers.DateField()


class RetentionTermSerializer(serializers.ModelSerializer[RetentionTerm]):
    """One class and its term in days; without days nothing of it is purged."""

    class Meta:
        model = RetentionTerm
        fields: ClassVar = ["id", "record_class", "days", "clause"]
        read_only_fields: ClassVar = fields


class TermInput(serializers.Serializer[Any]):
    days = serializers.IntegerField(min_value=30, max_value=36_500, allow_null=True)
    clause = serializers.CharField(max_length=120, required=False, allow_blank=True)


class LegalHoldSerializer(serializers.ModelSerializer[LegalHold]):
    laid_by, lifted_by = code_of(), code_of(allow_null=True)

    class Meta:
        model = LegalHold
        fields: ClassVar = ["id", "record_class", "service_number", "reason", "laid_by", "laid_at", "lifted_by", "lifted_at"]
        read_only_fields: ClassVar = fields


class HoldInput(serializers.Serializer[Any]):
    """What is kept whatever its term: a class or all, a customer or all."""

    record_class = serializers.ChoiceField(choices=RecordClass.choices, required=False, allow_blank=True)
    service_number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=300)


class RetentionRunSerializer(serializers.ModelSerializer[RetentionRun]):
    """One purge, or a try: what was found to be due, what was purged, which classes are over the cap."""

    by, confirmed_by = code_of(allow_null=True), code_of(allow_null=True)

    class Meta:
        model = RetentionRun
        fields: ClassVar = [
            "id", "is_try", "day", "state", "found", "purged", "over_cap", "confirmed_by", "by", "started_at", "ended_at",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class RunInput(serializers.Serializer[Any]):
    is_try = serializers.BooleanField(default=True)


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """One paper; its files are at ``pdf/`` and ``xlsx/`` below it, and each of them is noted when it is taken."""

    made_by, released_by = code_of(), code_of(allow_null=True)

    class Meta:
        model = Evidence
        fields: ClassVar = [
            "id", "paper", "title", "pdf_sha256", "xlsx_sha256", "made_by", "made_at", "released_by", "released_at",
        ]  # fmt: skip
        read_only_fields: ClassVar = fields


class EvidenceInput(serializers.Serializer[Any]):
    """Of what: one of the two."""

    evaluation = serializers.IntegerField(required=False, allow_null=True)
    nonconformity = serializers.IntegerField(required=False, allow_null=True)
