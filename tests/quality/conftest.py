"""Sheets as people fill them: the published F-18, a second QC officer, an agent's evaluation."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Person, Team
from accounts.roles import Role
from common.clock import now
from common.problems import Problem
from outbound.actions.campaigns import create_campaign
from outbound.actions.picking import pick
from outbound.models import CaringResult, Product
from quality.actions.evaluations import EvaluationBody, record_evaluation
from quality.actions.sheets import MarkBody
from quality.actions.validations import claim_validation
from quality.models import Check, Evaluation, ScoringForm, Validation
from tests.conftest import arrive
from tests.outbound.arrears import agree, prospects_of

COUNT = 9  # parameters of the first F-18
CRITICAL = 6


def marks(**answers: str) -> list[MarkBody]:
    """Everything met, but what is named: ``marks(p4="no", p7="na")``."""
    given = dict.fromkeys(range(1, COUNT + 1), "yes") | {int(name[1:]): answer for name, answer in answers.items()}
    return [
        MarkBody(number, answer, comment="Terdengar di rekaman" if answer == "no" else "")
        for number, answer in given.items()
        if answer
    ]


def posted(**answers: str) -> dict[str, str]:
    """The same as the page posts it."""
    fields: dict[str, str] = {}
    for each in marks(**answers):
        fields |= {f"mark-{each.parameter}": each.answer, f"comment-{each.parameter}": each.comment}
    return fields


def as_json(**answers: str) -> list[dict[str, Any]]:
    return [{"parameter": each.parameter, "answer": each.answer, "comment": each.comment} for each in marks(**answers)]


def reviewers(team: Team, count: int) -> list[Person]:
    """A whole team of QC officers."""
    return [arrive(f"6001{number:02}", f"Penilai {number}", Role.QUALITY_CONTROL, team) for number in range(count)]


def at_once(act: Callable[[Person], Any], people: list[Person]) -> list[Any]:
    """Everybody does it at the same time, each on a connection of their own; a refusal is a result."""

    def one(person: Person) -> Any:
        try:
            return act(person)
        except Problem as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


@pytest.fixture
def f18(db: None) -> ScoringForm:
    return ScoringForm.objects.published().get(check_kind=Check.TAPPING)


@pytest.fixture
def second_quality_control(quality_team) -> Person:
    return arrive("60002", "Reza", Role.QUALITY_CONTROL, quality_team)


@pytest.fixture
def evaluate(f18, agent, quality_control) -> Callable[..., Evaluation]:
    """``evaluate(p4="no")`` is the agent's sheet, judged by 60001."""

    def evaluated(person: Person = agent, **answers: str) -> Evaluation:
        body = EvaluationBody(
            Check.TAPPING,
            person,
            timezone.localdate(now() - timedelta(days=1)),
            f18,
            marks(**answers),
            reference="Panggilan 10.22",
        )
        return record_evaluation(body, by=quality_control)

    return evaluated


@pytest.fixture
def agreed(team_leader, outbound_team, outbound_agent) -> Callable[..., CaringResult]:
    """``agreed()`` is an agreed result of the Tier-2 agent, which waits for QC; each call one of another account."""
    campaign = create_campaign("Dapros November", Product.CT0, by=team_leader, team=outbound_team)

    def made(by: Person = outbound_agent, **values: Any) -> CaringResult:
        prospects_of(campaign)
        held = pick(by=by)
        assert held
        return agree(held, by, **values)

    return made


@pytest.fixture
def waiting(agreed) -> Validation:
    """An agreed result before QC."""
    return Validation.objects.get(result=agreed())


@pytest.fixture
def claimed(waiting, quality_control) -> Validation:
    """The same, locked to 60001."""
    return claim_validation(waiting, by=quality_control)
