"""The register of procedures over HTTP (QM-7)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.procedures import LONGEST, register_procedure
from accounts.api.base import ActViewSet
from accounts.models import Procedure


class ProcedureSerializer(serializers.ModelSerializer[Procedure]):
    """One revision of a document; ``short`` is how clauses cite it."""

    class Meta:
        model = Procedure
        fields: ClassVar = ["id", "short", "code", "title", "revision", "revised_on", "effective_on"]


class ProcedureInput(serializers.Serializer[Any]):
    short = serializers.CharField(max_length=LONGEST["short"])
    code = serializers.CharField(max_length=LONGEST["code"])
    title = serializers.CharField(max_length=LONGEST["title"])
    revision = serializers.CharField(max_length=LONGEST["revision"], required=False, allow_blank=True)
    revised_on = serializers.DateField(required=False, allow_null=True)
    effective_on = serializers.DateField()


class ProcedureViewSet(ActViewSet):
    """The documents that the house works by, every revision of them."""

    model = Procedure
    serializer_class = ProcedureSerializer
    filterset_class = None
    ordering = ("short", "-effective_on", "-id")
    acts: ClassVar[Mapping[str, str | None]] = {"list": "procedure.list", "create": "procedure.edit"}

    @extend_schema(request=ProcedureInput, responses={201: ProcedureSerializer})
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Register a document, or a new revision of one; 409 for a revision that stands there already."""
        return self.make(ProcedureInput, register_procedure)
