"""What Django and axes tell about signing in, as history. Each receiver calls one action."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.actions import lock_out, refuse_sign_in, sign_in, sign_out
from accounts.models import Person


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
def signed_in(user: Person, **_kwargs: Any) -> None:
    sign_in(user, by=user)


@receiver(user_logged_out, dispatch_uid="accounts.signed_out")
def signed_out(user: Person | None, **_kwargs: Any) -> None:
    if user is not None:
        sign_out(user, by=user)


@receiver(user_login_failed, dispatch_uid="accounts.refused")
def refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    if not getattr(request, "axes_locked_out", False):
        refuse_sign_in(str(credentials.get("username", "")))


@receiver(user_locked_out, dispatch_uid="accounts.locked_out")
def locked_out(request: HttpRequest, username: str, **_kwargs: Any) -> None:
    """Once when the door closes, and not for each knock on the closed door."""
    if getattr(request, "axes_failures_since_start", None) is not None:
        lock_out(username)
