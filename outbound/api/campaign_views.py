"""Campaigns, prospects, call reasons and results over HTTP. Every act calls the action of the same name."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from common.problems import NotVisible
from outbound import actions
from outbound.api.campaign_serializers import (
    CampaignBody,
    CampaignChange,
    CampaignSerializer,
    PickBody,
    ProspectSerializer,
    ReasonSerializer,
    ResultBody,
    ResultSerializer,
    SendBackBody,
)
from outbound.filters import CampaignFilter, ProspectFilter, ReasonFilter, ResultFilter
from outbound.models import CallReason, Campaign, CaringResult, Prospect


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
    }

    @extend_schema(request=CampaignBody, responses={201: CampaignSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """A new campaign for a team that one leads."""
        return self.make(CampaignBody, actions.create_campaign)

    @extend_schema(request=CampaignChange, responses=CampaignSerializer)
    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        """Another name; closed, so that nobody picks from it, or opened again."""
        return self.act(CampaignChange, actions.change_campaign, changes_fields=True)


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

    @extend_schema(request=ResultBody, responses={201: ResultSerializer})
    @action(detail=True, methods=["post"])
    def results(self, request: Request, **_kwargs: Any) -> Response:
        """What came of the call (CT-4). An agreed one goes to QC."""
        return self.act(ResultBody, actions.enter_result, status=201, answer=ResultSerializer)


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
        return seen.shown()  # type: ignore[no-any-return]

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
