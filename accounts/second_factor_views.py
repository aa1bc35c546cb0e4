"""The page on which people set up, renew and take away the second factor of signing in."""

from base64 import b32encode
from collections.abc import Callable
from typing import Any, cast

import segno
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import actions
from accounts.actions.second_factor import recovery_codes_left
from accounts.models import Person
from common import htmx
from common.problems import Problem


@never_cache
@sensitive_post_parameters()
def second_factor(request: HttpRequest) -> HttpResponse:
    """What there is, and the one form that goes on from there."""
    person = cast(Person, request.user)
    act = ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None
    if act is None:
        return _page(request)
    try:
        return act(request, person, str(request.POST.get("code", ""))[:20])
    except Problem as refused:
        return _page(request, refused)


def _begin(request: HttpRequest, person: Person, _code: str) -> HttpResponse:
    actions.begin_second_factor(person, by=person)
    return redirect(request.get_full_path())


def _add(request: HttpRequest, person: Person, code: str) -> HttpResponse:
    codes = actions.add_second_factor(person, code, by=person)
    return _codes(request, codes)


def _renew(request: HttpRequest, person: Person, code: str) -> HttpResponse:
    codes = actions.renew_recovery_codes(person, code, by=person)
    return _codes(request, codes)


def _remove(request: HttpRequest, person: Person, code: str) -> HttpResponse:
    actions.remove_second_factor(person, code, by=person)
    _keep_session(request)
    htmx.toast(request, _("Kode kedua dilepas. Perangkat lain harus masuk lagi."))
    return redirect("me")


ACTS: dict[str, Callable[[HttpRequest, Person, str], HttpResponse]] = {
    "begin": _begin, "add": _add, "renew": _renew, "remove": _remove,
}  # fmt: skip


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The recovery codes, on this page and never again."""
    _keep_session(request)
    onward = htmx.own_address(request, request.GET.get("next", "")) or "home"
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "onward": redirect(onward).url})


def _keep_session(request: HttpRequest) -> None:
    """This session goes on; the others end, because their hash no longer fits."""
    update_session_auth_hash(request, Person.objects.get(pk=cast(Person, request.user).pk))


def _page(request: HttpRequest, refused: Problem | None = None) -> HttpResponse:
    person = Person.objects.get(pk=cast(Person, request.user).pk)
    device = TOTPDevice.objects.filter(user=person, confirmed=False).first() if person.second_factor_at is None else None
    said: dict[str, Any] = {
        "person": person,
        "refused": refused,
        "needed": person.role in settings.SECOND_FACTOR_ROLES,
        "left": recovery_codes_left(person) if person.second_factor_at else 0,
    }
    if device:
        picture = segno.make(device.config_url, micro=False)
        said |= {"picture": picture.svg_data_uri(scale=4, border=2, light="#fff"), "secret": _spaced(device)}
    answer = render(request, "accounts/second_factor.html", said, status=refused.status if refused else 200)
    if seconds := getattr(refused, "seconds", 0):
        answer["Retry-After"] = str(seconds)
    return answer


def _spaced(device: TOTPDevice) -> str:
    """The secret as people type it, in fours."""
    secret = b32encode(device.bin_key).decode()
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
