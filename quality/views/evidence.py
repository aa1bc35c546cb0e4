"""Papers: what was made, what was released, and the files (PM-08 8.6)."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Person
from accounts.roles import may, require
from common import htmx
from common.problems import NotVisible
from escalation.views.base import paged, person_of
from quality.actions import papers
from quality.filters import EvidenceFilter
from quality.models import Evidence
from quality.serving import evidence_file

PAGE = 50


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The papers that this person sees; the client reader's home."""
    person = person_of(request)
    require(person, "evidence.list")
    rows = EvidenceFilter(request.GET, Evidence.objects.visible_to(person), request=request).qs
    page = paged(request, rows.select_related("made_by", "released_by"), ("-id",), PAGE)
    context = {"page": page, "newer_url": page.newer_url, "older_url": page.older_url}
    return render(request, "quality/evidences.html", context)


def found(pk: int, person: Person) -> Evidence:
    """The paper that this person sees; 404 otherwise."""
    evidence = Evidence.objects.visible_to(person).select_related("made_by", "released_by").filter(pk=pk).first()
    if evidence is None:
        raise NotVisible(_("Bukti ini tidak ada atau tidak untuk Anda lihat."))
    return evidence


@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper with its hashes."""
    person = person_of(request)
    require(person, "evidence.list")
    shown = found(pk, person)
    may_release = may(person, "evidence.release") and not shown.released_at
    return render(request, "quality/evidence.html", {"evidence": shown, "may_release": may_release})


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the client reader see it."""
    person = person_of(request)
    require(person, "evidence.release")
    shown = papers.release(found(pk, person), by=person)
    htmx.toast(request, _("Dirilis. Pembaca Telkom dapat melihatnya."))
    return redirect(shown.url)


@require_GET
def file(request: HttpRequest, pk: int, ending: str) -> FileResponse:
    """One of its two files."""
    person = person_of(request)
    require(person, "evidence.list")
    return evidence_file(found(pk, person), ending, person)
