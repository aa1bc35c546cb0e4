"""Handing over under races, on PostgreSQL: one answer, one offer a thing, one stand-in a TL (OB-7)."""

from collections import Counter as Tally
from datetime import timedelta
from functools import partial

import pytest

from accounts import actions as people
from accounts.history import broken_places
from accounts.models import Handover, HandoverItem, Person, StandIn
from common.clock import now
from common.problems import Problem
from tests.escalation.test_races import at_once
from tickets.actions import assign
from tickets.models import Hand, Ticket

pytestmark = [
    pytest.mark.servers,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("crowd"),
    pytest.mark.req("OB-7"),
]


@pytest.fixture
def held(log, agent):
    """Three tickets in the agent's hands."""
    return [assign(log(agent), agent, by=agent) for _ in range(3)]


def test_of_twenty_answers_at_once_by_api_and_page_one_takes_it(api, sign_in, held, agent, colleague):
    made = people.offer_handover(by=agent, to=colleague)
    programs, pages = [api(colleague) for _ in range(10)], [sign_in(colleague) for _ in range(10)]

    def accept(place: int) -> int:
        if place < 10:
            return programs[place].post(f"/api/v1/handovers/{made.pk}/accept/", {}).status_code
        return pages[place - 10].post(f"/handovers/{made.pk}/accept/").status_code

    answers = Tally(at_once(accept, 20))
    assert (answers[200] + answers[302], answers[409]) == (1, 19)
    assert Ticket.objects.filter(assignee=colleague).count() == 3
    assert HandoverItem.objects.filter(handed=True).count() == 3
    assert list(broken_places()) == []


def test_accepting_withdrawing_declining_and_falling_end_it_once(held, agent, colleague, team_leader, forward):
    acts = (
        lambda found: people.accept_handover(found, by=colleague),
        lambda found: people.withdraw_handover(found, by=agent),
        lambda found: people.decline_handover(found, by=colleague),
        lambda _found: people.fall_due(),
    )

    def attempt(pk: int, place: int) -> bool:
        try:
            return bool(acts[place % 4](Handover.objects.get(pk=pk)))
        except Problem:
            return False

    for _round in range(5):
        made = people.offer_handover(by=agent, to=colleague)
        Handover.objects.filter(pk=made.pk).update(falls_at=now() - timedelta(minutes=1))
        assert at_once(partial(attempt, made.pk), 12).count(True) == 1
        made.refresh_from_db()
        assert made.state != "offered"
        owners = {ticket.assignee for ticket in Ticket.objects.all()}
        assert owners == {{"accepted": colleague, "fallen": team_leader}.get(made.state, agent)}
        for ticket in Ticket.objects.exclude(assignee=agent):
            assign(ticket, agent, by=team_leader)
    assert list(broken_places()) == []


def test_a_thing_is_offered_to_one_of_two_who_are_asked_at_once(held, agent, colleague, team_leader):
    def offer(place: int) -> bool:
        try:
            things = [("ticket", each.pk) for each in held]
            return bool(people.offer_handover(by=agent, to=(colleague, team_leader)[place % 2], things=things))
        except Problem:
            return False

    assert at_once(offer, 10).count(True) == 1
    assert HandoverItem.objects.filter(waiting=True).count() == 3


def test_one_stand_in_is_named_however_many_ask(team_leader, agent, colleague, supervisor):
    def name(place: int) -> bool:
        person = Person.objects.get(pk=(agent, colleague)[place % 2].pk)
        try:
            return bool(people.name_stand_in(team_leader, person, None, now() + timedelta(hours=8), by=supervisor))
        except Problem:
            return False

    assert at_once(name, 10).count(True) == 1
    assert StandIn.objects.count() == 1


@pytest.mark.req("HC-7")
def test_hands_follow_each_other_without_gap_or_overlap(held, agent, colleague, team_leader, forward):
    ticket = held[0]
    forward(minutes=5)

    def give(place: int) -> None:
        assign(ticket, (agent, colleague, team_leader)[place % 3], by=team_leader)

    at_once(give, 12)
    ticket.refresh_from_db()
    hands = list(Hand.objects.filter(ticket=ticket).order_by("began_at", "ended_at"))
    ends = [*(hand.began_at for hand in hands[1:]), ticket.holder_since]
    assert all(hand.ended_at <= later for hand, later in zip(hands, ends, strict=True))
