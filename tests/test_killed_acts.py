"""A web process dies at every single statement of an act: all of it happened, or nothing, and asking again does it once (F5)."""

from functools import partial

import pytest
from django.db import connection

from accounts.history import broken_places
from accounts.models import HistoryEntry
from outbound.actions import create_campaign
from outbound.models import Product, Prospect
from tests.dying import killed
from tests.escalation.conftest import FORM
from tests.outbound.arrears import prospects_of
from tickets.models import Ticket

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MOST = 80  # statements; an act that asks more would not be tried to its end


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch, transactional_db):
    """A killed client loses nothing that the server has."""
    options = connection.settings_dict["OPTIONS"] | {"options": "-c synchronous_commit=off -c lock_timeout=20s"}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    connection.close()
    yield
    connection.close()


def killed_everywhere(act, check):
    """Do ``act(place)`` once for each of its statements, dying before it, and ``check(place)`` after each death."""
    for place in range(MOST):
        died = killed(partial(act, place), after=place)
        check(place)
        if not died:
            return place
    raise AssertionError(f"more than {MOST} statements")


@pytest.mark.req("HC-1")
def test_logging_a_ticket_is_all_or_nothing_and_the_same_key_makes_it_once(api, agent):
    asking, acts = api(agent), ["ticket.logged"]

    def log(place):
        body = FORM | {"service_number": f"1999{place:08d}"}
        return asking.post("/api/v1/tickets/", body, headers={"Idempotency-Key": f"key-{place}"})

    def check(place):
        made = Ticket.objects.filter(service_number=f"1999{place:08d}")
        for ticket in made:
            assert (
                list(HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk).values_list("act", flat=True))
                == acts
            )
            assert ticket.clock_rows.exists()
        assert log(place).status_code == 201
        assert made.count() == 1

    assert killed_everywhere(log, check) > 10
    assert list(broken_places()) == []


@pytest.mark.req("CT-2")
def test_taking_a_prospect_is_all_or_nothing_and_asking_again_gives_one(api, outbound_team, team_leader, outbound_agent):
    team_leader.refresh_from_db()
    prospects_of(create_campaign("Dapros", Product.CT0, by=team_leader, team=outbound_team), 3)
    asking = api(outbound_agent)

    def pick(_place):
        return asking.post("/api/v1/prospects/pick/", {})

    def check(_place):
        held = Prospect.objects.filter(held_by=outbound_agent)
        assert held.count() <= 1
        taken = pick(_place)
        assert taken.status_code == 200
        assert list(held.values_list("pk", flat=True)) == [taken.json()["id"]]
        assert asking.post(f"/api/v1/prospects/{taken.json()['id']}/release/", {}).status_code == 200

    assert killed_everywhere(pick, check) > 5
    assert list(broken_places()) == []
