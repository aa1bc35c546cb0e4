"""Calibration over HTTP (QC-8): blind until it is closed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person
from common.problems import Invalid
from outbound.models import CaringResult
from quality import looking_up
from quality.actions import calibrating
from quality.actions.sheets import MarkBody
from quality.api.serializers import MarkInput, code_of
from quality.models import Calibration, CalibrationSheet


class CalibrationSheetSerializer(serializers.ModelSerializer[CalibrationSheet]):
    reviewer = code_of()

    class Meta:
        model = CalibrationSheet
        fields: ClassVar = ["reviewer", "answers", "score", "failed", "submitted_at"]
        read_only_fields: ClassVar = fields


class CalibrationSerializer(serializers.ModelSerializer[Calibration]):
    """One call before several reviewers. ``sheets`` and ``differing`` (numbers of parameters) are empty until it is closed."""

    caring_result = serializers.IntegerField(source="result_id", read_only=True)
    person, opened_by = code_of(), code_of()
    sheets = serializers.SerializerMethodField()
    differing = serializers.SerializerMethodField()

    class Meta:
        model = Calibration
        fields: ClassVar = ["id", "caring_result", "person", "form", "opened_by", "opened_at", "closed_at", "sheets", "differing"]
        read_only_fields: ClassVar = fields

    def get_sheets(self, calibration: Calibration) -> list[dict[str, Any]]:
        return [dict(CalibrationSheetSerializer(each).data) for each in calibrating.submitted(calibration)]

    def get_differing(self, calibration: Calibration) -> list[int]:
        return [each.parameter.number for each in calibrating.differences(calibration) if not each.agrees]


class CalibrationInput(serializers.Serializer[Any]):
    """Which call, and the agent codes of two QC officers or more."""

    caring_result = serializers.IntegerField()
    reviewers = serializers.ListField(child=serializers.CharField(max_length=8), min_length=1, max_length=20)


class SheetInput(serializers.Serializer[Any]):
    marks = MarkInput(many=True)


class CalibrationViewSet(ActViewSet):
    """Calibrations, the newest first."""

    model = Calibration
    serializer_class = CalibrationSerializer
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "calibration.list",
        "create": "calibration.open",
        "score": "calibration.score",
        "close": "calibration.open",
    }

    def get_queryset(self) -> QuerySet[Calibration]:
        seen: Any = super().get_queryset()
        return seen.shown().prefetch_related("form__parameters")  # type: ignore[no-any-return]

    @extend_schema(request=CalibrationInput, responses={201: CalibrationSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Ask for one."""
        return self.make(CalibrationInput, open_calibration)

    @extend_schema(request=SheetInput, responses=CalibrationSerializer)
    @action(detail=True, methods=["post"])
    def score(self, request: Request, **_kwargs: Any) -> Response:
        """One's own sheet, once."""
        return self.act(SheetInput, score)

    @extend_schema(request=None, responses=CalibrationSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, **_kwargs: Any) -> Response:
        """End it, and show the differences."""
        return self.act(None, calibrating.close_calibration)


def open_calibration(caring_result: int, reviewers: list[str], *, by: Person) -> Calibration:
    rows = CaringResult.objects.visible_to(by).select_related("by__team__leader", "campaign__team")
    result = rows.filter(pk=caring_result).first()
    if result is None:
        sentence = _("Hasil ini tidak ada, atau tidak untuk Anda lihat.")
        raise Invalid(sentence, errors={"caring_result": [sentence]})
    return calibrating.open_calibration(result, [looking_up.person_coded(code, "reviewers") for code in reviewers], by=by)


def score(calibration: Calibration, marks: list[dict[str, Any]], *, by: Person) -> Calibration:
    return calibrating.submit_sheet(calibration, [MarkBody(**each) for each in marks], by=by)
