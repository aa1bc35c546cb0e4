"""The register of procedures as a page (QM-7)."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.procedures import register_procedure
from accounts.models import Procedure
from accounts.procedures import register
from accounts.roles import may, require
from accounts.views import _me
from common import htmx
from common.problems import Problem


class ProcedureForm(forms.ModelForm):  # type: ignore[type-arg]
    """A document, or a new revision of one."""

    class Meta:
        model = Procedure
        fields = ["short", "code", "title", "revision", "revised_on", "effective_on"]
        widgets = {
            "revised_on": forms.DateInput(attrs={"type": "date"}),
            "effective_on": forms.DateInput(attrs={"type": "date"}),
        }


@require_http_methods(["GET", "POST"])
def procedures(request: HttpRequest) -> HttpResponse:
    """Every document with its revision, since when it holds and what cites it; administrators enter the next revision."""
    person = _me(request)
    require(person, "procedure.list")
    if request.method == "POST":
        require(person, "procedure.edit")
    form = ProcedureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            register_procedure(by=person, **form.cleaned_data)
            htmx.toast(request, _("Prosedur terdaftar."))
            return redirect("procedures")
        except Problem as problem:
            form.add_error(None, str(problem))
    entries, unknown = register()
    context = {"entries": entries, "unknown": unknown, "form": form, "may_edit": may(person, "procedure.edit")}
    return render(request, "accounts/procedures.html", context, status=400 if form.errors else 200)
