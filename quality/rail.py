"""The places of quality control on the rail, and the homes of QC and of the client reader."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Person
from accounts.roles import Role
from quality.models import Draw, Nonconformity, Validation

MOST_COUNTED = 100
LED = (Role.TEAM_LEADER, Role.SUPERVISOR)


def _drawn(person: Person) -> QuerySet[Any]:
    return Draw.objects.visible_to(person).waiting()[:MOST_COUNTED]


def _waiting(person: Person) -> QuerySet[Any]:
    return Validation.objects.visible_to(person).open()[:MOST_COUNTED]


def _open_nonconformities(person: Person) -> QuerySet[Any]:
    return Nonconformity.objects.visible_to(person).open()[:MOST_COUNTED]


def register() -> None:
    """Put the places on the rail, once, when the apps are ready."""
    name = (_("Validasi"), "quality:validations", "check2", "v")
    places.register(Role.QUALITY_CONTROL, *name, count=_waiting, order=10, hot=True)
    places.register((*LED, Role.OUTBOUND_AGENT, Role.ADMINISTRATOR), *name, order=65)
    tapping = (_("Tapping"), "quality:draws", "headset", "t")
    places.register(Role.QUALITY_CONTROL, *tapping, count=_drawn, order=15)
    judging = (Role.QUALITY_CONTROL, Role.ADMINISTRATOR)
    places.register(judging, _("Penilaian"), "quality:evaluations", "list", key="p", order=30)
    places.register(LED, _("Penilaian"), "quality:evaluations", "list", key="p", order=70)
    judged = (Role.AGENT, Role.SUPPORT_HC, Role.OUTBOUND_AGENT)
    places.register(judged, _("Nilai saya"), "quality:evaluations", "list", key="p", order=70, minor=True)
    nc = (_("NC"), "quality:nonconformities", "alert", "n")
    places.register(Role.QUALITY_CONTROL, *nc, count=_open_nonconformities, order=60)
    raising = (Role.SUPERVISOR, Role.ADMINISTRATOR)
    places.register(raising, *nc, order=75)
    report = (_("Laporan"), "quality:reports", "chart", "l")
    places.register((Role.QUALITY_CONTROL, Role.ADMINISTRATOR), *report, order=70)
    places.register(Role.SUPERVISOR, *report, order=77)
    places.register((*raising, Role.QUALITY_CONTROL, Role.CLIENT), _("Bukti"), "quality:evidences", "shield", key="b", order=80)
    places.register(judging, _("Formulir"), "quality:forms", "book", key="f", order=90, minor=True)
    places.register((Role.QUALITY_CONTROL, Role.ADMINISTRATOR), _("Riwayat"), "quality:history", "history", order=93, minor=True)
    places.register(Role.ADMINISTRATOR, _("Retensi"), "quality:retention", "history", key="r", order=95, minor=True)
    places.register(
        (Role.SUPERVISOR, Role.SUPPORT_HC, Role.ADMINISTRATOR),
        _("Papan dinding"),
        "quality:wallboard",
        "board",
        order=78,
        minor=True,
    )
    places.register(raising, _("Target"), "quality:targets", "chart", order=79, minor=True)
    places.register(tuple(Role), _("Briefing"), "quality:briefings", "info", order=94, minor=True)
    places.set_home(Role.QUALITY_CONTROL, "quality:validations")
    places.set_home(Role.CLIENT, "quality:evidences")
