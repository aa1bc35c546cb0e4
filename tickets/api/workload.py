"""Who has how much, and moving it, over HTTP (OB-5)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.base import Conventions
from accounts.models import Duty, Person
from common.problems import Invalid, NotVisible
from tickets import workload
from tickets.actions.moving import MOST_AT_ONCE, move_work
from tickets.api.serializers import PersonSerializer


class LoadOfPersonSerializer(serializers.Serializer[Any]):
    """One person's work at this moment; ``more`` counts what floors above know (``callbacks``, ``promises``)."""

    agent_code = serializers.CharField(source="person.agent_code")
    name = serializers.CharField(source="person.online_name")
    team = serializers.CharField(source="person.team.name")
    duty = serializers.ChoiceField(choices=Duty.choices, source="person.duty")
    skills = serializers.ListField(child=serializers.CharField(), source="person.skills")
    service_lines = serializers.ListField(child=serializers.CharField(), source="person.lines")
    open = serializers.IntegerField()
    late = serializers.IntegerField()
    oldest_at = serializers.DateTimeField(allow_null=True)
    more = serializers.DictField(child=serializers.IntegerField())


class MoveBody(serializers.Serializer[Any]):
    """``assignee``: an agent code; left out, each ticket goes to whoever of its team is on duty, has the skill and the least."""

    tickets = serializers.ListField(child=serializers.CharField(max_length=20), max_length=MOST_AT_ONCE)
    assignee = serializers.CharField(max_length=8, required=False, allow_blank=True)


class MovedSerializer(serializers.Serializer[Any]):
    """What became of one ticket."""

    number = serializers.CharField()
    to = PersonSerializer(allow_null=True)
    refused = serializers.CharField(allow_blank=True)


class WorkloadView(Conventions, APIView):
    """The people of the own teams with their work, the most loaded first."""

    acts: ClassVar[Mapping[str, str | None]] = {"get": "workload.list"}

    @extend_schema(responses=LoadOfPersonSerializer(many=True))
    def get(self, request: Request, **_kwargs: Any) -> Response:
        """At most 300 people."""
        return Response(LoadOfPersonSerializer(workload.loads(self.person), many=True).data)


class MoveView(Conventions, APIView):
    """Tickets of one person go to somebody else."""

    acts: ClassVar[Mapping[str, str | None]] = {"post": "workload.move"}

    @extend_schema(request=MoveBody, responses=MovedSerializer(many=True))
    def post(self, request: Request, code: str, **_kwargs: Any) -> Response:
        """Each ticket for itself: what cannot go stays and says why."""
        holder = next((each for each in workload.people_of(self.person) if each.agent_code == code), None)
        if holder is None:
            raise NotVisible(_("Orang ini tidak ada di tim Anda."))
        asked = self.read(MoveBody)
        moved = move_work(holder, asked["tickets"], _person(asked.get("assignee", "")), by=self.person)
        return Response(MovedSerializer(moved, many=True).data)


def _person(code: str) -> Person | None:
    if not code:
        return None
    person = Person.objects.select_related("team").filter(agent_code=code).first()
    if person is None:
        raise Invalid(_("Kode agen ini tidak dikenal."), errors={"assignee": [_("Kode agen ini tidak dikenal.")]})
    return person
