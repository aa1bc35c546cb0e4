"""Retention over HTTP: terms, legal holds, runs (QM-5)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from quality.actions import retention
from quality.api import serializers as of
from quality.models import LegalHold, RetentionRun, RetentionTerm


class RetentionTermViewSet(ActViewSet):
    """How long each class is kept."""

    model = RetentionTerm
    serializer_class = of.RetentionTermSerializer
    acts: ClassVar[Mapping[str, str | None]] = {"list": "retention.list", "change": "retention.edit"}

    @extend_schema(request=of.TermInput, responses=of.RetentionTermSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, **_kwargs: Any) -> Response:
        """Another term; null keeps it for ever."""
        return self.act(of.TermInput, retention.set_term)


class LegalHoldViewSet(ActViewSet):
    """What is kept whatever its term."""

    model = LegalHold
    serializer_class = of.LegalHoldSerializer
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "retention.list",
        "create": "retention.hold",
        "lift": "retention.hold",
    }

    @extend_schema(request=of.HoldInput, responses={201: of.LegalHoldSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Lay a hold."""
        return self.make(of.HoldInput, retention.lay_hold)

    @extend_schema(request=None, responses=of.LegalHoldSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, **_kwargs: Any) -> Response:
        """Lift it."""
        return self.act(None, retention.lift_hold)


class RetentionRunViewSet(ActViewSet):
    """Purges and tries. A task does the purging, in small steps."""

    model = RetentionRun
    serializer_class = of.RetentionRunSerializer
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {
        "list": "retention.list",
        "create": "retention.run",
        "confirm": "retention.run",
        "give_up": "retention.run",
    }

    @extend_schema(request=of.RunInput, responses={201: of.RetentionRunSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Try (the default), or purge now; over the cap it stops."""
        return self.make(of.RunInput, retention.begin_run)

    @extend_schema(request=None, responses=of.RetentionRunSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, **_kwargs: Any) -> Response:
        """Go on over the cap."""
        return self.act(None, retention.confirm_run)

    @extend_schema(request=None, responses=of.RetentionRunSerializer)
    @action(detail=True, methods=["post"], url_path="give-up")
    def give_up(self, request: Request, **_kwargs: Any) -> Response:
        """Purge nothing more by this run."""
        return self.act(None, retention.give_up_run)
