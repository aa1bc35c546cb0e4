"""What views need for live parts: is a part asked for, has it changed, how to say that something was done, and which address
leads back into Kawal."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from common import clock

UNDO = "undo:"
NO_CONTENT = 204
LONGEST_ADDRESS = 2000


class Undo(NamedTuple):
    """Where to post for taking an act back, and for how long that is offered."""

    url: str
    seconds: int


def wants_part(request: HttpRequest) -> bool:
    """Whether only a part of the page is asked for: by htmx or live.js, but not by a boosted link or on the way back."""
    whole = "true" in (request.headers.get("HX-Boosted"), request.headers.get("HX-History-Restore-Request"))
    return request.headers.get("HX-Request") == "true" and not whole


def unchanged(request: HttpRequest, version: int | str) -> bool:
    """Whether the reader already has ``version``; the cheap question to ask before anything is selected."""
    return wants_part(request) and request.GET.get("v") == str(version)


def nothing_new() -> HttpResponse:
    """204: the page keeps what it shows. The time goes along, so that clocks on the page stay right."""
    return timed(HttpResponse(status=NO_CONTENT))


def live(request: HttpRequest, template: str, context: dict[str, Any], *, version: int | str) -> HttpResponse:
    """The whole page, or for live.js its part ``template#part`` named by ``context["part"]``, with its version (X-Version).

    Ask ``unchanged`` first and answer ``nothing_new()``: that way an idle list costs one small query.
    """
    if wants_part(request):
        template = f"{template}#{context['part']}"
    response = timed(render(request, template, {**context, "version": version}))
    response["X-Version"] = str(version)
    return response


def toast(request: HttpRequest, text: str, *, undo_url: str = "", seconds: int = 10) -> None:
    """Say what happened on the next page, with *Urungkan* for ``seconds`` when ``undo_url`` is given. Errors are never toasts."""
    messages.success(request, text, extra_tags=f"{UNDO}{seconds}:{undo_url}" if undo_url else "")


def undo_of(message: Message) -> Undo | None:
    """The undo that ``toast`` attached."""
    tags = message.extra_tags or ""
    if not tags.startswith(UNDO):
        return None
    seconds, _colon, url = tags.removeprefix(UNDO).partition(":")
    return Undo(url, int(seconds))


def timed(response: HttpResponse) -> HttpResponse:
    """Send the server's time along, from which the page's clocks count."""
    response["X-Now"] = str(int(clock.now().timestamp()))
    return response


def own_address(request: HttpRequest, address: str) -> str:
    """``address`` where it is one of ours that a browser can follow, else nothing."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    whole = address.startswith(("/", "http")) and address.isprintable() and len(address) <= LONGEST_ADDRESS
    return address if ours and whole else ""
