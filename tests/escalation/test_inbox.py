"""What units answer finds its ticket: by the quoted message, by the number, else by a person (HC-6, SE-4)."""

import pytest

from escalation.actions import escorts, sending
from escalation.actions.channels import create_group
from escalation.actions.inbox import match_new
from escalation.actions.raising import raise_super_emergency
from escalation.models import Channel, Group, InboundMessage, Message, Notification, Progress
from tests.escalation.conftest import escort_of
from tests.escalation.gateway import C4, TIAL, dispatch
from tests.fakes.gowa import ack_event, message_event

pytestmark = pytest.mark.req("HC-6")


def inbound() -> InboundMessage:
    return InboundMessage.objects.latest("id")


def state_of(sent: Message) -> str:
    return Message.objects.get(pk=sent.pk).state


def test_an_answer_to_our_message_is_progress_of_its_ticket(hook, sent, dispatched):
    hook(message_event(TIAL, "Teknisi menuju lokasi", replied_to_id=sent.gateway_id))
    progress = Progress.objects.get()
    assert (progress.escort.ticket, progress.text, progress.sender) == (dispatched, "Teknisi menuju lokasi", "Ujang S.")
    assert (progress.source, progress.group, inbound().matched_by) == ("gateway", sent.group, "quote")
    assert escort_of(dispatched).state == "in_progress"


@pytest.mark.parametrize("text", ["#{} menuju lokasi", "{} menuju", "{}.", "({}) ok", "mohon cek {}"])
def test_a_number_in_the_text_gives_the_ticket(hook, sent, dispatched, text):
    hook(message_event(TIAL, text.format(dispatched.number)))
    assert (inbound().state, inbound().ticket, inbound().matched_by) == ("matched", dispatched, "number")


def test_a_number_in_what_is_quoted_gives_the_ticket_too(hook, sent, dispatched):
    hook(message_event(TIAL, "menuju", replied_to_id="3EB0UNKNOWN", quoted_body=f"kemarin #{dispatched.number}"))
    assert inbound().ticket == dispatched


def test_an_answer_to_the_units_own_matched_words_follows_them(hook, sent, dispatched):
    hook(message_event(TIAL, "menuju", number="A1", replied_to_id=sent.gateway_id))
    hook(message_event(TIAL, "sampai", number="A2", replied_to_id="A1"))
    assert Progress.objects.filter(escort__ticket=dispatched).count() == 2


@pytest.mark.parametrize(
    "text", ["besok briefing jam 8 ya rekan", "T-999999 menuju", "T-000001 dan T-000002 menuju", "XT-000001"]
)
def test_what_names_no_one_ticket_waits_in_the_inbox_with_the_reason(hook, sent, text):
    hook(message_event(TIAL, text))
    assert (inbound().state, inbound().text, bool(inbound().problem)) == ("waiting", text, True)


def test_a_chat_that_is_none_of_our_groups_waits(hook, sent):
    hook(message_event("6281@s.whatsapp.net", "halo", replied_to_id=sent.gateway_id))
    assert (inbound().state, inbound().group) == ("waiting", None)


def test_words_of_a_leaders_group_are_not_the_units(hook, sent, channel, team):
    create_group(by=None, name="TL A", purpose="team_leader", team=team, channel=channel, address="9@g.us")
    hook(message_event("9@g.us", "siap", replied_to_id=sent.gateway_id))
    assert (inbound().state, Progress.objects.count()) == ("waiting", 0)


def test_our_own_echo_is_dismissed(hook, sent):
    hook(message_event(TIAL, sent.text, is_from_me=True))
    assert (inbound().state, Progress.objects.count()) == ("dismissed", 0)


def test_words_for_a_ticket_that_takes_none_wait_with_its_reason(hook, sent, dispatched, support_hc):
    escorts.solve_escort(escort_of(dispatched), "Disambung", by=support_hc)
    hook(message_event(TIAL, "sdh normal", replied_to_id=sent.gateway_id))
    assert (inbound().state, inbound().ticket) == ("waiting", dispatched)
    assert "caring" in inbound().problem


@pytest.mark.parametrize(("text", "state"), [("sudah normal", "solved"), ("Done.", "solved"), ("selesai besok", "in_progress")])
def test_only_the_bare_word_means_done(hook, sent, dispatched, text, state):
    hook(message_event(TIAL, text, replied_to_id=sent.gateway_id))
    assert escort_of(dispatched).state == state


@pytest.mark.req("HC-7")
@pytest.mark.parametrize(
    ("text", "holder"),
    [("mohon info port ODP", "support_hc"), ("sudah dicek ONT nya?", "support_hc"), ("menuju ODP", "unit")],
)
def test_words_that_ask_for_data_pass_the_ball_to_support_hc(hook, sent, dispatched, text, holder, support_hc):
    hook(message_event(TIAL, text, replied_to_id=sent.gateway_id))
    dispatched.refresh_from_db()
    assert dispatched.holder_kind == holder
    assert dispatched.holder_person == (support_hc if holder == "support_hc" else None)


@pytest.mark.req("HC-7")
@pytest.mark.parametrize(
    ("text", "kind", "state", "holder"),
    [
        ("tolong kirim foto", None, "in_progress", "support_hc"),
        ("tolong kirim foto", "progress", "in_progress", "unit"),
        ("foto ODP mana", "needs_data", "in_progress", "support_hc"),
        ("beres semua", "done", "solved", "support_hc"),
        ("sudah normal", "progress", "in_progress", "unit"),
    ],
)
def test_whoever_matches_says_what_the_words_mean(hook, sent, dispatched, api, support_hc, text, kind, state, holder):
    hook(message_event(TIAL, text))
    body = {"ticket": dispatched.number} | ({"kind": kind} if kind else {})
    assert api(support_hc).post(f"/api/v1/inbox/{inbound().pk}/match/", body).status_code == 200
    dispatched.refresh_from_db()
    assert (escort_of(dispatched).state, dispatched.holder_kind) == (state, holder)


def test_what_is_not_ours_is_no_kind_of_a_match(hook, sent, dispatched, api, support_hc):
    hook(message_event(TIAL, "besok briefing"))
    answer = api(support_hc).post(f"/api/v1/inbox/{inbound().pk}/match/", {"ticket": dispatched.number, "kind": "not_ours"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["kind"])


@pytest.mark.req("HC-7")
def test_a_match_that_is_taken_back_gives_the_ball_back_too(hook, sent, dispatched, api, support_hc):
    hook(message_event(TIAL, "tolong kirim foto"))
    here = f"/api/v1/inbox/{inbound().pk}/"
    api(support_hc).post(f"{here}match/", {"ticket": dispatched.number})
    dispatched.refresh_from_db()
    before = dispatched.holder_kind
    assert api(support_hc).post(f"{here}unmatch/").status_code == 200
    dispatched.refresh_from_db()
    assert (before, dispatched.holder_kind, bool(dispatched.holder_name)) == ("support_hc", "unit", True)


@pytest.mark.req("SE-4")
def test_of_a_super_emergency_the_leader_hears_at_once(hook, channel, log, agent, team_leader, support_hc, gowa):
    ticket = log(agent)
    raise_super_emergency(ticket, "Pelanggan melapor ke media", by=team_leader)
    dispatch(ticket, support_hc)
    gowa.expect(TIAL), gowa.expect(C4)
    sending.send_due()
    hook(message_event(C4, "Teknisi menuju lokasi", replied_to_id=gowa.messages[1]["id"]))
    assert Progress.objects.get().published_at is not None
    assert Notification.objects.get(event="progress").person == team_leader


@pytest.mark.req("SE-4")
def test_of_a_hard_complaint_support_hc_publishes(hook, sent):
    hook(message_event(TIAL, "Teknisi menuju lokasi", replied_to_id=sent.gateway_id))
    assert Progress.objects.get().published_at is None


def test_a_poisonous_row_is_parked_and_the_rest_goes_on(hook, sent, dispatched, channel):
    InboundMessage.objects.create(channel=channel, provider_id="x", raw="no json", received_at=sent.created_at)
    hook(message_event(TIAL, "menuju", replied_to_id=sent.gateway_id))
    assert InboundMessage.objects.get(provider_id="x").state == "waiting"
    assert Progress.objects.count() == 1


# Receipts


@pytest.mark.req("HC-5")
def test_receipts_move_a_message_on_and_never_back(hook, sent):
    hook(ack_event(TIAL, sent.gateway_id, receipt="delivered"))
    assert state_of(sent) == "delivered"
    hook(ack_event(TIAL, sent.gateway_id, receipt="read"))
    assert state_of(sent) == "read"
    hook(ack_event(TIAL, sent.gateway_id, "another", receipt="delivered"))
    assert state_of(sent) == "read"


@pytest.mark.req("HC-5")
def test_read_before_delivered_stays_read(hook, sent):
    hook(ack_event(TIAL, sent.gateway_id, receipt="read"))
    hook(ack_event(TIAL, sent.gateway_id, receipt="delivered"))
    sent.refresh_from_db()
    assert (sent.state, sent.delivered_at is not None) == ("read", True)


@pytest.mark.req("HC-5")
def test_a_receipt_that_overtakes_our_knowledge_is_waited_for(hook, dispatched, gowa):
    number = f"3EB0{1:028X}"
    hook(ack_event(TIAL, number))
    gowa.expect(TIAL)
    sending.send_due()
    match_new()
    assert Message.objects.get().state == "delivered"


@pytest.mark.req("HC-5")
def test_a_receipt_for_somebody_elses_message_is_kept_without_effect(hook, sent, forward):
    hook(ack_event(TIAL, "unknown"))
    assert inbound().state == "new"
    forward(minutes=3)
    match_new()
    assert (inbound().state, inbound().is_receipt, state_of(sent)) == ("dismissed", True, "sent")


@pytest.mark.req("HC-5")
def test_the_receipt_of_another_channel_says_nothing(hook, sent, channel):
    Group.objects.filter(pk=sent.group_id).update(channel=Channel.objects.get(slug="by-hand"))
    hook(ack_event(TIAL, sent.gateway_id))
    assert state_of(sent) == "sent"
