"""The end of a shift: what one holds goes to a named person who accepts it, else to who leads (OB-7)."""

from datetime import timedelta

import pytest

from accounts import actions as people
from accounts.history import broken_places
from accounts.models import Duty, Handover, Person
from accounts.roles import Role
from common.clock import now
from common.problems import Conflict
from escalation.actions import escorts, promises
from escalation.actions.mail_items import claim_mail, claim_next
from escalation.actions.raising import raise_super_emergency
from escalation.models import Escort, Notification, PromiseSlot
from escalation.models.mail import MailItem
from outbound import actions as calls
from outbound.models import Callback
from tests.conftest import arrive
from tests.escalation.conftest import escort_of
from tests.escalation.mails import letter, mailbox_of, receive, skilled
from tickets.actions import assign
from tickets.models import Ticket

pytestmark = pytest.mark.req("OB-7")


def offer(program, to, expect=201, **body):
    answer = program.post("/api/v1/handovers/", {"to": to.agent_code, **body})
    assert answer.status_code == expect, answer.content
    return answer.json()


def answer(program, handover, act, expect=200, **body):
    got = program.post(f"/api/v1/handovers/{handover['id']}/{act}/", body)
    assert got.status_code == expect, got.content
    return got.json()


def go(person):
    return people.set_duty(Person.objects.get(pk=person.pk), by=person, duty=Duty.OFF)


@pytest.fixture
def mine(log, agent):
    """A plain ticket that the agent works on."""
    return assign(log(agent), agent, by=agent)


@pytest.fixture
def escorted(hard, support_hc):
    return escorts.claim_escort(escort_of(hard), by=support_hc)


@pytest.fixture
def promised(log, agent, team_leader):
    """``promised()`` is a ticket with a promise of the TL."""

    def made():
        raised = raise_super_emergency(log(agent, criteria=["threat"]), "Media", by=team_leader)
        return promises.make_promise(raised, promises.Terms("Ibu", "Menyala", now() + timedelta(hours=4)), by=team_leader)

    return made


def test_a_ticket_stays_with_the_giver_until_the_other_accepts(api, mine, agent, colleague):
    made = offer(api(agent), colleague, note="Pelanggan minta ditelepon sore")
    assert made["items"] == [
        {
            "kind": "ticket",
            "id": mine.pk,
            "title": f"{mine.number} · {mine.symptom}",
            "waiting": True,
            "handed": False,
            "outcome": "",
        }
    ]
    assert Ticket.objects.get(pk=mine.pk).assignee == agent
    assert answer(api(colleague), made, "accept")["state"] == "accepted"
    ticket = Ticket.objects.get(pk=mine.pk)
    assert (ticket.assignee, ticket.holder["name"]) == (colleague, colleague.online_name)
    assert list(broken_places()) == []
    assert Notification.objects.get(person=agent, event="handover_answered")


@pytest.mark.req("HC-7")
@pytest.mark.parametrize("what", ["ticket", "escort"])
def test_what_is_handed_over_during_a_pause_comes_back_to_the_new_holder(
    api, what, request, agent, colleague, support_hc, second_support_hc
):
    ticket = request.getfixturevalue("mine") if what == "ticket" else request.getfixturevalue("escorted").ticket
    giver, receiver = (agent, colleague) if what == "ticket" else (support_hc, second_support_hc)
    api(agent).post(f"/api/v1/tickets/{ticket.number}/pause/", {"reason": "Menunggu foto"})
    answer(api(receiver), offer(api(giver), receiver), "accept")
    assert Ticket.objects.get().holder_kind == "customer"
    resumed = api(receiver).post(f"/api/v1/tickets/{ticket.number}/resume/").json()
    assert resumed["holder"]["name"] == receiver.online_name


def test_held_things_are_listed_by_kind(api, mine, agent):
    (row,) = api(agent).get("/api/v1/me/held/").json()
    assert (row["kind"], row["id"]) == ("ticket", mine.pk)


def test_an_escort_goes_to_another_support_hc_only(api, escorted, support_hc, second_support_hc, supervisor):
    assert offer(api(support_hc), supervisor, expect=409)["type"].endswith("nothing-held")
    made = offer(api(support_hc), second_support_hc)
    answer(api(second_support_hc), made, "accept")
    escort = Escort.objects.get(pk=escorted.pk)
    assert (escort.owner, escort.state) == (second_support_hc, "analysing")
    assert Ticket.objects.get(pk=escort.ticket_id).holder_person == second_support_hc


def test_promises_need_a_free_slot_and_the_rest_stays_with_words(api, promised, team_leader, other_team_leader, settings):
    settings.PROMISE_SLOTS = 1
    first = promised()
    settings.PROMISE_SLOTS = 3
    promised()
    settings.PROMISE_SLOTS = 1
    made = answer(api(other_team_leader), offer(api(team_leader), other_team_leader), "accept")
    assert [item["handed"] for item in made["items"]] == [True, False]
    assert "penuh" in made["items"][1]["outcome"]
    assert PromiseSlot.objects.get(ticket=first.ticket).holder == other_team_leader
    assert PromiseSlot.objects.filter(holder=team_leader).count() == 1


def test_nothing_taken_is_a_conflict_and_the_offer_stands(api, promised, team_leader, other_team_leader, settings):
    promised()
    made = offer(api(team_leader), other_team_leader)
    settings.PROMISE_SLOTS = 0
    assert answer(api(other_team_leader), made, "accept", expect=409)["type"].endswith("nothing-taken")
    assert Handover.objects.get().state == "offered"


def test_a_caring_call_goes_to_another_tier_2(api, escorted, support_hc, outbound_agent, second_outbound_agent):
    escorts.solve_escort(escorted, "Kabel diganti", by=support_hc)
    callback = calls.claim_callback(Callback.objects.get(), by=outbound_agent)
    answer(api(second_outbound_agent), offer(api(outbound_agent), second_outbound_agent), "accept")
    callback.refresh_from_db()
    assert callback.claimed_by == second_outbound_agent
    assert Ticket.objects.get().holder_person == second_outbound_agent


@pytest.fixture
def letters(agent, settings, tmp_path):
    """Two conversations that the agent, who answers mail, has taken; one of them waits for its customer."""
    settings.MEDIA_ROOT = tmp_path
    taken = [
        claim_mail(each, by=agent) for each in receive(mailbox_of(agent), letter(), letter(sender="Budi <budi@example.org>"))
    ]
    MailItem.objects.filter(pk=taken[1].pk).update(state="waiting_customer")
    return taken


@pytest.mark.req("EM-1")
def test_mail_goes_to_another_who_answers_it(api, letters, agent, colleague, outbound_agent):
    held = api(agent).get("/api/v1/me/held/").json()
    assert [(row["kind"], row["title"]) for row in held] == [("mail", f"{each.number} · TENESA") for each in letters]
    assert offer(api(agent), outbound_agent, expect=409)["type"].endswith("nothing-held")
    made = offer(api(agent), skilled(colleague))
    assert set(MailItem.objects.values_list("holder", flat=True)) == {agent.pk}
    answer(api(colleague), made, "accept")
    assert set(MailItem.objects.values_list("holder", "state")) == {
        (colleague.pk, "in_progress"),
        (colleague.pk, "waiting_customer"),
    }
    assert not api(agent).get("/api/v1/me/held/").json()
    assert list(broken_places()) == []


@pytest.mark.req("EM-1")
def test_mail_of_another_teams_mailbox_stays_with_words(api, letters, agent, other_team_leader):
    made = offer(api(agent), other_team_leader)
    assert answer(api(other_team_leader), made, "accept", expect=409)["type"].endswith("nothing-taken")
    assert set(MailItem.objects.values_list("holder", flat=True)) == {agent.pk}


@pytest.mark.req("EM-1")
def test_mail_that_nobody_accepted_is_free_in_the_worklist(api, letters, agent, colleague, forward):
    offer(api(agent), skilled(colleague))
    forward(minutes=31)
    people.fall_due()
    assert MailItem.objects.filter(holder=None).count() == 2
    assert list(MailItem.objects.order_by("id").values_list("state", flat=True)) == ["new", "waiting_customer"]
    assert claim_next(by=colleague) == letters[0]


def test_only_the_asked_person_answers_and_only_the_giver_withdraws(api, mine, agent, colleague, stranger, team_leader):
    made = offer(api(agent), colleague)
    answer(api(stranger), made, "accept", expect=404)
    answer(api(team_leader), made, "accept", expect=403)
    answer(api(colleague), made, "withdraw", expect=403)
    assert answer(api(agent), made, "withdraw")["state"] == "withdrawn"
    answer(api(colleague), made, "accept", expect=409)


def test_a_thing_is_offered_to_one_person_at_a_time(api, mine, agent, colleague, team_leader):
    offer(api(agent), colleague)
    item = [{"kind": "ticket", "id": mine.pk}]
    refused = offer(api(agent), team_leader, expect=409, items=item)
    assert colleague.online_name in refused["detail"]
    assert offer(api(agent), agent, expect=400)["errors"]["to"]


def test_what_somebody_else_holds_cannot_be_offered(api, mine, agent, colleague, team_leader):
    offer(api(colleague), team_leader, expect=409, items=[{"kind": "ticket", "id": mine.pk}])
    offer(api(colleague), team_leader, expect=409, items=[{"kind": "tiket\u0000🙂"[:5], "id": 2**40}])


def test_declined_it_stays_while_the_giver_is_here_and_goes_up_once_they_have_gone(api, mine, agent, colleague, team_leader):
    assert answer(api(colleague), offer(api(agent), colleague), "decline", reason="Penuh")["state"] == "declined"
    assert Ticket.objects.get(pk=mine.pk).assignee == agent
    made = offer(api(agent), colleague)
    go(agent)
    assert answer(api(colleague), made, "decline")["fell_to"] == "20001"
    assert Ticket.objects.get(pk=mine.pk).assignee == team_leader


def test_unanswered_it_goes_to_the_team_leader(api, mine, agent, colleague, team_leader, forward):
    offer(api(agent), colleague)
    assert people.fall_due() == 0
    forward(minutes=31)
    assert (people.fall_due(), people.fall_due()) == (1, 0)
    assert Ticket.objects.get(pk=mine.pk).assignee == team_leader
    assert Notification.objects.filter(person=team_leader, event="handover").exists()
    assert list(broken_places()) == []


def test_an_escort_nobody_accepted_is_free_in_the_queue(api, escorted, support_hc, second_support_hc, supervisor, forward):
    people.change_person(support_hc, by=None, changes={"team": supervisor.team})
    offer(api(support_hc), second_support_hc)
    forward(minutes=31)
    people.fall_due()
    escort = Escort.objects.get()
    assert (escort.owner, escort.state) == (None, "queued")
    assert escorts.claim_next(by=second_support_hc) == escort


def test_who_goes_without_a_word_leaves_it_to_the_team_leader_and_has_it_back_when_returning(api, mine, agent, team_leader):
    go(agent)
    (row,) = api(team_leader).get("/api/v1/handovers/?state=offered").json()["results"]
    assert (row["receiver"], row["by_itself"]) == ("20001", True)
    people.sign_in(agent, by=agent)
    assert Handover.objects.get().state == "withdrawn"
    assert Ticket.objects.get(pk=mine.pk).assignee == agent


def test_a_promise_that_nobody_accepted_stays_and_the_supervisor_hears(promised, team_leader, supervisor, forward):
    promise = promised()
    go(team_leader)
    forward(minutes=31)
    people.fall_due()
    assert PromiseSlot.objects.get(ticket=promise.ticket).holder == team_leader
    assert "janji tetap" in Handover.objects.get().items.get().outcome
    assert Notification.objects.filter(person=supervisor, event="handover").count() == 2


def test_a_break_hands_nothing_over(mine, agent):
    people.set_duty(agent, by=agent, duty=Duty.BREAK)
    assert not Handover.objects.exists()


def test_what_is_no_longer_held_is_left_out(api, log, mine, agent, colleague, team_leader):
    other = assign(log(agent), agent, by=agent)
    made = offer(api(agent), colleague)
    assign(mine, team_leader, by=team_leader)
    done = answer(api(colleague), made, "accept")
    assert {item["id"]: item["handed"] for item in done["items"]} == {mine.pk: False, other.pk: True}
    assert Ticket.objects.get(pk=mine.pk).assignee == team_leader


def test_work_is_given_out_only_to_those_on_duty(hard, support_hc, sign_in, quality_control):
    go(support_hc)
    gone = Person.objects.get(pk=support_hc.pk)
    with pytest.raises(Conflict, match="tidak bertugas"):
        escorts.claim_next(by=gone)
    browser = sign_in(quality_control)
    go(quality_control)
    assert browser.post("/validations/next/").status_code == 409


# Pages


def test_going_off_duty_with_something_in_hand_asks_first(sign_in, mine, agent, colleague):
    browser = sign_in(agent)
    assert browser.post("/me/", {"duty": "off"}).url == "/handovers/?then=off"
    assert "masih memegang 1" in browser.get("/handovers/?then=off").content.decode()
    body = {"things": [f"ticket:{mine.pk}"], "to": "10002", "note": "Titip", "then": "off"}
    assert browser.post("/handovers/", body).url == "/handovers/"
    assert (Person.objects.get(pk=agent.pk).duty, Handover.objects.get().receiver) == ("off", colleague)


def test_signing_out_asks_too_and_once_is_enough(sign_in, mine, agent, team_leader):
    browser = sign_in(agent)
    assert browser.post("/logout/").url == "/handovers/?then=out"
    browser.post("/logout/", {"sure": "1"})
    assert Person.objects.get(pk=agent.pk).duty == "off"
    assert Handover.objects.get().receiver == team_leader


def test_the_page_takes_and_refuses(sign_in, api, mine, agent, colleague):
    made = offer(api(agent), colleague, note="Titip ya")
    browser = sign_in(colleague)
    page = browser.get("/handovers/").content.decode()
    assert "Titip ya" in page and f'action="/handovers/{made["id"]}/accept/"' in page
    assert browser.post(f"/handovers/{made['id']}/accept/").url == "/handovers/"
    assert browser.post(f"/handovers/{made['id']}/accept/").status_code == 409
    assert Ticket.objects.get(pk=mine.pk).assignee == colleague


@pytest.mark.parametrize("body", [{}, {"things": ["ticket:9"]}, {"things": ["x:y"]}, {"things": ["ticket:1\x00"], "to": "10002"}])
def test_a_form_that_names_nothing_is_refused_in_words(sign_in, mine, agent, colleague, body):
    assert sign_in(agent).post("/handovers/", body).status_code in (400, 409)


def test_a_kind_that_the_other_may_not_hold_is_named(sign_in, mine, agent, outbound_agent):
    page = sign_in(agent).post("/handovers/", {"things": [f"ticket:{mine.pk}"], "to": "50001"})
    assert "tidak dapat memegang: tiket" in page.content.decode()


def test_the_promise_of_the_newest_colleague_is_visible_to_the_team_leader(api, mine, agent, team_leader):
    newcomer = arrive("10009", "Baru", Role.AGENT, agent.team)
    offer(api(agent), newcomer)
    assert api(team_leader).get("/api/v1/handovers/").json()["results"][0]["receiver"] == "10009"
