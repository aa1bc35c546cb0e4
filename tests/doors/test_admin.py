"""The administrator's pages are the administrator's alone: every address of the Django admin, for everybody else."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.doors.routes import PLACE
from tests.doors.world import OTHERS, ROLES, writes

NOT_FOR_WORK = {"login/", "logout/", "jsi18n/"}  # the way in and out, and words for its scripts


def addresses() -> list[str]:
    """Every address of the admin, with a 1 where an object is named."""
    [admin] = [entry for entry in get_resolver().url_patterns if isinstance(entry, URLResolver) and entry.app_name == "admin"]
    return sorted({f"/admin/{below}" for below in _below(admin) if below not in NOT_FOR_WORK})


def _below(resolver: URLResolver) -> list[str]:
    found = []
    for entry in resolver.url_patterns:
        start = PLACE.sub("1", str(entry.pattern)).replace("^", "").replace("$", "")
        found += [start] if isinstance(entry, URLPattern) else [start + each for each in _below(entry)]
    return [each for each in found if "(" not in each]


@pytest.mark.req("QM-3")
def test_nobody_but_an_administrator_gets_into_the_administration(world, settings):
    found = addresses()
    assert len(found) > 20
    for letter in [*ROLES, *OTHERS]:
        browser = Client(raise_request_exception=False)
        if letter in world.cookies:
            browser.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[letter]
        for address in found if letter != "D" else []:
            for ask in (browser.get, browser.post):
                with writes() as written:
                    answer = ask(address)
                target = answer.headers.get("Location", "")
                refused = answer.status_code in (403, 404, 405) or "/login/" in target or target.startswith("/statement/")
                assert refused and not written, (letter, address, answer.status_code, target, written)
