"""What a ticket shows of its outage: a card, and the button that puts it under one (HC-8)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import may
from common.queries import Prepared
from escalation.models import Outage, OutageTicket
from escalation.outage_forms import OutageChoice
from tickets.models import Ticket
from tickets.panels import PageAct, Panel, add_act, add_panel

SHOWN = ("id", "name", "state", "last_word", "last_word_at")


def _outage_of(ticket: Any) -> QuerySet[Any, Any]:
    rows = OutageTicket.objects.standing().filter(ticket=ticket)
    return rows.values_list(*(f"outage__{name}" for name in SHOWN))


_line = Prepared(_outage_of)


def outage_of(ticket: Ticket, person: Person) -> Mapping[str, Any]:
    """The outage that the ticket is under. Whoever sees the ticket whole reads what is known of it; its page has its own rule."""
    for values in _line(ticket.pk):
        outage = Outage(**dict(zip(SHOWN, values, strict=True)))
        may_leave = may(person, "outage.leave") and outage.is_open
        return {"outage": outage, "opens": may(person, "outage.list"), "may_leave": may_leave}
    return {}


def values_of(tickets: Sequence[int]) -> Mapping[int, Any]:
    """For the API: the number of each ticket's outage."""
    rows = OutageTicket.objects.standing().filter(ticket__in=tickets)
    return dict(rows.values_list("ticket", "outage"))


def _may_join(ticket: Ticket, person: Person) -> bool:
    return may(person, "outage.join") and ticket.is_open


def _closed(ticket: Ticket, person: Person) -> str:
    return ""


def _form(ticket: Ticket, person: Person) -> Form:
    name = ", ".join(part for part in (ticket.symptom, ticket.area) if part)
    return OutageChoice(auto_id="outage-%s", initial={"name": name[:160]})


def register() -> None:
    """Lay them, once, when the apps are ready."""
    add_panel(Panel("outage", 18, "escalation/panels/outage.html", outage_of, values_of, listed=False, at_once=False))
    add_act(
        PageAct(
            "outage",
            60,
            gettext_lazy("Gabung ke gangguan"),
            "escalation:outage-of-ticket",
            _may_join,
            _closed,
            icon="clip",
            form=_form,
            note=gettext_lazy("Tiket tetap sendiri: progres dan solusi sampai padanya, dan dapat dilepas lagi."),
        )
    )
