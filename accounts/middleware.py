"""What is true for a whole request: language, time zone, the door it came through, the gates, refusals as pages."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.history import door
from accounts.models import Person
from accounts.signing_in import address
from common.htmx import wants_part
from common.problem_details import is_api
from common.problems import NotVisible, Problem

Next = Callable[[HttpRequest], HttpResponse]
OPEN_AT_THE_GATES = {"logout", "set_language", "healthz", "readyz", "metrics"}
GATES: dict[str, Callable[[Person], bool]] = {  # the page at which somebody stands, and for whom it stands open no further
    "second-factor": lambda person: person.must_add_second_factor,
    "statement": lambda person: person.statement_signed_at is None,
}


class LanguageMiddleware:
    """Language, time zone and door.

    Pages: the person's language, else the cookie, else what the browser asks for, else Indonesian. The API speaks English
    unless asked otherwise: its words are read by those who build on it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind = "api" if is_api(request) else "hook" if request.path.startswith("/hooks/") else "page"
        person = _person(request) if kind == "page" else None
        token = door.set(f"{kind} {address(request)}".strip())
        language = _asked(request, "en") if kind == "api" else _language(request, person)
        try:
            with translation.override(language), timezone.override(_zone(person)):
                response = self.get_response(request)
        finally:
            door.reset(token)
        response.headers.setdefault("Content-Language", language)
        # A shared desk must not show the last person's customers; "back" may still find what was typed.
        response.headers.setdefault("Cache-Control", "no-store" if kind == "api" else "private, no-cache")
        patch_vary_headers(response, ["Accept-Language"])
        return response


def _person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) and request.user.is_authenticated else None


def _language(request: HttpRequest, person: Person | None) -> str:
    known = dict(settings.LANGUAGES)
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if person and person.language in known:
        return person.language
    return cookie if cookie in known else _asked(request, settings.LANGUAGE_CODE)


def _asked(request: HttpRequest, otherwise: str) -> str:
    """The first language of Accept-Language that we speak."""
    for asked, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        language = str(asked).split("-")[0]
        if language in dict(settings.LANGUAGES):
            return language
    return otherwise


def _zone(person: Person | None) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(person.team.site.time_zone if person and person.team else settings.TIME_ZONE)


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every page needs somebody signed in. A part answers 401, so that the page around it stays with its unsent words."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if wants_part(request):
            return HttpResponse(status=401)
        return super().handle_no_permission(request, view_func)


class GatesMiddleware:
    """Nobody sees a page before the second factor that the role needs is set up, and the confidentiality statement signed (QM-3).

    The API says so itself, with 403.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if is_api(request) or not getattr(view, "login_required", True):
            return None
        person = _person(request)
        name = request.resolver_match.url_name if request.resolver_match else ""
        gate = next((gate for gate, shuts in GATES.items() if person and shuts(person)), None)
        if gate is None or name == gate or name in OPEN_AT_THE_GATES:
            return None
        if wants_part(request):
            return HttpResponse(status=401)
        asked = request.GET.get("next", "") if name in GATES else request.get_full_path()
        return redirect(f"{reverse(gate)}?{urlencode({'next': asked})}")


class ProblemMiddleware:
    """A refusal that a page did not show itself becomes a page, or the part that stands for it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Problem):
            return None
        if wants_part(request):
            return render(request, "parts/problem.html", {"problem": error}, status=error.status)
        if isinstance(error, NotVisible):
            return render(request, "404.html", {"problem": error}, status=404)
        said = {"problem": error, "status": error.status, "errors": error.errors, "back": _back(request)}
        return render(request, "problem.html", said, status=error.status)


def _back(request: HttpRequest) -> str:
    """The page before, when it was one of ours."""
    before = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    return before if before.startswith(here) else ""
