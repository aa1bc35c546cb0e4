"""Mailboxes, for administrators. The password goes in and never comes out."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person, Team
from escalation.actions import mailboxes
from escalation.models import Channel, Mailbox
from escalation.models.mail import LEAST_POLL, MOST_POLL


class MailboxSerializer(serializers.ModelSerializer[Mailbox]):
    """One account that customers write to; ``problem`` is what its server said last."""

    team = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)
    channel = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Mailbox
        fields = [
            *("id", "name", "address", "team", "channel", "base_url", "user", "folder", "poll_seconds", "active"),
            *("polled_at", "failures", "problem"),
        ]


class MailboxBody(serializers.Serializer[Any]):
    """Team by name, channel by slug; an empty password stays as it was."""

    name = serializers.CharField(max_length=80)
    address = serializers.EmailField()
    team = serializers.SlugRelatedField[Any](slug_field="name", queryset=Team.objects.all())
    channel = serializers.SlugRelatedField[Any](
        slug_field="slug", queryset=Channel.objects.all(), required=False, allow_null=True
    )
    base_url = serializers.CharField(max_length=200, required=False, allow_blank=True)
    user = serializers.CharField(max_length=120, required=False, allow_blank=True)
    password = serializers.CharField(max_length=200, required=False, allow_blank=True, write_only=True, trim_whitespace=False)
    folder = serializers.CharField(max_length=120, required=False)
    poll_seconds = serializers.IntegerField(min_value=LEAST_POLL, max_value=MOST_POLL, required=False)
    active = serializers.BooleanField(required=False)


def changed(mailbox: Mailbox, *, by: Person, **given: Any) -> Mailbox:
    """A PATCH as the action takes it."""
    password = given.pop("password", "")
    return mailboxes.change_mailbox(mailbox, by=by, changes=given, password=password)


class MailboxViewSet(ActViewSet):
    """Accounts that customers write to (EM-1)."""

    model = Mailbox
    serializer_class = MailboxSerializer
    ordering = ("id",)
    acts: ClassVar = dict.fromkeys(("list", "create", "partial_update", "fetch"), "mailbox.edit")

    def get_queryset(self) -> Any:
        """With what the JSON shows of each."""
        return super().get_queryset().select_related("team", "channel")

    @extend_schema(request=MailboxBody, responses={201: MailboxSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """A new one."""
        return self.make(MailboxBody, mailboxes.create_mailbox)

    @extend_schema(request=MailboxBody, responses=MailboxSerializer)
    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        """Change it; needs ``If-Match``."""
        return self.act(MailboxBody, changed, changes_fields=True)

    @extend_schema(request=None, responses=MailboxSerializer)
    @action(detail=True, methods=["post"])
    def fetch(self, request: Request, **_kwargs: Any) -> Response:
        """Fetch what is new now; 409 with the server's sentence when it does not let us."""
        return self.act(None, mailboxes.fetch_now)
