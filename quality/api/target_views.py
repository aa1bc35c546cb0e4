"""Quality targets and the wallboard over HTTP (QM-1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet, Conventions
from accounts.models import Site
from common.problems import Invalid
from quality.actions import targets
from quality.models import Level, Measure, QualityTarget
from quality.wallboard import Look, site_for, tiles


class QualityTargetSerializer(serializers.ModelSerializer[QualityTarget]):
    """A measure with its limit, and from where it is called near; ``site`` null: of all sites that have none of their own."""

    site: Any = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = QualityTarget
        fields: ClassVar = ["id", "measure", "site", "limit", "near", "clause", "confirmed", "version"]
        read_only_fields: ClassVar = fields


class TargetInput(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=0, max_value=targets.MOST)
    near = serializers.IntegerField(min_value=0, max_value=targets.MOST)
    clause = serializers.CharField(max_length=120, required=False, allow_blank=True)


class SiteTargetInput(TargetInput):
    measure = serializers.ChoiceField(choices=Measure.choices)
    site = serializers.SlugRelatedField(slug_field="code", queryset=Site.objects.all())


class QualityTargetViewSet(ActViewSet):
    """What each measure must keep."""

    model = QualityTarget
    serializer_class = QualityTargetSerializer
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "target.list",
        "create": "target.edit",
        "change": "target.edit",
        "remove": "target.edit",
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("site")

    @extend_schema(request=SiteTargetInput, responses={201: QualityTargetSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """A target of a site's own."""
        return self.make(SiteTargetInput, targets.create_target)

    @extend_schema(request=TargetInput, responses=QualityTargetSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, **_kwargs: Any) -> Response:
        """Other numbers."""
        return self.act(TargetInput, targets.set_target)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, **_kwargs: Any) -> Response:
        """The site goes by the target of all again."""
        targets.remove_target(self.get_object(), by=self.person)
        return Response(status=204)


class TileSerializer(serializers.Serializer[Any]):
    """One measure now. ``value`` is what the target judges; ``number`` what stands large; ``since``: worse than its target."""

    measure = serializers.ChoiceField(choices=Measure.choices)
    value = serializers.IntegerField(source="reading.value", allow_null=True)
    number = serializers.IntegerField(allow_null=True)
    level = serializers.ChoiceField(choices=Level.choices)
    since = serializers.DateTimeField(allow_null=True)
    change = serializers.IntegerField(allow_null=True)
    detail = serializers.CharField(source="reading.detail")
    limit = serializers.IntegerField(source="target.limit")
    near = serializers.IntegerField(source="target.near")
    confirmed = serializers.BooleanField(source="target.confirmed")


class WallboardView(Conventions):
    """Six numbers: of a supervisor's site, else of all or of ``?site=``."""

    acts: ClassVar[Mapping[str, str | None]] = {"get": "wallboard.look"}

    @extend_schema(parameters=[OpenApiParameter("site", str)], responses=TileSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What the wallboard shows now."""
        try:
            site = site_for(self.person, request.query_params.get("site", ""))
        except Site.DoesNotExist as error:
            raise Invalid(_("Situs ini tidak ada."), errors={"site": [_("Situs ini tidak ada.")]}) from error
        return Response(TileSerializer(tiles(Look(site)), many=True).data)
