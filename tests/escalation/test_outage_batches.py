"""A batch does to each ticket what the act on that ticket alone does (HC-8)."""

from typing import Any

import pytest

from accounts.history import broken_places
from accounts.models import HistoryEntry
from escalation.actions import outage_steps, outages
from escalation.actions.escorts import analyse, claim_escort, dispatch, solve_escort
from escalation.actions.raising import raise_super_emergency
from escalation.models import Clock, ClockRung, Escort, Notification, OutageStep
from escalation.models.figures import Span
from outbound.models import Callback
from tickets.actions import Intake, close, log_ticket, pause, solve
from tickets.models import Hand, Ticket
from tickets.models.activities import DoneActivity

FORM: dict[str, Any] = {
    "service_line": "indihome",
    "customer_name": "Lilis Karlinawati",
    "reporter_name": "Lilis Karlinawati",
    "contact_phone": "0813-1122-2290",
    "symptom": "Internet mati",
    "description": "Mati sejak pagi.",
    "region": 3,
    "area": "Garut Kota",
}
pytestmark = pytest.mark.req("HC-8")


@pytest.fixture
def garut(agent, team_leader, support_hc, forward):
    """Twice the same five tickets: plain, hard, dispatched, paused, and a Super Emergency, each five minutes old."""

    def logged() -> list[Ticket]:
        return [
            log_ticket(Intake(**FORM, service_number=f"13115990{Ticket.objects.count():04}", criteria=criteria), by=agent)
            for criteria in ([], ["threat"], ["threat"], [], [])
        ]

    def worked_on(tickets: list[Ticket]) -> list[Ticket]:
        escort = claim_escort(Escort.objects.get(ticket=tickets[2]), by=support_hc)
        analyse(escort, {"cause": "ODP penuh air"}, by=support_hc)
        dispatch(escort, by=support_hc)
        pause(tickets[3], "Pelanggan mencari modem", by=agent)
        raise_super_emergency(tickets[4], "Mengancam lapor media", by=team_leader)
        return tickets

    both = [logged(), logged()]
    forward(minutes=2)
    both = [worked_on(each) for each in both]
    forward(minutes=3)
    return both


def told_of(ticket: Ticket) -> dict[str, Any]:
    """Everything that solving writes about one ticket, without keys and moments."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    clocks, history = (
        Clock.objects.filter(ticket=ticket),
        HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk),
    )
    shown = ("status", "holder_kind", "solution", "cause", "last_word", "version", "clock_milestone", "clock_state")
    return {
        "ticket": [getattr(ticket, name) for name in shown],
        "escort": list(Escort.objects.filter(ticket=ticket).values_list("state", "version", "next_follow_up_at")),
        "clocks": list(clocks.order_by("id").values_list("milestone", "state", "ended_by", "seconds")),
        "rungs": list(ClockRung.objects.filter(clock__in=clocks).order_by("id").values_list("order", "state", "whom")),
        "hands": [
            (hand.kind, hand.person_id, hand.team_id, hand.region, hand.seconds // 60)
            for hand in Hand.objects.filter(ticket=ticket).order_by("id")
        ],
        "spans": sorted(Span.objects.filter(escort__ticket=ticket).values_list("measure", "round", "person", "team")),
        "ticked": list(DoneActivity.objects.filter(ticket=ticket).order_by("number").values_list("number", "act", "by")),
        "owed": list(Callback.objects.filter(ticket=ticket).values_list("purpose", "information", "round", "created_by")),
        "history": list(history.filter(act__in=["ticket.solved", "callback.made"]).order_by("sequence").values_list("act", "by")),
        "notices": Notification.objects.filter(ticket=ticket).count(),
    }  # fmt: skip


def solved_under_an_outage(tickets, by) -> None:
    outage = outages.open_outage("Garut", by=by, tickets=[each.number for each in tickets]).outage
    assert outage_steps.work(seconds=60) is False
    outages.solve_outage(outage, "Kabel disambung", by=by)
    assert outage_steps.work(seconds=60) is False


def test_together_is_as_one_by_one(garut, support_hc, monkeypatch):
    """The same five, in a batch of one each and in one of five."""
    alone, together = garut
    monkeypatch.setattr(outage_steps, "BATCH", 1)
    solved_under_an_outage(alone, support_hc)
    monkeypatch.setattr(outage_steps, "BATCH", 50)
    solved_under_an_outage(together, support_hc)
    assert set(OutageStep.objects.values_list("state", flat=True)) == {"done"}
    assert [told_of(each) for each in together] == [told_of(each) for each in alone]
    assert list(broken_places()) == []


def test_under_an_outage_is_as_by_hand(garut, agent, support_hc):
    """What Support HC and the agent do by hand to a dispatched and a plain ticket, an outage does too, but for its own line."""
    by_hand, under = garut
    solve_escort(Escort.objects.get(ticket=by_hand[2]), "Kabel disambung", by=support_hc)
    solve(by_hand[0], "Kabel disambung", "Kabel putus", by=agent)
    solved_under_an_outage(under, support_hc)
    hand, outage = told_of(by_hand[2]), told_of(under[2])
    outage["ticket"][2:4] = hand["ticket"][2:4]
    assert outage == hand
    hand, outage = told_of(by_hand[0]), told_of(under[0])
    assert (hand["clocks"], hand["rungs"]) == (outage["clocks"], outage["rungs"])


def test_the_same_batch_twice_does_nothing_twice(garut, support_hc, agent):
    """Two workers read the same steps; the second comes when the first has committed. One ticket was closed meanwhile."""
    tickets, _others = garut
    outage = outages.open_outage("Garut", by=support_hc, tickets=[each.number for each in tickets]).outage
    outage_steps.work(seconds=60)
    outages.solve_outage(outage, "Kabel disambung", by=support_hc)
    close(tickets[0], by=agent, customer_confirmed=True, further_help_offered=True, solution="Beres", cause="Modem")
    word = outage.words.get(kind="solution")
    keys = list(word.steps.values_list("pk", flat=True))
    assert [outage_steps._do_or_halve(word, keys) for _ in range(2)] == [5, 0]
    assert list(word.steps.order_by("ticket_id").values_list("state", "note"))[:2] == [("skipped", "sudah selesai"), ("done", "")]
    assert (Callback.objects.count(), HistoryEntry.objects.filter(act="ticket.solved").count()) == (4, 4)
