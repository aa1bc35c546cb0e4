"""What floors above show on a ticket: panels on its page and in its API object, and the acts that they add.

Each app registers its own in ``AppConfig.ready``; the ticket page draws them in order and knows none of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import Form

from accounts.models import Person
from tickets.models import Ticket

IN_SHORT_FORM = ("last_published_progress",)  # what another team's ticket shows; a whole ticket has it in its escort


@dataclass(frozen=True)
class Panel:
    """One part. ``context`` serves the page, for one ticket; ``values`` serves the API, for a page of tickets in one query."""

    name: str
    order: int
    template: str = ""
    context: Callable[[Ticket, Person], Mapping[str, Any]] | None = None
    values: Callable[[Sequence[int]], Mapping[int, Any]] | None = None  # by the tickets' keys
    empty: Any = None  # what the API shows for a ticket without one
    listed: bool = True  # whether lists of the API show it, or one ticket alone
    at_once: bool = True  # whether a ticket that was logged this moment can have one; if not, it is not asked


@dataclass(frozen=True)
class PageAct:
    """A button of the ticket page. ``closed_because`` gives the reason why it is closed now, or an empty string when open."""

    name: str
    order: int
    label: Any
    url_name: str
    shown: Callable[[Ticket, Person], bool]
    closed_because: Callable[[Ticket, Person], Any]
    icon: str = ""
    key: str = ""
    template: str = ""  # draws the fields of its dialog; it finds ``form``, ``ticket`` and ``act``
    primary: bool = False
    form: Callable[[Ticket, Person], Form] | None = None  # the fields; without form and template the button posts at once
    note: Any = ""  # what the act will do, said at the foot of its dialog
    says: tuple[str, ...] = ()  # uses of the scripts that are spoken with it, shown in its dialog

    @property
    def asks(self) -> bool:
        """Whether it has a dialog. (A template cannot ask for ``form`` itself: it would call it.)"""
        return self.form is not None or bool(self.template)


_panels: list[Panel] = []
_acts: list[PageAct] = []
_columns: list[str] = []


def add_panel(panel: Panel) -> None:
    """Register a panel."""
    _panels.append(panel)
    _panels.sort(key=lambda each: each.order)


def add_act(act: PageAct) -> None:
    """Register a button."""
    _acts.append(act)
    _acts.sort(key=lambda each: each.order)


def add_columns(*names: str) -> None:
    """Columns of one-to-one relations that the page reads in the ticket's own statement (``escort__state``)."""
    _columns.extend(names)


def columns() -> Sequence[str]:
    """All of them."""
    return _columns


def page_panels(
    ticket: Ticket, person: Person, *, only: Collection[str] = (), without: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The panels of one ticket's page, each with its template and context, in order; ``only`` or ``without`` those named."""
    drawn = []
    for panel in _panels:
        if panel.template and panel.context and (panel.name in only or not only) and panel.name not in without:
            context = panel.context(ticket, person)
            if context:
                drawn.append({"name": panel.name, "template": panel.template, **context})
    return drawn


def page_acts(ticket: Ticket, person: Person) -> list[dict[str, Any]]:
    """The buttons that this person has on this ticket; a closed one stays visible with its reason."""
    return [{"act": act, "closed_because": act.closed_because(ticket, person)} for act in _acts if act.shown(ticket, person)]


def page_act(name: str, ticket: Ticket, person: Person) -> PageAct | None:
    """The button of this name, where this person has it on this ticket."""
    return next((act for act in _acts if act.name == name and act.shown(ticket, person)), None)


def api_values(
    tickets: Sequence[int], *, short: bool = False, listed: bool = True, logged_now: bool = False
) -> dict[str, tuple[Mapping[int, Any], Any]]:
    """For each panel of the API its values by ticket, and what one without shows; ``short``: those of the short form; ``listed``:
    without those that are for one ticket alone; ``logged_now``: the tickets were made by this very request."""
    return {
        panel.name: ({} if logged_now and not panel.at_once else panel.values(tickets), panel.empty)
        for panel in _panels
        if panel.values and (panel.name in IN_SHORT_FORM) is short and (panel.listed or not listed)
    }
