"""The result of a call to a customer in arrears: what it must say, and where the prospect goes (CT-4, CT-5, CT-6)."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from accounts.models import HistoryEntry
from common.clock import now
from common.problems import Conflict, NotAllowed, NotVisible
from outbound import actions
from outbound.models import Prospect
from outbound.signals import result_agreed, result_withdrawn
from tests.outbound.arrears import agree, prospects_of, reason

pytestmark = [pytest.mark.django_db, pytest.mark.req("CT-4")]


@pytest.fixture
def enter(api, outbound_agent, in_hand):
    """``enter(reason="busy")`` is the answer to that result for the prospect in hand."""

    def entered(**body):
        body["reason"] = reason(body["reason"]).pk
        return api(outbound_agent).post(f"/api/v1/prospects/{in_hand.pk}/results/", body)

    return entered


PROMISE = {"reason": "agree", "contacted": True, "agreed": True, "promised_amount": 1_184_500}


@pytest.mark.req("CT-6")
def test_an_agreed_result_waits_for_qc(enter, in_hand, heard):
    answer = enter(**PROMISE, promised_on=localdate(now()).isoformat(), note="Gajian tanggal 27")
    assert (answer.status_code, answer.json()["state"]) == (201, "awaiting_validation")
    assert Prospect.objects.get(pk=in_hand.pk).state == "validating"
    assert heard == ["agreed"]


@pytest.fixture
def heard():
    """What the floor above was told."""
    said: list[str] = []

    def agreed(**_):
        said.append("agreed")

    def withdrawn(**_):
        said.append("withdrawn")

    result_agreed.connect(agreed)
    result_withdrawn.connect(withdrawn)
    yield said
    result_agreed.disconnect(agreed)
    result_withdrawn.disconnect(withdrawn)


@pytest.mark.parametrize("days", [-1, 32])
def test_a_promise_lies_within_31_days(enter, days):
    answer = enter(**PROMISE, promised_on=(localdate(now()) + timedelta(days=days)).isoformat())
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["promised_on"])


def test_what_the_reason_needs_must_be_there(enter):
    assert set(enter(reason="agree").json()["errors"]) == {"promised_on", "promised_amount"}
    assert set(enter(reason="objection").json()["errors"]) == {"note"}


@pytest.mark.parametrize("word", ["contacted", "agreed"])
def test_a_contradiction_to_the_reason_is_refused(enter, word):
    answer = enter(reason="no-answer", **{word: True})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [word])


def test_who_asks_for_a_call_and_names_no_time_is_called_in_an_hour(enter, in_hand, outbound_agent):
    assert enter(reason="callback").status_code == 201
    after = Prospect.objects.get(pk=in_hand.pk)
    assert after.due_at
    assert (after.for_person, after.due_at > now() + timedelta(minutes=59)) == (outbound_agent, True)


def test_those_that_can_be_chosen_stand_before_the_groups(api, outbound_agent):
    said = api(outbound_agent).get("/api/v1/call-reasons/").json()["results"]
    assert [bool(each["parent"]) for each in said] == [True] * 14 + [False] * 2


def test_a_group_is_no_reason(enter):
    assert list(enter(reason="contacted").json()["errors"]) == ["reason"]


@pytest.mark.parametrize(
    ("code", "state"), [("no-answer", "waiting"), ("paid", "done"), ("wrong-number", "ended"), ("do-not-call", "ended")]
)
def test_the_reason_says_where_the_prospect_goes(enter, in_hand, code, state):
    assert enter(reason=code).status_code == 201
    after = Prospect.objects.get(pk=in_hand.pk)
    assert (after.state, after.attempts, after.held_by) == (state, 1, None)


def test_only_the_holder_enters_a_result(api, second_outbound_agent, in_hand):
    answer = api(second_outbound_agent).post(f"/api/v1/prospects/{in_hand.pk}/results/", {"reason": reason("busy").pk})
    assert answer.status_code == 404


def test_the_history_keeps_the_words_of_the_customer_apart(in_hand, outbound_agent):
    agree(in_hand, outbound_agent, note="Gajian tanggal 27")
    entry = HistoryEntry.objects.get(act="result.entered")
    assert "Gajian" not in str(entry.facts)
    assert entry.details.get().after == "Gajian tanggal 27"


def test_a_result_can_be_undone_for_seconds(in_hand, outbound_agent, heard):
    result = agree(in_hand, outbound_agent)
    actions.undo_result(result, by=outbound_agent)
    again = Prospect.objects.get(pk=in_hand.pk)
    assert (again.is_held_by(outbound_agent), again.attempts, heard) == (True, 0, ["agreed", "withdrawn"])


def test_undoing_later_is_refused(in_hand, outbound_agent, forward):
    result = agree(in_hand, outbound_agent)
    forward(seconds=16)
    with pytest.raises(Conflict):
        actions.undo_result(result, by=outbound_agent)


def test_undoing_puts_what_was_taken_meanwhile_back(campaign, in_hand, outbound_agent):
    prospects_of(campaign)
    result = agree(in_hand, outbound_agent)
    following = actions.pick(by=outbound_agent)
    assert following
    actions.undo_result(result, by=outbound_agent)
    assert Prospect.objects.get(pk=following.pk).state == "waiting"
    assert Prospect.objects.get(held_by=outbound_agent) == in_hand


@pytest.mark.req("CT-5")
def test_sent_back_it_is_corrected_by_its_agent(in_hand, outbound_agent, team_leader, heard):
    result = agree(in_hand, outbound_agent)
    actions.send_back(result, "Jumlahnya tidak cocok dengan tagihan", by=team_leader)
    done = actions.correct(result, by=outbound_agent, reason=reason("paid"))
    assert (done.state, done.agreed, heard) == ("entered", False, ["agreed", "withdrawn"])
    assert Prospect.objects.get(pk=in_hand.pk).state == "done"


@pytest.mark.req("CT-5")
def test_only_what_was_sent_back_is_corrected(in_hand, outbound_agent):
    result = agree(in_hand, outbound_agent)
    with pytest.raises(Conflict):
        actions.correct(result, by=outbound_agent, reason=reason("paid"))


@pytest.mark.req("CT-5")
def test_another_teams_leader_sends_nothing_back(in_hand, outbound_agent, other_team_leader):
    result = agree(in_hand, outbound_agent)
    with pytest.raises(NotVisible):
        actions.send_back(result, "Salah semua ini", by=other_team_leader)


@pytest.mark.req("CT-6")
def test_qc_approves(in_hand, outbound_agent, quality_control):
    done = actions.approve_result(agree(in_hand, outbound_agent), by=quality_control)
    assert (done.state, Prospect.objects.get(pk=in_hand.pk).state) == ("approved", "done")


@pytest.mark.req("CT-6")
def test_returned_it_comes_to_the_same_agent_first(campaign, in_hand, outbound_agent, second_outbound_agent, quality_control):
    result = agree(in_hand, outbound_agent)
    prospects_of(campaign, priority=9)
    actions.return_result(result, by=quality_control, reason="Tanggal tidak diulang pelanggan")
    assert actions.pick(by=second_outbound_agent) != in_hand
    again = actions.pick(by=outbound_agent)
    assert again
    assert (again, again.returned) == (in_hand, True)
    assert agree(again, outbound_agent).state == "awaiting_validation"
    result.refresh_from_db()
    assert result.state == "returned"


@pytest.mark.req("CT-6")
def test_a_return_that_is_not_redone_in_time_goes_to_the_pool(
    in_hand, outbound_agent, second_outbound_agent, quality_control, forward
):
    result = agree(in_hand, outbound_agent)
    redo_by = now() + timedelta(minutes=48)
    actions.return_result(result, by=quality_control, reason="Tidak diulang", redo_by=redo_by)
    assert actions.pick(by=second_outbound_agent) is None
    forward(minutes=49)
    assert actions.pick(by=second_outbound_agent) == in_hand


@pytest.mark.req("CT-6")
def test_an_agent_approves_nothing(in_hand, outbound_agent):
    with pytest.raises(NotAllowed):
        actions.approve_result(agree(in_hand, outbound_agent), by=outbound_agent)
