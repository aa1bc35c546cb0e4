"""What a ticket shows of quality control: its nonconformities, and the button that raises one (QC-6, PM-08 8.7)."""

from collections.abc import Mapping
from typing import Any

from django.forms import Form
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import may
from quality.forms import NonconformityOfTicketForm
from quality.models import Nonconformity
from tickets.models import Ticket
from tickets.panels import PageAct, Panel, add_act, add_panel

MOST_SHOWN = 10


def _found_here(ticket: Ticket, person: Person) -> Mapping[str, Any]:
    """Those that this person sees; who may see none at all asks the database nothing."""
    if not may(person, "nonconformity.create"):
        return {}
    rows = Nonconformity.objects.visible_to(person).filter(ticket=ticket).select_related("owner").order_by("-id")
    found = list(rows[:MOST_SHOWN])
    return {"nonconformities": found} if found else {}


def _may_raise(ticket: Ticket, person: Person) -> bool:
    return may(person, "nonconformity.create")


def _never(ticket: Ticket, person: Person) -> str:
    return ""


def _form(ticket: Ticket, person: Person) -> Form:
    return NonconformityOfTicketForm(ticket, auto_id="nonconformity-%s")


def register() -> None:
    """Lay panel and button, once, when the apps are ready."""
    add_panel(Panel("nonconformities", 70, template="quality/ticket_panel.html", context=_found_here))
    add_act(
        PageAct(
            "nonconformity",
            95,
            _("Buat ketidaksesuaian"),
            "quality:nonconformity-of-ticket",
            _may_raise,
            _never,
            icon="alert",
            key="q",
            form=_form,
            note=_("Bukti tiket ini ikut. TL tim yang melayani diberi tahu."),
        )
    )
