"""Campaigns of the own teams: made, loaded, closed, with their figures (CT-1, CT-8)."""

from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Person
from accounts.roles import Role, may, require
from common import htmx
from common.problems import Conflict, Invalid, NotVisible
from outbound import actions
from outbound.forms_arrears import CampaignForm
from outbound.models import Campaign, CaringResult, Difference, DifferenceState
from tickets.models import ImportLoad
from tickets.views.base import person_of
from tickets.views.imports import upload

LISTED = 50
LOADS_SHOWN = 20


def listing(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first."""
    person, before = person_of(request), request.GET.get("before", "")
    require(person, "campaign.list")
    rows = Campaign.objects.visible_to(person).select_related("team")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before[:18]))
    shown = list(rows[: LISTED + 1])
    older = f"{reverse('outbound:campaigns')}?before={shown[LISTED - 1].pk}" if len(shown) > LISTED else ""
    context = {"campaigns": shown[:LISTED], "older_url": older, "may_edit": may(person, "campaign.edit")}
    context["loads"] = ImportLoad.objects.visible_to(person).filter(kind__in=("payments", "comparison"))[:LOADS_SHOWN]
    if person.role != Role.OUTBOUND_AGENT:
        results = actions.of_open_campaigns(person)
        open_ones = Difference.objects.visible_to(person).filter(state=DifferenceState.OPEN).order_by("result__by__agent_code")
        names = ("result__by__agent_code", "result__by__online_name", "system")
        context["differences"] = open_ones.values(*names).annotate(count=Count("id"))[:LISTED]
        context["teams"] = actions.figures_by(results, "campaign__team__name", since=actions.month_start())
    return render(request, "outbound/campaigns.html", context)


def found(pk: int, person: Person) -> Campaign:
    """The campaign that this person sees; 404 otherwise."""
    campaign = Campaign.objects.visible_to(person).select_related("team").filter(pk=pk).first()
    if campaign is None:
        raise NotVisible(_("Kampanye ini tidak ada, atau bukan milik tim Anda."))
    return campaign


def new(request: HttpRequest) -> HttpResponse:
    """Name and product; then its page, where prospects are loaded."""
    person = person_of(request)
    require(person, "campaign.edit")
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_campaign(form.cleaned_data["name"], form.cleaned_data["product"], by=person)
            return redirect("outbound:campaign", made.pk)
        except (Invalid, Conflict) as problem:
            form.refuse(problem)
    return render(request, "outbound/campaign_new.html", {"form": form}, status=400 if form.errors else 200)


def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """What was loaded and what came of the calls, per agent."""
    person = person_of(request)
    require(person, "campaign.list")
    one = found(pk, person)
    results = CaringResult.objects.visible_to(person).filter(campaign=one)
    context = {
        "campaign": one,
        "figures": actions.figures_of(results),
        "agents": actions.figures_by(results, "by__agent_code", "by__online_name"),
        "loads": ImportLoad.objects.visible_to(person).filter(kind="prospects", target=one.pk)[:LOADS_SHOWN],
        "may_edit": may(person, "campaign.edit"),
        "may_import": may(person, "campaign.import"),
    }
    return render(request, "outbound/campaign.html", context)


@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it, so that nobody picks from it, or open it again."""
    person = person_of(request)
    require(person, "campaign.edit")
    changed = actions.change_campaign(found(pk, person), by=person, active=bool(request.POST.get("active")))
    htmx.toast(
        request, _("%(name)s dibuka.") % {"name": changed} if changed.active else _("%(name)s ditutup.") % {"name": changed}
    )
    return redirect("outbound:campaign", pk)


def upload_prospects(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of prospects is taken in; mapped and tried on the pages of loads."""
    person = person_of(request)
    require(person, "campaign.import")
    one = found(pk, person)
    return upload(request, "prospects", home=reverse("outbound:campaign", args=[one.pk]), target=one.pk)


def upload_of_leader(request: HttpRequest, kind: str) -> HttpResponse:
    """A file of payments, or another system's export to be compared, is taken in; for all teams that one leads."""
    require(person_of(request), "campaign.import")
    return upload(request, kind, home=reverse("outbound:campaigns"))


def export(request: HttpRequest, pk: int) -> FileResponse:
    """All results of the campaign in the columns of another system."""
    person = person_of(request)
    require(person, "campaign.export")
    file, name = actions.export_results(found(pk, person), request.GET.get("layout", "")[:40], by=person)
    return FileResponse(file, as_attachment=True, filename=name)
