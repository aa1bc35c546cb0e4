"""Support HC loads tickets exported from other systems: upload, map, try, load (HC-3)."""

import csv
import itertools
import logging
from collections.abc import Iterator, Sequence
from typing import Any
from zlib import crc32

from celery import current_app
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Person
from accounts.roles import require
from common import htmx
from common.problems import Invalid, NotVisible, Problem
from common.spreadsheets import MOST_BYTES, MOST_ROWS, safe_cell
from tickets.actions.importing import begin_try, load_tried, save_mapping, table_of, take_in
from tickets.forms_import import ZONES, MappingPage, UploadForm
from tickets.models import ImportLoad, ImportMapping, LoadState
from tickets.views.base import person_of

log = logging.getLogger(__name__)
LISTED = 50
SAMPLE = 2000  # rows in which the values of a column are looked for
SHOWN_REFUSED = 100
EVERY = 2  # seconds between two looks at a load that runs


def _importer(request: HttpRequest) -> Person:
    person = person_of(request)
    require(person, "ticket.import")
    return person


def _load(pk: int, person: Person) -> ImportLoad:
    load = ImportLoad.objects.visible_to(person).select_related("mapping", "by", "load", "tried").filter(pk=pk).first()
    if load is None:
        raise NotVisible(_("Muatan ini tidak ada."))
    return load


def listing(request: HttpRequest) -> HttpResponse:
    """The newest loads with their counts, followed live."""
    before = request.GET.get("before", "")
    loads = ImportLoad.objects.visible_to(_importer(request)).select_related("mapping", "by").defer("definition")
    if before.isdecimal():
        loads = loads.filter(pk__lt=int(before[:18]))
    shown = list(loads[: LISTED + 1])
    version = crc32(repr([(load.pk, load.state, load.rows) for load in shown]).encode())
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    older = f"{reverse('tickets:imports')}?before={shown[LISTED - 1].pk}" if len(shown) > LISTED else ""
    context = {"part": "rows", "every": EVERY, "loads": shown[:LISTED], "older_url": older, "live_url": request.path}
    return htmx.live(request, "tickets/imports/list.html", context, version=version)


def new(request: HttpRequest) -> HttpResponse:
    """A file is taken in; what it is, is said on the next page."""
    person = _importer(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            load = take_in(form.cleaned_data["file"], form.spelling(), by=person)
            mapping = form.cleaned_data["mapping"]
            return redirect(_map_url(load, mapping.name if mapping else ""))
        except Invalid as problem:
            form.add_error("file", str(problem))
    limits = {"megabytes": MOST_BYTES // 1024 // 1024, "rows": MOST_ROWS}
    return render(request, "tickets/imports/new.html", {"form": form, **limits}, status=400 if form.errors else 200)


def _map_url(load: ImportLoad, mapping: str = "") -> str:
    return reverse("tickets:import-map", args=[load.pk], query={"mapping": mapping} if mapping else None)


def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Columns become fields, with the first rows as they will read. *Coba dulu* keeps the mapping and reads the whole file."""
    person = _importer(request)
    load = _load(pk, person)
    head, rows = _sample(load)
    if request.method != "POST":
        saved = ImportMapping.objects.filter(name=request.GET.get("mapping", "")).first() or load.mapping
        return _mapping_page(request, load, MappingPage.of(saved, head, rows))
    page = MappingPage.posted(request.POST.dict(), head, rows)
    if request.POST.get("act") != "try":
        return _mapping_page(request, load, page)
    if page.errors:
        return _mapping_page(request, load, page, errors=page.errors)
    try:
        with transaction.atomic():
            begin_try(load, save_mapping(page.name, page.definition, by=person), by=person)
    except Problem as problem:
        return _mapping_page(request, load, page, errors=[("name", _("Pemetaan"), str(problem))])
    transaction.on_commit(_wake)
    return redirect("tickets:import", pk)


def _sample(load: ImportLoad) -> tuple[list[str], list[list[str]]]:
    with load.file.open("rb") as file:
        table = table_of(file, load.definition)
        return table.head, [cells for _number, cells in itertools.islice(table.rows, SAMPLE)]


def _mapping_page(
    request: HttpRequest, load: ImportLoad, page: MappingPage, errors: Sequence[tuple[str, Any, Any]] = ()
) -> HttpResponse:
    saved = ImportMapping.objects.values_list("name", flat=True)[:200]
    context = {"load": load, "page": page, "errors": errors, "saved": saved, "zones": ZONES.items(), "sampled": SAMPLE}
    return render(request, "tickets/imports/map.html", context, status=400 if errors else 200)


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of the rows: how far it is, which were refused and why, and the way on."""
    load = _load(pk, _importer(request))
    if load.state == LoadState.DRAFT:
        return redirect(_map_url(load))
    version = f"{load.state}-{load.rows}-{load.total}"
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    refused = load.refused_rows.all()[:SHOWN_REFUSED] if load.refused else []
    context = {
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
    transaction.on_commit(_wake)
    return redirect("tickets:import", load.pk)


def refused(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The refused rows as CSV, each with its reason and the cells as they came; no cell becomes a formula in Excel."""
    load = _load(pk, _importer(request))
    response = StreamingHttpResponse(_refused_lines(load), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ditolak-{load.pk}.csv"'
    return response


class _Echo:
    """What a CSV writer writes to when each line is wanted at once."""

    def write(self, line: str) -> str:
        return line


def _refused_lines(load: ImportLoad) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([_("Baris"), _("Nomor"), _("Alasan"), *_head(load)])
    for row in load.refused_rows.iterator(1000):
        yield writer.writerow([row.row, *map(safe_cell, [row.number, row.reason, *row.values])])


def _head(load: ImportLoad) -> list[str]:
    """The names of the columns, as long as the file is kept."""
    try:
        return [safe_cell(name) for name in _sample(load)[0]]
    except (Invalid, FileNotFoundError, SuspiciousOperation):
        return []


def _wake() -> None:
    """A courtesy: the beat comes to it as well, so a broker that is down harms nothing."""
    try:
        current_app.send_task("tickets.tasks.run_imports", retry=False, expires=20)
    except Exception:
        log.warning("the broker could not be told of a load", exc_info=True)
