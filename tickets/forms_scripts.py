"""What the pages of scripts ask (OB-3)."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.clock import now
from tickets.actions.scripts import MOST_SECTIONS
from tickets.forms import EMPTY, KawalForm, picked, written
from tickets.models import Language, Script, ServiceLine
from tickets.scripting import uses


class ScriptForm(KawalForm):
    """For what, for whom, on which clause, since when; its sections stand beside it."""

    use = picked(_("Dipakai untuk"), [])
    service_line = picked(_("Layanan"), [("", _("semua layanan")), *ServiceLine.choices], required=False)
    language = picked(_("Bahasa"), Language.choices)
    clause = written(_("Klausul"), placeholder="P-06 5.7")
    effective_from = forms.DateField(
        label=_("Berlaku sejak"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": EMPTY, "invalid": _("Pilih tanggal yang ada.")},
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["use"]
        field.choices = [(each.name, each.label) for each in uses()]

    @staticmethod
    def beginning_with(script: Script | None) -> dict[str, Any]:
        """The values from which the next version begins."""
        names = ("use", "service_line", "language", "clause")
        kept = {name: getattr(script, name) for name in names} if script else {"use": uses()[0].name, "language": "id"}
        return {**kept, "effective_from": timezone.localdate(now())}


class SectionForm(KawalForm):
    """One stretch; an empty text leaves it out."""

    title = written(_("Judul"), required=False)
    text = written(_("Kalimat"), required=False, rows=3)
    must = forms.BooleanField(label=_("Wajib"), required=False)


SectionRows = forms.formset_factory(SectionForm, extra=1, max_num=MOST_SECTIONS, absolute_max=MOST_SECTIONS)
