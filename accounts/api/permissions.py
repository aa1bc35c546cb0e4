"""The first gates of the API, in this order: signed in (401), statement signed (403), the role may at all (403)."""

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.roles import require
from common.problems import NotAllowed


class SignedIn(BasePermission):
    """Somebody; the statement need not be signed yet. For ``me/`` and signing alone."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user and request.user.is_authenticated)


class SignedStatement(SignedIn):
    """Signed in, and the confidentiality statement signed (QM-3)."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        if request.user.statement_signed_at is None:
            raise NotAllowed(_("Tanda tangani dulu pernyataan kerahasiaan."), code="statement-not-signed")
        return True


class RoleMay(BasePermission):
    """The view's ``acts`` name the act behind each operation; a role that may never do it is refused before any look-up.

    ``None`` in ``acts`` means everybody. An operation that ``acts`` does not name is a mistake of ours and fails loudly.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        operation = getattr(view, "action", None) or (request.method or "").lower()
        if getattr(view, "action", "") is None:
            return True  # no such operation: the answer is 405, for everybody
        act = view.acts[operation]  # type: ignore[attr-defined]
        if act is not None:
            require(request.user, act)
        return True
