"""The first gates of the API, in this order: signed in (401), statement signed (403), the role may at all (403)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import Person
from accounts.roles import require
from common.problems import NotAllowed

if TYPE_CHECKING:  # the settings name this module, so the views must not be imported from here
    from rest_framework.views import APIView


class SignedIn(BasePermission):
    """Somebody; the statement need not be signed yet. For ``me/`` and signing alone."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return bool(request.user and request.user.is_authenticated)


def require_set_up(person: Person) -> None:
    """403 where the role needs a second factor and the person has none yet."""
    if person.must_add_second_factor:
        raise NotAllowed(_("Peran Anda wajib memakai kode kedua. Pasang dulu di halaman akun."), code="second-factor-needed")


class SignedStatement(SignedIn):
    """Signed in, the second factor that the role needs set up, and the confidentiality statement signed (QM-3)."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not super().has_permission(request, view):
            return False
        require_set_up(cast(Person, request.user))
        if cast(Person, request.user).statement_signed_at is None:
            raise NotAllowed(_("Tanda tangani dulu pernyataan kerahasiaan."), code="statement-not-signed")
        return True


class RoleMay(BasePermission):
    """The view's ``acts`` name the act behind each operation; a role that may never do it is refused before any look-up.

    ``None`` in ``acts`` means everybody. An operation that ``acts`` does not name is a mistake of ours and fails loudly.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        operation = getattr(view, "action", (request.method or "").lower())
        acts: Mapping[str, str | None] = view.acts  # type: ignore[attr-defined]
        if operation in (None, "options") or not hasattr(view, operation):
            return True  # asked what there is, or no such operation: the answer is 405, for everybody
        act = acts[operation] if operation in acts or operation != "retrieve" else acts["list"]
        if act is not None:
            require(cast(Person, request.user), act)
        return True
