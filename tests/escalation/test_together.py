"""Several tickets in one message to each group: by hand, by gateway, answered, and solved meanwhile (HC-5)."""

import pytest

from accounts.history import broken_places
from accounts.models import HistoryEntry
from escalation.actions import escorts, outbox, sending
from escalation.actions.raising import raise_super_emergency
from escalation.actions.together import dispatch_together
from escalation.models import InboundMessage, Message, Progress
from tests.escalation.conftest import clock_of, escort_of
from tests.escalation.gateway import C4, TIAL
from tests.fakes.gowa import ack_event, message_event

pytestmark = pytest.mark.req("HC-5")
PART = {"HX-Request": "true"}


@pytest.fixture
def mine(log, agent, support_hc):
    """``mine(region=3)`` is a hard complaint that 40001 has taken."""

    def taken(**changes):
        ticket = log(agent, **{"criteria": ["threat"], **changes})
        escorts.claim_escort(escort_of(ticket), by=support_hc)
        return ticket

    return taken


@pytest.fixture
def two(mine):
    return [mine(), mine(symptom="Telepon mati")]


def keys(tickets):
    return [escort_of(ticket).pk for ticket in tickets]


@pytest.fixture
def quoted(channel, two, support_hc, gowa):
    """The one message about two tickets, sent through the gateway."""
    dispatch_together(keys(two), by=support_hc)
    gowa.expect(TIAL, containing=two[1].number)
    sending.send_due()
    return Message.objects.get()


def test_one_message_tells_of_all_with_a_token_each_and_no_name(two, support_hc):
    dispatch_together(keys(two), by=support_hc)
    message = Message.objects.get()
    assert [line.split()[-1] for line in message.text.splitlines()] == [f"#{ticket.number}" for ticket in two]
    assert (message.group.name, message.state) == ("TIAL REG-3", "to_send_by_hand")
    said = " ".join(line.rpartition("#")[0] for line in message.text.splitlines())  # a ticket's number may hold any digits
    assert "Sri Wahyuni" not in said and "0812" not in said


def test_each_region_has_its_own_message_and_the_three_kinds_go_to_c4_too(mine, support_hc, team_leader):
    near, far, raised = mine(), mine(region=5), mine()
    raise_super_emergency(raised, "Media", by=team_leader)
    dispatch_together(keys([near, far, raised]), by=support_hc)
    told = {message.group.name: message.text for message in Message.objects.filter(is_dispatch=True)}
    assert set(told) == {"TIAL REG-3", "TIAL REG-5", "C4"}
    assert near.number in told["TIAL REG-3"] and raised.number in told["TIAL REG-3"]
    assert f"#{raised.number}" in told["C4"] and near.number not in told["C4"]


def test_what_cannot_go_says_why_and_the_rest_goes(api, mine, log, agent, support_hc, second_support_hc):
    good, nowhere = mine(), mine(region=None)
    free, others = (log(agent, criteria=["threat"]) for _ in range(2))
    escorts.claim_escort(escort_of(others), by=second_support_hc)
    asked = [*keys([good, nowhere, free, others]), 4711]
    answer = api(support_hc).post("/api/v1/escorts/dispatch/", {"escorts": asked}).json()
    assert [row["sent"] for row in answer["results"]] == [True, False, False, False, False]
    assert [row["code"] for row in answer["results"]] == [None, "no-region", "conflict", "conflict", "not-found"]
    assert "Arif" in answer["results"][3]["detail"]
    assert answer["messages"][0]["tickets"] == [good.number]
    assert escort_of(good).state == "dispatched" and escort_of(nowhere).state == "analysing"


def test_one_proof_meets_the_dispatch_clock_of_each(two, support_hc):
    dispatch_together(keys(two), by=support_hc)
    assert all(clock_of(ticket, "dispatch").uncertain for ticket in two)
    outbox.mark_sent(Message.objects.get(), by=support_hc)
    assert [clock_of(ticket, "dispatch").state for ticket in two] == ["met", "met"]
    acts = HistoryEntry.objects.filter(act="message.sent_by_hand").values_list("subject_id", flat=True)
    assert sorted(acts) == sorted(ticket.pk for ticket in two)
    assert not list(broken_places())


def test_each_ticket_has_its_own_act(two, support_hc):
    dispatch_together(keys(two), by=support_hc)
    acts = HistoryEntry.objects.filter(act="escort.dispatched", subject_id__in=[ticket.pk for ticket in two])
    assert [act.facts["together"] for act in acts] == [2, 2]


def test_a_second_press_writes_nothing_again(two, support_hc):
    dispatch_together(keys(two), by=support_hc)
    again = dispatch_together(keys(two), by=support_hc)
    assert [row.problem is None for row in again.rows] == [False, False]
    assert Message.objects.count() == 1


def test_words_above_the_list_ask_the_groups_again(two, support_hc):
    dispatch_together(keys(two), by=support_hc)
    dispatch_together(keys(two), by=support_hc, text="Mohon kabar")
    assert Message.objects.latest("id").text.startswith("Mohon kabar\n\n• ")


@pytest.mark.parametrize(("body", "status"), [({"escorts": []}, 400), ({"escorts": list(range(1, 23))}, 400), ({}, 400)])
def test_none_and_too_many_are_refused(api, support_hc, body, status):
    assert api(support_hc).post("/api/v1/escorts/dispatch/", body).status_code == status


@pytest.mark.parametrize("who", ["agent", "team_leader", "supervisor", "outbound_agent", "administrator"])
def test_only_support_hc_sends(request, api, sign_in, hard, who):
    person = request.getfixturevalue(who)
    assert api(person).post("/api/v1/escorts/dispatch/", {"escorts": keys([hard])}).status_code == 403
    assert sign_in(person).get(f"/queue/together/?pick={keys([hard])[0]}").status_code == 403


def test_the_gateway_sends_it_once_for_all(quoted, two):
    assert (quoted.state, quoted.attempts) == ("sent", 1)
    assert [clock_of(ticket, "dispatch").state for ticket in two] == ["met", "met"]


@pytest.mark.parametrize("receipt", ["delivered", "read"])
def test_how_far_it_got_shows_on_each_ticket(hook, quoted, two, sign_in, support_hc, receipt):
    hook(ack_event(TIAL, quoted.gateway_id, receipt=receipt))
    for ticket in two:
        pane = sign_in(support_hc).get(f"/queue/{escort_of(ticket).pk}/", headers=PART)
        assert [chip.message.state for chip in pane.context["pane"].chips] == [receipt]


@pytest.mark.req("HC-6")
def test_an_answer_with_a_number_goes_to_that_ticket(hook, quoted, two):
    hook(message_event(TIAL, f"{two[1].number} teknisi jalan", replied_to_id=quoted.gateway_id, quoted_body=quoted.text))
    assert Progress.objects.get().escort.ticket == two[1]


@pytest.mark.req("HC-6")
@pytest.mark.parametrize("cut", [30, 120, 1000])
def test_an_answer_without_one_waits_with_the_candidates(hook, quoted, two, api, sign_in, support_hc, cut):
    """However much of what is quoted the gateway gives: a quote that was cut off names the first ticket alone."""
    hook(message_event(TIAL, "teknisi jalan", replied_to_id=quoted.gateway_id, quoted_body=quoted.text[:cut]))
    waiting = InboundMessage.objects.get()
    assert (waiting.state, Progress.objects.exists()) == ("waiting", False)
    listed = api(support_hc).get("/api/v1/inbox/").json()["results"][0]
    assert listed["candidates"] == [ticket.number for ticket in two]
    page = sign_in(support_hc)
    assert all(f'value="{ticket.number}"' in page.get("/inbox/").text for ticket in two)
    page.post(f"/inbox/{waiting.pk}/match/", {"number": ["", two[1].number]})
    assert Progress.objects.get().escort.ticket == two[1]


def test_a_ticket_solved_before_it_went_is_not_in_it(channel, two, support_hc, gowa):
    dispatch_together(keys(two), by=support_hc)
    escorts.solve_escort(escort_of(two[0]), "Sudah normal", by=support_hc)
    gowa.expect(TIAL, containing=two[1].number)
    sending.send_due()
    assert two[0].number not in gowa.messages[0]["message"]
    assert HistoryEntry.objects.filter(act="message.cancelled", subject_id=two[0].pk).exists()


def test_when_all_are_solved_nothing_goes(channel, two, support_hc, gowa):
    dispatch_together(keys(two), by=support_hc)
    for ticket in two:
        escorts.solve_escort(escort_of(ticket), "Sudah normal", by=support_hc)
    sending.send_due()
    assert Message.objects.get().state == "cancelled"


def test_what_waits_for_a_hand_loses_the_line_of_a_solved_ticket(two, support_hc):
    dispatch_together(keys(two), by=support_hc)
    escorts.solve_escort(escort_of(two[0]), "Sudah normal", by=support_hc)
    message = Message.objects.get()
    assert two[0].number not in message.text and two[1].number in message.text
    outbox.mark_sent(message, by=support_hc)
    assert not HistoryEntry.objects.filter(act="message.sent_by_hand", subject_id=two[0].pk).exists()
    assert clock_of(two[1], "dispatch").state == "met"


def test_what_may_have_arrived_before_a_line_went_out_is_not_sent_twice(channel, two, support_hc, gowa, forward):
    dispatch_together(keys(two), by=support_hc)
    gowa.answers("cut")
    gowa.expect(TIAL, containing=two[0].number)
    sending.send_due()
    escorts.solve_escort(escort_of(two[0]), "Sudah normal", by=support_hc)
    forward(seconds=20)
    sending.send_due()
    assert Message.objects.get().state == "sent"
    assert len(gowa.messages) == 1


def test_the_page_shows_what_goes_where_and_what_does_not(sign_in, mine, two, support_hc):
    nowhere = mine(region=None)
    query = "&".join(f"pick={key}" for key in keys([*two, nowhere]))
    shown = sign_in(support_hc).get(f"/queue/together/?{query}", headers=PART)
    assert [len(bundle.lines) for bundle in shown.context["plan"].bundles] == [2]
    assert "TREG belum diisi" in shown.text
    assert not Message.objects.exists()


def test_the_page_sends_once_and_leads_through_the_proof(sign_in, two, support_hc):
    page = sign_in(support_hc)
    form = {"pick": keys(two), "text": "Mohon dibantu", "key": "a-key"}
    for _press in range(2):
        answer = page.post("/queue/together/", form, headers=PART)
        assert answer.status_code == 200 and "Salin, buka grup" in answer.text
    message = Message.objects.get()
    back = f"from=together&m={message.pk}"
    assert "Salin lagi" in page.post(f"/messages/{message.pk}/copied/?{back}", headers=PART).text
    assert "dikirim manual" in page.post(f"/messages/{message.pk}/sent/?{back}", headers=PART).text


def test_without_scripts_it_is_the_same(sign_in, two, support_hc):
    page = sign_in(support_hc)
    query = "&".join(f"pick={key}" for key in keys(two))
    assert "Pratinjau untuk TIAL REG-3" in page.get(f"/queue/together/?{query}").text
    assert "Salin, buka grup" in page.post("/queue/together/", {"pick": keys(two), "key": "b"}).text
    message = Message.objects.get()
    sent = page.post(f"/messages/{message.pk}/sent/?from=together&m={message.pk}", follow=True)
    assert "dikirim manual" in sent.text


def test_too_many_are_refused_in_the_form(sign_in, support_hc):
    answer = sign_in(support_hc).post("/queue/together/", {"pick": list(range(1, 30)), "key": "c"}, headers=PART)
    assert answer.status_code == 400
    assert "Paling banyak 20 tiket" in answer.text


def test_c4_and_the_region_are_followed_each_by_itself(channel, mine, support_hc, team_leader, gowa):
    first, second = mine(), mine()
    for ticket in (first, second):
        raise_super_emergency(ticket, "Media", by=team_leader)
    dispatch_together(keys([first, second]), by=support_hc)
    gowa.answers(500, to=C4)
    gowa.expect(TIAL)
    sending.send_due()
    states = dict(Message.objects.filter(together=True).values_list("group__address", "state"))
    assert states == {TIAL: "sent", C4: "queued"}
    assert clock_of(first, "dispatch").state == "running"


def test_what_was_asked_of_a_ticket_finds_its_messages(api, two, support_hc):
    dispatch_together(keys(two), by=support_hc)
    for ticket in two:
        assert len(api(support_hc).get(f"/api/v1/messages/?ticket={ticket.number}").json()["results"]) == 1
        assert len(api(support_hc).get(f"/api/v1/escorts/{escort_of(ticket).pk}/").json()["messages"]) == 1
