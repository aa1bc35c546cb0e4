"""The outbox and the inbox as api.md fixes them."""

from functools import cached_property
from typing import Any, ClassVar, cast

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from escalation.actions import taking_back
from escalation.actions.inbox import candidates, dismiss_inbound, match_inbound
from escalation.actions.matching import OURS
from escalation.actions.outbox import mark_sent, retry_message
from escalation.filters import of_ticket
from escalation.models import InboundMessage, InboundState, Message, MessageState
from escalation.models.channels import MessageQuerySet
from tickets.models import Ticket

OUTSIDE = [choice for choice in MessageState.choices if choice[0] != MessageState.SENDING]


class MessageSerializer(serializers.ModelSerializer[Message]):
    """One message to one group. ``cancelled``: its ticket was solved before it was sent. ``tickets``: all that it tells of, the
    first of them in ``ticket``."""

    ticket = serializers.SerializerMethodField()
    tickets = serializers.SerializerMethodField()
    channel = serializers.CharField(source="group.channel.slug", read_only=True)
    group = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = [
            "id",
            "ticket",
            "tickets",
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

    def get_ticket(self, message: Message) -> str:
        return next(iter(self.get_tickets(message)), message.ticket.number)

    def get_tickets(self, message: Message) -> list[str]:
        if not message.together:
            return [message.ticket.number]
        standing = (line for line in message.lines.all() if line.dropped_at is None)
        return [line.ticket.number for line in sorted(standing, key=lambda line: line.pk)]

    @extend_schema_field(serializers.ChoiceField(choices=OUTSIDE))
    def get_state(self, message: Message) -> str:
        """A message in flight is still queued for whoever looks from outside."""
        return MessageState.QUEUED if message.state == MessageState.SENDING else message.state


class InboundSerializer(serializers.ModelSerializer[InboundMessage]):
    """Somebody's words that came through a gateway or the paste box; ``problem`` says why they wait, ``candidates`` are the
    tickets of the quoted message where it was about several."""

    channel = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    group = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)
    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    handled_by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    candidates = serializers.SerializerMethodField()

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
            "candidates",
        ]

    def get_candidates(self, inbound: InboundMessage) -> list[str]:
        return [ticket.number for ticket in self._candidates.get(inbound.pk, [])]

    @cached_property
    def _candidates(self) -> dict[int, list[Ticket]]:
        """Of all rows of the page at once."""
        shown: Any = self.parent.instance if self.parent else self.instance
        return candidates(shown if isinstance(shown, list) else [shown])


class SentBody(serializers.Serializer[Any]):
    """When it was sent by hand; now, where it is left out."""

    sent_at = serializers.DateTimeField(required=False, allow_null=True)


class MatchBody(serializers.Serializer[Any]):
    """The ticket's number; ``publish`` where Support HC decides otherwise than the kind of the ticket does, ``kind`` where the
    words mean something else than they seem to."""

    ticket = serializers.CharField(max_length=20)
    publish = serializers.BooleanField(required=False, allow_null=True, default=None)
    kind = serializers.ChoiceField(choices=OURS, required=False, allow_blank=True, default="")


class MessageFilter(filters.FilterSet):
    """Filters of the outbox."""

    ticket = filters.CharFilter(method="about_ticket")
    state = filters.MultipleChoiceFilter(choices=OUTSIDE, method="in_states")

    class Meta:
        model = Message
        fields: list[str] = []

    def about_ticket(self, queryset: MessageQuerySet, _name: str, number: str) -> MessageQuerySet:
        """Those that tell of the ticket with this number, alone or among several."""
        return queryset.about_ticket(*Ticket.objects.by_number(number).values_list("pk", flat=True))

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
    acts: ClassVar = {
        "list": "message.list",
        "retry": "message.retry",
        "mark_sent": "message.mark_sent",
        "mark_not_sent": "message.mark_sent",
    }

    def get_queryset(self) -> QuerySet[Message]:
        """With what the JSON shows of each."""
        return cast(
            "QuerySet[Message]",
            super().get_queryset().select_related("ticket", "group__channel").prefetch_related("lines__ticket"),
        )

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

    @extend_schema(request=None, responses=MessageSerializer)
    @action(detail=True, methods=["post"], url_path="mark-not-sent")
    def mark_not_sent(self, request: Request, **_kwargs: Any) -> Response:
        """Take one's own proof back within a minute: it was not sent after all."""
        return self.act(None, taking_back.mark_not_sent)


class InboxViewSet(ActViewSet):
    """What came in and could not be matched (HC-6)."""

    model = InboundMessage
    serializer_class = InboundSerializer
    filterset_class = InboundFilter
    ordering = ("-id",)
    acts: ClassVar = {
        "list": "inbox.list",
        "match": "inbox.match",
        "unmatch": "inbox.match",
        "dismiss": "inbox.dismiss",
        "restore": "inbox.dismiss",
    }

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

    @extend_schema(request=None, responses=InboundSerializer)
    @action(detail=True, methods=["post"])
    def unmatch(self, request: Request, **_kwargs: Any) -> Response:
        """Take one's own match back within a minute, while nobody was told; the words wait again."""
        return self.act(None, taking_back.unmatch_inbound)

    @extend_schema(request=None, responses=InboundSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **_kwargs: Any) -> Response:
        """What was dismissed waits again."""
        return self.act(None, taking_back.restore_inbound)
