"""Nobody approves the own work, works outside the own queue, or edits what is closed: refused, logged, unchanged (Z7)."""

import logging
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import HistoryEntry, Person
from outbound.models import Campaign, CaringResult, Prospect
from quality.actions.validations import approve, claim_validation
from quality.models import Evaluation, Validation
from tests.outbound.arrears import prospects_of, taken

pytestmark = pytest.mark.req("QC-8", "CT-2", "CT-5")


@dataclass(frozen=True)
class Floor:
    """An approved result, one that waits for QC, and a prospect in the hand of 50001."""

    approved: Validation
    waiting: Validation
    held: Prospect
    campaign: Campaign


@pytest.fixture
def floor(agreed, quality_control, outbound_agent) -> Floor:
    done, waiting = (Validation.objects.get(result=agreed()) for _each in range(2))
    approve(claim_validation(done, by=quality_control), by=quality_control)
    campaign = waiting.result.campaign
    prospects_of(campaign)
    return Floor(done, waiting, taken(outbound_agent), campaign)


RESULT = {"reason": "busy"}
# who, what is asked for, in what words, and how it is refused
TABLE: list[tuple[str, str, dict[str, Any], int]] = [
    ("outbound_agent", "validations/{waiting}/claim/", {}, 403),
    ("outbound_agent", "validations/{waiting}/approve/", {}, 403),
    ("team_leader", "validations/{waiting}/approve/", {}, 403),
    ("supervisor", "validations/{waiting}/return/", {"reason": "x"}, 403),
    ("administrator", "validations/{waiting}/approve/", {}, 403),
    ("quality_control", "validations/{approved}/return/", {"reason": "x"}, 409),
    ("quality_control", "validations/{waiting}/approve/", {}, 409),
    ("team_leader", "prospects/pick/", {}, 403),
    ("other_team_leader", "campaigns/{campaign}/import-prospects/", {}, 404),
    ("other_team_leader", "caring-results/{waiting_result}/send-back/", {"reason": "x"}, 404),
    ("second_outbound_agent", "prospects/{held}/results/", RESULT, 404),
    ("second_outbound_agent", "prospects/{held}/release/", {}, 404),
    ("second_outbound_agent", "caring-results/{waiting_result}/correct/", RESULT, 404),
    ("outbound_agent", "prospects/{done}/results/", RESULT, 404),
    ("outbound_agent", "caring-results/{approved_result}/correct/", RESULT, 409),
    ("outbound_agent", "caring-results/{waiting_result}/correct/", RESULT, 409),
    ("team_leader", "caring-results/{approved_result}/send-back/", {"reason": "x"}, 409),
    ("insider", "validations/{waiting}/claim/", {}, 404),
    ("insider", "validations/{waiting}/approve/", {}, 404),
    ("insider", "evaluations/", {"check": "tapping", "person": "50001", "performed_on": "2026-01-05", "marks": []}, 403),
]


def states() -> list[Any]:
    """All that could have been changed."""
    return [
        *(
            list(each.objects.order_by("pk").values_list("pk", "state", "version"))
            for each in (CaringResult, Validation, Prospect)
        ),
        Evaluation.objects.count(),
        HistoryEntry.objects.count(),
    ]


def test_each_is_refused_logged_and_nothing_changes(floor, api, request, caplog, quality_control, outbound_team):
    names = {
        "waiting": floor.waiting.pk, "approved": floor.approved.pk, "campaign": floor.campaign.pk, "held": floor.held.pk,
        "done": floor.approved.result.prospect_id, "waiting_result": floor.waiting.result_id,
        "approved_result": floor.approved.result_id,
    }  # fmt: skip
    people = {who: request.getfixturevalue(who) for who, *_asked in TABLE if who != "insider"}
    before, wrong = states(), []
    for who, where, body, status in TABLE:
        if who == "insider" and who not in people:  # the same officer, moved into the team whose work waits
            Person.objects.filter(pk=quality_control.pk).update(team=outbound_team)
            people[who] = Person.objects.get(pk=quality_control.pk)
        address = f"/api/v1/{where.format(**names)}"
        with caplog.at_level(logging.WARNING, logger="django.request"):
            got = api(people[who]).post(address, body).status_code
        if got != status or states() != before or address not in caplog.text:
            wrong.append((who, where, got))
    assert wrong == []
