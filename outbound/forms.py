"""What the pages of callbacks ask. The rules are in the actions; a form turns the caller's few presses into plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.problems import Problem
from escalation.models import Promise
from outbound.actions import CallResult
from outbound.hours import quick_choices, zone_of
from outbound.models import Callback, Outcome, Purpose, Satisfaction
from tickets.forms import KawalForm, picked, written
from tickets.models import Status, Ticket

CONTACT = [("reached", _("Tersambung")), ("missed", _("Tidak"))]
LATER = (Outcome.CALL_LATER, _("Minta ditelepon lagi"))
OF_CARING = [("solved", _("Tersolusi")), ("not_yet", _("Belum")), ("visit", _("Minta kunjungan")), LATER]
OF_INFORMATION = [("heard", _("Sudah disampaikan")), LATER]
MISSED = [(value, label) for value, label in Outcome.choices if value not in (Outcome.REACHED, Outcome.CALL_LATER)]
BY_ITSELF, OTHER = "", "other"
# Where an action's refusal is shown, when the form asks for it under another name
SHOWN_AT = {"outcome": "contact", "satisfied": "said", "next_try_at": "next_try", "due_at": "next_try"}


class Moments(KawalForm):
    """A moment by one press, or typed; in the customer's time."""

    next_try_at = forms.DateTimeField(
        label=_("Tanggal dan jam"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Tulis tanggal dan jam, misalnya 24/11/2026 09.00.")},
    )

    def offer(self, zone: ZoneInfo, by_itself: Any) -> None:
        """The choices from now on; the first one leaves the moment to Kawal."""
        self.zone = zone
        self.quick = {choice.name: choice for choice in quick_choices(self.zone)}
        labels = [(choice.name, choice.label) for choice in self.quick.values()]
        field: Any = self.fields["next_try"]
        field.choices = [(BY_ITSELF, by_itself), *labels, (OTHER, _("Waktu lain"))]

    def moment(self) -> datetime | None:
        """The chosen moment; None when it is left to Kawal."""
        name = self.cleaned_data["next_try"]
        if name == OTHER:
            return self.cleaned_data.get("next_try_at")
        return self.quick[name].moment if name in self.quick else None

    def clean_next_try_at(self) -> datetime | None:
        typed = self.cleaned_data["next_try_at"]
        if self.data.get("next_try") == OTHER and typed is None:
            raise forms.ValidationError(_("Tulis tanggal dan jamnya."))
        return timezone.make_naive(typed).replace(tzinfo=self.zone) if typed else None

    def refuse(self, problem: Problem) -> None:
        """Show a refusal at the field that asks for it here."""
        named = {SHOWN_AT.get(name, name): said for name, said in problem.errors.items()}
        problem.errors = named
        super().refuse(problem)


class CallForm(Moments):
    """The result of a call in a few presses: reached or not, what the customer said or why not, when again."""

    contact = picked(_("Tersambung?"), CONTACT, widget=forms.RadioSelect)
    said = picked(_("Kata pelanggan"), OF_CARING, required=False, widget=forms.RadioSelect)
    missed = picked(_("Mengapa tidak"), MISSED, required=False, widget=forms.RadioSelect, initial=Outcome.NO_ANSWER)
    response = written(_("Kata pelanggan, apa adanya"), required=False, rows=3, attrs={"data-counts": "kata-n"})
    next_try = picked(_("Telepon lagi"), [], required=False, widget=forms.RadioSelect, initial=BY_ITSELF)
    satisfaction = picked(_("Kepuasan, bila disebut"), Satisfaction.choices, required=False, widget=forms.RadioSelect)
    identity_checked = forms.BooleanField(label=_("Yang berbicara: pelanggan sendiri, nama dan alamat cocok"), required=False)
    further_help_offered = forms.BooleanField(label=_("Bantuan lain sudah ditawarkan"), required=False)

    field_order = ("contact", "said", "missed", "response", "next_try", "next_try_at", "satisfaction")

    def __init__(self, callback: Callback, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(zone_of(callback.ticket), _("Otomatis"))
        said: Any = self.fields["said"]
        said.choices = OF_CARING if callback.purpose == Purpose.CARING else OF_INFORMATION
        self.phrases = phrases_for([value for value, _label in said.choices])

    def clean_response(self) -> str:
        """What was typed, else the ready words that were pressed."""
        typed: str = self.cleaned_data["response"]
        pressed = self._pressed()
        return typed if typed or pressed is None else str(pressed.words)

    def _pressed(self) -> "Phrase | None":
        name = self.data.get("phrase", "")
        return next((each for _said, group in self.phrases for each in group if each.name == name), None)

    def clean(self) -> dict[str, Any]:
        """Of the two second questions only the one that was shown must be answered."""
        values = self.cleaned_data
        asked = {"reached": "said", "missed": "missed"}.get(values.get("contact", ""))
        if asked and not values.get(asked) and asked not in self.errors:
            self.add_error(asked, _("Pilih salah satu."))
        if asked == "said" and values.get("said") != Outcome.CALL_LATER:
            self.errors.pop("next_try_at", None)
        return values

    def result(self) -> CallResult:
        """The presses as plain values."""
        values, reached = self.cleaned_data, self.cleaned_data["contact"] == "reached"
        said = values["said"] if reached else ""
        missed = Outcome.CALL_LATER if said == Outcome.CALL_LATER else values["missed"]
        return CallResult(
            outcome=Outcome.REACHED if reached and said != Outcome.CALL_LATER else missed,
            response=values["response"],
            satisfied={"solved": True, "not_yet": False, "visit": False}.get(said),
            wants_visit=said == "visit",
            next_try_at=self.moment(),
            further_help_offered=values["further_help_offered"],
            identity_checked=values["identity_checked"],
            satisfaction=self._satisfaction() if reached else "",
        )

    def _satisfaction(self) -> str:
        pressed = self._pressed()
        return str(self.cleaned_data["satisfaction"] or (pressed.satisfaction if pressed else ""))


@dataclass(frozen=True)
class Phrase:
    """What customers say most, saved by one press; ``satisfaction`` where the words say it too (QM-6)."""

    name: str
    words: str
    satisfaction: str


def phrases_for(answers: Iterable[str]) -> list[tuple[str, list[Phrase]]]:
    """The ready words (setting) of each answer that has some."""
    return [(answer, _phrases(answer)) for answer in answers if answer in settings.CARING_PHRASES]


def _phrases(answer: str) -> list[Phrase]:
    rows = enumerate(settings.CARING_PHRASES[answer], 1)
    return [Phrase(f"{answer}-{at}", words, satisfaction) for at, (words, satisfaction) in rows]


class OweForm(Moments):
    """What Tier-2 must tell the customer (PM-4), or the caring call that was given up, owed again."""

    purpose = picked(_("Untuk"), [], widget=forms.RadioSelect, initial=Purpose.INFORMATION)
    information = written(_("Yang disampaikan atau ditanyakan ke pelanggan"), rows=3)
    next_try = picked(_("Kapan"), [], required=False, widget=forms.RadioSelect, initial=BY_ITSELF)

    field_order = ("purpose", "information", "next_try", "next_try_at")

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(zone_of(ticket), _("Sekarang"))
        again = [(Purpose.CARING, _("Caring lagi"))] if ticket.is_escorted and ticket.status == Status.SOLVED else []
        if Promise.objects.open().filter(ticket=ticket).exists():
            again.insert(0, (Purpose.PROMISE, Purpose.PROMISE.label))
        purpose: Any = self.fields["purpose"]
        purpose.choices = [(Purpose.INFORMATION, _("Kabar")), *again]
