"""Messages as api.md fixes them."""

from typing import Any

from rest_framework import serializers

from escalation.models import Message, MessageState


class MessageSerializer(serializers.ModelSerializer[Message]):
    """One message to one group."""

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

    def get_state(self, message: Message) -> str:
        """A message in flight is still queued for whoever looks from outside."""
        return MessageState.QUEUED if message.state == MessageState.SENDING else message.state
