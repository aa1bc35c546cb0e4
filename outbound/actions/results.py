"""The result of a call and what becomes of it: entered, undone, sent back, corrected, approved, returned (CT-4, CT-5, CT-6)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, NotVisible
from common.text import clean
from escalation.actions.notifying import notify
from escalation.models import Event
from outbound.actions.checking import Entry, checked
from outbound.actions.holding import lease_end, let_go, lock_prospect, lock_seen, require_held, save
from outbound.actions.paying import forget, remind
from outbound.actions.recordings import attach_waiting
from outbound.actions.routing import route
from outbound.actions.ruling import look_over
from outbound.models import (
    RESULT_MOVES,
    CallReason,
    CaringResult,
    DoNotCall,
    PromiseState,
    Prospect,
    ProspectState,
    ResultState,
)
from outbound.signals import result_agreed, result_withdrawn
from tickets.actions.base import required
from tickets.shown_scripts import Shown, facts_of

COUNTER = "results"


@transaction.atomic
def enter_result(
    prospect: Prospect, *, by: Person, reason: CallReason, scripts: Sequence[Shown] = (), **values: Any
) -> CaringResult:
    """What came of the call, by who holds the prospect; an agreed one goes to QC (CT-6). ``values``: the fields of ``Entry``.

    ``contacted`` and ``agreed`` follow from the reason and are refused where they contradict it. A returned prospect that waits
    for this agent is taken up by the act itself. ``scripts``: the versions that stood before whoever called (OB-3).
    """
    require(by, "prospect.result")
    prospect = lock_seen(prospect, by)
    entry = checked(Entry(reason, **values), prospect)
    if not (prospect.state == ProspectState.WAITING and prospect.for_person_id == by.pk):
        require_held(prospect, by)
    result = CaringResult(prospect=prospect, campaign=prospect.campaign, by=by, at=now())
    _fill(result, entry)
    result.call_started_at, result.call_ended_at = prospect.called_at, now() if prospect.called_at else None
    look_over(result)
    result.save()
    attach_waiting(result)
    prospect.attempts += 1
    prospect.last_agent = by
    route(prospect, result)
    save(prospect)
    remind(result)
    _write(result, "result.entered", by, facts_of(scripts), note=(None, result.note))
    _announce(result, by)
    return result


def _fill(result: CaringResult, entry: Entry) -> None:
    for name in ("reason", "promised_on", "promised_amount", "next_contact_at", "note", "identity_checked"):
        setattr(result, name, getattr(entry, name))
    result.contacted, result.agreed = bool(entry.contacted), bool(entry.agreed)
    result.state = ResultState.AWAITING_VALIDATION if result.agreed else ResultState.ENTERED
    result.promise_state = PromiseState.OPEN if result.agreed and result.promised_on else ""


def _write(result: CaringResult, act: str, by: Person, facts: dict[str, Any] | None = None, **personal: tuple[Any, Any]) -> None:
    """One row on the prospect's chain: the account's whole story is read in one place."""
    said = {"result": result.pk, "state": result.state, **result.values(), **(facts or {})}
    record(result.prospect, act, by=by, facts=said, personal={name: pair for name, pair in personal.items() if any(pair)})
    Counter.grow(COUNTER)


def _announce(result: CaringResult, by: Person) -> None:
    if result.state == ResultState.AWAITING_VALIDATION:
        result_agreed.send(CaringResult, result=result, by=by)


def _lock(result: CaringResult, by: Person) -> CaringResult:
    """The result and its prospect as they are now, the prospect locked first; refused as not there to who may not see it."""
    if not CaringResult.objects.visible_to(by).filter(pk=result.pk).exists():
        raise NotVisible(_("Hasil ini tidak ada, atau tidak untuk Anda lihat."))
    prospect = lock_prospect(result.prospect_id)
    fresh = CaringResult.objects.select_for_update(of=("self",)).select_related("reason", "campaign", "by").get(pk=result.pk)
    fresh.prospect = prospect
    return fresh


def _save(result: CaringResult) -> None:
    result.version += 1
    result.save()


@transaction.atomic
def undo_result(result: CaringResult, *, by: Person) -> CaringResult:
    """Take back what was entered seconds ago: the prospect is in hand again, what was taken after it goes back."""
    require(by, "prospect.result")
    result = _lock(result, by)
    RESULT_MOVES.require("undo", result.state)
    if result.by_id != by.pk or now() > result.at + timedelta(seconds=settings.RESULT_UNDO_SECONDS):
        raise Conflict(_("Waktu mengurungkan sudah lewat. Minta TL mengembalikannya bila ada yang salah."))
    for taken in Prospect.objects.held().filter(held_by=by).select_for_update():
        let_go(taken, ProspectState.WAITING)
        save(taken)
    before, result.state, result.promise_state = result.state, ResultState.UNDONE, ""
    _save(result)
    _take_up_again(result.prospect, result, by)
    forget(result.prospect)
    _write(result, "result.undone", by)
    if before == ResultState.AWAITING_VALIDATION:
        result_withdrawn.send(CaringResult, result=result, by=by)
    return result


def _take_up_again(prospect: Prospect, undone: CaringResult, by: Person) -> None:
    DoNotCall.objects.filter(prospect=prospect, at__gte=undone.at).delete()
    last = prospect.results.standing().first()
    prospect.state, prospect.held_by, prospect.lease_until, prospect.held_at = ProspectState.HELD, by, lease_end(), now()
    prospect.called_at, prospect.due_at, prospect.ended_because = undone.call_started_at, None, ""
    prospect.for_person = prospect.own_until = None
    prospect.attempts = max(0, prospect.attempts - 1)
    prospect.returned = last is not None and last.state == ResultState.RETURNED
    save(prospect)


@transaction.atomic
def send_back(result: CaringResult, reason: str, *, by: Person) -> CaringResult:
    """The TL sends a wrong entry back to its agent, who sees why (CT-5)."""
    require(by, "result.send_back")
    result = _lock(result, by)
    said = required(reason, "reason", _("Tulis apa yang harus dikoreksi."), longest=1_000)
    RESULT_MOVES.require("send_back", result.state)
    before = result.state
    result.state, result.sent_back_reason = ResultState.SENT_BACK, said
    _save(result)
    _write(result, "result.sent_back", by, sent_back_reason=(None, said))
    key, url = f"sent-back:{result.pk}:{result.version}", reverse("outbound:correct", args=[result.pk])
    notify([result.by], Event.RESULT_SENT_BACK, key=key, text=said, url=url)
    if before == ResultState.AWAITING_VALIDATION:
        result_withdrawn.send(CaringResult, result=result, by=by)
    return result


@transaction.atomic
def correct(result: CaringResult, *, by: Person, reason: CallReason, note: str | None = None, **values: Any) -> CaringResult:
    """The agent enters it anew as the TL asked; ``values`` as for ``enter_result``. Agreed, it goes (again) to QC."""
    require(by, "result.correct")
    result = _lock(result, by)
    if result.by_id != by.pk:
        raise NotVisible(_("Hasil ini tidak ada, atau tidak untuk Anda lihat."))
    RESULT_MOVES.require("correct", result.state)
    before, words = result.values(), result.note
    entry = checked(Entry(reason, note=result.note if note is None else note, **values), result.prospect, entered_at=result.at)
    _fill(result, entry)
    look_over(result)
    _save(result)
    if _is_newest(result):
        route(result.prospect, result)
        save(result.prospect)
        remind(result)
    _write(result, "result.corrected", by, {"before": before}, note=(words, result.note))
    _announce(result, by)
    return result


def _is_newest(result: CaringResult) -> bool:
    """Whether the prospect still stands where this result put it: a later call, or one under way, decides for itself."""
    if result.prospect.state == ProspectState.HELD:
        return False
    return result.prospect.results.standing().values_list("pk", flat=True).first() == result.pk


@transaction.atomic
def approve_result(result: CaringResult, *, by: Person, note: str = "") -> CaringResult:
    """QC found that the customer agreed (CT-6). The rules of who and what was heard are the validation's."""
    require(by, "validation.approve")
    result = _lock(result, by)
    RESULT_MOVES.require("approve", result.state)
    said = clean(note, longest=3_000)
    result.state = ResultState.APPROVED
    _save(result)
    if _is_newest(result):
        let_go(result.prospect, ProspectState.DONE)
        save(result.prospect)
    _write(result, "result.approved", by, validation_note=(None, said))
    return result


@transaction.atomic
def return_result(
    result: CaringResult, *, by: Person, reason: str, recommendation: str = "", redo_by: datetime | None = None
) -> CaringResult:
    """QC returns it: the same agent cares again first, until ``redo_by``; after that whoever comes (CT-6, QC-4)."""
    require(by, "validation.return")
    result = _lock(result, by)
    said = required(reason, "reason", _("Tulis mengapa dikembalikan."), longest=1_000)
    advice = clean(recommendation, longest=1_000)
    RESULT_MOVES.require("return", result.state)
    result.state, result.promise_state = ResultState.RETURNED, ""
    result.sent_back_reason, result.recommendation = said, advice
    result.redo_by = redo_by or now() + timedelta(hours=settings.RETURN_REDO_HOURS)
    _save(result)
    if _is_newest(result):
        _reserve(result.prospect, result)
        forget(result.prospect)
    facts = {"redo_by": result.redo_by.isoformat()}
    _write(result, "result.returned", by, facts, sent_back_reason=(None, said), recommendation=(None, advice))
    return result


def _reserve(prospect: Prospect, result: CaringResult) -> None:
    let_go(prospect, ProspectState.WAITING)
    prospect.returned, prospect.for_person = True, result.by
    prospect.due_at, prospect.own_until = now(), result.redo_by
    save(prospect)
