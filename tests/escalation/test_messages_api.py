"""The outbox and the inbox through the API."""

import pytest

from escalation.actions import sending
from escalation.models import InboundMessage, Message, Progress
from tests.escalation.conftest import escort_of
from tests.escalation.gateway import TIAL, dispatch
from tests.fakes.gowa import message_event

FIELDS = {"id", "ticket", "channel", "group", "text", "state", "attempts", "created_at", "sent_at", "delivered_at", "read_at"}


def listed(program, address):
    answer = program.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


@pytest.mark.req("HC-5")
def test_the_outbox_shows_each_message_with_its_state(api, sent, dispatched, support_hc):
    [row] = listed(api(support_hc), "messages/")
    assert row.keys() >= FIELDS
    assert (row["ticket"], row["channel"], row["group"], row["state"]) == (dispatched.number, "wa", "TIAL REG-3", "sent")


@pytest.mark.req("HC-5")
def test_a_message_in_flight_is_queued_for_whoever_looks(api, dispatched, support_hc):
    Message.objects.update(state="sending")
    assert [row["state"] for row in listed(api(support_hc), "messages/?state=queued")] == ["queued"]
    assert listed(api(support_hc), "messages/?state=sent") == []


@pytest.mark.req("HC-5")
def test_messages_are_filtered_by_ticket(api, sent, dispatched, support_hc):
    assert len(listed(api(support_hc), f"messages/?ticket={dispatched.number}")) == 1
    assert listed(api(support_hc), "messages/?ticket=T-999999") == []


@pytest.mark.req("HC-5")
def test_a_failed_message_is_sent_again(api, dispatched, support_hc, gowa):
    gowa.answers(400)
    sending.send_due()
    message = Message.objects.get()
    answer = api(support_hc).post(f"/api/v1/messages/{message.pk}/retry/")
    assert (answer.status_code, answer.json()["state"], answer.json()["attempts"]) == (200, "queued", 0)
    gowa.expect(TIAL)
    sending.send_due()


@pytest.mark.req("HC-5")
def test_a_sent_message_is_not_sent_again(api, sent, support_hc):
    assert api(support_hc).post(f"/api/v1/messages/{sent.pk}/retry/").status_code == 409


@pytest.mark.req("HC-5")
@pytest.mark.parametrize("body", [{}, {"sent_at": None}, None])
def test_by_hand_the_mark_is_the_proof(api, hard, support_hc, body):
    dispatch(hard, support_hc)
    message = Message.objects.get()
    answer = api(support_hc).post(f"/api/v1/messages/{message.pk}/mark-sent/", body)
    assert (answer.status_code, answer.json()["state"]) == (200, "sent")


@pytest.mark.req("HC-5")
@pytest.mark.parametrize("sent_at", ["2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "kemarin"])
def test_an_impossible_time_is_no_proof(api, hard, support_hc, sent_at):
    dispatch(hard, support_hc)
    answer = api(support_hc).post(f"/api/v1/messages/{Message.objects.get().pk}/mark-sent/", {"sent_at": sent_at})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["sent_at"])


@pytest.fixture
def waiting(hook, sent) -> InboundMessage:
    hook(message_event(TIAL, "Teknisi menuju lokasi"))
    return InboundMessage.objects.get()


@pytest.mark.req("HC-6")
def test_the_inbox_shows_what_waits_and_why(api, waiting, support_hc):
    [row] = listed(api(support_hc), "inbox/")
    assert (row["id"], row["group"], row["sender"], row["state"]) == (waiting.pk, "TIAL REG-3", "Ujang S.", "waiting")
    assert row["problem"]


@pytest.mark.req("HC-6")
def test_matched_by_hand_it_is_progress_and_leaves_the_inbox(api, waiting, dispatched, support_hc):
    program = api(support_hc)
    answer = program.post(f"/api/v1/inbox/{waiting.pk}/match/", {"ticket": dispatched.number})
    assert (answer.status_code, answer.json()["state"], answer.json()["matched_by"]) == (200, "matched", "hand")
    assert Progress.objects.get().by == support_hc
    assert listed(program, "inbox/") == []
    assert len(listed(program, "inbox/?state=matched")) == 1


@pytest.mark.req("HC-6")
def test_matching_again_changes_nothing_and_elsewhere_is_refused(api, waiting, dispatched, log, agent, support_hc):
    program, address = api(support_hc), f"/api/v1/inbox/{waiting.pk}/match/"
    other = log(agent, criteria=["threat"])
    statuses = [program.post(address, {"ticket": each.number}).status_code for each in (dispatched, dispatched, other)]
    assert (statuses, Progress.objects.count()) == ([200, 200, 409], 1)


@pytest.mark.req("HC-6")
def test_a_ticket_that_takes_no_progress_is_a_conflict_and_it_goes_on_waiting(api, waiting, log, agent, support_hc):
    answer = api(support_hc).post(f"/api/v1/inbox/{waiting.pk}/match/", {"ticket": log(agent).number})
    assert answer.status_code == 409
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


@pytest.mark.req("HC-6")
@pytest.mark.parametrize("body", [{}, {"ticket": "T-999999"}, {"ticket": "x"}, {"ticket": "\u0661"}])
def test_no_such_ticket_is_said_beside_the_field(api, waiting, support_hc, body):
    answer = api(support_hc).post(f"/api/v1/inbox/{waiting.pk}/match/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["ticket"])


@pytest.mark.req("SE-4")
def test_support_hc_may_publish_while_matching(api, waiting, dispatched, support_hc):
    api(support_hc).post(f"/api/v1/inbox/{waiting.pk}/match/", {"ticket": dispatched.number, "publish": True})
    assert Progress.objects.get().published_at is not None


@pytest.mark.req("HC-6")
def test_what_is_not_for_us_is_dismissed_and_may_be_matched_after_all(api, waiting, dispatched, support_hc):
    program = api(support_hc)
    assert program.post(f"/api/v1/inbox/{waiting.pk}/dismiss/").json()["state"] == "dismissed"
    assert program.post(f"/api/v1/inbox/{waiting.pk}/match/", {"ticket": dispatched.number}).status_code == 200
    assert program.post(f"/api/v1/inbox/{waiting.pk}/dismiss/").status_code == 409
    assert escort_of(dispatched).state == "in_progress"


@pytest.mark.parametrize("address", ["messages/", "inbox/"])
def test_other_roles_see_neither(api, agent, team_leader, client_reader, address):
    assert {api(each).get(f"/api/v1/{address}").status_code for each in (agent, team_leader, client_reader)} == {403}


def test_an_administrator_looks_and_does_not_touch(api, waiting, sent, administrator):
    program = api(administrator)
    assert len(listed(program, "inbox/")) == len(listed(program, "messages/")) == 1
    assert program.post(f"/api/v1/inbox/{waiting.pk}/dismiss/").status_code == 403
    assert program.post(f"/api/v1/messages/{sent.pk}/retry/").status_code == 403
