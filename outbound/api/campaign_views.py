"""Campaigns, prospects, call reasons and results over HTTP. Every act calls the action of the same name."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from common.problems import NotVisible
from outbound import actions
from outbound.api.campaign_serializers import (
    AllFiguresSerializer,
    CampaignBody,
    CampaignChange,
    CampaignSerializer,
    DifferenceSerializer,
    EnterBody,
    FiguresSerializer,
    ImportBody,
    PickBody,
    ProspectSerializer,
    ReasonSerializer,
    ResultBody,
    ResultSerializer,
    SendBackBody,
    SettleBody,
)
from outbound.filters import CampaignFilter, DifferenceFilter, ProspectFilter, ReasonFilter, ResultFilter
from outbound.models import CallReason, Campaign, CaringResult, Difference, Prospect, Recording
from tickets.actions.importing import queue_load, saved_mapping, wake
from tickets.api.loads import LoadSerializer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LAYOUT = OpenApiParameter("layout", str, description="Name of a saved layout; the first one where none is named.")


class CampaignViewSet(ActViewSet):
    """Campaigns of the own teams, the newest first (CT-1)."""

    model = Campaign
    serializer_class = CampaignSerializer
    filterset_class = CampaignFilter
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "campaign.list",
        "create": "campaign.edit",
        "partial_update": "campaign.edit",
        "import_prospects": "campaign.import",
        "import_payments": "campaign.import",
        "compare": "campaign.import",
        "export": "campaign.export",
        "figures": "campaign.list",
        "figures_of_all": "campaign.list",
    }

    @extend_schema(request=CampaignBody, responses={201: CampaignSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """A new campaign for a team that one leads."""
        return self.make(CampaignBody, actions.create_campaign)

    @extend_schema(request=CampaignChange, responses=CampaignSerializer)
    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        """Another name; closed, so that nobody picks from it, or opened again."""
        return self.act(CampaignChange, actions.change_campaign, changes_fields=True)

    @extend_schema(request={"multipart/form-data": ImportBody}, responses={202: LoadSerializer})
    @action(detail=True, methods=["post"], url_path="import-prospects", parser_classes=[MultiPartParser])
    def import_prospects(self, request: Request, **_kwargs: Any) -> Response:
        """Load a .csv or .xlsx of prospects in the background (CT-1); ``url`` says where to ask how far it is."""
        return self._queued("prospects", target=self.get_object().pk)

    @extend_schema(request={"multipart/form-data": ImportBody}, responses={202: LoadSerializer})
    @action(detail=False, methods=["post"], url_path="import-payments", parser_classes=[MultiPartParser])
    def import_payments(self, request: Request, **_kwargs: Any) -> Response:
        """Load payments: columns service_number, paid_on, amount, reference. They decide which promises were kept (CT-8)."""
        return self._queued("payments")

    @extend_schema(request={"multipart/form-data": ImportBody}, responses={202: LoadSerializer})
    @action(detail=False, methods=["post"], parser_classes=[MultiPartParser])
    def compare(self, request: Request, **_kwargs: Any) -> Response:
        """Compare an export of TAMARA, CWC or MyCX with our results, by a saved mapping; differences go to the agent (CT-7)."""
        return self._queued("comparison")

    @extend_schema(operation_id="campaigns_figures_of_all", responses=AllFiguresSerializer)
    @action(detail=False, url_path="figures")
    def figures_of_all(self, request: Request, **_kwargs: Any) -> Response:
        """This month in the open campaigns: in all, per team, campaign and agent (CT-8)."""
        results, since = actions.of_open_campaigns(self.person), actions.month_start()
        parts = {
            "all": actions.figures_of(results, since=since),
            "teams": actions.figures_by(results, "campaign__team__name", since=since),
            "campaigns": actions.figures_by(results, "campaign_id", "campaign__name", since=since),
            "agents": actions.figures_by(results, "by__agent_code", "by__online_name", since=since),
        }
        return self.answered(parts, answer=AllFiguresSerializer)

    def _queued(self, kind: str, target: int | None = None) -> Response:
        body = self.read(ImportBody)
        load = queue_load(body["file"], kind, by=self.person, mapping=saved_mapping(kind, body["mapping"]), target=target)
        transaction.on_commit(wake)
        answer = LoadSerializer(load, context=self.get_serializer_context())
        return Response(answer.data, status=202, headers={"Location": answer.data["url"]})

    @extend_schema(parameters=[LAYOUT], responses={(200, XLSX): OpenApiTypes.BINARY})
    @action(detail=True)
    def export(self, request: Request, **_kwargs: Any) -> FileResponse:
        """All results as an Excel file in the columns of another system: MyCX, TAMARA, CWC (CT-5)."""
        layout = request.query_params.get("layout", "")[:40]
        file, name = actions.export_results(self.get_object(), layout, by=self.person)
        return FileResponse(file, as_attachment=True, filename=name)

    @extend_schema(responses=FiguresSerializer)
    @action(detail=True)
    def figures(self, request: Request, **_kwargs: Any) -> Response:
        """Calls, contact, agree, approved and kept rates, in all and per agent (CT-8)."""
        results = CaringResult.objects.visible_to(self.person).filter(campaign=self.get_object())
        agents = actions.figures_by(results, "by__agent_code", "by__online_name")
        return self.answered({"all": actions.figures_of(results), "agents": agents}, answer=FiguresSerializer)


class ProspectViewSet(ActViewSet):
    """Customers in arrears, as far as one may see them."""

    model = Prospect
    serializer_class = ProspectSerializer
    filterset_class = ProspectFilter
    ordering = ("id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "prospect.list",
        "pick": "prospect.pick",
        "release": "prospect.release",
        "results": "prospect.result",
    }

    def get_queryset(self) -> QuerySet[Prospect]:
        return super().get_queryset().select_related("campaign", "held_by", "last_agent")

    @extend_schema(request=PickBody, responses={200: ProspectSerializer, 204: OpenApiResponse(description="None is left")})
    @action(detail=False, methods=["post"])
    def pick(self, request: Request, **_kwargs: Any) -> Response:
        """Take the next one by rule; while one is held the same one again (CT-2)."""
        number = self.read(PickBody).get("campaign")
        campaign = Campaign.objects.visible_to(self.person).filter(pk=number).first() if number else None
        if number and campaign is None:
            raise NotVisible(_("Kampanye ini tidak ada, atau bukan milik tim Anda."))
        taken = actions.pick(by=self.person, campaign=campaign)
        return self.answered(taken) if taken else Response(status=204)

    @extend_schema(request=None, responses=ProspectSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **_kwargs: Any) -> Response:
        """Put it back into the pool."""
        return self.act(None, actions.release_prospect)

    @extend_schema(request=EnterBody, responses={201: ResultSerializer})
    @action(detail=True, methods=["post"])
    def results(self, request: Request, **_kwargs: Any) -> Response:
        """What came of the call (CT-4). An agreed one goes to QC."""
        return self.act(EnterBody, actions.enter_result, status=201, answer=ResultSerializer)


class DifferenceViewSet(ActViewSet):
    """Where other systems say something else of a result than Kawal (CT-7)."""

    model = Difference
    serializer_class = DifferenceSerializer
    filterset_class = DifferenceFilter
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {"list": "difference.list", "settle": "difference.settle"}

    @extend_schema(request=SettleBody, responses=DifferenceSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, **_kwargs: Any) -> Response:
        """Put right, here or there."""
        return self.act(SettleBody, actions.settle_difference)


class CallReasonViewSet(ActViewSet):
    """Call reasons in two levels, in the order of the floor (CT-4)."""

    model = CallReason
    serializer_class = ReasonSerializer
    filterset_class = ReasonFilter
    ordering = ("order", "id")
    acts: ClassVar[Mapping[str, str | None]] = {"list": "reason.list"}

    def get_queryset(self) -> QuerySet[CallReason]:
        return CallReason.objects.all()


class CaringResultViewSet(ActViewSet):
    """Results of calls, the newest first."""

    model = CaringResult
    serializer_class = ResultSerializer
    filterset_class = ResultFilter
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "result.list",
        "send_back": "result.send_back",
        "correct": "result.correct",
        "undo": "prospect.result",
    }

    def get_queryset(self) -> QuerySet[CaringResult]:
        seen: Any = super().get_queryset()
        newest = Recording.objects.filter(result=OuterRef("pk")).order_by("-id").values("pk")[:1]
        return seen.shown().annotate(newest_recording=Subquery(newest))  # type: ignore[no-any-return]

    @extend_schema(request=SendBackBody, responses=ResultSerializer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, **_kwargs: Any) -> Response:
        """Send a wrong entry back to its agent (CT-5)."""
        return self.act(SendBackBody, actions.send_back)

    @extend_schema(request=ResultBody, responses=ResultSerializer)
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, **_kwargs: Any) -> Response:
        """Enter it anew as the TL asked; only what was sent back."""
        return self.act(ResultBody, actions.correct)

    @extend_schema(request=None, responses=ResultSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, **_kwargs: Any) -> Response:
        """Take back what one entered seconds ago; the prospect is in one's hand again."""
        return self.act(None, actions.undo_result)
