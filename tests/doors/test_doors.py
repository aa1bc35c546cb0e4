"""Who gets through which door: every address and method of the resolver, every role, own, team's and other team's object.

What holds stands in ``doors.txt``, which a person reviews. A door that is missing there fails. ``KAWAL_WRITE_DOORS=missing`` adds
those that are missing, ``KAWAL_WRITE_DOORS=all`` writes all anew; then read the difference. See docs/testing.md.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django.db import connection, transaction
from django.template.backends.django import Template

from tests.doors.bodies import body_of
from tests.doors.routes import Door, all_doors
from tests.doors.world import COLLEAGUES, OTHERS, OWNERS, ROLES, World, kind_of, writes

BOOK = Path(__file__).with_name("doors.txt")
WRITE = os.environ.get("KAWAL_WRITE_DOORS", "")
DOORS = all_doors()
APPS = sorted({door.app for door in DOORS})
HEAD = """\
# Who gets through which door. Columns: Agent, team Leader, Supervisor, support Hc (H), Tier-2, Qc, aDministrator, Client reader;
# behind the bar: a Newcomer who has not signed the statement, one who is Gone (switched off while signed in), and nobody (X).
# Where an object is named, two groups follow: a colleague's of the same team (for those to whom that can make a difference),
# and one of another team. A role that never may is asked at the own one alone, and shown as a point afterwards.
#   +  done or shown        o  may, but these words or this state are refused (400, 409, 412, 415, 422, 428)
#   3  403  4  404  5  405  1  401  L  to the sign-in page  S  to the statement
"""
SAYS = {401: "1", 403: "3", 404: "4", 405: "5"}
MAY_BUT = (400, 409, 412, 413, 415, 422, 428)
# Who takes data out of the house, or hears a customer, stands in the history.
EXPORTS = {
    "GET /queue/export/",
    "GET /tickets/export/",
    "GET /figures/export/",
    "GET /figures/hands/export/",
    "GET /caring/report/export/",
    "GET /campaigns/{pk}/export/",
    "GET /api/v1/campaigns/{pk}/export/",
    "GET /imports/{pk}/refused.csv",
    "GET /api/v1/imports/{pk}/refused/",
    "GET /mail/files/{pk}/",
    "GET /mail/messages/{pk}/raw/",
    "GET /evaluations/{pk}/sheet.{ending}",
    "GET /evidence/{pk}/bukti.{ending}",
    "GET /api/v1/evidence/{pk}/pdf/",
    "GET /api/v1/evidence/{pk}/xlsx/",
    "GET /recordings/{pk}/audio/",
    "GET /api/v1/recordings/{pk}/audio/",
}
NOT_READY = {"GET /readyz"}  # 503: nothing beats here


def said(answer: Any) -> str:
    """The letter for this answer; the status itself where there is none, which is a fault."""
    target = answer.headers.get("Location", "")
    if answer.status_code in (301, 302, 303) and "/login/?next=" in target:
        return "L"
    if answer.status_code in (301, 302, 303) and target.startswith("/statement/"):
        return "S"
    if answer.status_code in MAY_BUT:
        return "o"
    return "+" if answer.status_code < 400 else SAYS.get(answer.status_code, str(answer.status_code))


def tried(world: World, door: Door, who: str, owner: int, faults: list[str]) -> str:
    """The letter for one person at one door. What it changed is taken back; who is refused or only looks must change nothing."""
    with transaction.atomic(), writes() as written:
        answer = world.ask(door, who, owner, body_of(door.method, door.address))
        transaction.set_rollback(True)
    letter = said(answer)
    if door.name in NOT_READY and answer.status_code == 503:
        letter = "+"
    if written and (letter not in "+o" or door.method == "get") and door.name not in EXPORTS:
        faults.append(f"{door.name} as {who} on {OWNERS[owner]}: {letter}, but wrote {written}")
    if len(letter) > 1:
        faults.append(f"{door.name} as {who} on {OWNERS[owner]}: {answer.status_code} {answer.content[:300]!r}")
    return letter


def line(world: World, door: Door, faults: list[str]) -> str:
    """The door's line in the book. What is refused to browsers by its method alone, before anything is asked, is ``never``."""

    def row(people: Iterable[str], owner: int = 0, never: str = "") -> str:
        return " ".join("." if who in never else tried(world, door, who, owner, faults) for who in people)

    first = row("A")
    if first == "5":
        return f"{door.name:62} never"
    groups = [f"{first} {row([*ROLES][1:])} | {row(OTHERS)}"]
    if door.has_object:
        never = "".join(who for who, letter in zip(ROLES, groups[0].split(), strict=False) if letter == "3")
        groups += [row(COLLEAGUES.get(kind_of(door), ""), 1, never) or "-", row(ROLES, 2, never)]
    return f"{door.name:62} {'   '.join(groups)}"


def book() -> dict[str, str]:
    """The reviewed lines by door."""
    lines = BOOK.read_text().splitlines() if BOOK.exists() else []
    return {" ".join(row.split()[:2]): row for row in lines if row and not row.startswith("#")}


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gets in is decided before anything is drawn; drawing thousands of pages would take minutes."""
    monkeypatch.setattr(Template, "render", lambda *_given, **_named: "")


def in_turn(door: Door) -> bool:
    """Whether this shape of Kawal tries the door in a usual run: who may do what is the same on both, so each takes one half."""
    return bool(WRITE) or crc32(door.name.encode()) % 2 == int(connection.vendor == "postgresql")


@pytest.mark.django_db
@pytest.mark.req("QM-3")
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("half", ["one", pytest.param("other", marks=pytest.mark.slow)])
def test_everybody_gets_through_the_doors_that_the_book_says_and_no_other(half, app, world):
    faults: list[str] = []
    known = book() if WRITE == "missing" else {}
    tried_now = [door for door in DOORS if door.app == app and door.name not in known and in_turn(door) is (half == "one")]
    found = {door.name: line(world, door, faults) for door in tried_now}
    if WRITE:
        write(found)
    known = book()
    wrong = [f"{found[name]}\n{known.get(name, 'not in doors.txt')}" for name in found if known.get(name) != found[name]]
    assert not faults, "\n".join(faults)
    assert not wrong, "found, and what doors.txt says:\n" + "\n".join(wrong)


def write(found: dict[str, str]) -> None:
    """The lines into the book, which keeps its other ones and forgets doors that are gone."""
    kept = {name: row for name, row in book().items() if name in {door.name for door in DOORS}} | found
    rows = [HEAD]
    for each in APPS:
        rows.append(f"\n# {each}\n" + "".join(f"{kept[door.name]}\n" for door in DOORS if door.app == each and door.name in kept))
    BOOK.write_text("".join(rows))


def test_the_book_has_no_door_that_is_gone():
    assert set(book()) <= {door.name for door in DOORS}
