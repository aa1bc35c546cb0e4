"""Every page that the book of doors knows, and those before and beside the doors: axe, a ruler and the console find nothing, in
every size, scheme and language."""

from collections.abc import Iterator
from html import unescape

import pytest
from django.conf import settings

from tests.doors.routes import Door, all_doors
from tests.doors.test_doors import book
from tests.doors.window import NARROW, WIDE, window
from tests.doors.world import ROLES, World

SIZES = {"desk": WIDE, "phone": NARROW}
# To nobody, to one who has not signed, and what is not there or not for this person.
BESIDE = (("X", "/login/"), ("N", "/statement/"), ("A", "/tickets/T-999999/"), ("A", "/channels/"))


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Who looks at which address."""
    yield from BESIDE
    yield from ((who, world.address(door, 0)) for door, who in readers())


def readers() -> Iterator[tuple[Door, str]]:
    """Each page, and the first role to whom it shows itself."""
    known = book()
    for door in all_doors():
        letters = known[door.name].split()[2 : 2 + len(ROLES)]
        if door.method == "get" and not door.is_api and "+" in letters:
            yield door, [*ROLES][letters.index("+")]


def looked_at(world: World, browser, size: str, scheme: str, language: str) -> tuple[set[str], list[str]]:
    """The addresses of the pages that were drawn, and what was found on them."""
    seen: set[str] = set()
    found: list[str] = []
    with window(browser, SIZES[size], scheme, language) as looking:
        for who, path in pages(world):
            looking.client.cookies.clear()
            looking.client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies.get(who, "")
            answer = looking.client.get(path, headers={"Accept-Language": language}, follow=True)
            last = answer.redirect_chain[-1][0] if answer.redirect_chain else path
            if f"{who} {last}" in seen or answer.streaming or b"<html" not in answer.content:
                continue
            seen.add(f"{who} {last}")
            found += [f"{last} as {who}: {finding}" for finding in looking.findings(last)]
            assert looking.title() in unescape(answer.content.decode()), f"{last}: the browser shows {who} another page"
    return seen, found


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nobody_finds_a_fault_on_any_page(size, scheme, language, world, browser):
    seen, found = looked_at(world, browser, size, scheme, language)
    assert not found, "\n".join(found)
    assert len(seen) > 80
