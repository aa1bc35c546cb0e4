"""The tabs of Support HC's queue: which escorts stand in each, and how many (HC-3, HC-6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.clock import now
from escalation.models import Escort, EscortState, InboundMessage, InboundState, Progress

WITH_UNIT = [EscortState.DISPATCHED, EscortState.IN_PROGRESS]


@dataclass(frozen=True)
class Tab:
    """One tab. ``which`` takes the present moment; ``empty`` and ``why`` are said when nothing stands there."""

    name: str
    label: Any
    which: Callable[[datetime], Q]
    empty: Any
    why: Any
    hot: bool = False


def _new(_moment: datetime) -> Q:
    return Q(state__in=[EscortState.QUEUED, EscortState.ANALYSING])


def _waiting(moment: datetime) -> Q:
    return Q(state__in=WITH_UNIT) & (Q(next_follow_up_at__gt=moment) | Q(next_follow_up_at__isnull=True))


def _silent(moment: datetime) -> Q:
    return Q(state__in=WITH_UNIT, next_follow_up_at__lte=moment)


def _to_tell(_moment: datetime) -> Q:
    return Q(pk__in=Progress.objects.owed_to_leader().values("escort_id"))


def _to_tell_customer(_moment: datetime) -> Q:
    return Q(pk__in=Progress.objects.owed_to_customer().known_inside().values("escort_id"))


def _done(_moment: datetime) -> Q:
    return Q(state__in=[EscortState.SOLVED, EscortState.CARING])


TABS = (
    Tab("new", _("Baru"), _new, _("Antrean kosong"), _("Tiket baru muncul di sini begitu disimpan agen."), hot=True),
    Tab("waiting", _("Menunggu unit"), _waiting, _("Tidak ada yang menunggu unit"), _("Yang sudah dikirim berdiri di sini.")),
    Tab("silent", _("Unit diam"), _silent, _("Tidak ada unit yang diam"), _("Unit yang lewat waktu follow-up muncul di sini.")),
    Tab(
        "telling",
        _("Ke TL"),
        _to_tell,
        _("Semua progres sudah sampai"),
        _("Yang belum dibaca TL atau agen muncul di sini."),
    ),
    Tab(
        "customer",
        _("Ke pelanggan"),
        _to_tell_customer,
        _("Semua pelanggan sudah dikabari"),
        _("Yang sudah dibaca TL atau agen dan belum disampaikan ke pelanggan muncul di sini."),
    ),
    Tab("caring", _("Selesai"), _done, _("Tidak ada yang menunggu caring"), _("Yang selesai menurut unit berdiri di sini.")),
)


def tab_named(name: str | None) -> Tab:
    """The tab of this name; the first one for a name that there is not."""
    return next((tab for tab in TABS if tab.name == name), TABS[0])


def tab_of(escort: Escort) -> Tab:
    """Where an escort is found; *Ke TL* and *Ke pelanggan* stand beside the others and are never the only place."""
    silent = escort.next_follow_up_at is not None and escort.next_follow_up_at <= now()
    place = {
        EscortState.DISPATCHED: "silent" if silent else "waiting",
        EscortState.IN_PROGRESS: "silent" if silent else "waiting",
        EscortState.SOLVED: "caring",
        EscortState.CARING: "caring",
    }
    return tab_named(place.get(EscortState(escort.state)))


def counts(person: Person) -> Mapping[str, int]:
    """How many stand in each tab, in one query."""
    moment = now()
    return Escort.objects.visible_to(person).open().aggregate(**{tab.name: Count("pk", filter=tab.which(moment)) for tab in TABS})


def free_escorts(person: Person) -> QuerySet[Escort]:
    """For the rail: those that wait and nobody holds."""
    return Escort.objects.visible_to(person).filter(state=EscortState.QUEUED)


def waiting_inbound(person: Person) -> QuerySet[InboundMessage]:
    """For the rail: the words of the groups that wait to be matched."""
    return InboundMessage.objects.visible_to(person).filter(state=InboundState.WAITING)
