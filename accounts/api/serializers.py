"""People as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Duty, Person
from accounts.roles import MAY, may


class MeSerializer(serializers.ModelSerializer[Person]):
    """The signed-in person and what they may do."""

    name = serializers.CharField(source="online_name", read_only=True)
    team = serializers.SerializerMethodField()
    site = serializers.SerializerMethodField()
    statement_signed = serializers.SerializerMethodField()
    may = serializers.SerializerMethodField()
    stands_in_for = serializers.CharField(source="stands_in_for.agent_code", read_only=True, default=None, allow_null=True)

    class Meta:
        model = Person
        fields = [
            *("agent_code", "online_name", "name", "role", "team", "site", "skills", "duty", "statement_signed", "may"),
            "stands_in_for",
        ]

    @extend_schema_field(
        {"type": "object", "nullable": True, "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    )
    def get_team(self, person: Person) -> dict[str, Any] | None:
        return {"id": person.team.pk, "name": person.team.name} if person.team else None

    def get_site(self, person: Person) -> str | None:
        return person.team.site.code if person.team else None

    def get_statement_signed(self, person: Person) -> bool:
        return person.statement_signed_at is not None

    def get_may(self, person: Person) -> list[str]:
        return [act for act in MAY if may(person, act)]


class SignInSerializer(serializers.Serializer[Any]):
    """Agent code and password. The form of the code is not checked: an unknown one is refused like a wrong password."""

    agent_code = serializers.CharField(max_length=100)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    otp = serializers.CharField(
        max_length=20, required=False, help_text="The code of the phone, where a second factor is set up."
    )


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()


class DutySerializer(serializers.Serializer[Any]):
    duty = serializers.ChoiceField(choices=Duty.choices)
