"""What the page of an outside tool asks (OB-5). The rules are in the actions."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Site
from tickets.actions.toolbox import MOST_ORDER, Use
from tickets.forms import KawalForm, picked, written
from tickets.models import Found, ServiceLine, Tool

PREVIEWED = {
    "spellcheck": "false",
    "inputmode": "url",
    "hx-get": reverse_lazy("tickets:tool-preview"),
    "hx-trigger": "input changed delay:300ms",
    "hx-target": "#link-example",
    "hx-swap": "innerHTML",
    "hx-sync": "this:replace",
}


class ToolForm(KawalForm):
    """One application outside Kawal. The code of a known one stays: numbers of tickets stand under it."""

    name = written(_("Nama"))
    code = written(_("Kode"), spellcheck="false", help_text=_("Tetap setelah disimpan; nomor tiket dicatat di bawahnya."))
    purpose = written(_("Kegunaan"))
    clause = written(_("Klausul"), required=False, placeholder="P-06 6.4")
    link = written(
        _("Tautan"), required=False, attrs=PREVIEWED,
        help_text=_("https://… dengan {service_number} atau {reference} (nomor tiket di aplikasi itu) di bagian alamat."),
    )  # fmt: skip
    found = picked(_("Yang dicatat dari hasil cek"), Found.choices)
    numbered = forms.BooleanField(label=_("Memberi nomor yang dapat dicatat pada tiket"), required=False)
    active = forms.BooleanField(label=_("Dipakai"), required=False)

    def __init__(self, *given: Any, tool: Tool | None, **named: Any) -> None:
        super().__init__(*given, **named)
        if tool:
            del self.fields["code"]


class UseForm(KawalForm):
    """One line of the matrix: whether it uses the tool, and at which sites."""

    used = forms.BooleanField(label=_("Dipakai layanan ini"), required=False)
    sites = forms.MultipleChoiceField(label=_("Situs"), required=False, widget=forms.CheckboxSelectMultiple)
    order = forms.IntegerField(
        label=_("Urutan"), required=False, min_value=0, max_value=MOST_ORDER, widget=forms.NumberInput({"class": "num"}),
        error_messages={
            name: _("Urutan antara 0 dan %(most)s.") % {"most": MOST_ORDER} for name in ("invalid", "min_value", "max_value")
        },
    )  # fmt: skip
    clause = written(_("Klausul"), required=False, placeholder="P-06 11.1")

    def __init__(self, posted: QueryDict | None, *, line: str, sites: list[str], initial: dict[str, Any]) -> None:
        super().__init__(posted, prefix=line, initial=initial)
        self.line, self.label = line, ServiceLine(line).label
        field: Any = self.fields["sites"]
        field.choices = [(site, site) for site in sites]

    def use(self) -> Use:
        """The row as the action takes it."""
        values = self.cleaned_data
        return Use(self.line, values["sites"], values["order"] or 0, values["clause"])


def initial_of(tool: Tool | None) -> dict[str, Any]:
    """What stands in the form before anything is typed."""
    names = ("name", "purpose", "clause", "link", "found", "numbered", "active")
    return {name: getattr(tool, name) for name in names} if tool else {"found": Found.WORDS, "active": True}


def lines_of(tool: Tool | None, posted: QueryDict | None) -> list[UseForm]:
    """A form for each line."""
    uses = {use.service_line: use for use in tool.uses.all()} if tool else {}
    named = {site for use in uses.values() for site in use.sites}  # one that is not here yet, or not any more, stays too
    sites = sorted(named.union(Site.objects.values_list("code", flat=True)))
    forms_of_lines = []
    for line in ServiceLine.values:
        use = uses.get(line)
        initial = {"used": use.active, "sites": use.sites, "order": use.order, "clause": use.clause} if use else {}
        forms_of_lines.append(UseForm(posted, line=line, sites=sites, initial=initial))
    return forms_of_lines
