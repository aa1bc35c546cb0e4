"""The words that groups read, for administrators (HC-5)."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person
from escalation.actions import message_templates
from escalation.group_words import example
from escalation.models import MessageTemplate


class MessageTemplateSerializer(serializers.ModelSerializer[MessageTemplate]):
    """One text; ``example`` is how it reads for a made-up ticket."""

    example = serializers.SerializerMethodField()

    class Meta:
        model = MessageTemplate
        fields = ["id", "use", "kind", "purpose", "text", "clause", "active", "version", "example"]

    def get_example(self, template: MessageTemplate) -> str:
        return example(template)


class MessageTemplateBody(serializers.ModelSerializer[MessageTemplate]):
    """The use, and what the words hold for: empty ``kind`` and ``purpose`` hold for all."""

    class Meta:
        model = MessageTemplate
        fields = ["use", "kind", "purpose", "text", "clause", "active"]
        validators: ClassVar[list[Any]] = []  # the action says it, in words


def changed(template: MessageTemplate, *, by: Person, **given: Any) -> MessageTemplate:
    """A PATCH as the action takes it."""
    return message_templates.change_template(template, by=by, changes=given)


class MessageTemplateViewSet(ActViewSet):
    """What groups read (HC-5)."""

    model = MessageTemplate
    serializer_class = MessageTemplateSerializer
    ordering = ("id",)
    acts: ClassVar = {"list": "channel.list", "create": "channel.edit", "partial_update": "channel.edit"}

    @extend_schema(request=MessageTemplateBody, responses={201: MessageTemplateSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Words for another use, kind or purpose; 400 with the reason for a blank that nothing fills."""
        return self.make(MessageTemplateBody, message_templates.create_template)

    @extend_schema(request=MessageTemplateBody, responses=MessageTemplateSerializer)
    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        """Other words; needs ``If-Match``. What was sent keeps its own."""
        return self.act(MessageTemplateBody, changed, changes_fields=True)
