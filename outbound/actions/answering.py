"""What came of a call, and what follows from it: confirmed, denied, called again, given up (SE-5, PM-5, QM-6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as plain
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Invalid
from common.text import clean
from escalation.actions.confirming import customer_says
from escalation.actions.notifying import notify, on_duty
from escalation.models import Event
from escalation.wording import Words
from outbound.actions.base import give_ball, lock_workable, own_until, require_held, require_may_work, touch
from outbound.hours import into_hours, next_morning, require_callable, zone_of
from outbound.models import Callback, CallbackAttempt, CallbackState, Ending, Outcome, Purpose, Satisfaction
from tickets.actions import pass_ball, tell_customer
from tickets.models import TICKET_MOVES, Channel, HolderKind
from tickets.shown_scripts import Shown, facts_of

LEAST_WORDS = 5
MISSED = (Outcome.NO_ANSWER, Outcome.BUSY)


@dataclass(frozen=True)
class CallResult:
    """What the caller enters. ``wants_visit`` counts as not satisfied."""

    outcome: str
    response: str = ""
    satisfied: bool | None = None
    next_try_at: datetime | None = None
    wants_visit: bool = False
    further_help_offered: bool = False
    identity_checked: bool = False
    satisfaction: str = ""


@transaction.atomic
def record_attempt(callback: Callback, result: CallResult, *, by: Person, scripts: Sequence[Shown] = ()) -> Callback:
    """Keep one try. The customer's yes closes escort and ticket, a no brings them back to Support HC; else it is called again.

    ``scripts``: the versions that stood before the caller, kept with the act (OB-3).
    Only who holds it may; a second submit finds it let go and is refused, so that nothing is done twice.
    """
    require(by, "callback.attempt")
    callback = lock_workable(callback, by)
    require_may_work(callback, by=by)
    result = _checked(result, callback)
    require_held(callback, by)
    attempt = CallbackAttempt.objects.create(callback=callback, by=by, at=now(), **vars(result))
    callback.attempts_count += 1
    _write(callback, attempt, by, scripts)
    if result.outcome == Outcome.REACHED:
        _reached(callback, result, by)
    else:
        _missed(callback, attempt)
    return callback


def _checked(result: CallResult, callback: Callback) -> CallResult:
    """The result cleaned, or ``Invalid`` with every wrong field at once."""
    errors: dict[str, list[Any]] = {}
    if result.outcome not in Outcome.values:
        errors["outcome"] = [_("Pilih salah satu dari daftar.")]
    if (result.satisfaction or "") not in ("", *Satisfaction.values):
        errors["satisfaction"] = [_("Pilih salah satu dari daftar.")]
    response = clean(result.response or "", longest=3_000)
    if result.outcome == Outcome.REACHED:
        if len(response) < LEAST_WORDS:
            errors["response"] = [_("Tulis kata pelanggan, minimal 5 huruf.")]
        if callback.purpose == Purpose.CARING and result.satisfied is None and not result.wants_visit:
            errors["satisfied"] = [_("Pilih tersolusi atau belum.")]
    if result.outcome == Outcome.CALL_LATER and not result.next_try_at:
        errors["next_try_at"] = [_("Pilih kapan pelanggan ditelepon lagi.")]
    if errors:
        raise Invalid(_("Hasil telepon belum lengkap."), errors=errors)
    kept = {"response": response, "satisfaction": result.satisfaction or "", "satisfied": _satisfied(result)}
    return replace(result, **kept, next_try_at=_next_try(result, callback))  # type: ignore[arg-type]


def _satisfied(result: CallResult) -> bool | None:
    if result.outcome != Outcome.REACHED:
        return None
    return False if result.wants_visit else result.satisfied


def _next_try(result: CallResult, callback: Callback) -> datetime | None:
    """When to call again: as the caller says, within the calling hours; else by the outcome, moved into them."""
    if result.outcome == Outcome.REACHED:
        return None
    zone = zone_of(callback.ticket)
    if result.next_try_at:
        return require_callable(result.next_try_at, zone, "next_try_at")
    minutes = settings.CALLBACK_RETRY_MINUTES.get(result.outcome)
    if minutes is None:
        return None
    if _missed_today(callback, zone) + 1 >= settings.CALLBACK_MOST_MISSES_A_DAY:
        return next_morning(zone)
    return into_hours(now() + timedelta(minutes=minutes), zone)


def _missed_today(callback: Callback, zone: ZoneInfo) -> int:
    """How often it rang in vain on this day of the customer's."""
    midnight = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return callback.attempts.filter(outcome__in=MISSED, at__gte=midnight).count()


def _write(callback: Callback, attempt: CallbackAttempt, by: Person, scripts: Sequence[Shown]) -> None:
    facts = {
        "callback": callback.pk,
        "purpose": callback.purpose,
        "outcome": attempt.outcome,
        "satisfied": attempt.satisfied,
        "wants_visit": attempt.wants_visit,
        "further_help_offered": attempt.further_help_offered,
        "identity_checked": attempt.identity_checked,
        "satisfaction": attempt.satisfaction,
        "next_try_at": attempt.next_try_at.isoformat() if attempt.next_try_at else None,
        **facts_of(scripts),
    }
    record(callback.ticket, "callback.attempted", by=by, facts=facts, personal={"response": (None, attempt.response)})
    Counter.grow("tickets")


def _reached(callback: Callback, result: CallResult, by: Person) -> None:
    """The call is done before its effect, so that what the effect announces finds nothing open here."""
    _finish(callback, CallbackState.DONE)
    if callback.purpose != Purpose.CARING:
        _told(callback, result, by)
        return
    words = plain("Minta kunjungan. %(words)s") % {"words": result.response} if result.wants_visit else result.response
    fixed, offered = bool(result.satisfied), result.further_help_offered
    customer_says(callback.ticket, by=by, fixed=fixed, words=words[:500], further_help_offered=offered)


def _told(callback: Callback, result: CallResult, by: Person) -> None:
    """The customer has heard it: the debt of telling ends (SE-4), and who asked for it reads the answer (PM-5)."""
    if callback.information and TICKET_MOVES.allows("update", callback.ticket.status):
        tell_customer(callback.ticket, callback.information, by=by, channel=Channel.OUTBOUND)
    if callback.created_by and callback.created_by_id != by.pk:
        key = f"callback-done:{callback.pk}"
        notify([callback.created_by], Event.CALLBACK_DONE, key=key, ticket=callback.ticket, text=result.response)


def _missed(callback: Callback, attempt: CallbackAttempt) -> None:
    """Wait for the next try; a number that is wrong, or that nobody ever answers, goes back to Support HC instead."""
    if attempt.next_try_at is None:
        _give_up(callback, Ending.WRONG_NUMBER, attempt)
    elif attempt.outcome in MISSED and callback.attempts_count >= settings.CALLBACK_MOST_MISSES:
        _give_up(callback, Ending.UNREACHABLE, attempt)
    else:
        callback.state, callback.claimed_by, callback.lease_until = CallbackState.WAITING, None, None
        callback.due_at, callback.time_zone = attempt.next_try_at, zone_of(callback.ticket).key
        if attempt.outcome == Outcome.CALL_LATER:
            callback.for_person = attempt.by  # the customer expects the same voice; late, it falls to the team
        callback.own_until = own_until(callback)
        own = ("for_person", "own_until", "time_zone")
        touch(callback, "state", "claimed_by", "lease_until", "due_at", "attempts_count", *own)
        give_ball(callback, None)


def _finish(callback: Callback, state: CallbackState) -> None:
    callback.state, callback.done_at, callback.lease_until = state, now(), None
    touch(callback, "state", "done_at", "lease_until", "attempts_count", "ended_because")


def _give_up(callback: Callback, because: Ending, attempt: CallbackAttempt) -> None:
    callback.ended_because = because
    _finish(callback, CallbackState.GIVEN_UP)
    ticket = callback.ticket
    record(ticket, "callback.given_up", by=attempt.by, facts={"callback": callback.pk, "because": because})
    text = Words(_("%(count)s percobaan: %(why)s."), count=callback.attempts_count, why=because.label)
    notify(on_duty(Role.SUPPORT_HC), Event.CALLBACK_STUCK, key=f"callback-stuck:{callback.pk}", ticket=ticket, text=text)
    if callback.purpose == Purpose.CARING:
        escort = getattr(ticket, "escort", None)
        owner = escort.owner if escort else None
        if fields := pass_ball(ticket, HolderKind.SUPPORT_HC, owner):
            ticket.save(update_fields=fields)
