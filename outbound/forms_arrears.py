"""What the pages of arrears calls ask. The rules are in the actions; a form turns the caller's few presses into plain values."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.clock import now
from common.words import day
from outbound.actions.holding import zone_of_prospect
from outbound.forms import BY_ITSELF, OTHER, Moments
from outbound.models import CallReason, CaringResult, Product, Prospect
from tickets.forms import KawalForm, picked, written

SATURDAY, MONDAY = 5, 0
# Where an action's refusal is shown, when the form asks for it under another name
SHOWN_AT = {"next_contact_at": "next_try", "promised_on": "promise_day"}


class Day(forms.DateField):
    """A date as the browser's own field writes it, or as people here do."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": gettext_lazy("Tanggal itu tidak ada. Tulis misalnya 28/11/2026.")},
        )


class Rupiah(forms.IntegerField):
    """``1.184.500`` or ``Rp1184500``."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={"invalid": gettext_lazy("Tulis jumlah dalam rupiah, misalnya 1.184.500.")},
        )

    def to_python(self, value: Any) -> int | None:
        plain = str(value or "").replace("Rp", "").replace(".", "").replace(" ", "")
        return super().to_python(plain[:15] or None)


class ResultForm(Moments):
    """The result of a call in a few presses: reached or not, the reason, and what the reason needs (CT-4)."""

    group = picked(gettext_lazy("Tersambung?"), [], widget=forms.RadioSelect)
    reason = picked(gettext_lazy("Reason call"), [], widget=forms.RadioSelect)
    promise_day = picked(gettext_lazy("Tanggal janji"), [], required=False, widget=forms.RadioSelect)
    promised_on = Day(gettext_lazy("Tanggal lain"))
    promised_amount = Rupiah(gettext_lazy("Jumlah"))
    next_try = picked(gettext_lazy("Telepon lagi"), [], required=False, widget=forms.RadioSelect)
    note = written(gettext_lazy("Catatan"), required=False, rows=2, attrs={"data-counts": "catatan-n"})
    identity_checked = forms.BooleanField(label=gettext_lazy("Yang berbicara: pelanggan sendiri"), required=False)

    field_order = ("group", "reason", "promise_day", "promised_on", "promised_amount", "next_try", "next_try_at", "note")

    def __init__(self, prospect: Prospect, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(zone_of_prospect(prospect), _("Pilih waktunya"))
        reasons = list(CallReason.objects.filter(active=True))
        self.groups = [
            (group, [each for each in reasons if each.parent_id == group.pk]) for group in reasons if not group.parent_id
        ]
        self.reasons = {str(each.pk): each for each in reasons if each.parent_id}
        fields: Any = self.fields
        fields["group"].choices = [(str(group.pk), group.shown_name) for group, _below in self.groups]
        fields["reason"].choices = [(pk, each.shown_name) for pk, each in self.reasons.items()]
        self.days = promise_days(timezone.localtime(now(), self.zone).date())
        fields["promise_day"].choices = [*((on.isoformat(), label) for on, label in self.days), (OTHER, _("Tanggal lain"))]

    def clean(self) -> dict[str, Any]:
        """A reason of the group that is shown; a date by one press or typed."""
        values = self.cleaned_data
        reason = self.reasons.get(values.get("reason", ""))
        if reason and str(reason.parent_id) != values.get("group"):
            self.add_error("reason", _("Pilih salah satu."))
        if values.get("promise_day") != OTHER:
            self.errors.pop("promised_on", None)
        if reason and not reason.callback:
            self.errors.pop("next_try_at", None)
        elif reason and not values.get("next_try"):
            self.add_error("next_try", _("Pilih kapan pelanggan ditelepon lagi."))
        return values

    def entry(self) -> dict[str, Any]:
        """The presses as plain values for the action; what the reason has no place for was typed before another was chosen."""
        values = self.cleaned_data
        reason = self.reasons[values["reason"]]
        typed = values.get("promised_on") if values["promise_day"] == OTHER else values["promise_day"]
        promised = typed or None
        return {
            "reason": reason,
            "promised_on": (date.fromisoformat(promised) if isinstance(promised, str) else promised) if reason.agreed else None,
            "promised_amount": values.get("promised_amount") if reason.agreed else None,
            "next_contact_at": self.moment() if reason.callback and values["next_try"] != BY_ITSELF else None,
            "note": values["note"],
            "identity_checked": values["identity_checked"],
        }

    def refuse(self, problem: Any) -> None:
        """Show a refusal at the field that asks for it here."""
        problem.errors = {SHOWN_AT.get(name, name): said for name, said in problem.errors.items()}
        KawalForm.refuse(self, problem)


def promise_days(today: date) -> list[tuple[date, str]]:
    """Today, tomorrow, Saturday and Monday: days that one press promises."""
    saturday = today + timedelta(days=(SATURDAY - today.weekday()) % 7 or 7)
    monday = today + timedelta(days=(MONDAY - today.weekday()) % 7 or 7)
    named = {today: _("Hari ini"), today + timedelta(days=1): _("Besok")}
    for on, word in ((saturday, _("Sabtu, %(day)s")), (monday, _("Senin, %(day)s"))):
        named.setdefault(on, word % {"day": day(on)})
    return sorted(named.items())


def typed_before(result: CaringResult) -> dict[str, Any]:
    """What was entered, as the form shows it: for a correction."""
    return {
        "group": str(result.reason.parent_id),
        "reason": str(result.reason_id),
        "promise_day": OTHER if result.promised_on else "",
        "promised_on": result.promised_on,
        "promised_amount": result.promised_amount,
        "next_try": OTHER if result.next_contact_at else "",
        "next_try_at": result.next_contact_at,
        "note": result.note,
        "identity_checked": result.identity_checked,
    }


class CampaignForm(KawalForm):
    """A new campaign."""

    name = written(gettext_lazy("Nama kampanye"))
    product = picked(gettext_lazy("Produk"), Product.choices, widget=forms.RadioSelect)


class SendBackForm(KawalForm):
    """Why an entry is wrong."""

    reason = written(gettext_lazy("Yang harus dikoreksi"), rows=2)
