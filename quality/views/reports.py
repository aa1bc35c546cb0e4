"""F-19: asking for one, and the list of those that were made (QC-3)."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Counter
from accounts.roles import may, require
from common import htmx
from common.clock import now
from common.problems import Problem
from escalation.views.base import paged, person_of
from quality.actions import reports
from quality.forms import ReportForm
from quality.models import Report

PAGE = 50


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The newest on top, followed live until they are made; the form above asks for another one."""
    person = person_of(request)
    require(person, "report.list")
    if request.method == "POST":
        require(person, "report.make")
    version = Counter.read(reports.COUNTER)
    if request.method == "GET" and htmx.unchanged(request, version):
        return htmx.nothing_new()
    today = timezone.localdate(now())
    form = ReportForm(request.POST or None, initial={"since": today - timedelta(days=6), "until": today})
    if request.method == "POST" and form.is_valid():
        try:
            reports.ask_report(**form.cleaned_data, by=person)
            htmx.toast(request, _("Laporan dibuat. Muncul di daftar dalam beberapa detik."))
            return redirect("quality:reports")
        except Problem as problem:
            form.refuse(problem)
    page = paged(request, Report.objects.visible_to(person).select_related("by", "evidence"), ("-id",), PAGE)
    context = {"page": page, "form": form, "may_make": may(person, "report.make"), "newer_url": page.newer_url}
    answer = htmx.live(
        request, "quality/reports.html", context | {"older_url": page.older_url, "part": "rows", "every": 3}, version=version
    )
    answer.status_code = 400 if form.errors else 200
    return answer
