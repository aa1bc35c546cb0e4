"""Recordings: attached at the call screen, heard where the result is judged."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Person
from accounts.roles import require
from common import htmx
from common.problems import Invalid, NotVisible
from outbound.actions.recordings import attach_recording
from outbound.hearing import heard
from outbound.models import CaringResult, Prospect
from tickets.views.base import person_of


@require_POST
def attach_to_prospect(request: HttpRequest, pk: int) -> HttpResponse:
    """During the call; what is typed of the result stays in its draft."""
    person = person_of(request)
    require(person, "recording.attach")
    prospect = Prospect.objects.visible_to(person).filter(pk=pk).first()
    if prospect is None:
        raise NotVisible(_("Dapros ini tidak ada, atau tidak Anda pegang."))
    return _attached(request, prospect, None, person)


@require_POST
def attach_to_result(request: HttpRequest, pk: int) -> HttpResponse:
    """After the call."""
    person = person_of(request)
    require(person, "recording.attach")
    result = CaringResult.objects.visible_to(person).select_related("prospect").filter(pk=pk).first()
    if result is None:
        raise NotVisible(_("Hasil ini tidak ada, atau tidak untuk Anda lihat."))
    return _attached(request, result.prospect, result, person)


def _attached(request: HttpRequest, prospect: Prospect, result: CaringResult | None, person: Person) -> HttpResponse:
    back = reverse("home") if result else prospect.url
    try:
        attach_recording(prospect, result=result, file=request.FILES.get("file"), link=request.POST.get("link", ""), by=person)
    except Invalid as problem:
        return render(request, "outbound/recording_refused.html", {"problem": problem, "back": back}, status=problem.status)
    htmx.toast(request, _("Rekaman terlampir."))
    return redirect(back)


@require_GET
def audio(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sound, or a part of it; who hears it is noted."""
    person = person_of(request)
    require(person, "recording.list")
    return heard(request, pk, person)
