"""What the pages of outages ask (HC-8)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalation.models import Outage
from tickets.forms import REGIONS, KawalForm, picked, written

MOST_OFFERED = 50
NUMBERS = {"autocomplete": "off", "placeholder": "T-000123, T-000124"}


class OutageForm(KawalForm):
    """A new outage, by hand or with all that look alike."""

    name = written(_("Nama gangguan"), autocomplete="off")
    region = picked(_("TREG"), REGIONS, required=False)
    area = written(_("Area"), required=False, autocomplete="off")
    symptom = written(_("Gejala"), required=False, autocomplete="off")
    tickets = written(_("Nomor tiket"), required=False, rows=2, attrs=NUMBERS)
    alike = forms.BooleanField(required=False)

    def clean_region(self) -> int | None:
        return int(self.cleaned_data["region"]) if self.cleaned_data["region"] else None


class OutageJoinForm(KawalForm):
    """More tickets for an open one."""

    tickets = written(_("Nomor tiket"), required=False, rows=2, attrs=NUMBERS)
    alike = forms.BooleanField(label=_("Juga semua yang serupa dalam satu jam"), required=False)


class OutageTellForm(KawalForm):
    """One progress for all."""

    text = written(_("Kata unit"), rows=3)
    publish = forms.BooleanField(label=_("Teruskan ke TL dan agen"), required=False, initial=True)


class OutageSolveForm(KawalForm):
    """One solution for all."""

    text = written(_("Yang dikerjakan unit"), rows=3)


class OutageDissolveForm(KawalForm):
    """It was not one fault, and how that was seen."""

    reason = written(_("Mengapa dibubarkan"), rows=2)


class OutageChoice(KawalForm):
    """From the ticket page: an open outage, or a new one by name."""

    outage = picked(_("Gangguan"), [], required=False)
    name = written(_("Atau gangguan baru, namanya"), required=False, autocomplete="off")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Outage.objects.open().order_by("-id")[:MOST_OFFERED]
        chosen: Any = self.fields["outage"]
        chosen.choices = [("", _("gangguan baru")), *((str(row.pk), f"{row.number} {row.name}") for row in rows)]
