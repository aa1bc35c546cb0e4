"""Who has which prospect in hand: the next one, release, the lease that ends when a browser dies (CT-2).

The order: what one holds; returned and own ones that are due; then the pool of the campaign by priority, tries, best hour.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import require_on_duty
from accounts.history import record
from accounts.models import Counter, Person
from accounts.models.people import ZONES
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, NotVisible
from outbound.actions.holding import COUNTER, lease_end, let_go, lock_prospect, lock_seen, require_held, save, zone_of_prospect
from outbound.dialling import address_for
from outbound.hours import open_zones, require_open
from outbound.models import Campaign, DoNotCall, Prospect, ProspectState
from outbound.models.prospects import Ended

TRIED = 20
POOL_ORDER = (F("priority").desc(), "attempts", "id")
BATCH = 100


def pick(*, by: Person, campaign: Campaign | None = None) -> Prospect | None:
    """The one in hand, else the next by rule; None when none is left. One agent a row, whoever asks at the same time (CT-2)."""
    require(by, "prospect.pick")
    if held := _held(by):
        return held
    require_on_duty(by)
    chosen = _campaigns(by, campaign)
    for _again in range(TRIED):
        try:
            with transaction.atomic():
                candidate = _next(by, chosen, campaign)
                if candidate is None:
                    return None
                if taken := _take(candidate, by):
                    return taken
        except IntegrityError:  # the same person picked twice at once: the first one is in hand
            return _held(by)
    return None


def _held(by: Person) -> Prospect | None:
    held = Prospect.objects.held().filter(held_by=by).select_related("campaign").first()
    if held:
        keep_prospect(held, by=by)
    return held


def _campaigns(by: Person, campaign: Campaign | None) -> list[int]:
    if campaign is None:
        return list(Campaign.objects.visible_to(by).active().order_by("id").values_list("id", flat=True))
    if not Campaign.objects.visible_to(by).filter(pk=campaign.pk).exists():
        raise NotVisible(_("Kampanye ini tidak ada, atau bukan milik tim Anda."))
    if not campaign.active:
        raise Conflict(_("Kampanye ini sudah ditutup."))
    return [campaign.pk]


def _next(by: Person, campaigns: list[int], named: Campaign | None) -> Prospect | None:
    """The first candidate, locked; rows that others are taking are passed over."""
    for rows in _in_order(by, campaigns, named):
        found = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if found:
            return found
    return None


def _in_order(by: Person, campaigns: list[int], named: Campaign | None) -> Iterator[QuerySet[Prospect]]:
    own = Prospect.objects.own_due(by)  # owed to the customer also when its campaign was closed meanwhile
    yield own.filter(campaign=named) if named else own
    pool = Prospect.objects.in_pool().filter(time_zone__in=open_zones(now()))
    for rank, campaign in sorted(_ranks(pool, campaigns)):
        rows = pool.filter(campaign=campaign)
        level = {"priority": -rank[0], "attempts": rank[1]}
        yield rows.filter(_best_hour_now(), **level).order_by("id")
        yield rows.order_by(*POOL_ORDER)


def _ranks(pool: QuerySet[Prospect], campaigns: list[int]) -> Iterator[tuple[tuple[int, int, int], int]]:
    """How soon each campaign's first row is, asked campaign by campaign: each answer comes straight from the index."""
    for campaign in campaigns:
        row = pool.filter(campaign=campaign).order_by(*POOL_ORDER).values_list("priority", "attempts", "id").first()
        if row:
            yield (-row[0], row[1], row[2]), campaign


def _best_hour_now() -> Q:
    """Those whose customer is best reached at this hour, by the clock of their own zone."""
    best = Q()
    for name, _short in ZONES:
        best |= Q(time_zone=name, best_hour=timezone.localtime(now(), ZoneInfo(name)).hour)
    return best


def _take(candidate: Prospect, by: Person) -> Prospect | None:
    """The candidate in this person's hand; None when somebody was faster, or its number must not be called."""
    if DoNotCall.objects.filter(phone=candidate.contact_phone).exists():
        let_go(candidate, ProspectState.ENDED)
        candidate.ended_because = Ended.DO_NOT_CALL
        save(candidate)
        record(candidate, "prospect.not_to_call", by=None)
        return None
    # The conditional UPDATE is what gives it to exactly one, also on a database whose row locks do nothing.
    free = Prospect.objects.filter(pk=candidate.pk, version=candidate.version, state=ProspectState.WAITING)
    held = {"state": ProspectState.HELD, "held_by": by, "lease_until": lease_end(), "held_at": now(), "called_at": None}
    if free.update(**held, version=F("version") + 1) != 1:
        return None
    taken = Prospect.objects.select_related("campaign").get(pk=candidate.pk)
    record(taken, "prospect.picked", by=by, facts={"campaign": taken.campaign_id, "attempts": taken.attempts})
    Counter.grow(COUNTER)
    return taken


def keep_prospect(prospect: Prospect, *, by: Person) -> bool:
    """A sign of life: the lease runs on. False when it is no longer this person's. Not history, like presence."""
    return Prospect.objects.held().filter(pk=prospect.pk, held_by=by).update(lease_until=lease_end()) == 1


@transaction.atomic
def release_prospect(prospect: Prospect, *, by: Person) -> Prospect:
    """Put it back; it waits for the next caller where it was in the order. What is the agent's own stays so."""
    require(by, "prospect.release")
    prospect = lock_seen(prospect, by)
    require_held(prospect, by)
    let_go(prospect, ProspectState.WAITING)
    save(prospect)
    record(prospect, "prospect.released", by=by)
    return prospect


@transaction.atomic
def call_prospect(prospect: Prospect, *, by: Person) -> str:
    """Write down that the number was dialled, before the softphone has it (QM-3); returns the address that dials.

    Refused outside the calling hours of the customer's own time zone (ESC-4).
    """
    require(by, "prospect.result")
    prospect = lock_seen(prospect, by)
    require_held(prospect, by)
    require_open(zone_of_prospect(prospect))
    prospect.called_at = prospect.called_at or now()
    prospect.lease_until = lease_end()
    save(prospect)
    record(prospect, "prospect.called", by=by)
    return address_for(prospect.contact_phone, by)


def free_abandoned_prospects(*, batch: int = BATCH) -> int:
    """Those whose holder's lease ended wait again for everybody; returns how many. What was typed stays in the holder's draft."""
    found = list(Prospect.objects.abandoned().order_by("lease_until").values_list("pk", flat=True)[:batch])
    return sum(_freed(pk) for pk in found)


@transaction.atomic
def _freed(pk: int) -> bool:
    if not list(Prospect.objects.select_for_update(skip_locked=True, of=("self",)).abandoned().filter(pk=pk)):
        return False  # somebody works on it at this moment, or has saved it
    prospect = lock_prospect(pk)
    holder = prospect.held_by
    let_go(prospect, ProspectState.WAITING)
    save(prospect)
    record(prospect, "prospect.lease_ended", by=None, facts={"person": holder.agent_code if holder else ""})
    return True
