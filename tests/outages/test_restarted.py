"""Everything ends inside a pause or inside closed hours, and is started again: no moment is lost or changed (trust.md T5)."""

from datetime import timedelta

import pytest

from tests.outages.conftest import Outage
from tests.servers import program
from tests.tickets.conftest import FORM
from tests.workers import eventually

pytestmark = [pytest.mark.req("ESC-3", "ESC-5"), pytest.mark.slow, pytest.mark.servers, pytest.mark.xdist_group("outages")]
RUNGS = (
    "select array_agg(r.due_at order by r.id) from escalation_clockrung r join escalation_clock c on c.id = r.clock_id"
    " where c.ticket_id = %s and c.milestone = 'solution'"
)
FIRST_DUE = "select min(r.due_at) from escalation_clockrung r join escalation_clock c on c.id = r.clock_id where c.ticket_id = %s"
FIRED_AT = (
    "select min(r.ended_at) from escalation_clockrung r join escalation_clock c on c.id = r.clock_id"
    " where c.ticket_id = %s and r.state in ('fired', 'late')"
)
# Hard complaints of region 7 are to be taken within a minute, and people are told only in the two hours that begin tomorrow.
QUIET = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import Person
from common.clock import now
from escalation.actions.calendars import save_calendar
from escalation.actions.policies import create_policy
by, day = Person.objects.get(agent_code="90001"), timezone.localtime(now()) + timedelta(days=1)
hours = [["09:00", "11:00"]]
calendar = save_calendar(by=by, slug="besok", name="Besok", weekly={str(day.weekday()): hours})
milestones = [{"milestone": "claim", "seconds": 60, "rungs": [{"after_seconds": 0, "whom": "group"}]}]
create_policy(by=by, name="Besok", kind="hard_complaint", region=7, notifying=calendar, milestones=milestones)
"""


def logged(client, number: str, **more) -> tuple[str, int]:
    """The number of a new ticket, and its key."""
    made = client.post("/api/v1/tickets/", json=FORM | {"service_number": number} | more)
    assert made.status_code == 201, made.text
    ticket = made.json()["number"]
    return ticket, int(ticket.removeprefix("T-"))


def everything_ends(house: Outage) -> None:
    """No process is left; the queue is forgotten."""
    house.end()
    house.redis.kill()


def starts_again(house: Outage) -> None:
    house.redis.start()
    house.start()
    eventually(lambda: house.ready() == 200, within=60)


def test_what_stands_still_while_everything_is_restarted_goes_on_later_by_the_pause(house: Outage) -> None:
    agent = program(house, "10001")
    number, ticket = logged(agent, "16810001")
    before = house.postgres.value(RUNGS, ticket)
    assert agent.post(f"/api/v1/tickets/{number}/pause/", json={"reason": "Menunggu"}).status_code == 200
    everything_ends(house)
    house.forward(30 * 3600)
    starts_again(house)
    assert house.postgres.value(FIRED_AT, ticket) is None
    assert agent.post(f"/api/v1/tickets/{number}/resume/").status_code == 200
    moved = [after - due - timedelta(hours=30) for after, due in zip(house.postgres.value(RUNGS, ticket), before, strict=True)]
    assert timedelta(0) <= min(moved) <= max(moved) < timedelta(minutes=2)  # the real seconds that stopping and starting took


def test_what_fell_due_in_closed_hours_fires_at_the_opening_after_a_restart(house: Outage) -> None:
    house.shell(QUIET)
    _number, ticket = logged(program(house, "10001"), "16810002", criteria=["threat"], region=7)
    opening = house.postgres.value(FIRST_DUE, ticket)
    everything_ends(house)
    ahead = timedelta(seconds=house.ahead)
    house.forward(int((opening - house.postgres.value("select clock_timestamp()") - ahead).total_seconds()) - 30)
    starts_again(house)
    fired = eventually(lambda: house.postgres.value(FIRED_AT, ticket), within=120)
    assert timedelta(0) <= fired - opening <= timedelta(seconds=60)
