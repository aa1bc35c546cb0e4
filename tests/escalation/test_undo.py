"""*Urungkan*: act, then undo. Both acts stand in the history; after somebody else's act it is refused in words (language.md)."""

import json

import pytest

from accounts.history import record
from accounts.models import HistoryEntry
from escalation.actions import escorts, outbox
from escalation.models import InboundMessage, Message, Progress
from tests.escalation.conftest import clock_of, escort_of
from tests.escalation.gateway import TIAL, dispatch
from tests.fakes.gowa import message_event
from tickets import actions

PART = {"HX-Request": "true"}


def acts_of(ticket):
    return list(HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk).values_list("act", flat=True))


def undo_in(answer):
    """Where the toast of this answer posts to."""
    if "HX-Trigger" in answer:
        return json.loads(answer["HX-Trigger"])["toast"]["undo"]
    return next(message.extra_tags.split(":", 2)[2] for message in answer.wsgi_request._messages if message.extra_tags)


def undo(browser, answer):
    return browser.post(undo_in(answer), headers=PART)


@pytest.fixture
def page(sign_in, support_hc):
    return sign_in(support_hc)


@pytest.mark.req("HC-4")
def test_a_claim_is_taken_back_and_so_is_a_release(page, hard, support_hc):
    claimed = page.post(f"/queue/{escort_of(hard).pk}/claim/", headers=PART)
    assert undo(page, claimed).status_code == 200
    assert escort_of(hard).state == "queued"
    page.post(f"/queue/{escort_of(hard).pk}/claim/")
    undo(page, page.post(f"/queue/{escort_of(hard).pk}/release/", headers=PART))
    assert (escort_of(hard).state, escort_of(hard).owner) == ("analysing", support_hc)
    assert acts_of(hard)[-5:] == [f"escort.{act}" for act in ("claimed", "released", "claimed", "released", "claimed")]


@pytest.mark.req("SE-1")
def test_raising_is_taken_back_with_a_reason_of_its_own(sign_in, hard, team_leader):
    leader = sign_in(team_leader)
    raised = leader.post(f"/tickets/{hard.number}/super-emergency/", {"reason": "Media", "kind": "super_emergency"})
    undo(leader, raised)
    hard.refresh_from_db()
    assert hard.kind == "hard_complaint"
    assert acts_of(hard)[-2:] == ["ticket.super_emergency_raised", "ticket.super_emergency_withdrawn"]


def test_a_pause_is_taken_back(sign_in, hard, agent):
    browser = sign_in(agent)
    undo(browser, browser.post(f"/tickets/{hard.number}/pause/", {"reason": "Menunggu foto"}))
    hard.refresh_from_db()
    assert hard.status == "in_progress"
    assert acts_of(hard)[-2:] == ["ticket.paused", "ticket.resumed"]


def test_an_assignment_is_taken_back_to_who_had_it(sign_in, hard, agent, colleague, team_leader):
    browser = sign_in(team_leader)
    undo(browser, browser.post(f"/tickets/{hard.number}/assign/", {"assignee": colleague.agent_code}))
    hard.refresh_from_db()
    assert hard.assignee == agent
    assert acts_of(hard)[-2:] == ["ticket.assigned", "ticket.assigned"]


def test_after_somebody_elses_act_it_is_refused_in_words(sign_in, hard, agent, team_leader):
    browser = sign_in(agent)
    paused = browser.post(f"/tickets/{hard.number}/pause/", {"reason": "Menunggu foto"})
    actions.post_update(hard, "Saya telepon", by=team_leader, to="internal")
    answer = undo(browser, paused)
    assert answer.status_code == 409
    assert "Dimas sudah mengerjakan" in answer.text and "data-problem" in answer.text
    hard.refresh_from_db()
    assert hard.status == "pending_customer"


def test_what_clocks_do_meanwhile_is_nobodys_act(page, hard):
    claimed = page.post(f"/queue/{escort_of(hard).pk}/claim/", headers=PART)
    record(hard, "clock.rung_fired", by=None, facts={})
    assert undo(page, claimed).status_code == 200


@pytest.fixture
def by_hand(hard, support_hc):
    dispatch(hard, support_hc)
    return Message.objects.get()


@pytest.mark.req("HC-5")
def test_a_proof_is_taken_back_and_the_clock_runs_as_it_ran(page, by_hand, hard):
    due = clock_of(hard, "dispatch").due_at
    proved = page.post(f"/messages/{by_hand.pk}/sent/", headers=PART)
    assert clock_of(hard, "dispatch").state == "met"
    undo(page, proved)
    clock = clock_of(hard, "dispatch")
    assert (clock.state, clock.uncertain, clock.due_at) == ("running", True, due)
    assert clock.rungs.filter(state="waiting").exists()
    assert Message.objects.get().state == "to_send_by_hand"
    assert acts_of(hard)[-2:] == ["message.sent_by_hand", "message.not_sent"]


@pytest.mark.req("HC-5")
def test_a_proof_is_not_taken_back_by_another_or_later(api, by_hand, support_hc, second_support_hc, forward):
    outbox.mark_sent(by_hand, by=support_hc)
    assert api(second_support_hc).post(f"/api/v1/messages/{by_hand.pk}/mark-not-sent/").status_code == 409
    forward(minutes=2)
    assert api(support_hc).post(f"/api/v1/messages/{by_hand.pk}/mark-not-sent/").status_code == 409


@pytest.mark.req("HC-5")
def test_a_proof_stays_once_the_ticket_is_solved(api, by_hand, hard, support_hc):
    outbox.mark_sent(by_hand, by=support_hc)
    escorts.solve_escort(escort_of(hard), "Normal", by=support_hc)
    assert api(support_hc).post(f"/api/v1/messages/{by_hand.pk}/mark-not-sent/").status_code == 409


@pytest.fixture
def waiting(hook, sent):
    hook(message_event(TIAL, "teknisi menuju lokasi"))
    return InboundMessage.objects.get()


@pytest.mark.req("HC-6")
def test_a_match_is_taken_back_and_can_be_made_again(page, waiting, dispatched):
    silence = clock_of(dispatched, "unit_silence").due_at
    undo(page, page.post(f"/inbox/{waiting.pk}/match/", {"number": dispatched.number}))
    waiting.refresh_from_db()
    assert (waiting.state, Progress.objects.exists(), escort_of(dispatched).state) == ("waiting", False, "dispatched")
    assert clock_of(dispatched, "unit_silence").due_at == silence
    page.post(f"/inbox/{waiting.pk}/match/", {"number": dispatched.number})
    assert Progress.objects.get().text == "teknisi menuju lokasi"


@pytest.mark.req("HC-6")
def test_what_was_fed_back_already_stays_matched(api, page, waiting, dispatched, support_hc):
    body = {"ticket": dispatched.number, "publish": True}
    api(support_hc).post(f"/api/v1/inbox/{waiting.pk}/match/", body)
    answer = api(support_hc).post(f"/api/v1/inbox/{waiting.pk}/unmatch/")
    assert answer.status_code == 409
    assert Progress.objects.get().published_at


@pytest.mark.req("HC-6")
def test_a_dismissal_is_taken_back(page, waiting):
    undo(page, page.post(f"/inbox/{waiting.pk}/dismiss/"))
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
