"""What nobody should type, typed into every form that the pages show: an answer in words, and never a fault of ours."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from tests.doors.test_looks import readers
from tests.doors.world import ROLES, World

BAD = {
    "nul": "Mati\x00total",
    "emoji": "🔥👨‍👩‍👧‍👦" * 200,
    "long": "panjang " * 250_000,
    "markup": "\"><script>alert(1)</script>{{ 7*7 }}' OR 1=1 --",
    "number": "-99999999999999999999999",
    "turned": "\u202e\ufeff\u0000\ud7ff\uffff",
}
FIXED = ("csrfmiddlewaretoken",)


@dataclass
class Form:
    """Where a form goes, and what a browser would send: by name the value, and the names of files."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    """The posting forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = given.get("hx-post") or given.get("action", "")
            self._open = Form(action) if given.get("method", "").lower() == "post" or "hx-post" in given else None
            if self._open:
                self.found.append(self._open)
        elif self._open and tag in ("input", "textarea", "select") and given.get("name"):
            self._field(tag, given, self._open)
        elif self._open and tag == "option" and self._select and given.get("value"):
            self._open.values[self._select] = self._open.values[self._select] or given["value"]

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        self._select = given["name"] if tag == "select" else ""
        if given.get("type") == "file":
            form.files.add(given["name"])
        else:
            form.values[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def forms(world: World) -> Iterator[tuple[str, str, Form]]:
    """Each form once: who has it, on which page, and the form."""
    seen: set[tuple[str, frozenset[str]]] = set()
    for door, who in readers():
        browser = Client(raise_request_exception=False)
        browser.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[who]
        path = world.address(door, 0)
        answer = browser.get(path, follow=True)
        path = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        if answer.streaming:
            continue
        reading = Forms()
        reading.feed(answer.content.decode(errors="replace"))
        for form in reading.found:
            form.action = form.action or path.partition("?")[0]
            known = (form.action, frozenset(form.values))
            if known not in seen and form.action.startswith("/") and "/logout" not in form.action:
                seen.add(known)
                yield who, path, form


def sent(form: Form, bad: str, only: str = "") -> dict[str, object]:
    """The form's values with the bad one in one field, or in all of them."""
    values: dict[str, object] = {
        name: bad if name not in FIXED and name == (only or name) else value for name, value in form.values.items()
    }
    return values | {name: SimpleUploadedFile("data.xlsx", b"PK\x03\x04" + bad[:5000].encode()) for name in form.files}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.req("HC-1")
@pytest.mark.parametrize("kind", BAD)
def test_no_form_breaks_on_what_nobody_should_type(kind, world):
    broken: list[str] = []
    tried = 0
    for who, page, form in list(forms(world)):
        for only in ["", *(name for name in form.values if name not in FIXED)][:12]:
            browser = Client(raise_request_exception=False)
            browser.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[who]
            with transaction.atomic():
                answer = browser.post(form.action, sent(form, BAD[kind], only))
                transaction.set_rollback(True)
            tried += 1
            if answer.status_code >= 500:
                broken.append(f"{form.action} of {page} as {ROLES[who]}, {kind} in {only or 'all'}: {answer.status_code}")
    assert connection.is_usable()
    assert not broken, "\n".join(broken)
    assert tried > 300
