"""Sheets as people fill them: the published F-18, a second QC officer, an agent's evaluation."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Person
from accounts.roles import Role
from common.clock import now
from quality.actions.evaluations import EvaluationBody, record_evaluation
from quality.actions.sheets import MarkBody
from quality.models import Check, Evaluation, ScoringForm
from tests.conftest import arrive

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
