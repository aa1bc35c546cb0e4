"""The outbox and the inbox as api.md fixes them."""

from typing import Any, ClassVar, cast

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from escalation.actions.inbox import dismiss_inbound, match_inbound
from escalation.actions.outbox import mark_sent, retry_message
from escalation.filters import of_ticket
from escalation.models import InboundMessage, InboundState, Message, MessageState

OUTSIDE = [choice for choice in MessageState.choices if choice[0] != MessageState.SENDING]


class MessageSerializer(serializers.ModelSerializer[Message]):
    """One message to one group. ``cancelled``: its ticket was solved before it was sent."""

    ticket = serializers.CharField(source="ticket.number", read_only=True)
    channel = serializers.CharField(source="group.channel.slug", read_only=True)
    group = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = [
            "id",
            "ticket",
            "channel",
            "group",
            "text",
            "state",
            "attempts",
            "created_at",
            "sent_at",
            "delivered_at",
            "read_at",
            "problem",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=OUTSIDE))
    def get_state(self, message: Message) -> str:
        """A message in flight is still queued for whoever looks from outside."""
        return MessageState.QUEUED if message.state == MessageState.SENDING else message.state


class InboundSerializer(serializers.ModelSerializer[InboundMessage]):
    """Somebody's words that came through a gateway or the paste box; ``problem`` says why they wait."""

    channel = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    group = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)
    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    handled_by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)

    class Meta:
        model = InboundMessage
        fields = [
            "id",
            "channel",
            "group",
            "sender",
            "text",
            "quoted_text",
            "said_at",
            "received_at",
            "state",
            "ticket",
            "matched_by",
            "handled_by",
            "problem",
        ]


class SentBody(serializers.Serializer[Any]):
    """When it was sent by hand; now, where it is left out."""

    sent_at = serializers.DateTimeField(required=False, allow_null=True)


class MatchBody(serializers.Serializer[Any]):
    """The ticket's number; ``publish`` where Support HC decides otherwise than the kind of the ticket does."""

    ticket = serializers.CharField(max_length=20)
    publish = serializers.BooleanField(required=False, allow_null=True, default=None)


class MessageFilter(filters.FilterSet):
    """Filters of the outbox."""

    ticket = filters.CharFilter(method=of_ticket)
    state = filters.MultipleChoiceFilter(choices=OUTSIDE, method="in_states")

    class Meta:
        model = Message
        fields: list[str] = []

    def in_states(self, queryset: QuerySet[Message], _name: str, states: list[str]) -> QuerySet[Message]:
        """Those in one of the states, as they show outside."""
        inside = [*states, MessageState.SENDING] if MessageState.QUEUED in states else states
        return queryset.filter(state__in=inside) if inside else queryset


class InboundFilter(filters.FilterSet):
    """Filters of the inbox; without ``state`` it shows what waits for a person."""

    ticket = filters.CharFilter(method=of_ticket)
    state = filters.MultipleChoiceFilter(choices=InboundState.choices)

    class Meta:
        model = InboundMessage
        fields: list[str] = []


class MessageViewSet(ActViewSet):
    """Messages to groups: the outbox (HC-5)."""

    model = Message
    serializer_class = MessageSerializer
    filterset_class = MessageFilter
    ordering = ("-id",)
    acts: ClassVar = {"list": "message.list", "retry": "message.retry", "mark_sent": "message.mark_sent"}

    def get_queryset(self) -> QuerySet[Message]:
        """With what the JSON shows of each."""
        return cast("QuerySet[Message]", super().get_queryset().select_related("ticket", "group__channel"))

    @extend_schema(request=None, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, **_kwargs: Any) -> Response:
        """Send a failed message again (HC-5)."""
        return self.act(None, retry_message)

    @extend_schema(request=SentBody, responses=MessageSerializer)
    @action(detail=True, methods=["post"], url_path="mark-sent")
    def mark_sent(self, request: Request, **_kwargs: Any) -> Response:
        """A person sent it by hand: who and when is the proof (HC-5)."""
        return self.act(SentBody, mark_sent)


class InboxViewSet(ActViewSet):
    """What came in and could not be matched (HC-6)."""

    model = InboundMessage
    serializer_class = InboundSerializer
    filterset_class = InboundFilter
    ordering = ("-id",)
    acts: ClassVar = {"list": "inbox.list", "match": "inbox.match", "dismiss": "inbox.dismiss"}

    def get_queryset(self) -> QuerySet[InboundMessage]:
        """Words, never receipts; the list only what waits, unless states are asked for."""
        rows = cast("QuerySet[InboundMessage]", super().get_queryset())
        rows = rows.filter(is_receipt=False).select_related("channel", "group", "ticket", "handled_by")
        if self.action == "list" and "state" not in self.request.query_params:
            rows = rows.filter(state=InboundState.WAITING)
        return rows

    @extend_schema(request=MatchBody, responses=InboundSerializer)
    @action(detail=True, methods=["post"])
    def match(self, request: Request, **_kwargs: Any) -> Response:
        """Say which ticket the words belong to; they become progress of its escort (HC-6)."""
        return self.act(MatchBody, match_inbound)

    @extend_schema(request=None, responses=InboundSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, **_kwargs: Any) -> Response:
        """Not for us."""
        return self.act(None, dismiss_inbound)
