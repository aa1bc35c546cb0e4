"""The answer while the database takes nobody: 503 with Retry-After, from what needs no database (F13, F17, F18)."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _

from common.htmx import wants_part
from common.problem_details import is_api, plain

RETRY_AFTER = 5
FULL = {errno.ENOSPC, errno.EDQUOT}
MOST_FIELDS, MOST_LETTERS = 500, 1_000_000
OURS = "csrfmiddlewaretoken"


def is_wanting(error: BaseException | None) -> bool:
    """Whether it failed for want of the database (no connection left, restarted, locked), or of room on a disk."""
    return isinstance(error, (OperationalError, InterfaceError)) or (isinstance(error, OSError) and error.errno in FULL)


def is_busy() -> bool:
    """Whether what is being answered failed so."""
    return is_wanting(sys.exc_info()[1])


def busy(request: HttpRequest) -> HttpResponse:
    """The same refusal through each door. A form that was sent comes back in the page, to be sent again as it is."""
    if is_api(request):
        answer = plain(503, _("Basis data sedang sibuk. Coba lagi sebentar."))
    elif request.path.startswith("/hooks/"):
        answer = HttpResponse("not now", status=503)
    elif wants_part(request):
        sentence = _("Basis data sedang sibuk. Belum tersimpan; coba lagi sebentar.")
        answer = HttpResponse(f"<div data-problem><p>{sentence}</p></div>", status=503)
    else:
        answer = _page(request)
    answer["Retry-After"] = str(RETRY_AFTER)
    return answer


def _page(request: HttpRequest) -> HttpResponse:
    posted = request.method == "POST"
    fields = _fields(request) if posted else []
    said = {"posted": posted, "sent": bool(fields), "fields": fields, "address": request.get_full_path(), "seconds": RETRY_AFTER}
    # No request is given along: what templates know of a person would have to be asked.
    return render(None, "busy.html", said | {"token": get_token(request) if fields else ""}, status=503)


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, without files. Passwords are never written into a page."""
    try:
        sent = [(name, value) for name, values in request.POST.lists() for value in values if name != OURS]
        with_files = bool(request.FILES)
    except (OSError, MultiPartParserError, ValueError):
        return []
    secret = any("password" in name or name == "otp" for name, _value in sent)
    too_much = len(sent) > MOST_FIELDS or sum(len(value) for _name, value in sent) > MOST_LETTERS
    return [] if secret or with_files or too_much else sent
