"""Entering a check into the ledger (QC-5), disputing its score and answering the dispute (QC-7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed
from common.text import clean
from escalation.actions.notifying import notify
from escalation.models import Event
from escalation.wording import Words
from quality.actions.sheets import MarkBody, Sheet, checked_sheet
from quality.models import DISPUTE_MOVES, Check, Dispute, DisputeItem, DisputeState, Evaluation, Mark, ScoringForm
from quality.scoring import Answer, count
from tickets.models import Ticket

COUNTER = "evaluations"
LEAST_FINDINGS = 10
LEAST_REASON = 5
LONGEST = 3_000
JUDGED = (Role.AGENT, Role.OUTBOUND_AGENT, Role.TEAM_LEADER, Role.SUPPORT_HC)


@dataclass(frozen=True)
class EvaluationBody:
    """One check as it is entered. ``form`` None: judged in words alone."""

    check_kind: str
    person: Person
    performed_on: date
    form: ScoringForm | None = None
    marks: Sequence[MarkBody] = field(default_factory=list)
    findings: str = ""
    reference: str = ""
    ticket: Ticket | None = None


def require_other_team(person: Person, *, by: Person) -> None:
    """Nobody judges the own service or that of the own team, nor of a team that one leads (QC-8)."""
    if person.pk == by.pk:
        raise NotAllowed(_("Pekerjaan sendiri dinilai petugas QC lain."), code="own-work")
    own_team = person.team_id is not None and person.team_id == by.team_id
    if own_team or (person.team is not None and person.team.leader_id == by.pk):
        raise NotAllowed(_("Pekerjaan tim sendiri dinilai petugas QC lain."), code="own-work")


@transaction.atomic
def record_evaluation(body: EvaluationBody, *, by: Person) -> Evaluation:
    """Keep one finished check with the person who did the service. The person is told, and may dispute the score once."""
    require(by, "evaluation.create")
    require_other_team(body.person, by=by)
    sheet = _checked(body)
    evaluation = write(body, sheet, by=by)
    tell_judged(evaluation)
    return evaluation


def _checked(body: EvaluationBody) -> Sheet | None:
    errors: dict[str, list[Any]] = {}
    if body.check_kind not in Check.values:
        errors["check_kind"] = [_("Pilih salah satu dari daftar.")]
    if body.person.role not in JUDGED:
        errors["person"] = [_("Yang dinilai adalah orang yang melayani pelanggan.")]
    if body.performed_on > timezone.localdate(now()):
        errors["performed_on"] = [_("Tanggal pelayanan belum tiba.")]
    findings = clean(body.findings, longest=LONGEST)
    clean(body.reference, longest=120)
    if body.form is None and len(findings) < LEAST_FINDINGS:
        errors["findings"] = [_("Tulis temuannya, minimal 10 huruf.")]
    if body.form is None and body.check_kind == Check.TAPPING:
        errors["form"] = [_("Tapping dinilai dengan formulir.")]
    if body.form is not None and body.form.state == "draft":
        errors["form"] = [_("Formulir ini belum berlaku.")]
    if errors:
        raise Invalid(_("Penilaian belum lengkap."), errors=errors)
    return checked_sheet(body.form, body.marks) if body.form else None


def write(body: EvaluationBody, sheet: Sheet | None, *, by: Person) -> Evaluation:
    """The row, its marks and its history; who may and what is right has been asked before."""
    counted = {"score": sheet.score.points, "raw": sheet.score.raw, "failed": sheet.score.failed} if sheet else {}
    evaluation = Evaluation.objects.create(
        check_kind=body.check_kind, form=body.form, person=body.person, team=body.person.team, by=by,
        performed_on=body.performed_on, ticket=body.ticket, reference=clean(body.reference, longest=120),
        findings=clean(body.findings, longest=LONGEST), finished_at=now(), **counted,
    )  # fmt: skip
    for mark in sheet.marks if sheet else []:
        mark.evaluation = evaluation
    Mark.objects.bulk_create(sheet.marks if sheet else [])
    facts = {
        "check": body.check_kind,
        "person": body.person.agent_code,
        "form": str(body.form) if body.form else None,
        "score": str(sheet.score.points) if sheet else None,
        "failed": sheet.score.failed if sheet else None,
    }
    personal = {"findings": (None, evaluation.findings)} if evaluation.findings else {}
    record(evaluation, "evaluation.recorded", by=by, facts=facts, personal=personal, first=True)
    Counter.grow(COUNTER)
    return evaluation


def tell_judged(evaluation: Evaluation) -> None:
    """The person who did the service hears of it; with a score, what it is."""
    kind = Check(evaluation.check_kind).label
    scored = evaluation.score is not None
    text = Words("%(kind)s, %(score)s" if scored else "%(kind)s", kind=kind, score=evaluation.score)
    key = f"evaluation-{evaluation.pk}"
    notify([evaluation.person], Event.EVALUATED, key=key, text=text, url=evaluation.url)


def dispute_until(evaluation: Evaluation) -> Any:
    """Until when the person judged may dispute it."""
    return evaluation.finished_at + timedelta(hours=settings.DISPUTE_HOURS)


def require_own(evaluation: Evaluation, *, by: Person) -> None:
    if evaluation.person_id != by.pk:
        raise NotAllowed(_("Hanya orang yang dinilai yang dapat mengajukan banding."))


@transaction.atomic
def dispute(evaluation: Evaluation, questions: Sequence[tuple[int, str]], *, by: Person) -> Evaluation:
    """The person judged disputes some questions, each with a reason, once a sheet and within the hours that are set (QC-7)."""
    require(by, "evaluation.dispute")
    require_own(evaluation, by=by)
    evaluation = _locked(evaluation)
    marks = {mark.parameter.number: mark for mark in evaluation.marks.all()}
    reasons = _checked_questions(questions, marks)
    if hasattr(evaluation, "dispute"):
        raise Conflict(_("Lembar ini sudah dibanding. Banding hanya sekali."))
    if now() > dispute_until(evaluation):
        raise Conflict(_("Batas banding %(hours)s jam sudah lewat."), hours=settings.DISPUTE_HOURS)
    raised = Dispute.objects.create(evaluation=evaluation, by=by, at=now())
    DisputeItem.objects.bulk_create(
        DisputeItem(dispute=raised, parameter=marks[number].parameter, reason=reason) for number, reason in reasons.items()
    )
    _touch(evaluation)
    record(evaluation, "evaluation.disputed", by=by, facts={"questions": sorted(reasons)}, personal=_words("reasons", reasons))
    _tell_answerers(evaluation)
    return evaluation


def _checked_questions(questions: Sequence[tuple[int, str]], marks: dict[int, Mark]) -> dict[int, str]:
    reasons = {number: clean(reason, longest=1_000) for number, reason in questions}
    wrong: list[Any] = []
    if not reasons or len(reasons) != len(questions):
        wrong.append(_("Pilih butir yang dibanding, masing-masing sekali."))
    if set(reasons) - set(marks):
        wrong.append(_("Butir itu tidak ada di lembar ini."))
    if any(len(reason) < LEAST_REASON for reason in reasons.values()):
        wrong.append(_("Tulis alasan tiap butir, minimal 5 huruf."))
    if wrong:
        raise Invalid(_("Banding belum lengkap."), errors={"items": wrong})
    return reasons


def _tell_answerers(evaluation: Evaluation) -> None:
    who = f"{evaluation.person.online_name}, {evaluation}"
    notify(_answerers(evaluation), Event.DISPUTED, key=f"dispute-{evaluation.pk}", text=who, url=evaluation.url)


def _answerers(evaluation: Evaluation) -> Iterable[Person]:
    team, leader = evaluation.team, _leader_of_judged(evaluation)
    if leader or team is None:
        return [leader] if leader else []
    return Person.objects.filter(role=Role.SUPERVISOR, is_active=True, team__site=team.site_id)


def _leader_of_judged(evaluation: Evaluation) -> Person | None:
    """Nobody leads a TL, and a team may be without one, as Support HC's is: then it is the supervisor's."""
    leader = evaluation.team.leader if evaluation.team else None
    return leader if leader and leader.pk != evaluation.person_id else None


def require_may_answer(evaluation: Evaluation, *, by: Person) -> None:
    """The TL of the person judged, else the supervisor. Never who judged or is judged."""
    leader = _leader_of_judged(evaluation)
    may_answer = leader.pk == by.pk if leader else by.role == Role.SUPERVISOR
    if not may_answer or evaluation.by_id == by.pk:
        raise NotAllowed(_("Banding dijawab TL dari orang yang dinilai."))


@dataclass(frozen=True)
class DisputeAnswer:
    """The TL's answer to one question: accepted with the answer that then stands, or not; in either case why."""

    parameter: int
    accepted: bool
    reply: str
    answer: str = Answer.YES


@transaction.atomic
def answer_dispute(evaluation: Evaluation, answers: Sequence[DisputeAnswer], *, by: Person) -> Evaluation:
    """Answer every question at once. The sheet stays as it was judged; the corrected score stands beside it (QC-7)."""
    require(by, "evaluation.answer_dispute")
    require_may_answer(evaluation, by=by)
    evaluation = _locked(evaluation)
    raised = getattr(evaluation, "dispute", None)
    if raised is None:
        raise Conflict(_("Lembar ini tidak dibanding."))
    items = {item.parameter.number: item for item in raised.items.all()}
    given = _checked_answers(answers, items)
    DISPUTE_MOVES.require("answer", raised.state)
    for number, each in given.items():
        item = items[number]
        item.accepted, item.reply = each.accepted, clean(each.reply, longest=1_000)
        item.answer = each.answer if each.accepted else ""
        item.save(update_fields=["accepted", "reply", "answer"])
    raised.state, raised.answered_by, raised.answered_at = DisputeState.ANSWERED, by, now()
    raised.save(update_fields=["state", "answered_by", "answered_at"])
    evaluation.corrected = _corrected(evaluation, given)
    _touch(evaluation, "corrected")
    facts = {"accepted": sorted(n for n, each in given.items() if each.accepted), "corrected": str(evaluation.corrected or "")}
    replies = {number: each.reply for number, each in given.items()}
    record(evaluation, "evaluation.dispute_answered", by=by, facts=facts, personal=_words("replies", replies))
    text = f"{evaluation}, {evaluation.stands}"
    both = [evaluation.person, evaluation.by]
    notify(both, Event.DISPUTE_ANSWERED, key=f"dispute-answered-{evaluation.pk}", text=text, url=evaluation.url)
    return evaluation


def _checked_answers(answers: Sequence[DisputeAnswer], items: dict[int, DisputeItem]) -> dict[int, DisputeAnswer]:
    given = {each.parameter: each for each in answers}
    wrong: list[Any] = []
    if set(given) != set(items) or len(given) != len(answers):
        wrong.append(_("Jawab setiap butir yang dibanding, masing-masing sekali."))
    if any(len(clean(each.reply, longest=1_000)) < LEAST_REASON for each in answers):
        wrong.append(_("Tulis alasan tiap jawaban, minimal 5 huruf."))
    if any(each.accepted and each.answer not in Answer.values for each in answers):
        wrong.append(_("Pilih nilai yang berlaku untuk butir yang diterima."))
    if wrong:
        raise Invalid(_("Jawaban banding belum lengkap."), errors={"items": wrong})
    return given


def _corrected(evaluation: Evaluation, given: dict[int, DisputeAnswer]) -> Decimal | None:
    """The score with the accepted answers in place; None when nothing was accepted."""
    accepted = {number: each.answer for number, each in given.items() if each.accepted}
    if not accepted:
        return None
    judged = {mark.parameter.number: mark.answer for mark in evaluation.marks.all() if mark.answer}
    return count(evaluation.items(), judged | accepted).points


def _words(name: str, texts: dict[int, str]) -> dict[str, tuple[Any, Any]]:
    return {name: (None, {str(number): text for number, text in texts.items()})}


def _locked(evaluation: Evaluation) -> Evaluation:
    Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    return Evaluation.objects.shown().get(pk=evaluation.pk)


def _touch(evaluation: Evaluation, *fields: str) -> None:
    evaluation.version += 1
    evaluation.save(update_fields=[*fields, "version"])
    Counter.grow(COUNTER)
