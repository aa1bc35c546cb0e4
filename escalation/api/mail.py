"""Customers' mail as api.md fixes it: ``mail/`` with its acts, and ``mailboxes/`` for administrators."""

from typing import Any, ClassVar, cast

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from escalation.actions import mail_answers, mail_items
from escalation.actions.mail_items import Classed
from escalation.filters import of_ticket
from escalation.models import MailItem, MailMessage, MailPart
from escalation.models.mail import (
    MAIL_OPEN,
    ComplaintKind,
    MailAttachment,
    MailState,
    Outcome,
    PartState,
    Quarantine,
    ServiceState,
)
from tickets.models import Interaction, Segment, ServiceLine

OUTSIDE = [choice for choice in PartState.choices if choice[0] != PartState.SENDING]
MOST_MESSAGES = 100


class AttachmentSerializer(serializers.ModelSerializer[MailAttachment]):
    """A file of a message; its bytes are at ``/mail/files/<id>/``."""

    class Meta:
        model = MailAttachment
        fields = ["id", "name", "content_type", "size"]


class MailMessageSerializer(serializers.ModelSerializer[MailMessage]):
    """One message that came in: ``text`` the sender's own words, ``machine`` why it is nobody's."""

    attachments = AttachmentSerializer(many=True, read_only=True)

    class Meta:
        model = MailMessage
        fields = [
            "id",
            "sender",
            "sender_name",
            "subject",
            "text",
            "signature",
            "quoted",
            "said_at",
            "received_at",
            "size",
            "sha256",
            "machine",
            "is_other_sender",
            "attachments",
        ]


class MailPartSerializer(serializers.ModelSerializer[MailPart]):
    """What went out, and its proof: ``sent_at``, the gateway's id or who sent it by hand."""

    state = serializers.SerializerMethodField()
    group = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)
    by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    proved_by = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)

    class Meta:
        model = MailPart
        fields = [
            "id",
            "kind",
            "address",
            "group",
            "subject",
            "text",
            "state",
            "attempts",
            "by",
            "created_at",
            "sent_at",
            "proved_by",
            "gateway_id",
            "problem",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=OUTSIDE))
    def get_state(self, part: MailPart) -> str:
        """A part in flight is still queued for whoever looks from outside."""
        return PartState.QUEUED if part.state == PartState.SENDING else part.state


class MailRuleSerializer(serializers.Serializer[Any]):
    """The row of the table of decisions that fits: what may be done."""

    name = serializers.CharField(read_only=True)
    clause = serializers.CharField(read_only=True)
    acts = serializers.ListField(child=serializers.CharField(), read_only=True)
    needs = serializers.CharField(read_only=True)


class MailSerializer(serializers.ModelSerializer[MailItem]):
    """One conversation with one customer; ``guess`` is what was found in the text, for a person to confirm."""

    number = serializers.CharField(read_only=True)
    mailbox = serializers.SlugRelatedField[Any](slug_field="address", read_only=True)
    holder = serializers.SlugRelatedField[Any](slug_field="agent_code", read_only=True)
    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    rule = MailRuleSerializer(read_only=True, allow_null=True)

    class Meta:
        model = MailItem
        fields = [
            "id",
            "number",
            "mailbox",
            "state",
            "outcome",
            "quarantine",
            "subject",
            "sender",
            "sender_name",
            "holder",
            "segment",
            "interaction",
            "complaint",
            "service_number",
            "ticket",
            "outside_number",
            "outside_status",
            "troubleshooting",
            "service_state",
            "rule",
            "guess",
            "received_at",
            "last_in_at",
            "done_at",
        ]


class MailDetailSerializer(MailSerializer):
    """The same with the conversation: messages in, parts out."""

    messages = serializers.SerializerMethodField()
    parts = serializers.SerializerMethodField()

    class Meta(MailSerializer.Meta):
        fields = [*MailSerializer.Meta.fields, "messages", "parts"]

    @extend_schema_field(MailMessageSerializer(many=True))
    def get_messages(self, item: MailItem) -> Any:
        """The newest hundred, oldest first."""
        rows = item.messages.prefetch_related("attachments").order_by("-id")[:MOST_MESSAGES]
        return MailMessageSerializer(list(reversed(rows)), many=True).data

    @extend_schema_field(MailPartSerializer(many=True))
    def get_parts(self, item: MailItem) -> Any:
        """The newest hundred, oldest first."""
        rows = item.parts.select_related("group", "by", "proved_by").order_by("-id")[:MOST_MESSAGES]
        return MailPartSerializer(list(reversed(rows)), many=True).data


class ClassifyBody(serializers.Serializer[Any]):
    """Segment and kind of contact; ``complaint`` where it is one. Numbers where they are known."""

    segment = serializers.ChoiceField(choices=Segment.choices)
    interaction = serializers.ChoiceField(choices=Interaction.choices)
    complaint = serializers.ChoiceField(choices=ComplaintKind.choices, required=False, allow_blank=True, default="")
    service_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    ticket = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    outside_number = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class TroubleshootBody(serializers.Serializer[Any]):
    """What was checked, and how the service is."""

    text = serializers.CharField(max_length=10_000)
    result = serializers.ChoiceField(choices=ServiceState.choices)


class AnswerBody(serializers.Serializer[Any]):
    """The words, or a template that makes them. ``wait``: it asks, and the item waits for the customer."""

    text = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")
    template = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    wait = serializers.BooleanField(required=False, default=False)
    outside_status = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ForwardMailBody(serializers.Serializer[Any]):
    """Other words of education than the rule's template."""

    text = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")


class OpenTicketBody(serializers.Serializer[Any]):
    """The fields of the ticket; what is left out is taken from the mail. ``troubleshooting`` records a fault in the same act."""

    service_number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    service_line = serializers.ChoiceField(choices=ServiceLine.choices, required=False, allow_blank=True)
    customer_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    reporter_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    contact_email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    symptom = serializers.CharField(max_length=200, required=False, allow_blank=True)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    region = serializers.IntegerField(min_value=1, max_value=7, required=False, allow_null=True)
    area = serializers.CharField(max_length=120, required=False, allow_blank=True)
    criteria = serializers.ListField(child=serializers.CharField(max_length=40), max_length=10, required=False)
    troubleshooting = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    reply = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class DismissBody(serializers.Serializer[Any]):
    """Why no answer is needed, if worth a word."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class PartBody(serializers.Serializer[Any]):
    """Which part."""

    part = serializers.IntegerField(min_value=1, max_value=2**62)


class MailFilter(filters.FilterSet):
    """Filters of the worklist; without ``state`` it shows what is open."""

    state = filters.MultipleChoiceFilter(choices=MailState.choices)
    outcome = filters.ChoiceFilter(choices=Outcome.choices)
    quarantine = filters.ChoiceFilter(choices=Quarantine.choices)
    ticket = filters.CharFilter(method=of_ticket)
    holder = filters.CharFilter(field_name="holder__agent_code")
    mailbox = filters.CharFilter(field_name="mailbox__address")

    class Meta:
        model = MailItem
        fields: list[str] = []


class MailViewSet(ActViewSet):
    """Customers' mail: the worklist of the e-mail agents (EM-1 to EM-6)."""

    model = MailItem
    serializer_class = MailSerializer
    filterset_class = MailFilter
    ordering = ("last_in_at", "id")
    acts: ClassVar = {
        "list": "mail.list",
        **dict.fromkeys(
            (
                *("claim", "release", "classify", "troubleshoot", "answer", "forward", "open_ticket"),
                *("quarantine", "accept", "dismiss", "mark_sent", "retry"),
            ),
            "mail.handle",
        ),
    }

    def get_queryset(self) -> QuerySet[MailItem]:
        """403 for who answers no mailbox; the list only what is open, unless states are asked for."""
        rows = cast("QuerySet[MailItem]", super().get_queryset())
        if getattr(self, "swagger_fake_view", False):
            return rows
        mail_items.require_handles_mail(self.person)
        if self.action == "list" and "state" not in self.request.query_params:
            rows = rows.filter(state__in=MAIL_OPEN)
        return rows.select_related("mailbox", "holder", "ticket", "rule")

    def get_serializer_class(self) -> Any:
        return MailSerializer if self.action == "list" else MailDetailSerializer

    @extend_schema(request=None, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, **_kwargs: Any) -> Response:
        """Take it: one agent at a time (EM-1)."""
        return self.act(None, mail_items.claim_mail)

    @extend_schema(request=None, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **_kwargs: Any) -> Response:
        """Give it back to the worklist."""
        return self.act(None, mail_items.release_mail)

    @extend_schema(request=ClassifyBody, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"])
    def classify(self, request: Request, **_kwargs: Any) -> Response:
        """Segment and kind of contact; ``rule`` then says what may be done (EM-2 to EM-6)."""
        return self.act(ClassifyBody, lambda item, *, by, **said: mail_items.classify(item, Classed(**said), by=by))

    @extend_schema(request=TroubleshootBody, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"])
    def troubleshoot(self, request: Request, **_kwargs: Any) -> Response:
        """Record the check of the service: normal or fault (EM-6)."""
        return self.act(TroubleshootBody, mail_items.troubleshoot)

    @extend_schema(request=AnswerBody, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, **_kwargs: Any) -> Response:
        """Answer in the same conversation, or ask and wait (EM-4, EM-5, EM-6)."""
        return self.act(AnswerBody, mail_answers.answer)

    @extend_schema(request=ForwardMailBody, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"])
    def forward(self, request: Request, **_kwargs: Any) -> Response:
        """Education, forwarding and coordination group: one act of three ``parts``, each with its proof (EM-2, EM-3)."""
        return self.act(ForwardMailBody, mail_answers.forward)

    @extend_schema(request=OpenTicketBody, responses={201: MailDetailSerializer})
    @action(detail=True, methods=["post"], url_path="open-ticket")
    def open_ticket(self, request: Request, **_kwargs: Any) -> Response:
        """A ticket from the mail, its number mailed back; ``ticket`` of the answer is that number (EM-6)."""
        return self.act(OpenTicketBody, mail_answers.open_ticket, status=201)

    @extend_schema(request=None, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"])
    def quarantine(self, request: Request, **_kwargs: Any) -> Response:
        """Not a customer's word."""
        return self.act(None, mail_items.quarantine)

    @extend_schema(request=None, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, **_kwargs: Any) -> Response:
        """A person did write it: out of quarantine."""
        return self.act(None, mail_items.accept)

    @extend_schema(request=DismissBody, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, **_kwargs: Any) -> Response:
        """Done without an answer."""
        return self.act(DismissBody, mail_items.dismiss)

    @extend_schema(request=PartBody, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"], url_path="mark-sent")
    def mark_sent(self, request: Request, **_kwargs: Any) -> Response:
        """A person sent this part by hand: who and when is the proof."""
        return self.act(PartBody, mail_answers.mark_part_sent)

    @extend_schema(request=PartBody, responses=MailDetailSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, **_kwargs: Any) -> Response:
        """Send a part again that failed or came back."""
        return self.act(PartBody, mail_answers.retry_part)
