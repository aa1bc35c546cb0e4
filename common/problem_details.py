"""Problem details (RFC 9457): the form in which the API refuses, from wherever the refusal comes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Invalid",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Unsupported media type",
    422: "Unprocessable",
    428: "Precondition required",
    429: "Too many requests",
    500: "Our fault",
    503: "Not ready",
}
CODES = {
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
    500: "our-fault",
    503: "not-ready",
}


def details(status: int, detail: str, *, code: str = "", **members: Any) -> dict[str, Any]:
    """The members of a problem; ``type`` is relative, so that it is the same on every host. Empty members are left out."""
    problem = {
        "type": f"/problems/{code or CODES.get(status, 'invalid')}",
        "title": TITLES.get(status, "Problem"),
        "status": status,
        "detail": detail,
    }
    return problem | {name: value for name, value in members.items() if value}


def plain(status: int, detail: str, *, code: str = "", headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A problem from outside DRF: middleware, lockout, error pages below ``/api/``."""
    return JsonResponse(details(status, detail, code=code), status=status, content_type=MEDIA_TYPE, headers=headers)


def is_api(request: HttpRequest) -> bool:
    """Whether the answer must be problem details instead of a page."""
    return request.path.startswith("/api/")
