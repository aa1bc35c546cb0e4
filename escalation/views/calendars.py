"""The pages of calendars and holidays. An administrator changes them, supervisor and Support HC read (ESC-4)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.roles import may, require
from common import htmx
from common.clock import now
from common.problems import NotVisible, Problem
from escalation.actions import calendars
from escalation.calendar_form import CalendarForm, HolidayForm, initial_of, typed_spans
from escalation.models import Calendar, Holiday, HolidayCategory
from escalation.views.base import person_of

MOST_CALENDARS = 100
YEARS = range(1900, 3000)


def listing(request: HttpRequest) -> HttpResponse:
    """The calendars, and the holidays of a year; sent, a holiday is set."""
    form = HolidayForm(request.POST or None, initial={"category": HolidayCategory.OWN})
    require(person_of(request), "policy.edit" if request.method == "POST" else "policy.list")
    if request.method == "POST" and form.is_valid():
        try:
            holiday = calendars.save_holiday(by=person_of(request), **form.cleaned_data)
        except Problem as problem:
            form.refuse(problem)
        else:
            htmx.toast(request, _("%(name)s dicatat. Jam yang sedang berjalan tidak berubah.") % {"name": holiday.name})
            return redirect(f"{request.path}?year={holiday.date.year}")
    return _listing(request, form, 400 if form.errors else 200)


def _listing(request: HttpRequest, form: HolidayForm, status: int) -> HttpResponse:
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS else timezone.localdate(now()).year
    rows = Calendar.objects.select_related("current").order_by("name", "id")[:MOST_CALENDARS]
    context = {
        "calendars": [{"calendar": row, "week": _week(row), "closed": _closed(row)} for row in rows],
        "holidays": Holiday.objects.filter(date__year=year).order_by("date"),
        "year": year,
        "may_edit": may(person_of(request), "policy.edit"),
        "form": form,
    }
    return render(request, "escalation/policies/calendars.html", context, status=status)


def _week(calendar: Calendar) -> list[tuple[Any, str]]:
    weekly = calendar.current.weekly if calendar.current else {}
    return [(label, typed_spans(weekly.get(str(day), [])) or _("tutup")) for day, label in WEEKDAYS_ABBR.items()]


def _closed(calendar: Calendar) -> str:
    labels = dict(HolidayCategory.choices)
    return ", ".join(str(labels[code]) for code in (calendar.current.closed_on if calendar.current else []))


@require_POST
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """People work on this day after all."""
    require(person_of(request), "policy.edit")
    holiday = Holiday.objects.filter(pk=pk).first()
    if holiday is None:
        raise NotVisible(_("Hari libur ini tidak ada."))
    calendars.strike_holiday(holiday, by=person_of(request))
    htmx.toast(request, _("%(name)s dicoret. Jam yang sedang berjalan tidak berubah.") % {"name": holiday.name})
    return redirect(f"{reverse('escalation:calendars')}?year={holiday.date.year}")


def edit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """One calendar: saved, it is a new version; what runs keeps the one that it started with."""
    person = person_of(request)
    require(person, "policy.edit")
    calendar = Calendar.objects.select_related("current").filter(slug=slug).first()
    if slug and (calendar is None or calendar.current is None):
        raise NotVisible(_("Kalender ini tidak ada."))
    initial = initial_of(calendar.current, calendar.name) if calendar and calendar.current else {}
    form = CalendarForm(request.POST or None, initial=initial, known=bool(slug))
    if request.method == "POST" and form.is_valid() and (saved := _saved(form, slug, request)):
        version = saved.current.version if saved.current else 1
        said = _("%(name)s v%(version)s berlaku untuk jam yang mulai dari sekarang.")
        htmx.toast(request, said % {"name": saved.name, "version": version})
        return redirect("escalation:calendars")
    status = 400 if form.errors else 200
    return render(request, "escalation/policies/calendar.html", {"form": form, "calendar": calendar}, status=status)


def _saved(form: CalendarForm, slug: str, request: HttpRequest) -> Calendar | None:
    code = slug or form.cleaned_data["slug"]
    if not slug and Calendar.objects.filter(slug=code).exists():
        form.add_error("slug", _("Kode ini sudah dipakai. Pilih yang lain, atau ubah kalender itu."))
        return None
    try:
        return calendars.save_calendar(by=person_of(request), slug=code, **form.values())
    except Problem as problem:
        form.refuse(problem)
        return None
