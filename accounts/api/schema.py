"""The OpenAPI document: what every operation has in common is said here once."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from drf_spectacular.openapi import AutoSchema
from rest_framework.relations import SlugRelatedField
from rest_framework.serializers import BaseSerializer

from common.problem_details import MEDIA_TYPE, TITLES

PROBLEM = {
    "type": "object",
    "description": "Problem details, RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "example": "/problems/conflict"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people, in the language of Accept-Language."},
        "errors": {
            "type": "object",
            "description": "Per field; a nested field is written with dots.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "current": {"type": "object", "description": "With 412: the object as it is now.", "additionalProperties": {}},
    },
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and body gives the first answer again; kept for 24 hours.",
    "schema": {"type": "string", "maxLength": 255},
}
MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag that was given. PATCH needs it, acts accept it.",
    "schema": {"type": "string"},
}


class KawalSchema(AutoSchema):
    """Groups by collection, and takes the sentence of a view's method as its description."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_filter_backends(self) -> list[Any]:
        """Only lists are filtered."""
        return super().get_filter_backends() if self._is_list_view() else []

    def get_request_serializer(self) -> Any:
        """An act whose body nobody described has none; reading a view's own serializer into it would be a guess."""
        described = super().get_request_serializer()
        is_own = isinstance(described, BaseSerializer) and getattr(self.view, "detail", None) and self.method == "POST"
        return None if is_own else described

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        """What a row may leave empty is empty in answers too: of read-only fields the framework forgets it."""
        described = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "response":
            for name, value in described.get("properties", {}).items():
                _let_be_empty(serializer.fields[name], value)
        return described


def _let_be_empty(field: Any, described: dict[str, Any]) -> None:
    column = _column_of(field)
    if column is None or "$ref" in described:
        return
    if column.null and isinstance(field, SlugRelatedField):
        described["nullable"] = True
    if column.blank and "enum" in described and "" not in described["enum"]:
        described["enum"] = [*described["enum"], ""]
    if described.get("format") == "email":
        del described["format"]  # it may be empty, or covered


def _column_of(field: Any) -> Any:
    """The model's field behind a field of a serializer; None where there is none."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    try:
        found = model and model._meta.get_field(field.source)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def describe_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Adds to every operation the refusals it may answer with and the headers it takes."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    result["components"]["responses"] = {
        f"Problem{status}": {"description": title, "content": content} for status, title in TITLES.items()
    }
    for address, operations in result["paths"].items():
        for method, operation in operations.items():
            statuses, headers = _refusals(method, "{" in address)
            for status in statuses:
                operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})
            operation["parameters"] = [*operation.get("parameters", []), *headers]
    return result


def _refusals(method: str, of_one_object: bool) -> tuple[list[int], list[dict[str, Any]]]:
    statuses, headers = [400, 401, 403, 429, 503], []
    if of_one_object:
        statuses.append(404)
    if method == "post":
        statuses += [404, 409, 422]  # 404 also of what the body names
        headers.append(KEY)
    if method == "patch":
        statuses += [409, 428]
    if method in ("post", "patch", "put"):
        statuses += [413, 415]
    if of_one_object and method in ("post", "patch"):
        statuses.append(412)
        headers.append(MATCH)
    return sorted(set(statuses)), headers
