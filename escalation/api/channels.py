"""Channels and groups in the API, for administrators. Secrets go in and never come out."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ActViewSet
from accounts.models import Person, Team
from escalation.actions import breaker, channels, probes
from escalation.channels import SECRETS, abilities_of
from escalation.models import Channel, ChannelKind, Group, Probe, Purpose


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    """A channel and how it is. ``given``: which of its secrets are kept, never what they are."""

    can = serializers.SerializerMethodField()
    down_since = serializers.SerializerMethodField()
    canary_group = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)

    class Meta:
        model = Channel
        fields = [
            *("id", "slug", "name", "kind", "active", "base_url", "user", "device", "pace", "can", "by_hand_since", "failures"),
            *("open_until", "down_since", "last_proof_at", "last_inbound_at", "session_ok", "session_words", "session_at"),
            *("canary_group", "canary_minutes", "canary_lost_at", "version"),
        ]

    def get_can(self, channel: Channel) -> dict[str, bool]:
        can = abilities_of(channel.kind)
        return {name: getattr(can, name) for name in ("sends", "hears", "acknowledges", "echoes", "looks", "tells_session")}

    def get_down_since(self, channel: Channel) -> str | None:
        since = breaker.down_since(channel)
        return since.isoformat() if since else None


class ChannelBody(serializers.Serializer[Any]):
    """What a channel is told; which fields it needs, its kind says."""

    slug = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=ChannelKind.choices)
    active = serializers.BooleanField(required=False)
    base_url = serializers.CharField(max_length=200, required=False, allow_blank=True)
    user = serializers.CharField(max_length=80, required=False, allow_blank=True)
    device = serializers.CharField(max_length=120, required=False, allow_blank=True)
    pace = serializers.IntegerField(min_value=1, max_value=600, required=False)
    password = serializers.CharField(max_length=500, required=False, write_only=True, trim_whitespace=False)
    webhook_secret = serializers.CharField(max_length=500, required=False, write_only=True, trim_whitespace=False)
    verify_token = serializers.CharField(max_length=500, required=False, write_only=True, trim_whitespace=False)


class ChannelChanges(ChannelBody):
    """The same without slug and kind, which do not change, and with the canary."""

    slug = None  # type: ignore[assignment]
    kind = None  # type: ignore[assignment]
    canary_group = serializers.PrimaryKeyRelatedField(queryset=Group.objects.all(), required=False, allow_null=True)
    canary_minutes = serializers.IntegerField(min_value=0, max_value=1440, required=False)


class GroupSerializer(serializers.ModelSerializer[Group]):
    channel = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    team = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)

    class Meta:
        model = Group
        fields = [
            *("id", "name", "purpose", "region", "team", "channel", "address", "invite_link", "shows_customer", "active"),
            "version",
        ]


class GroupBody(serializers.Serializer[Any]):
    """A group: for what, on which channel (its slug), at which address."""

    name = serializers.CharField(max_length=80)
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    region = serializers.IntegerField(min_value=1, max_value=7, required=False, allow_null=True)
    team = serializers.SlugRelatedField[Any](slug_field="name", queryset=Team.objects.all(), required=False, allow_null=True)
    channel = serializers.SlugRelatedField[Any](slug_field="slug", queryset=Channel.objects.all())
    address = serializers.CharField(max_length=120, required=False, allow_blank=True)
    invite_link = serializers.URLField(max_length=200, required=False, allow_blank=True)
    shows_customer = serializers.BooleanField(required=False)
    active = serializers.BooleanField(required=False)


class TestBody(serializers.Serializer[Any]):
    """The group that gets the test message."""

    __test__ = False
    group = serializers.PrimaryKeyRelatedField(queryset=Group.objects.all())


class ProbeSerializer(serializers.ModelSerializer[Probe]):
    """A test message or a canary, and what became of it."""

    group = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)

    class Meta:
        model = Probe
        fields = ["id", "group", "is_canary", "text", "state", "created_at", "sent_at", "heard_at", "problem"]


def _parted(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    secrets = {name: values.pop(name) for name in SECRETS if name in values}
    return values, secrets


class ChannelViewSet(ActViewSet):
    """Channels: the ways out of the house (HC-5)."""

    model = Channel
    serializer_class = ChannelSerializer
    lookup_field = "slug"
    acts: ClassVar = {
        "list": "channel.list",
        **dict.fromkeys(("create", "partial_update", "test", "by_hand", "by_itself", "close_breaker"), "channel.edit"),
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("canary_group")

    @extend_schema(request=ChannelBody, responses={201: ChannelSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """A new channel. 400 names what its kind still needs."""

        def made(*, by: Person, **given: Any) -> Channel:
            values, secrets = _parted(given)
            return channels.create_channel(by=by, secrets=secrets, **values)

        return self.make(ChannelBody, made)

    @extend_schema(request=ChannelChanges, responses=ChannelSerializer)
    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        """Change it; a secret that is left out stays as it was."""

        def changed(channel: Channel, *, by: Person, **given: Any) -> Channel:
            values, secrets = _parted(given)
            return channels.change_channel(channel, by=by, changes=values, secrets=secrets)

        return self.act(ChannelChanges, changed, changes_fields=True)

    @extend_schema(request=TestBody, responses={202: ProbeSerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, **_kwargs: Any) -> Response:
        """Send a test message to one of its groups; the worker sends it."""
        return self.act(TestBody, probes.send_test, status=202, answer=ProbeSerializer)

    @extend_schema(request=None, responses=ChannelSerializer)
    @action(detail=True, methods=["post"], url_path="by-hand")
    def by_hand(self, request: Request, **_kwargs: Any) -> Response:
        """From now on people send for it; what waits goes to them."""
        return self.act(None, breaker.send_by_hand)

    @extend_schema(request=None, responses=ChannelSerializer)
    @action(detail=True, methods=["post"], url_path="by-itself")
    def by_itself(self, request: Request, **_kwargs: Any) -> Response:
        """New messages go by the gateway again."""
        return self.act(None, breaker.send_by_itself)

    @extend_schema(request=None, responses=ChannelSerializer)
    @action(detail=True, methods=["post"], url_path="close-breaker")
    def close_breaker(self, request: Request, **_kwargs: Any) -> Response:
        """Try again now."""
        return self.act(None, breaker.close_breaker)


class GroupViewSet(ActViewSet):
    """Groups: who is reached where."""

    model = Group
    serializer_class = GroupSerializer
    ordering = ("name", "id")
    acts: ClassVar = {"list": "group.list", "create": "group.edit", "partial_update": "group.edit"}

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("channel", "team")

    @extend_schema(request=GroupBody, responses={201: GroupSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """A new group."""
        return self.make(GroupBody, channels.create_group)

    @extend_schema(request=GroupBody, responses=GroupSerializer)
    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        """Change it."""

        def changed(group: Group, *, by: Person, **values: Any) -> Group:
            return channels.change_group(group, by=by, changes=values)

        return self.act(GroupBody, changed, changes_fields=True)
