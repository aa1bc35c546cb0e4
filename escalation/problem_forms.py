"""What the pages of application problems ask (P-01 6.9)."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from escalation.models import STOPPED, MilestoneName
from tickets.forms import KawalForm, written
from tickets.models import ServiceLine, Tool


def applications() -> list[str]:
    """Those that one can report: the tools that agents use, and the house's own."""
    tools = list(Tool.objects.filter(active=True).order_by("name").values_list("name", flat=True)[:60])
    return [*settings.OWN_APPLICATIONS, *(name for name in tools if name not in settings.OWN_APPLICATIONS)]


class ProblemForm(KawalForm):
    """Each application is a button of its own: pressing it reports it."""

    symptom = written(_("Apa yang terjadi"), required=False)
    app = forms.CharField(max_length=60, error_messages={"required": _("Pilih aplikasinya.")})


class ConfirmForm(KawalForm):
    """Whose clocks stop."""

    lines = forms.MultipleChoiceField(
        label=_("Layanan yang terhambat; kosong berarti semua"), choices=ServiceLine.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    milestones = forms.MultipleChoiceField(
        label=_("Jam yang berhenti"), choices=MilestoneName.choices, required=False, widget=forms.CheckboxSelectMultiple,
        initial=[str(each) for each in STOPPED],
    )  # fmt: skip
    every_site = forms.BooleanField(label=_("Semua situs"), required=False)


class IocForm(KawalForm):
    number = written(_("Nomor laporan di IOC"))


class EndForm(KawalForm):
    solution = written(_("Apa yang membuatnya jalan lagi"))


class DismissForm(KawalForm):
    reason = written(_("Mengapa bukan gangguan"))
