"""Support HC's queue: the list on the left, one escort on the right (HC-3, HC-4)."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Counter, Person
from accounts.roles import require
from common import htmx
from common.clock import now
from common.problems import NotVisible
from common.templatetags.kawal import ball, clock, kind_mark
from common.words import nearby
from escalation import pane as panes
from escalation.actions import escorts
from escalation.filters import EscortFilter
from escalation.forms import AnalysisForm, FollowUpForm, ProgressForm, SolvedForm, analysis_of
from escalation.models import Escort
from escalation.models.escorts import EscortQuerySet
from escalation.tabs import TABS, Tab, counts, tab_named, tab_of
from escalation.views.base import paged, person_of, triggering
from tickets.forms import REGIONS
from tickets.models import Kind
from tickets.models.ticket import holder_of, next_clock_of, number_of
from tickets.views.undo import undo_url

ORDER = ("rank", "-returned", "next_due_at", "id")
MOST_ROWS = 50
EVERY = 8
HOLDER = tuple(f"ticket__holder_{name}" for name in ("kind", "person__online_name", "name", "since"))
CLOCK = tuple(f"ticket__clock_{name}" for name in ("state", "milestone", "started_at", "due_at", "first_rung_at"))
IN_ROW = (
    *("id", "rank", "returned", "next_due_at", "returns", "ticket_id", "ticket__holder_person_id"),
    *(f"ticket__{name}" for name in ("kind", "symptom", "service_number", "last_word", "last_word_at", "repeat_count")),
    *HOLDER,
    *CLOCK,
)
KINDS = [(kind, kind.label) for kind in Kind if kind != Kind.REGULAR]
NARROWED_BY = ("kind", "region", "owner")


@dataclass(frozen=True)
class ShownRow:
    """One row of the list, with its words and addresses made: fifty rows of tags cost more than the rest of the page."""

    key: str
    number: str
    symptom: str
    service_number: str
    url: str
    pane_url: str
    pick: str
    word: str
    kind: SafeString
    clock: SafeString
    ball: SafeString
    notes: list[str]
    current: bool


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The page, or its list alone for live.js. 204 while nothing changed."""
    person = person_of(request)
    require(person, "escort.claim")
    version = Counter.read("queue")
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    return htmx.live(request, "escalation/queue.html", {**listed(request, person), "pane_version": version}, version=version)


def narrowed(request: HttpRequest, person: Person, tab: Tab) -> EscortQuerySet:
    """The escorts of a tab that pass the filters of the address."""
    rows = Escort.objects.visible_to(person).open().filter(tab.which(now())).with_ticket()
    if not any(request.GET.get(name) for name in NARROWED_BY):
        return rows  # without the form that reads the filters: it costs as much as ten rows
    found: EscortQuerySet = EscortFilter(request.GET, queryset=rows, request=request).qs
    return found


def listed(request: HttpRequest, person: Person) -> dict[str, Any]:
    """What the left half needs, and the right one where an escort is open."""
    chosen = request.GET.get("e", "")
    opened = visible_escort(int(chosen), person) if chosen.isdecimal() and len(chosen) < 18 else None
    tab = tab_named(request.GET.get("tab")) if "tab" in request.GET or opened is None else tab_of(opened)
    kept = {name: request.GET[name] for name in NARROWED_BY if request.GET.get(name)}
    shown = narrowed(request, person, tab).select_related(None).values_list(*IN_ROW, named=True)
    page = paged(request, shown, ORDER, MOST_ROWS)
    here = f"{reverse('escalation:queue')}?{urlencode({'tab': tab.name, **kept})}"
    standing = counts(person)
    context: dict[str, Any] = {
        "part": "rows",
        "every": EVERY,
        "tabs": [(each, standing[each.name]) for each in TABS],
        "tab": tab,
        "rows": [_shown(each, here, person, opened) for each in page.rows],
        "page": page,
        "here": here,
        "kept": kept,
        "person": person,
        "kinds": KINDS,
        "regions": REGIONS[1:],
    }
    if opened is not None and not htmx.wants_part(request):
        context |= pane_context(panes.read(opened, person))
    return context


def _shown(row: Any, here: str, person: Person, opened: Escort | None) -> ShownRow:
    key, number, word = str(row.id), number_of(row.ticket_id), row.ticket__last_word
    notes = [_("kembali %(count)s×") % {"count": row.returns}] if row.returns else []
    notes += [nearby(row.ticket__last_word_at)] if row.ticket__last_word_at else []
    notes += [_("lapul %(count)s") % {"count": row.ticket__repeat_count}] if row.ticket__repeat_count else []
    holder = holder_of(*(getattr(row, name) for name in HOLDER))
    return ShownRow(
        key=key,
        number=number,
        symptom=row.ticket__symptom,
        service_number=row.ticket__service_number or "",
        kind=kind_mark(row.ticket__kind),
        clock=clock(next_clock_of(*(getattr(row, name) for name in CLOCK))),
        ball=ball(holder, mine=row.ticket__holder_person_id == person.pk),
        pick=_("Pilih %(number)s") % {"number": number},
        word=_(word) if word else "",
        url=f"{here}&e={key}",
        pane_url=f"{_panes()}{key}/",
        notes=notes,
        current=opened is not None and row.id == opened.pk,
    )


@cache
def _panes() -> str:
    """Where the right halves are, before the key."""
    return reverse("escalation:escort", args=[0]).removesuffix("0/")


def visible_escort(pk: int, person: Person) -> Escort:
    """The escort with its ticket; 404 for what this person may not see."""
    escort = Escort.objects.visible_to(person).with_ticket().select_related("raised_by").filter(pk=pk).first()
    if escort is None:
        raise NotVisible(_("Tiket kawal ini tidak ada atau bukan milik tim Anda."))
    return escort


def pane_context(pane: panes.Pane, **forms: Any) -> dict[str, Any]:
    """What the right half needs; ``forms`` are those that came back refused, with what was typed."""
    shown: dict[str, Any] = {
        "analysis": AnalysisForm(initial=analysis_of(pane.escort)),
        "was": analysis_of(pane.escort),
        "follow_up": FollowUpForm(),
        "progress": ProgressForm(groups=pane.groups),
        "solved": SolvedForm(initial={"text": pane.said_at_last}),
    }
    return {"pane": pane, "pane_version": SimpleLazyObject(lambda: Counter.read("queue")), **shown, **forms}


@require_GET
def escort(request: HttpRequest, pk: int) -> HttpResponse:
    """The right half for htmx; asked for as a page, the whole queue with it."""
    person = person_of(request)
    require(person, "escort.claim")
    if not htmx.wants_part(request):
        return redirect(f"{reverse('escalation:queue')}?e={visible_escort(pk, person).pk}")
    return render(request, "escalation/escort.html", pane_context(panes.read(visible_escort(pk, person), person)))


@require_GET
def escort_live(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes by itself in the right half: deliveries and progress; never a form."""
    person = person_of(request)
    require(person, "escort.claim")
    version = Counter.read("queue")
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    escort = visible_escort(pk, person)
    if not htmx.wants_part(request):
        return redirect(f"{reverse('escalation:queue')}?e={pk}")
    pane = panes.read(escort, person)
    return htmx.live(request, "escalation/escort.html", {"part": "news", "pane": pane, "pane_version": version}, version=version)


def after(request: HttpRequest, pk: int, *, said: str = "", undo: str = "") -> HttpResponse:
    """The answer to an act on an escort: the pane as it is now, and what was done in words."""
    if htmx.wants_part(request):
        person = person_of(request)
        shown = render(request, "escalation/escort.html", pane_context(panes.read(visible_escort(pk, person), person)))
        return triggering(shown, said=said, undo=undo)
    if said:
        htmx.toast(request, said, undo_url=undo)
    return redirect(f"{reverse('escalation:queue')}?e={pk}")


def refused(request: HttpRequest, pk: int, status: int, **extra: Any) -> HttpResponse:
    """A form that was not accepted, with every word that was typed, in its place."""
    person = person_of(request)
    context = pane_context(panes.read(visible_escort(pk, person), person), **extra)
    if htmx.wants_part(request):
        return render(request, "escalation/escort.html", context, status=status)
    return render(request, "escalation/queue.html", {**listed(request, person), **context}, status=status)


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the most urgent one that nobody holds (HC-4)."""
    taken = escorts.claim_next(by=person_of(request))
    if taken is None:
        htmx.toast(request, _("Tidak ada tiket yang menunggu diambil."))
        return redirect("escalation:queue")
    undo = undo_url(reverse("escalation:release", args=[taken.pk]), taken.ticket)
    htmx.toast(request, _("%(number)s Anda pegang.") % {"number": taken.ticket.number}, undo_url=undo)
    return redirect(f"{reverse('escalation:queue')}?e={taken.pk}")
