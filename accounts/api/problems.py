"""Every refusal as problem details (RFC 9457, ``application/problem+json``)."""

from typing import Any

from django.core.exceptions import BadRequest, ObjectDoesNotExist, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from accounts.busy import is_wanting
from common.problem_details import MEDIA_TYPE, details
from common.problems import Invalid, Problem, Stale
from common.uploads import too_large


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: the problem for ``error``; None for a mistake of ours, which then becomes a logged 500."""
    response = _answered(error, context)
    if response is not None:
        response.content_type = MEDIA_TYPE
    return response


def _answered(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, Problem):
        return _of_ours(error)
    if isinstance(error, exceptions.APIException):
        return _of_drf(error)
    if isinstance(error, (Http404, ObjectDoesNotExist)):
        return _simple(404, _("Tidak ada, atau tidak untuk Anda lihat."))
    if isinstance(error, PermissionDenied):
        return _simple(403, _("Peran Anda tidak dapat melakukan ini."))
    if isinstance(error, RequestDataTooBig):
        return _simple(413, too_large(context["request"]))
    if isinstance(error, (BadRequest, SuspiciousOperation, DataError, OverflowError)):
        return _simple(400, _("Ada nilai yang tidak dapat disimpan, misalnya angka yang terlalu besar."))
    if isinstance(error, IntegrityError):
        return _simple(409, _("Orang lain mengubahnya pada saat yang sama. Coba lagi."), code="conflict")
    if is_wanting(error):
        return Response(details(503, _("Basis data sedang sibuk. Coba lagi sebentar.")), status=503, headers={"Retry-After": "2"})
    return None


def _simple(status: int, detail: str, *, code: str = "") -> Response:
    return Response(details(status, detail, code=code), status=status)


def _of_ours(error: Problem) -> Response:
    members: dict[str, Any] = {"errors": {name: [str(each) for each in said] for name, said in error.errors.items()}}
    if isinstance(error, Stale):
        members["current"] = error.current
    return Response(details(error.status, str(error), code=error.code, **members), status=error.status)


def _of_drf(error: exceptions.APIException) -> Response:
    status = error.status_code
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    if isinstance(error, exceptions.ValidationError):
        errors = dict(_flat(error.detail))
        general = errors.pop("", None)
        detail = " ".join(general) if general else _("Ada isian yang belum benar.")
        return Response(details(400, detail, code=Invalid.code, errors=errors), status=400, headers=headers)
    code = getattr(error, "problem_code", "")
    return Response(details(status, str(error.detail), code=code), status=status, headers=headers)


def _flat(detail: Any, path: str = "") -> list[tuple[str, list[str]]]:
    """``{"promise": {"due_at": [...]}}`` as ``promise.due_at``; what belongs to no field stands under the empty name."""
    if isinstance(detail, dict):
        return [pair for name, inner in detail.items() for pair in _flat(inner, _joined(path, str(name)))]
    if isinstance(detail, list) and any(isinstance(each, (dict, list)) for each in detail):
        return [pair for place, inner in enumerate(detail) for pair in _flat(inner, _joined(path, str(place)))]
    return [(path, [str(each) for each in (detail if isinstance(detail, list) else [detail])])]


def _joined(path: str, name: str) -> str:
    name = "" if name in ("non_field_errors", "__all__") else name
    return f"{path}.{name}" if path and name else path or name
