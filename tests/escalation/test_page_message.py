"""One message and its life (O3), and what a group may read of the customer."""

import threading

import pytest
from django.db import connection

from accounts.models import HistoryEntry
from escalation.actions import escorts, outbox, sending, timers
from escalation.actions.channels import change_group
from escalation.channels import gowa as kind
from escalation.models import Channel, Group, Message
from tests.escalation.conftest import escort_of
from tests.escalation.gateway import TIAL, dispatch
from tests.escalation.test_timer_faults import make_due
from tests.fakes.gowa import ack_event, message_event

pytestmark = pytest.mark.req("HC-5")


def shown(sign_in, person, message):
    return sign_in(person).get(f"/messages/{message.pk}/").content.decode()


def test_from_the_ticket_to_the_receipt_everything_stands_on_one_page(sent, dispatched, hook, sign_in, administrator):
    hook(ack_event(TIAL, sent.gateway_id, receipt="read"))
    hook(message_event(TIAL, "Teknisi menuju", replied_to_id=sent.gateway_id))
    page = shown(sign_in, administrator, sent)
    words = [dispatched.number, sent.key, sent.gateway_id, "masuk kotak keluar", "diterima gerbang", "gerbang: dibaca", "dijawab"]
    assert [each for each in words if each not in page] == []
    assert page.index("diterima gerbang") < page.index("gerbang: dibaca")


def test_what_belongs_to_a_later_message_stands_on_the_page_of_that_one(sent, dispatched, support_hc, gowa, hook, sign_in):
    escorts.dispatch(escort_of(dispatched), by=support_hc, text="Ada kabar?")
    gowa.expect(TIAL, containing="Ada kabar?")
    sending.send_due()
    later = Message.objects.latest("id")
    hook(ack_event(TIAL, later.gateway_id, receipt="read"))
    hook(message_event(TIAL, "Teknisi menuju", replied_to_id=later.gateway_id))
    first, second = (shown(sign_in, support_hc, each) for each in (sent, later))
    assert [page.count("diterima gerbang") for page in (first, second)] == [1, 1]
    for word in ("gerbang: dibaca", "dijawab"):
        assert (word in first, word in second) == (False, True)


def test_by_hand_too(hard, support_hc, sign_in):
    dispatch(hard, support_hc)
    message = outbox.mark_sent(Message.objects.get(), by=support_hc)
    page = shown(sign_in, support_hc, message)
    assert "dikirim tangan" in page and support_hc.online_name in page


def test_a_rung_is_named(hard, support_hc, sign_in):
    rung = hard.clock_rows.get(milestone="claim").rungs.get(order=4)
    message = outbox.queue_message(hard, Group.objects.get(name="Telkom"), "x", key=f"rung:{rung.pk}:0", by=None, about="rung")
    assert "anak tangga 4 dari jam Ambil" in shown(sign_in, support_hc, message)


@pytest.mark.parametrize("number", [20, pytest.param(1_000, marks=pytest.mark.slow)])
def test_each_of_many_is_traced_from_its_ticket_by_its_rung_to_the_receipt(
    channel, log, agent, gowa, hook, sign_in, support_hc, number
):
    """O3: by the page of each, and the other way round by the gateway's own memory."""
    gowa.check = lambda: None  # all of them are looked at below
    Channel.objects.update(pace=30_000)
    telkom = Group.objects.get(name="Telkom")
    change_group(telkom, by=None, changes={"channel": channel, "address": "120363000000000006@g.us"})
    make_due([log(agent) for _ in range(number)]).update(whom="group")
    timers.tick()
    while sending.send_due():
        pass
    reader, there = sign_in(support_hc), {each["id"]: gowa.text_of(each) for each in gowa.messages}
    messages = Message.objects.filter(about="rung").select_related("ticket")
    untraced = []
    for message in messages:
        hook(ack_event(telkom.address or "", message.gateway_id, receipt="read"))
        page = reader.get(f"/messages/{message.pk}/").content.decode()
        words = [
            "anak tangga 1 dari jam",
            message.ticket.number,
            message.key,
            message.gateway_id or "?",
            "diterima gerbang",
            "gerbang: dibaca",
        ]
        untraced += [(message.pk, word) for word in words if word not in page]
        if message.ticket.number not in there.pop(message.gateway_id, ""):
            untraced.append((message.pk, "the gateway"))
    assert (len(messages), untraced, there) == (number, [], {})


@pytest.mark.parametrize(("who", "status"), [("agent", 403), ("team_leader", 403), ("client_reader", 403)])
def test_it_is_for_support_hc_and_administrators(sent, sign_in, request, who, status):
    assert sign_in(request.getfixturevalue(who)).get(f"/messages/{sent.pk}/").status_code == status


def test_an_unknown_one_is_not_found(db, sign_in, support_hc):
    assert sign_in(support_hc).get("/messages/999999/").status_code == 404


def test_its_cost_does_not_grow_with_receipts(sent, hook, sign_in, support_hc, query_count):
    for receipt in ("delivered", "read"):
        hook(ack_event(TIAL, sent.gateway_id, receipt=receipt))
    person = sign_in(support_hc)
    with query_count("message page"):
        person.get(f"/messages/{sent.pk}/")


# What a group may read


@pytest.mark.req("QM-3")
@pytest.mark.parametrize("full", [False, True])
def test_a_group_reads_the_full_number_only_where_it_may(channel, hard, support_hc, full):
    change_group(Group.objects.get(address=TIAL), by=None, changes={"shows_customer": full})
    dispatch(hard, support_hc)
    text = Message.objects.get().text
    assert (hard.service_number in text) is full and hard.service_number[-4:] in text
    assert hard.customer_name not in text and hard.number in text


# Nothing after it was solved (T7)


def test_solved_while_it_was_looked_for_it_is_not_sent(dispatched, support_hc, gowa, monkeypatch):
    def solve_meanwhile(*_given):
        escorts.solve_escort(escort_of(dispatched), "Disambung", by=support_hc)
        return None

    Message.objects.update(doubtful=True)
    monkeypatch.setattr(kind, "look_for", solve_meanwhile)
    sending.send_due()
    sending.send_due()
    assert (Message.objects.get().state, gowa.messages) == ("cancelled", [])


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("runs", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_solving_and_sending_at_once_never_send_after_the_solving(channel, log, agent, support_hc, gowa, runs):
    gowa.check = lambda: None  # either may win
    Channel.objects.update(pace=30_000)
    for _ in range(runs):
        ticket = log(agent, criteria=["threat"])
        dispatch(ticket, support_hc)
        start = threading.Barrier(2)

        def at_once(act, *given, start=start, **named):
            start.wait()
            act(*given, **named)
            connection.close()

        solving = {"by": support_hc}
        threads = [threading.Thread(target=at_once, args=[sending.send_due])]
        threads += [threading.Thread(target=at_once, args=[escorts.solve_escort, escort_of(ticket), "ok"], kwargs=solving)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        sending.send_due()
        message = Message.objects.get(ticket=ticket)
        solved = (
            HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk, act="ticket.solved").latest("sequence").at
        )
        before = Message.objects.filter(pk=message.pk, state="sent", claimed_at__lte=solved)
        assert message.state == "cancelled" or before.exists()
        assert len(gowa.arrived()) == Message.objects.filter(state="sent").count()
