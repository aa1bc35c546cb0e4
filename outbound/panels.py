"""What a ticket shows of its callbacks: a panel with every try, and the buttons that lead to the call or owe one."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.forms import Form
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import may
from common.queries import Prepared, columns_of, taken
from escalation.actions.confirming import may_hear
from outbound.forms import OweForm
from outbound.models import Callback, CallbackAttempt, CallbackState, Purpose
from tickets.models import Status, Ticket
from tickets.panels import PageAct, Panel, add_act, add_panel


def _callback_lines(ticket: Any) -> QuerySet[Any, Any]:
    names = [f"{who}__{name}" for who in ("claimed_by", "for_person") for name in ("id", "online_name")]
    return Callback.objects.filter(ticket=ticket).order_by("-id").values_list(*columns_of(Callback), *names)


_lines = Prepared(_callback_lines)


def callbacks_of(ticket: Ticket, person: Person) -> Mapping[str, Any]:
    """The callbacks of one ticket, the newest first, with their tries. Whoever sees the ticket whole sees its calls."""
    rows = [row for line in _lines(ticket.pk) if (row := _callback(iter(line)))]
    tries = CallbackAttempt.objects.select_related("by").only(*columns_of(CallbackAttempt), "by__online_name")
    prefetch_related_objects(rows, Prefetch("attempts", tries))
    return {"callbacks": rows} if rows else {}


def _callback(values: Iterator[Any]) -> Callback | None:
    row = taken(Callback, values)
    if row is not None:
        row.claimed_by, row.for_person = (taken(Person, values, "id", "online_name") for _who in range(2))
    return row


def _caring_of(ticket: Ticket) -> Callback | None:
    rows = Callback.objects.open().filter(ticket=ticket, purpose=Purpose.CARING)
    return rows.select_related("claimed_by").first()


def _awaits_caring(ticket: Ticket, person: Person) -> bool:
    """Solved, escorted or with its outage, and this person may hear from the customer that it is fixed."""
    if ticket.status != Status.SOLVED or not may(person, "callback.claim") or not may_hear(ticket, person):
        return False
    return ticket.is_escorted or _caring_of(ticket) is not None


def _caring_closed(ticket: Ticket, person: Person) -> Any:
    callback = _caring_of(ticket)
    if callback is None:
        return _("Caring dihentikan. Minta TL atau Support HC membukanya lagi.")
    if callback.state == CallbackState.CLAIMED and callback.claimed_by and not callback.is_held_by(person):
        return "" if callback.is_free else _("Sedang dipegang %(name)s.") % {"name": callback.claimed_by.online_name}
    return ""


def _may_owe(ticket: Ticket, person: Person) -> bool:
    return may(person, "callback.create") and ticket.status != Status.CLOSED


def _never(ticket: Ticket, person: Person) -> str:
    return ""


def _owe_form(ticket: Ticket, person: Person) -> Form:
    return OweForm(ticket, auto_id="callback-%s")


def register() -> None:
    """Lay panel and buttons, once, when the apps are ready."""
    add_panel(Panel("callbacks", 40, template="outbound/ticket_panel.html", context=callbacks_of))
    add_act(
        PageAct(
            "caring",
            20,
            gettext_lazy("Caring"),
            "outbound:caring-of-ticket",
            _awaits_caring,
            _caring_closed,
            "phone",
            "d",
            primary=True,
        )
    )
    add_act(
        PageAct(
            "callback",
            78,
            gettext_lazy("Titip kabar"),
            "outbound:owe",
            _may_owe,
            _never,
            icon="phone",
            key="w",
            form=_owe_form,
            note=gettext_lazy("Masuk daftar callback; Tier-2 menyampaikannya."),
        )
    )
