"""The OpenAPI document: what every operation has in common is said here once."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
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
        statuses += [409, 422]
        headers.append(KEY)
    if method == "patch":
        statuses += [409, 428]
    if of_one_object and method in ("post", "patch"):
        statuses.append(412)
        headers.append(MATCH)
    return sorted(statuses), headers
