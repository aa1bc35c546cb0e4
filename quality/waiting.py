"""What of this app waits for people at the start of a shift: briefings to read, validations, improvements (OB-7, QM-4)."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from accounts.waiting import MOST, Item, Kind, register
from quality.models import Briefing, Draw, Nonconformity, Validation

EVERYBODY = tuple(role for role in Role if role != Role.CLIENT)


def _unread(person: Person) -> Iterable[Item]:
    for each in Briefing.objects.waiting_for(person).order_by("-id")[: MOST + 1]:
        yield Item(each.title, reverse("quality:briefing", args=[each.pk]), str(each.get_kind_display()))


def _validations(person: Person) -> Iterable[Item]:
    for each in Validation.objects.visible_to(person).open().order_by("created_at", "id")[: MOST + 1]:
        yield Item(str(each), each.url, str(each.get_state_display()))


def _draws(person: Person) -> Iterable[Item]:
    for each in Draw.objects.visible_to(person).waiting().order_by("id")[: MOST + 1]:
        yield Item(str(each.fact), each.url, str(each.get_why_display()))


def _improvements(person: Person) -> Iterable[Item]:
    owned = Nonconformity.objects.open().filter(improvements__owner=person).distinct()
    for each in owned.order_by("due_at", "id")[: MOST + 1]:
        yield Item(each.title, each.url, str(each.get_state_display()), each.due_at)


def register_kinds() -> None:
    """Once, when the apps are ready."""
    qc = (Role.QUALITY_CONTROL,)
    register(Kind("briefings", _("Briefing yang belum dibaca"), "info", 50, EVERYBODY, _unread, "quality:briefings", first=True))
    register(Kind("validations", _("Validasi"), "check2", 20, qc, _validations, "quality:validations"))
    register(Kind("draws", _("Tapping"), "headset", 30, qc, _draws, "quality:draws"))
    own = tuple(role for role in EVERYBODY if role != Role.ADMINISTRATOR)
    register(Kind("improvements", _("Perbaikan saya"), "alert", 60, own, _improvements, "quality:nonconformities"))
