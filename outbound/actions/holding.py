"""What every act on a prospect needs: the lock, who holds it, letting it go."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Counter, Person
from common.clock import now
from common.problems import Conflict, NotVisible
from outbound.models import Prospect, ProspectState

COUNTER = "prospects"


def zone_of_prospect(prospect: Prospect) -> ZoneInfo:
    """The time zone in which the customer lives."""
    return ZoneInfo(prospect.time_zone)


def lease_end() -> datetime:
    """Until when a sign of life now keeps a prospect."""
    return now() + timedelta(minutes=settings.PROSPECT_LEASE_MINUTES)


def lock_prospect(pk: int) -> Prospect:
    """The prospect as it is now, under its lock."""
    rows = Prospect.objects.select_for_update(of=("self",))
    return rows.select_related("campaign", "held_by").get(pk=pk)


def lock_seen(prospect: Prospect, by: Person) -> Prospect:
    """The same, refused as not there when it is none of this person's business."""
    if not Prospect.objects.visible_to(by).filter(pk=prospect.pk).exists():
        raise NotVisible(_("Dapros ini tidak ada, atau tidak Anda pegang."))
    return lock_prospect(prospect.pk)


def require_held(prospect: Prospect, by: Person) -> None:
    """Refuse when nobody or somebody else holds it."""
    if prospect.is_held_by(by):
        return
    if prospect.state == ProspectState.HELD and prospect.held_by:
        raise Conflict(_("Dipegang %(name)s."), name=prospect.held_by.online_name, code="already-claimed")
    raise Conflict(_("Dapros ini tidak Anda pegang. Ambil dulu."))


def let_go(prospect: Prospect, state: str) -> None:
    """Nobody holds it any more; the caller saves."""
    prospect.state = state
    prospect.held_by = prospect.lease_until = prospect.held_at = prospect.called_at = None


def save(prospect: Prospect) -> None:
    """Save all, make the version newer and wake the lists that show it."""
    prospect.version += 1
    prospect.save()
    Counter.grow(COUNTER)
