"""What happens when many do the same at the same moment, on PostgreSQL, where locks are real (HC-1, HC-2, HC-4)."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts import actions as people
from accounts.history import broken_places
from accounts.models import HistoryEntry
from tests.tickets.conftest import FORM
from tickets.models import Report, Ticket

# One crowd at a time: two would want more connections than a usual server gives.
pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]
MANY = 12
URL = "/api/v1/tickets/"


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Starts all tasks at the same moment, each with a connection of its own, and gives their answers."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.mark.req("HC-2")
def test_a_form_that_is_sent_many_times_makes_one_ticket(api, agent):
    body = FORM | {"intake_key": str(uuid4())}
    programs = [api(agent) for _ in range(MANY)]
    answers = at_once(*(lambda p=program: p.post(URL, body) for program in programs))
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["number"] for answer in answers} == {Ticket.objects.get().number}
    assert Report.objects.count() == 1


@pytest.mark.req("HC-1")
def test_reports_of_one_number_are_counted_one_by_one(api, agent):
    programs = [api(agent) for _ in range(MANY)]
    answers = at_once(*(lambda p=program: p.post(URL, FORM) for program in programs))
    assert sorted(answer.json()["repeat_count"] for answer in answers) == list(range(MANY))
    assert Ticket.objects.filter(kind="hard_complaint").count() == MANY - 3


@pytest.mark.req("HC-1")
def test_repeat_reports_on_one_ticket_turn_it_hard_once(api, agent, ticket):
    programs = [api(agent) for _ in range(MANY)]
    url, body = f"{URL}{ticket}/repeat-reports/", {"description": "Masih mati"}
    answers = at_once(*(lambda p=program: p.post(url, body) for program in programs))
    assert sorted(answer.json()["repeat_count"] for answer in answers) == list(range(1, MANY + 1))
    assert list(broken_places()) == []


@pytest.mark.req("HC-1")
def test_contacts_that_are_corrected_into_complaints_are_counted_one_by_one(api, agent, log):
    programs = [(api(agent), log(agent, interaction="information")) for _ in range(MANY)]
    body, headers = {"interaction": "complaint"}, {"If-Match": "*"}
    edits = (lambda p=program, t=ticket: p.patch(f"{URL}{t}/", body, headers=headers) for program, ticket in programs)
    assert sorted(answer.json()["repeat_count"] for answer in at_once(*edits)) == list(range(MANY))
    assert Ticket.objects.filter(kind="hard_complaint").count() == MANY - 3


@pytest.mark.req("HC-1")
def test_a_correction_and_reports_at_once_wait_for_each_other(api, agent, ticket):
    programs = [api(agent) for _ in range(MANY)]
    headers = {"If-Match": "*"}
    edits = [
        lambda p=p, n=place: p.patch(f"{URL}{ticket}/", {"interaction": ("request", "complaint")[n % 2]}, headers=headers)
        for place, p in enumerate(programs[:6])
    ]
    reports = [lambda p=p: p.post(f"{URL}{ticket}/repeat-reports/", {"description": "Masih mati"}) for p in programs[6:]]
    assert {answer.status_code for answer in at_once(*edits, *reports)} == {200, 201}
    assert api(agent).patch(f"{URL}{ticket}/", {"interaction": "request"}, headers=headers).status_code == 200
    assert (Report.objects.count(), list(broken_places())) == (6, [])


@pytest.mark.req("HC-4")
def test_of_many_edits_of_one_version_one_wins_and_all_others_are_told(api, agent, ticket):
    programs = [api(agent) for _ in range(MANY)]
    headers = {"If-Match": '"v1"'}
    edits = (
        lambda p=program, n=place: p.patch(f"{URL}{ticket}/", {"area": f"Area {n}"}, headers=headers)
        for place, program in enumerate(programs)
    )
    statuses = sorted(answer.status_code for answer in at_once(*edits))
    assert statuses == [200] + [412] * (MANY - 1)


def test_a_ticket_is_closed_once(api, agent, ticket):
    body = {"solution": "a", "cause": "b", "customer_confirmed": True, "further_help_offered": True}
    programs = [api(agent) for _ in range(MANY)]
    answers = at_once(*(lambda p=program: p.post(f"{URL}{ticket}/close/", body) for program in programs))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (MANY - 1)
    assert list(broken_places()) == []


@pytest.mark.req("QM-3")
def test_everybody_who_unmasks_at_once_is_kept(api, agent, ticket):
    programs = [api(agent) for _ in range(MANY)]
    url, body = f"/api/v1/customers/{ticket.customer_id}/unmask/", {"reason": "Menelepon balik"}
    answers = at_once(*(lambda p=program: p.post(url, body) for program in programs))
    assert {answer.status_code for answer in answers} == {200}
    assert HistoryEntry.objects.filter(act="customer.unmasked").count() == MANY


@pytest.mark.req("OB-5")
@pytest.mark.parametrize("mode", ["load", "round_robin"])
def test_tickets_that_come_at_once_are_given_out_evenly(api, agent, colleague, team, mode):
    people.change_team(team, by=None, changes={"distribution": mode})
    programs = [api(agent) for _ in range(MANY)]
    bodies = [FORM | {"service_number": f"15240777{number:04}"} for number in range(MANY)]
    answers = at_once(*(lambda p=p, b=b: p.post(URL, b) for p, b in zip(programs, bodies, strict=True)))
    assert {answer.status_code for answer in answers} == {201}
    shares = Counter(Ticket.objects.values_list("assignee__agent_code", flat=True))
    assert shares == {"10001": MANY // 2, "10002": MANY // 2}
