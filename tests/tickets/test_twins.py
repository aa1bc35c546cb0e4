"""Tickets logged twice are linked, never merged, and the link can be undone (HC-8)."""

import pytest

from tests.tickets.conftest import FORM
from tickets.actions import Intake, log_ticket
from tickets.models import Ticket, Twin

pytestmark = pytest.mark.req("HC-8")


@pytest.fixture
def pair(agent):
    return [log_ticket(Intake(**{**FORM, "service_number": f"13115990{number}"}), by=agent) for number in (1001, 1002, 1003)]


def url(ticket: Ticket, act: str) -> str:
    return f"/api/v1/tickets/{ticket.number}/{act}/"


def test_linked_both_show_it_and_nothing_moves(pair, api, sign_in, agent):
    first, twin, _third = pair
    before = list(Ticket.objects.order_by("id").values("status", "kind", "description", "repeat_count"))
    linked = api(agent).post(url(twin, "twin"), {"of": first.number.lower()})
    assert (linked.status_code, linked.json()["twin_of"]) == (200, first.number)
    assert list(Ticket.objects.order_by("id").values("status", "kind", "description", "repeat_count")) == before
    browser = sign_in(agent)
    assert f"dikerjakan di {first.number}" in browser.get(twin.url).content.decode()
    assert f"menautkan kembaran {twin.number}" in browser.get(first.url).content.decode()


def test_undone_both_stand_for_themselves_and_the_history_keeps_it(pair, api, sign_in, agent):
    first, twin, _third = pair
    assert sign_in(agent).post(f"/tickets/{twin.number}/twin/", {"of": first.number}).url == twin.url
    assert api(agent).post(url(twin, "untwin")).json()["twin_of"] is None
    assert (Twin.objects.get().linked_by, Twin.objects.get().unlinked_by) == (agent, agent)
    assert api(agent).post(url(twin, "untwin")).status_code == 409
    assert api(agent).post(url(twin, "twin"), {"of": first.number}).status_code == 200


def test_what_makes_no_sense_is_refused(pair, api, agent, stranger):
    first, twin, third = pair
    program = api(agent)
    for of in (twin.number, "T-999999", "", "x" * 20, "T-1\x00"):
        assert program.post(url(twin, "twin"), {"of": of}).status_code == 400
    program.post(url(twin, "twin"), {"of": first.number})
    assert program.post(url(twin, "twin"), {"of": third.number}).status_code == 409
    assert program.post(url(third, "twin"), {"of": twin.number}).status_code == 409
    assert program.post(url(first, "twin"), {"of": third.number}).status_code == 409
    assert api(stranger).post(url(third, "twin"), {"of": first.number}).status_code == 404
