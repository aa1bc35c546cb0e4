"""Loading tables that other systems exported: upload, map, try, load (HC-3, CT-1). What is loaded, its kind says."""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Person
from accounts.roles import may, require
from common import htmx
from common.problems import Invalid, NotVisible, Problem
from common.spreadsheets import MOST_BYTES, MOST_ROWS
from tickets.actions.importing import begin_try, load_tried, save_mapping, take_in, wake
from tickets.actions.kinds import kind_of
from tickets.forms_import import ZONES, MappingPage, UploadForm
from tickets.models import ImportLoad, ImportMapping, LoadState
from tickets.refused import SAMPLE, refused_csv, sample
from tickets.views.base import person_of

LISTED = 50
SHOWN_REFUSED = 100
EVERY = 2  # seconds between two looks at a load that runs


def _reader(request: HttpRequest, act: str = "load.list") -> Person:
    person = person_of(request)
    require(person, act)
    return person


def _importer(request: HttpRequest) -> Person:
    """Who may also read the rows of a file, which hold customers' data as it came."""
    return _reader(request, "load.rows")


def _load(pk: int, person: Person) -> ImportLoad:
    load = ImportLoad.objects.visible_to(person).select_related("mapping", "by", "load", "tried").filter(pk=pk).first()
    if load is None:
        raise NotVisible(_("Muatan ini tidak ada."))
    return load


def listing(request: HttpRequest) -> HttpResponse:
    """The newest loads with their counts, followed live."""
    person, before = _reader(request), request.GET.get("before", "")
    loads = ImportLoad.objects.visible_to(person).select_related("mapping", "by").defer("definition")
    if before.isdecimal():
        loads = loads.filter(pk__lt=int(before[:18]))
    shown = list(loads[: LISTED + 1])
    version = crc32(repr([(load.pk, load.state, load.rows) for load in shown]).encode())
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    older = f"{reverse('tickets:imports')}?before={shown[LISTED - 1].pk}" if len(shown) > LISTED else ""
    context = {"part": "rows", "every": EVERY, "loads": shown[:LISTED], "older_url": older, "live_url": request.path}
    context |= {"may_upload": may(person, "ticket.import"), "may_differ": may(person, "ticket_difference.list")}
    return htmx.live(request, "tickets/imports/list.html", context, version=version)


def new(request: HttpRequest) -> HttpResponse:
    """A file of tickets is taken in; what it is, is said on the next page."""
    require(person_of(request), "ticket.import")
    return upload(request, "tickets", home=reverse("tickets:imports"))


def reconcile(request: HttpRequest) -> HttpResponse:
    """An export of another system is taken in to be compared with our tickets."""
    require(person_of(request), "ticket.import")
    return upload(request, "reconciliation", home=reverse("tickets:differences"))


def customers(request: HttpRequest) -> HttpResponse:
    """An export of SISKA is taken in: customers and their segments."""
    require(person_of(request), "ticket.import")
    return upload(request, "customers", home=reverse("tickets:imports"))


def upload(request: HttpRequest, kind: str, *, home: str, target: int | None = None) -> HttpResponse:
    """The page that takes a file in for a kind of load; the caller has asked whether this person may."""
    form = UploadForm(request.POST or None, request.FILES or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            load = take_in(form.cleaned_data["file"], form.spelling(), by=person_of(request), kind=kind, target=target)
            mapping = form.cleaned_data["mapping"]
            return redirect(_map_url(load, mapping.name if mapping else ""))
        except Invalid as problem:
            form.add_error("file", str(problem))
    limits = {"megabytes": MOST_BYTES // 1024 // 1024, "rows": MOST_ROWS, "home": home}
    return render(request, "tickets/imports/new.html", {"form": form, **limits}, status=400 if form.errors else 200)


def _map_url(load: ImportLoad, mapping: str = "") -> str:
    return reverse("tickets:import-map", args=[load.pk], query={"mapping": mapping} if mapping else None)


def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Columns become fields, with the first rows as they will read. *Coba dulu* keeps the mapping and reads the whole file."""
    person = _importer(request)
    load = _load(pk, person)
    kind, (head, rows) = kind_of(load), sample(load)
    if request.method != "POST":
        saved = _saved(load).filter(name=request.GET.get("mapping", "")).first() or load.mapping
        return _mapping_page(request, load, MappingPage.of(kind.shape, saved, head, rows))
    page = MappingPage.posted(kind.shape, request.POST.dict(), head, rows)
    if request.POST.get("act") != "try":
        return _mapping_page(request, load, page)
    if page.errors:
        return _mapping_page(request, load, page, errors=page.errors)
    try:
        with transaction.atomic():
            begin_try(load, save_mapping(page.name, page.definition, by=person, kind=load.kind), by=person)
    except Problem as problem:
        return _mapping_page(request, load, page, errors=[("name", _("Pemetaan"), str(problem))])
    transaction.on_commit(wake)
    return redirect("tickets:import", pk)


def _saved(load: ImportLoad) -> QuerySet[ImportMapping]:
    return ImportMapping.objects.filter(kind=load.kind)


def _mapping_page(
    request: HttpRequest, load: ImportLoad, page: MappingPage, errors: Sequence[tuple[str, Any, Any]] = ()
) -> HttpResponse:
    saved = _saved(load).values_list("name", flat=True)[:200]
    context = {"load": load, "page": page, "errors": errors, "saved": saved, "zones": ZONES.items(), "sampled": SAMPLE}
    context["home"] = kind_of(load).home(load)
    return render(request, "tickets/imports/map.html", context, status=400 if errors else 200)


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of the rows: how far it is, which were refused and why, and the way on."""
    person = _reader(request)
    load, may_act = _load(pk, person), may(person, "load.rows")
    if load.state == LoadState.DRAFT and may_act:
        return redirect(_map_url(load))
    version = f"{load.state}-{load.rows}-{load.total}"
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    refused = load.refused_rows.all()[:SHOWN_REFUSED] if load.refused and may_act else []
    kind = kind_of(load)
    context = {
        "home": kind.home(load),
        "may_act": may_act,
        "may_be_live": kind.may_be_live,
        "begin_words": kind.begin_words(load),
        "done_words": kind.done_words(load),
        "part": "progress",
        "every": EVERY,
        "load": load,
        "begun": getattr(load, "load", None),
        "refused": refused,
        "more_refused": max(0, load.refused - SHOWN_REFUSED),
    }
    return htmx.live(request, "tickets/imports/report.html", context, version=version)


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """What was tried is loaded."""
    person = _importer(request)
    load = load_tried(_load(pk, person), live=bool(request.POST.get("live")), by=person)
    transaction.on_commit(wake)
    return redirect("tickets:import", load.pk)


def refused(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The refused rows as CSV, each with its reason and the cells as they came; no cell becomes a formula in Excel."""
    person = _importer(request)
    return refused_csv(_load(pk, person), by=person)
