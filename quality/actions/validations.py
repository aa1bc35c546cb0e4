"""QC's look at agreed results: made when a result waits, claimed by one reviewer, scored, approved or returned (CT-6)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed, NotVisible
from common.text import clean
from escalation.actions.notifying import notify
from escalation.models import Event
from outbound.actions.holding import lock_prospect
from outbound.actions.results import approve_result, return_result
from outbound.models import CaringResult
from quality.actions.evaluations import EvaluationBody, answer_dispute, dispute, tell_judged, write
from quality.actions.sheets import MarkBody, checked_sheet
from quality.actions.watching import unwatch, watch
from quality.models import VALIDATION_MOVES, Check, Evaluation, ScoringForm, Validation, ValidationState, WatchKind

COUNTER = "validations"
BATCH = 100
LONGEST = 1_000


@transaction.atomic
def make_validation(result: CaringResult, *, by: Person) -> Validation:
    """A result waits for QC. Cared again after a return, it is chained to that one, whose watching ends (QC-4)."""
    if standing := Validation.objects.open().filter(result=result).first():
        return standing
    before = (
        Validation.objects.to_be_redone().filter(result__prospect=result.prospect_id, next__isnull=True).order_by("-id").first()
    )
    moment = now()
    due_at = moment + timedelta(minutes=settings.VALIDATION_TARGET_MINUTES)
    made = Validation.objects.create(
        result=result, person=result.by, team_id=result.campaign.team_id, created_at=moment, due_at=due_at, previous=before,
        round=before.round + 1 if before else 1,
    )  # fmt: skip
    watch(made, WatchKind.AGE, due_at)
    facts = {"result": result.pk, "person": result.by.agent_code, "after": before.pk if before else None}
    record(made, "validation.made", by=by, facts=facts, first=True)
    if before:
        _end_redo(before)
    Counter.grow(COUNTER)
    return made


def _end_redo(validation: Validation) -> None:
    validation.redone = True
    _touch(validation, "redone")
    unwatch(validation, WatchKind.REDO)


@transaction.atomic
def withdraw_validation(result: CaringResult, *, by: Person) -> None:
    """The result waits no longer without QC's doing: undone by its agent, or sent back by the TL."""
    for validation in Validation.objects.open().filter(result=result).select_for_update(of=("self",)):
        if validation.previous:
            Validation.objects.filter(pk=validation.previous.pk).update(redone=False)
            _watch_again(validation.previous)
            validation.previous = None
        validation.state, validation.reviewer, validation.lease_until = ValidationState.WITHDRAWN, None, None
        _touch(validation, "state", "reviewer", "lease_until", "previous")
        unwatch(validation, WatchKind.AGE)
        record(validation, "validation.withdrawn", by=by, facts={"result": result.pk})


def _watch_again(returned: Validation) -> None:
    """The return that it answered is owed again; what was told already stays told."""
    returned.watches.filter(kind=WatchKind.REDO, state="cancelled").update(state="waiting")


def require_may_review(validation: Validation, *, by: Person) -> None:
    """Nobody validates the own work or that of the own team, nor of a team that one leads (QC-8)."""
    team = validation.team
    own_team = by.team_id is not None and by.team_id in (validation.team_id, validation.person.team_id)
    if validation.person_id == by.pk or own_team or (team is not None and team.leader_id == by.pk):
        raise NotAllowed(_("Pekerjaan tim sendiri dinilai petugas QC lain."), code="own-work")


def lease_end() -> datetime:
    """Until when a sign of life now keeps a validation locked to its reviewer."""
    return now() + timedelta(minutes=settings.VALIDATION_LEASE_MINUTES)


@transaction.atomic
def claim_validation(validation: Validation, *, by: Person) -> Validation:
    """Lock it to its reviewer. Claiming what one holds renews the lease; a lease that ended gives it to the next (QC-8)."""
    require(by, "validation.claim")
    validation = _locked(validation, by)
    require_may_review(validation, by=by)
    if validation.is_held_by(by):
        keep_lease(validation, by=by)
        return validation
    VALIDATION_MOVES.require("claim", validation.state)
    if not validation.is_free and validation.reviewer:
        raise Conflict(_("Sedang dinilai %(name)s."), name=validation.reviewer.online_name, code="already-claimed")
    # The conditional UPDATE is what gives it to exactly one, also on a database whose row locks do nothing.
    free = Validation.objects.filter(pk=validation.pk, version=validation.version)
    values = {"state": ValidationState.CLAIMED, "reviewer": by, "claimed_at": now(), "lease_until": lease_end()}
    if free.update(**values, version=F("version") + 1) != 1:
        raise Conflict(_("Baru saja diambil orang lain."), code="already-claimed")
    record(validation, "validation.claimed", by=by)
    Counter.grow(COUNTER)
    return _locked(validation, by)


@transaction.atomic
def release_validation(validation: Validation, *, by: Person) -> Validation:
    """Put it back; it waits for another reviewer where it was in the order."""
    require(by, "validation.release")
    validation = _locked(validation, by)
    require_held(validation, by)
    _put_back(validation)
    record(validation, "validation.released", by=by)
    return validation


def _put_back(validation: Validation) -> None:
    validation.state, validation.reviewer, validation.lease_until = ValidationState.WAITING, None, None
    validation.claimed_at = None
    _touch(validation, "state", "reviewer", "lease_until", "claimed_at")


def keep_lease(validation: Validation, *, by: Person) -> bool:
    """A sign of life: the lease runs on. False when it is no longer this person's. Not history, like presence."""
    return Validation.objects.held_by(by).filter(pk=validation.pk).update(lease_until=lease_end()) == 1


def free_abandoned_validations(*, batch: int = BATCH) -> int:
    """Those whose reviewer's lease ended wait again; returns how many. What was pressed stays in the reviewer's draft."""
    found = list(Validation.objects.abandoned().order_by("lease_until")[:batch])
    return sum(_freed(each) for each in found)


@transaction.atomic
def _freed(validation: Validation) -> bool:
    fresh = Validation.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=validation.pk).first()
    if fresh is None or fresh.state != ValidationState.CLAIMED or not fresh.is_free:
        return False
    _put_back(fresh)
    record(fresh, "validation.lease_ended", by=None)
    return True


@transaction.atomic
def score_validation(
    validation: Validation, marks: Sequence[MarkBody], *, by: Person, form: ScoringForm | None = None, note: str = ""
) -> Validation:
    """Fill the F-18 sheet beside the recording (QC-1, QC-2). Until it is decided the reviewer may fill it anew."""
    require(by, "validation.score")
    validation = _locked(validation, by)
    require_may_review(validation, by=by)
    require_held(validation, by)
    form = form or ScoringForm.objects.published().filter(check_kind=Check.TAPPING).first()
    if form is None or form.check_kind != Check.TAPPING or form.state == "draft":
        raise Invalid(_("Tidak ada formulir tapping yang berlaku."), errors={"form": [_("Formulir ini belum berlaku.")]})
    sheet = checked_sheet(form, marks)
    result = validation.result
    body = EvaluationBody(
        Check.TAPPING, validation.person, timezone.localdate(result.at), form, marks, findings=note,
        reference=f"{validation}, {result.prospect.service_number}",
    )  # fmt: skip
    replaced, validation.evaluation = validation.evaluation, write(body, sheet, by=by)
    Evaluation.objects.filter(pk=validation.evaluation.pk).update(team=validation.team)
    _touch(validation, "evaluation")
    if replaced:
        record(validation, "validation.scored_anew", by=by, facts={"replaced": replaced.pk, "score": str(replaced.score)})
        replaced.delete()
    return validation


@transaction.atomic
def approve(validation: Validation, *, by: Person, note: str = "") -> Validation:
    """The customer did agree. Closed where the sheet has a critical failure."""
    require(by, "validation.approve")
    validation = _locked(validation, by)
    require_may_review(validation, by=by)
    require_held(validation, by)
    if validation.evaluation and validation.evaluation.failed:
        raise Conflict(_("Approve tertutup: butir fatal bernilai Tidak."), code="critical-failed")
    validation.note = clean(note or "", longest=3_000)
    approve_result(validation.result, by=by, note=validation.note)
    _decide(validation, ValidationState.APPROVED, "note")
    record(validation, "validation.approved", by=by, personal={"note": (None, validation.note)} if validation.note else {})
    return validation


@transaction.atomic
def return_validation(
    validation: Validation, reason: str, *, by: Person, recommendation: str = "", redo_by: datetime | None = None
) -> Validation:
    """Not as it was entered: back to the same agent first, with what must be redone and by when; watched until then (QC-4)."""
    require(by, "validation.return")
    validation = _locked(validation, by)
    require_may_review(validation, by=by)
    validation.reason, validation.recommendation = (
        clean(reason or "", longest=LONGEST),
        clean(recommendation or "", longest=LONGEST),
    )
    errors: dict[str, list[Any]] = {}
    if not validation.reason:
        errors["reason"] = [_("Tulis mengapa dikembalikan.")]
    if redo_by and redo_by <= now():
        errors["redo_by"] = [_("Pilih waktu yang akan datang.")]
    if errors:
        raise Invalid(_("Return belum lengkap."), errors=errors)
    require_held(validation, by)
    redo_by = redo_by or now() + timedelta(hours=settings.RETURN_REDO_HOURS)
    words = {"reason": validation.reason, "recommendation": validation.recommendation, "redo_by": redo_by}
    return_result(validation.result, by=by, **words)  # type: ignore[arg-type]
    validation.redo_by = redo_by
    _decide(validation, ValidationState.RETURNED, "reason", "recommendation", "redo_by")
    watch(validation, WatchKind.REDO, redo_by)
    personal = {"reason": (None, validation.reason), "recommendation": (None, validation.recommendation)}
    record(validation, "validation.returned", by=by, facts={"redo_by": redo_by.isoformat()}, personal=personal)
    text = f"{validation.result.prospect.service_number}: {validation.reason}"
    notify([validation.person], Event.RESULT_RETURNED, key=f"validation-{validation.pk}", text=text, url=validation.url)
    return validation


def _decide(validation: Validation, state: ValidationState, *fields: str) -> None:
    validation.state, validation.decided_at, validation.lease_until = state, now(), None
    _touch(validation, "state", "decided_at", "lease_until", *fields)
    unwatch(validation, WatchKind.AGE)
    if validation.evaluation:
        tell_judged(validation.evaluation)


def dispute_score(validation: Validation, questions: Sequence[tuple[int, str]], *, by: Person) -> Validation:
    """The agent disputes the sheet of this validation, once (QC-7)."""
    require(by, "validation.dispute")
    dispute(_sheet_of(validation), questions, by=by)
    return validation


def answer(validation: Validation, answers: Sequence[Any], *, by: Person) -> Validation:
    """The TL answers the dispute of its sheet."""
    require(by, "validation.answer_dispute")
    validation.evaluation = answer_dispute(_sheet_of(validation), answers, by=by)
    return validation


def _sheet_of(validation: Validation) -> Evaluation:
    if validation.evaluation is None or validation.is_open:
        raise Conflict(_("Validasi ini belum mempunyai lembar nilai yang selesai."))
    return validation.evaluation


def require_held(validation: Validation, by: Person) -> None:
    """Refuse when nobody or somebody else holds it, or when it is decided."""
    if validation.is_held_by(by):
        return
    if validation.state == ValidationState.CLAIMED and validation.reviewer:
        raise Conflict(_("Sedang dinilai %(name)s."), name=validation.reviewer.online_name, code="already-claimed")
    if validation.state == ValidationState.WAITING:
        raise Conflict(_("Belum ada yang memegang. Ambil dulu."))
    raise Conflict(_("Validasi ini sudah %(state)s."), state=validation.get_state_display())


def _locked(validation: Validation, by: Person) -> Validation:
    """As it is now, its prospect locked first as everybody does; refused as not there to who may not see it."""
    if not Validation.objects.visible_to(by).filter(pk=validation.pk).exists():
        raise NotVisible(_("Validasi ini tidak ada atau tidak untuk Anda lihat."))
    lock_prospect(CaringResult.objects.values_list("prospect_id", flat=True).get(pk=validation.result_id))
    Validation.objects.select_for_update().get(pk=validation.pk)
    return Validation.objects.shown().get(pk=validation.pk)


def _touch(validation: Validation, *fields: str) -> None:
    validation.version += 1
    validation.save(update_fields=[*fields, "version"])
    Counter.grow(COUNTER)
