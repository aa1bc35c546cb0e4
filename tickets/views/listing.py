"""The list of tickets: tabs, filters, search; fifty rows a page, followed live (HC-4, OB-4); and as a file (HC-3)."""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from rest_framework.request import Request

from accounts.actions.exporting import note_export
from accounts.models import Counter, Person
from accounts.roles import Role, may, require
from common import htmx
from common.clock import now
from common.paging import Cursor, ordered
from common.problems import Invalid
from tickets import spreadsheet
from tickets.filters import TicketFilter, queryset_for
from tickets.models import Kind, Ticket
from tickets.models.ticket import HolderKind, Status
from tickets.personal import on_page
from tickets.rail import mine
from tickets.views.base import person_of


@dataclass(frozen=True)
class Tab:
    """One view of the list, with its order; the closed ones are not counted, because they are many."""

    name: str
    label: Any
    title: Any
    ordering: tuple[str, ...] = ("clock_due_at", "-id")
    counted: bool = True


TABS = {
    tab.name: tab
    for tab in (
        Tab("open", _("Semua terbuka"), _("Tiket terbuka")),
        Tab("mine", _("Saya pegang"), _("Tiket yang saya pegang")),
        Tab("late", _("Lewat waktu"), _("Tiket lewat waktu")),
        Tab("closed", _("Ditutup 90 hari"), _("Ditutup dalam 90 hari"), ("-id",), counted=False),
    )
}
SEARCHED = Tab("", "", _("Hasil cari"), ("-id",))
EMPTY = {
    "open": (_("Tidak ada tiket terbuka."), _("Tiket baru tampil di sini begitu dicatat.")),
    "mine": (_("Tidak ada tiket di tangan Anda."), _("Tiket yang Anda catat atau terima tampil di sini.")),
    "late": (_("Tidak ada yang lewat waktu."), _("Semua jam yang berjalan masih di dalam batasnya.")),
    "closed": (_("Belum ada yang ditutup dalam 90 hari."), ""),
    "": (_("Tidak ada yang cocok."), _("Nomor dicari persis; gejala dan nama dicari di dalam tiket yang Anda lihat.")),
}
CHOSEN: dict[str, tuple[Any, list[tuple[Any, Any]]]] = {
    "kind": (_("Jenis"), list(Kind.choices)),
    "region": (_("TREG"), [(str(number), str(number)) for number in range(1, 8)]),
    "holder": (_("Bola"), list(HolderKind.choices)),
}


def listing(request: HttpRequest) -> HttpResponse:
    """The list, or for live.js its rows when something happened since ``?v=``."""
    person = person_of(request)
    require(person, "ticket.list")
    version = Counter.read("tickets")
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    return htmx.live(request, "tickets/list.html", _context(request, person), version=version)


@require_GET
def export(request: HttpRequest) -> FileResponse:
    """The tickets of the list that the person sees whole, all pages of it; that they were taken out is in the history (QM-3)."""
    person = person_of(request)
    require(person, "ticket.export")
    tab, found = _narrowed(request, person)
    if not found.is_valid():
        raise Invalid(_("Saringan ini tidak dikenal; file tidak dibuat."), errors=dict(found.errors))
    file, count = spreadsheet.of_tickets(ordered(found.qs.visible_to(person), tab.ordering), person)
    filters = {name: found.data.getlist(name) for name in TicketFilter.base_filters if any(found.data.getlist(name))}
    note_export("tickets", by=person, filters={"tab": tab.name} | filters, rows=count, act="ticket.export")
    return spreadsheet.answer(file, f"tiket-{tab.name or 'cari'}")


def _narrowed(request: HttpRequest, person: Person) -> tuple[Tab, TicketFilter]:
    """The tab, and its tickets that pass the filters of the address, in no order yet."""
    search = request.GET.get("q", "").strip()[:80]
    tab = SEARCHED if search else TABS.get(request.GET.get("tab", ""), _first(person))
    asked = request.GET.copy()
    asked["search"] = search
    return tab, TicketFilter(asked, queryset=_tickets(tab, search, person), request=request)


def _context(request: HttpRequest, person: Person) -> dict[str, Any]:
    tab, found = _narrowed(request, person)
    cursor, order = Cursor(), SimpleNamespace(ordering=tab.ordering)
    rows = cursor.paginate_queryset(found.qs.select_related("holder_person"), Request(request), order)  # type: ignore[arg-type]
    links = cursor.get_paginated_response([]).data or {}
    return {
        "part": "moving",
        "every": 8,
        "tab": tab,
        "tabs": _counted(person),
        "search": found.data["search"],
        "rows": [_row(ticket, person) for ticket in rows],
        "filters": [_filter(name, found.data) for name in CHOSEN],
        "empty": EMPTY[tab.name],
        "newer_url": _path(links.get("previous")),
        "older_url": _path(links.get("next")),
        "live_url": _without_version(request),
        "may_log": may(person, "ticket.log"),
        "export_url": _export_url(request) if may(person, "ticket.export") else "",
    }


def _first(person: Person) -> Tab:
    """Agents look at their own, everybody else at all that is open."""
    return TABS["mine" if person.role == Role.AGENT else "open"]


def _tickets(tab: Tab, search: str, person: Person) -> QuerySet[Ticket]:
    if tab is SEARCHED:
        found: QuerySet[Ticket] = queryset_for(person, search)
        return found
    seen = Ticket.objects.visible_to(person)
    if tab.name == "closed":
        since = now() - timedelta(days=settings.SEARCHABLE_CLOSED_DAYS)
        return seen.filter(status=Status.CLOSED, closed_at__gte=since)
    return seen.open().filter(_of_tab(tab.name, person))


def _of_tab(name: str, person: Person) -> Q:
    if name == "mine":
        return mine(person)
    return Q(clock_state="running", clock_due_at__lt=now()) if name == "late" else Q()


def _counted(person: Person) -> list[dict[str, Any]]:
    """The tabs with their counts: one look at what is open, never at the whole table."""
    counted = {name: Count("pk", filter=_of_tab(name, person)) for name, tab in TABS.items() if tab.counted}
    counts = Ticket.objects.visible_to(person).open().aggregate(**counted)
    return [{"tab": tab, "count": counts.get(name)} for name, tab in TABS.items()]


def _row(ticket: Ticket, person: Person) -> dict[str, Any]:
    """What a row shows; of another team's ticket the short form alone."""
    names = ("number", "kind", "symptom", "holder", "repeat_count", "last_word_at")
    row = {name: getattr(ticket, name) for name in names} | {"holder_is_mine": ticket.holder_person_id == person.pk}
    if not ticket.is_whole_for(person):
        return row | {"url": short_url(ticket), "next_clock": None, "last_word": _("tim lain, tampil ringkas")}
    return row | {
        "url": ticket.url,
        "service_number": ticket.service_number,
        "customer_name": on_page("customer_name", ticket.customer_name, person),
        "area": ticket.area,
        "next_clock": ticket.next_clock if ticket.is_open else None,
        "last_word": ticket.last_word,
    }


def short_url(ticket: Ticket) -> str:
    """Where another team's ticket is shown in short form."""
    return reverse("tickets:short", args=[ticket.number])


def _filter(name: str, asked: QueryDict) -> dict[str, Any]:
    label, choices = CHOSEN[name]
    return {"name": name, "label": label, "choices": choices, "value": asked.get(name, "")}


def _path(link: str | None) -> str:
    """A cursor's link without the host."""
    parts = urlsplit(link or "")
    return f"{parts.path}?{parts.query}" if link else ""


def _export_url(request: HttpRequest) -> str:
    """What is on view, whole: the cursor of a page left out."""
    kept = request.GET.copy()
    for name in ("v", "cursor"):
        kept.pop(name, None)
    return f"{reverse('tickets:export')}?{kept.urlencode()}"


def _without_version(request: HttpRequest) -> str:
    """The address that live.js asks again; it adds its own version."""
    kept = request.GET.copy()
    kept.pop("v", None)
    return f"{request.path}?{kept.urlencode()}"
