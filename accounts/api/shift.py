"""Start of shift over HTTP (OB-7)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.shift_notes import LONGEST, leave_note
from accounts.api.base import ActViewSet, Conventions
from accounts.models import ShiftNote
from accounts.waiting import waiting_for


class WaitingItemSerializer(serializers.Serializer[Any]):
    """One thing that waits, and the page on which it stands."""

    title = serializers.CharField()
    about = serializers.CharField()
    url = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField(source="is_late")


class WaitingSerializer(serializers.Serializer[Any]):
    """The things of one kind, the most urgent first; ``has_more``: there are others."""

    kind = serializers.CharField(source="kind.name")
    title = serializers.CharField(source="kind.label")
    items = WaitingItemSerializer(many=True)
    has_more = serializers.BooleanField()


class WaitingView(Conventions):
    """What waits for the signed-in person."""

    acts: ClassVar = {"get": "shift.look"}

    @extend_schema(responses=WaitingSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Own tickets, callbacks, returned work, words to tell, briefings to read: as the role has them."""
        return Response(WaitingSerializer(waiting_for(self.person), many=True).data)


class ShiftNoteSerializer(serializers.ModelSerializer[ShiftNote]):
    """A note for whoever comes next in a team."""

    author = serializers.CharField(source="author.agent_code")
    team = serializers.CharField(source="team.name")

    class Meta:
        model = ShiftNote
        fields: ClassVar = ["id", "author", "team", "text", "written_at"]


class ShiftNoteInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST)


class ShiftNoteViewSet(ActViewSet):
    """Notes from shift to shift."""

    model = ShiftNote
    serializer_class = ShiftNoteSerializer
    filterset_class = None
    ordering = ("-id",)
    acts: ClassVar[Mapping[str, str | None]] = {"list": "shift.look", "create": "shift_note.write"}

    def get_queryset(self) -> QuerySet[ShiftNote]:
        return super().get_queryset().select_related("author", "team")

    @extend_schema(request=ShiftNoteInput, responses={201: ShiftNoteSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Leave a note."""
        return self.make(ShiftNoteInput, leave_note)
