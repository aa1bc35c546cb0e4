"""``updates``, ``told`` and ``verification``: what was said, and how the caller was known (OB-1, OB-4)."""

import pytest

from accounts.models import HistoryEntry
from tickets import actions
from tickets.models import TicketUpdate, Verification

SAID = {"text": "Teknisi datang pukul 14.", "to": "customer", "channel": "call"}
TOLD = {"text": "Teknisi sudah di lokasi.", "channel": "call"}
LONG = "x" * 10_001


@pytest.mark.req("OB-4")
@pytest.mark.parametrize("to", ["customer", "internal"])
def test_an_update_is_kept_and_begins_the_work(post, agent, ticket, to):
    answer = post(agent, ticket, "updates", SAID | {"to": to})
    assert (answer.status_code, answer.json()["status"]) == (201, "in_progress")
    kept = TicketUpdate.objects.get()
    assert (kept.text, kept.to, kept.channel, kept.by) == (SAID["text"], to, "call", agent)


@pytest.mark.req("OB-4")
def test_the_channel_is_a_call_unless_it_is_said(post, agent, ticket):
    post(agent, ticket, "updates", {"text": "Sudah dicek", "to": "internal"})
    assert TicketUpdate.objects.get().channel == "call"


def test_another_teams_ticket_takes_an_update_and_answers_in_short_form(post, agent, other_ticket):
    answer = post(agent, other_ticket, "updates", SAID)
    assert answer.status_code == 201
    assert "customer_name" not in answer.json()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": LONG}, "text"),
        ({"to": "boss"}, "to"),
        ({"to": None}, "to"),
        ({"channel": "fax"}, "channel"),
    ],
)
def test_a_wrong_update_names_its_field(post, agent, ticket, change, field):
    answer = post(agent, ticket, "updates", SAID | change)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not TicketUpdate.objects.exists()


def test_a_closed_ticket_takes_no_update(post, agent, ticket):
    actions.close(ticket, by=agent, solution="a", cause="b", customer_confirmed=True, further_help_offered=True)
    assert post(agent, ticket, "updates", SAID).status_code == 409


def test_a_solved_ticket_takes_one(post, agent, ticket):
    actions.solve(ticket, "a", "b", by=agent)
    answer = post(agent, ticket, "updates", SAID)
    assert (answer.status_code, answer.json()["status"]) == (201, "solved")


@pytest.mark.req("SE-4")
@pytest.mark.parametrize("who", ["agent", "team_leader", "supervisor"])
def test_telling_the_customer_is_kept_as_an_update_to_the_customer(post, ticket, who, request):
    assert post(request.getfixturevalue(who), ticket, "told", TOLD).status_code == 201
    assert TicketUpdate.objects.get().to == "customer"
    assert HistoryEntry.objects.filter(act="ticket.customer_told").count() == 1


def test_support_hc_does_not_tell_customers(post, support_hc, ticket):
    assert post(support_hc, ticket, "told", TOLD).status_code == 403


def test_another_teams_ticket_is_not_there_to_be_told(post, agent, other_ticket):
    assert post(agent, other_ticket, "told", TOLD).status_code == 404


@pytest.mark.parametrize(("body", "field"), [({}, "text"), ({"text": "\t"}, "text"), (TOLD | {"channel": 1}, "channel")])
def test_a_wrong_telling_names_its_field(post, agent, ticket, body, field):
    answer = post(agent, ticket, "told", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


@pytest.mark.req("OB-1")
def test_what_the_caller_was_verified_by_is_kept_with_who_asked(post, agent, ticket):
    answer = post(agent, ticket, "verification", {"name_matches": True, "contact_matches": True})
    assert answer.status_code == 201
    kept = Verification.objects.get()
    assert (kept.name_matches, kept.customer_id_matches, kept.contact_matches, kept.by) == (True, False, True, agent)
    facts = HistoryEntry.objects.get(act="ticket.caller_verified").facts
    assert facts == {"name_matches": True, "customer_id_matches": False, "contact_matches": True}


@pytest.mark.req("OB-1")
def test_a_caller_of_another_team_is_verified_too(post, agent, other_ticket):
    answer = post(agent, other_ticket, "verification", {"name_matches": True})
    assert (answer.status_code, "customer_name" in answer.json()) == (201, False)


def test_a_verification_is_yes_or_no(post, agent, ticket):
    answer = post(agent, ticket, "verification", {"name_matches": "maybe"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["name_matches"])
