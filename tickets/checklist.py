"""The checklist of P-06 on the ticket page and in the API (OB-2)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.procedures import Citation, cites
from accounts.roles import may
from common.clock import now
from common.queries import Prepared, any_of
from tickets import forms
from tickets.actions.activities import checklist
from tickets.models import AGAIN_AFTER_REOPENING, Activity, DoneActivity, Ticket
from tickets.models.activities import in_force
from tickets.panels import PageAct, Panel, add_act, add_panel
from tickets.timeline import Told, words


def panel(ticket: Ticket, person: Person) -> Mapping[str, Any]:
    """Every row with its output, aim and KPI; who did it and when."""
    lines = checklist(ticket)
    done = sum(1 for line in lines if line.done)
    may_tick = may(person, "ticket.activity") and ticket.is_open
    return {"lines": lines, "done": done, "all": len(lines), "may_tick": may_tick, "ticket": ticket} if lines else {}


def _done(tickets: Any) -> QuerySet[Any, Any]:
    rows = DoneActivity.objects.filter(any_of("ticket_id", tickets)).order_by("number").annotate(reopened=F("ticket__reopened"))
    return rows.values_list("ticket_id", "number", "round", "reopened")


_numbers = Prepared(_done)


def done_numbers(tickets: Sequence[int]) -> Mapping[int, list[int]]:
    """For each ticket the numbers of the activities that are done, for the API."""
    found: dict[int, list[int]] = {}
    for ticket, number, round_, reopened in _numbers(tickets):
        counts = round_ == reopened or number not in AGAIN_AFTER_REOPENING
        if counts and number not in found.setdefault(ticket, []):
            found[ticket].append(number)
    return found


def _open(ticket: Ticket, person: Person) -> bool:
    return may(person, "ticket.activity") and ticket.is_open


def _never(ticket: Ticket, person: Person) -> str:
    return ""


def _form(ticket: Ticket, person: Person) -> Form:
    undone = [(line.activity.number, str(line.activity)) for line in checklist(ticket) if not line.done]
    return forms.ActivityForm(auto_id="activities-%s", numbers=undone)


def _told(told: Told) -> str:
    return str(_("melakukan aktivitas %(number)s: %(title)s")) % {
        "number": told.facts.get("activity"),
        "title": told.facts.get("title", ""),
    }


def _told_undone(told: Told) -> str:
    return str(_("membatalkan tanda aktivitas %(number)s")) % {"number": told.facts.get("activity")}


def _citations() -> Iterable[Citation]:
    for activity in in_force(Activity.objects.all(), now()):
        yield Citation(str(activity), activity.clause, f"v{activity.version}")


def register() -> None:
    """Lay panel, button and words, once, when the apps are ready."""
    add_panel(Panel("activities", 40, "tickets/panels/activities.html", panel, values=done_numbers, empty=[], listed=False))
    act = PageAct(
        "activities", 78, _("Tandai aktivitas"), "tickets:activities", _open, _never, icon="check2", key="y", form=_form
    )
    add_act(act)
    cites("activities", _("Aktivitas"), _citations)
    words("ticket.activity_done", "check2", _told, quote="note", small=True)
    words("ticket.activity_undone", "undo", _told_undone, small=True)
