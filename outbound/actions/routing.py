"""Where a prospect goes after a result: to QC, back to its agent, to the pool, or to its end (CT-2, CT-4)."""

from datetime import timedelta

from django.conf import settings

from common.clock import now
from outbound.actions.holding import let_go, zone_of_prospect
from outbound.hours import into_hours
from outbound.models import CaringResult, DoNotCall, Prospect, ProspectState
from outbound.models.prospects import Ended


def route(prospect: Prospect, result: CaringResult) -> None:
    """Set state and next moment by the reason's meaning; the caller saves."""
    reason = result.reason
    let_go(prospect, ProspectState.DONE)
    prospect.for_person = prospect.own_until = prospect.due_at = None
    prospect.returned, prospect.ended_because = False, ""
    if reason.do_not_call:
        _end(prospect, Ended.DO_NOT_CALL)
        DoNotCall.objects.get_or_create(
            phone=prospect.contact_phone, defaults={"prospect": prospect, "by": result.by, "at": result.at}
        )
    elif reason.unworkable:
        _end(prospect, Ended.UNWORKABLE)
    elif result.agreed:
        prospect.state = ProspectState.VALIDATING
    elif reason.callback:
        _call_again(prospect, result)
    elif reason.retry_minutes is not None:
        _try_again(prospect, reason.retry_minutes)


def _end(prospect: Prospect, because: Ended) -> None:
    prospect.state, prospect.ended_because = ProspectState.ENDED, because


def _call_again(prospect: Prospect, result: CaringResult) -> None:
    """The agent's own callback; when it stays overdue it falls to the pool."""
    assert result.next_contact_at  # noqa: S101 the check of the entry demands it
    prospect.state, prospect.due_at, prospect.for_person = ProspectState.WAITING, result.next_contact_at, result.by
    prospect.own_until = result.next_contact_at + timedelta(minutes=settings.OWN_CALLBACK_MINUTES)


def _try_again(prospect: Prospect, minutes: int) -> None:
    if prospect.attempts >= settings.PROSPECT_MOST_ATTEMPTS:
        _end(prospect, Ended.UNREACHABLE)
        return
    prospect.state = ProspectState.WAITING
    prospect.due_at = into_hours(now() + timedelta(minutes=minutes), zone_of_prospect(prospect))
