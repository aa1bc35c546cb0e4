"""Nobody is asked to act on a ticket that was solved meanwhile, by a gateway or by hand (HC-5; T7)."""

import pytest
from django.db import DatabaseError

from accounts.models import HistoryEntry
from common.clock import now
from escalation.actions import breaker, escorts, flights, outbox, sending
from escalation.actions.raising import raise_super_emergency
from escalation.actions.timers import fire_due
from escalation.channels import gowa as kind
from escalation.models import ClockRung, Group, Message
from tests.escalation.conftest import escort_of
from tests.escalation.gateway import C4, TIAL, dispatch
from tickets.actions import close, solve

pytestmark = pytest.mark.req("HC-5", "ESC-2")


def rung_for_telkom(ticket) -> Message:
    """The first rung of the solution clock has fallen due, and speaks to Telkom's group, by hand."""
    rung = ClockRung.objects.get(clock__ticket=ticket, clock__milestone="solution", order=1)
    ClockRung.objects.filter(pk=rung.pk).update(due_at=now(), whom="group")
    fire_due()
    return Message.objects.get(key__startswith=f"rung:{rung.pk}:")


def telling(ticket, about: str, address: str = TIAL, key: str = "telling") -> Message:
    group = Group.objects.get(address=address) if address else Group.objects.get(purpose="telkom")
    return outbox.queue_message(ticket, group, f"Kabar {key}", key=key, by=None, about=about)


def solved(ticket, by) -> None:
    escorts.solve_escort(escort_of(ticket), "Kabel disambung", by=by)


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("about", "state"))


def is_told(ticket) -> bool:
    return HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk, act="message.cancelled").exists()


def closed(ticket, by) -> None:
    close(ticket, solution="Reset port", cause="Port", by=by, customer_confirmed=True, further_help_offered=True)


@pytest.mark.parametrize("act", [lambda ticket, by: solve(ticket, "Reset port", "Port", by=by), closed])
def test_what_a_rung_asks_people_to_send_is_cancelled_when_the_ticket_is_solved_or_closed(
    log, agent, team_leader, support_hc, sign_in, act
):
    rung_for_telkom(ticket := log(agent))
    box = sign_in(support_hc)
    assert states() == {"rung": "to_send_by_hand"} and f"#{ticket.number}" in box.get("/inbox/").text
    act(ticket, team_leader)
    assert states() == {"rung": "cancelled"} and f"#{ticket.number}" not in box.get("/inbox/").text
    assert is_told(ticket)


@pytest.mark.req("SE-2")
def test_a_super_emergency_that_waits_by_hand_is_cancelled_and_words_for_our_own_people_stay(log, agent, team_leader, support_hc):
    raise_super_emergency(ticket := log(agent), "Pelanggan melapor ke media", by=team_leader)
    dispatch(ticket, support_hc)
    telling(ticket, "progress", address="")
    assert states() == dict.fromkeys(("super_emergency", "dispatch", "progress"), "to_send_by_hand")
    solved(ticket, support_hc)
    assert states() == {"super_emergency": "cancelled", "dispatch": "cancelled", "progress": "to_send_by_hand"}


def test_what_was_copied_may_be_in_the_group_and_still_asks_for_its_proof(log, agent, support_hc):
    message = rung_for_telkom(ticket := log(agent))
    outbox.mark_copied(message, by=support_hc)
    solve(ticket, "Reset port", "Port", by=agent)
    assert outbox.mark_sent(message, by=support_hc).state == "sent"


def test_what_another_ticket_asks_stays(log, agent):
    rung_for_telkom(log(agent))
    solve(log(agent), "Reset port", "Port", by=agent)
    assert states() == {"rung": "to_send_by_hand"}


@pytest.mark.parametrize("act", ["mark-sent", "copied"])
def test_a_person_who_comes_too_late_reads_why_it_was_cancelled(log, agent, support_hc, api, sign_in, act):
    message = rung_for_telkom(ticket := log(agent))
    solve(ticket, "Reset port", "Port", by=agent)
    if act == "copied":
        answer = sign_in(support_hc).post(f"/messages/{message.pk}/copied/", {"from": "inbox"})
    else:
        answer = api(support_hc).post(f"/api/v1/messages/{message.pk}/mark-sent/", headers={"Accept-Language": "id"})
    assert answer.status_code == 409 and "Tiket sudah selesai" in answer.content.decode()
    assert states() == {"rung": "cancelled"}


def test_a_failed_message_of_a_solved_ticket_is_not_sent_again(dispatched, support_hc, gowa, api):
    gowa.answers(400)
    sending.send_due()
    solved(dispatched, support_hc)
    answer = api(support_hc).post(f"/api/v1/messages/{Message.objects.get().pk}/retry/")
    assert answer.status_code == 409 and "was solved" in answer.json()["detail"]
    assert states() == {"dispatch": "failed"}


@pytest.mark.parametrize("about", ["dispatch", "rung", "super_emergency"])
def test_what_waited_for_a_gateway_is_not_handed_to_people_either(dispatched, channel, support_hc, administrator, about):
    if about != "dispatch":
        telling(dispatched, about)
    solved(dispatched, support_hc)
    breaker.send_by_hand(channel, by=administrator)
    sending.send_due()
    assert set(states().values()) == {"cancelled"} and is_told(dispatched)


# While a flight lasts


@pytest.fixture
def two(channel, log, agent):
    """Two messages for one group, which are claimed together, each of a ticket of its own."""
    tickets = [log(agent), log(agent)]
    for name, ticket in zip("ab", tickets, strict=True):
        telling(ticket, "rung", key=name)
    return tickets


def solving_meanwhile(monkeypatch, ticket, by) -> None:
    """The second ticket is solved while the gateway takes the first message."""
    send = kind.send

    def sends(channel, out):
        number = send(channel, out)
        if ticket.status == "open":
            solve(ticket, "Reset port", "Port", by=by)
            ticket.refresh_from_db()
        return number

    monkeypatch.setattr(kind, "send", sends)


def test_what_was_claimed_before_its_ticket_was_solved_does_not_go_after_half_a_second(two, agent, gowa, monkeypatch):
    monkeypatch.setattr(sending, "LOOK_AGAIN", 0.0)
    solving_meanwhile(monkeypatch, two[1], agent)
    gowa.expect(TIAL, containing="Kabar a")
    sending.send_due()
    assert list(Message.objects.order_by("key").values_list("state", "attempts")) == [("sent", 1), ("cancelled", 0)]


def test_words_for_our_own_people_go_all_the_same(two, agent, gowa, monkeypatch):
    Message.objects.update(about="progress")
    monkeypatch.setattr(sending, "LOOK_AGAIN", 0.0)
    solving_meanwhile(monkeypatch, two[1], agent)
    for name in "ab":
        gowa.expect(TIAL, containing=f"Kabar {name}")
    assert sending.send_due() == 2


def test_where_the_database_does_not_say_nothing_more_goes_and_what_went_is_written_down(two, gowa, monkeypatch):
    looked = flights.overtaken

    def broken(flights):
        if len(gowa.messages) == 1:
            monkeypatch.setattr(sending, "overtaken", looked)
            raise DatabaseError
        return looked(flights)

    monkeypatch.setattr(sending, "LOOK_AGAIN", 0.0)
    monkeypatch.setattr(sending, "overtaken", broken)
    gowa.expect(TIAL, containing="Kabar a")
    gowa.expect(TIAL, containing="Kabar b")
    assert sending.send_due() == 2  # the second by the next claim, which asks under the ticket's lock
    assert list(Message.objects.values_list("state", "attempts")) == [("sent", 1)] * 2


@pytest.mark.django_db(transaction=True)
def test_with_several_groups_in_flight_it_is_looked_at_too(two, log, agent, gowa, monkeypatch):
    """The first message of the one group hangs until it was seen that the second one's ticket is solved."""
    seen = flights.overtaken

    def looked(flights):
        if gowa.messages and two[1].status == "open":
            solve(two[1], "Reset port", "Port", by=agent)
        if found := seen(flights):
            gowa.released.set()
        return found

    monkeypatch.setattr(sending, "LOOK_AGAIN", 0.05)
    monkeypatch.setattr(sending, "overtaken", looked)
    telling(log(agent), "rung", C4, key="c")
    gowa.answers("hang", to=TIAL)
    gowa.expect(TIAL, containing="Kabar a")
    gowa.expect(C4, containing="Kabar c")
    sending.send_due()
    assert dict(Message.objects.values_list("key", "state")) == {"a": "sent", "b": "cancelled", "c": "sent"}
