"""What of this app waits for people at the start of a shift: calls that are due, and work that was returned (OB-7)."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from accounts.waiting import MOST, Item, Kind, register
from outbound.models import Callback, CaringResult, Prospect, ResultState
from tickets.actions.handing import titled


def _callbacks(person: Person) -> Iterable[Item]:
    due = Callback.objects.visible_to(person).due().select_related("ticket")
    for each in due.in_due_order()[: MOST + 1]:
        yield Item(titled(each.ticket), each.url, str(each.get_purpose_display()), each.due_at)


def _returned(person: Person) -> Iterable[Item]:
    """What QC or the TL sent back to this person, and what they promised to call again."""
    for each in Prospect.objects.own_due(person).select_related("campaign")[: MOST + 1]:
        about = _("dikembalikan") if each.returned else _("telepon lagi")
        yield Item(f"{each.service_number} · {each.campaign.name}", each.url, str(about), each.due_at)


def _sent_back(person: Person) -> Iterable[Item]:
    back = CaringResult.objects.filter(by=person, state=ResultState.SENT_BACK).select_related("prospect", "reason")
    for each in back.order_by("id")[: MOST + 1]:
        yield Item(
            f"{each.prospect.service_number} · {each.reason.shown_name}",
            reverse("outbound:correct", args=[each.pk]),
            str(each.get_state_display()),
        )


def register_kinds() -> None:
    """Once, when the apps are ready."""
    calling = (Role.OUTBOUND_AGENT, Role.TEAM_LEADER, Role.SUPERVISOR, Role.SUPPORT_HC)
    register(Kind("callbacks", _("Telepon yang jatuh tempo"), "headset", 25, calling, _callbacks, "outbound:list"))
    own = (Role.OUTBOUND_AGENT,)
    register(Kind("returned", _("Dapros milik saya"), "wallet", 26, own, _returned, "outbound:prospects", first=True))
    register(Kind("sent-back", _("Hasil yang dikembalikan"), "undo", 27, own, _sent_back, "outbound:results", first=True))
