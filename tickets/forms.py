"""What the pages of tickets ask. The rules are in the actions; a form only turns typed text into plain values and keeps it."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.phones import to_e164
from common.problems import Invalid, Problem
from tickets.models import (
    MEASURES,
    Channel,
    Criterion,
    How,
    Interaction,
    LinkState,
    Outcome,
    ReportKind,
    Segment,
    ServiceLine,
    Tool,
)

EMPTY = _("Isian ini masih kosong.")
CONTACTS = [
    (Interaction.COMPLAINT, _("Keluhan baru")),
    (ReportKind.PROGRESS_QUESTION, _("Tanya progres")),
    (Interaction.INFORMATION, _("Informasi")),
    (Interaction.REQUEST, _("Permintaan")),
]
UNKNOWN = ("", _("belum diketahui"))
REGIONS = [UNKNOWN, *((number, f"TREG {number}") for number in range(1, 8))]
SIGNS = [(value, label) for value, label in Criterion.choices if value != Criterion.REPEAT_REPORT]


class KawalForm(forms.Form):
    """A form that says what is wrong in the floor's words, marks wrong fields for readers, and takes an action's refusal in."""

    use_required_attribute = False

    def refuse(self, problem: Problem) -> None:
        """Show what an action refused: at its fields where it names them, else above."""
        named = {name: said for name, said in problem.errors.items() if name in self.fields and said}
        for name, said in named.items():
            self.add_error(name, [str(sentence) for sentence in said])
        if not named:
            self.add_error(None, str(problem))

    def keep_errors(self, names: Collection[str]) -> None:
        """Forget the errors of all other fields: what was sent did not need them."""
        for name in set(self.errors) - set(names):
            del self.errors[name]


class Written(forms.CharField):
    """Text with the line ends of one kind, however the browser sends them."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def written(
    label: Any, *, required: bool = True, rows: int = 0, help_text: Any = "", attrs: Mapping[str, Any] | None = None, **more: Any
) -> forms.CharField:
    """A line or, with ``rows``, a box of text. Lengths are refused by the action, in words; the browser cuts nothing off."""
    given = {**(attrs or {}), **more}
    widget = forms.Textarea({"rows": rows, **given}) if rows else forms.TextInput({"autocomplete": "off", **given})
    return Written(label=label, required=required, widget=widget, help_text=help_text, error_messages={"required": EMPTY})


def picked(label: Any, choices: Iterable[Any], *, required: bool = True, **extra: Any) -> forms.ChoiceField:
    """One of a list."""
    wrong = {"required": _("Pilih salah satu."), "invalid_choice": _("Pilih salah satu dari daftar.")}
    return forms.ChoiceField(label=label, choices=list(choices), required=required, error_messages=wrong, **extra)


def signs(label: Any) -> forms.MultipleChoiceField:
    """The signs of a hard complaint that people tick; the system finds the other one (HC-1)."""
    return forms.MultipleChoiceField(label=label, choices=SIGNS, required=False, widget=forms.CheckboxSelectMultiple)


class IntakeForm(KawalForm):
    """The one short form in which a call becomes a ticket (HC-2), or joins one as a repeat report."""

    service_number = written(
        _("Nomor layanan"),
        attrs={
            "spellcheck": "false",
            "class": "num",
            "data-find": True,
            "hx-get": reverse_lazy("tickets:search"),
            "hx-trigger": "input changed delay:300ms, search",
            "hx-sync": "this:replace",
            "hx-swap": "none",
        },
    )
    contact = picked(_("Jenis kontak"), CONTACTS, initial=Interaction.COMPLAINT, widget=forms.RadioSelect)
    customer_name = written(_("Nama pelanggan"))
    reporter_name = written(_("Nama pelapor"))
    segment = picked(_("Segmen"), [UNKNOWN, *Segment.choices], required=False)
    contact_phone = written(_("Nomor kontak"), attrs={"inputmode": "tel", "class": "num"})
    contact_email = written(_("E-mail"), required=False, attrs={"inputmode": "email"})
    verified = forms.BooleanField(label=_("Nama, ID, kontak cocok"), required=False)
    service_line = picked(_("Layanan"), [("", _("pilih layanan")), *ServiceLine.choices])
    symptom = written(_("Gejala"), attrs={"list": "symptoms"})
    description = written(_("Uraian, pakai kata pelanggan"), rows=2)
    region = picked(_("TREG"), REGIONS, required=False)
    area = written(_("Area atau Witel"), required=False)
    channel = picked(_("Lewat"), Channel.choices, initial=Channel.CALL)
    criteria = signs(_("Tanda hard complaint"))
    intake_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["description"].error_messages["required"] = _(
            "Tulis satu kalimat: apa yang mati, sejak kapan, sudah dicoba apa."
        )
        self.initial.setdefault("intake_key", uuid4())

    def clean_contact_phone(self) -> str:
        try:
            to_e164(self.cleaned_data["contact_phone"])
        except Invalid as problem:
            raise forms.ValidationError(str(problem)) from None
        return str(self.cleaned_data["contact_phone"])

    @property
    def is_question(self) -> bool:
        """Whether the caller only asks how far a ticket is."""
        return bool(self.data.get("contact") == ReportKind.PROGRESS_QUESTION)

    def values(self) -> dict[str, Any]:
        """The fields of ``Intake``."""
        cleaned = dict(self.cleaned_data)
        cleaned["interaction"] = cleaned.pop("contact")
        cleaned.pop("verified")
        cleaned["region"] = int(cleaned["region"]) if cleaned["region"] else None
        return cleaned


def typed(values: Mapping[str, Any], form: type[forms.Form] = IntakeForm) -> dict[str, Any]:
    """Typed values (of a draft or of a form sent for a look-up) as the initial ones of ``form``; the key is always a new one."""
    many = {name for name, each in form.base_fields.items() if isinstance(each, forms.MultipleChoiceField)}
    kept: dict[str, Any] = {}
    for name in set(form.base_fields) - {"intake_key"}:
        if name not in values:
            continue
        value = values.getlist(name) if isinstance(values, QueryDict) and name in many else values[name]
        kept[name] = ([value] if isinstance(value, str) else value) if name in many else value
    return kept


class UpdateForm(KawalForm):
    """Something said, to the customer or among ourselves (OB-4)."""

    text = written(_("Apa yang disampaikan"), rows=2)
    to = picked(_("Untuk"), [("customer", _("Pelanggan")), ("internal", _("Catatan internal"))], initial="customer")
    channel = picked(_("Lewat"), Channel.choices, initial=Channel.CALL, required=False)


class TellForm(KawalForm):
    """What the unit published was told to the customer (SE-4)."""

    text = written(_("Apa yang dikatakan kepada pelanggan"), rows=3)
    channel = picked(_("Lewat"), Channel.choices, initial=Channel.CALL, required=False)


class RepeatForm(KawalForm):
    """The customer reports again, or asks how far it is (HC-2)."""

    description = written(_("Kata pelanggan"), rows=3)
    kind = picked(_("Jenis"), ReportKind.choices, initial=ReportKind.COMPLAINT, widget=forms.RadioSelect)
    criteria = signs(_("Tanda yang tampak di telepon ini"))


class TwinForm(KawalForm):
    """The ticket that was there first (HC-2, HC-8)."""

    of = written(_("Nomor tiket yang pertama"), autocomplete="off", placeholder="T-000123")


class VerifyForm(KawalForm):
    """By what the caller was verified (OB-1)."""

    name_matches = forms.BooleanField(label=_("Nama pengguna cocok"), required=False)
    customer_id_matches = forms.BooleanField(label=_("ID pelanggan cocok"), required=False)
    contact_matches = forms.BooleanField(label=_("Nomor kontak cocok"), required=False)


class PauseForm(KawalForm):
    reason = written(_("Apa yang ditunggu dari pelanggan"), rows=2)


class ReopenForm(KawalForm):
    reason = written(_("Mengapa dibuka lagi"), rows=2)


class SolveForm(KawalForm):
    solution = written(_("Solusi"), rows=3)
    cause = written(_("Penyebab"))


class CloseForm(KawalForm):
    """Closing as the standard asks (OB-6)."""

    solution = written(_("Solusi"), rows=3)
    cause = written(_("Penyebab"))
    customer_confirmed = forms.BooleanField(label=_("Pelanggan membenarkan sudah beres"), required=False)
    further_help_offered = forms.BooleanField(label=_("Bantuan lain sudah ditawarkan"), required=False)


class ForwardForm(KawalForm):
    """A regular ticket goes to its unit (OB-4)."""

    unit = written(_("Unit yang dituju"))
    text = written(_("Pesan untuk unit"), required=False, rows=3)
    outside_reference = written(_("Nomor NOSSA"), required=False)


class ChaseForm(KawalForm):
    """The unit was asked (OB-4)."""

    how = picked(_("Lewat"), How.choices)
    outcome = picked(_("Hasil"), Outcome.choices, widget=forms.RadioSelect, initial=Outcome.SILENT)
    text = written(_("Kata unit, seperti boleh didengar pelanggan"), required=False, rows=3)


class AssignForm(KawalForm):
    """To whom the ticket goes; the choices are the people who may take it."""

    assignee = picked(_("Serahkan kepada"), [])

    def __init__(self, *args: Any, people: Iterable[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.agent_code: person for person in people}
        field = self.fields["assignee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 declared above
        field.choices = [("", _("pilih orang")), *((code, _named(person)) for code, person in self.people.items())]


def _named(person: Person) -> str:
    return f"{person.online_name} · {person.get_role_display()}, {person.team}" if person.team else person.online_name


class ActivityForm(KawalForm):
    """An activity of P-06 that no act of Kawal shows, ticked by hand (OB-2)."""

    number = picked(_("Aktivitas"), [])
    note = written(_("Catatan"), required=False)
    undo_tick = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, numbers: Iterable[tuple[int, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["number"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 declared above
        field.choices = [("", _("pilih aktivitas")), *([(n, str(n)) for n in range(1, 21)] if numbers is None else numbers)]


class Number(forms.Field):
    """A number with a comma or a point; empty is None."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace(" ", "").replace(",", ".")[:20]
        try:
            return Decimal(text) if text else None
        except InvalidOperation:
            raise forms.ValidationError(_("Tulis angka, misalnya 21,5.")) from None


def measured(name: str) -> Number:
    """A field for one measure, its unit in the label."""
    label, unit, _least, _most = MEASURES[name]
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "num"})
    return Number(label=format_lazy("{} ({})", capfirst(label), unit), required=False, widget=widget)


class FindingForm(KawalForm):
    """What was found in an outside tool (OB-5); the fields of the chosen tool count, the others are not looked at."""

    tool = forms.CharField(label=_("Alat"), error_messages={"required": _("Pilih alat dari daftar.")}, max_length=30)
    attenuation_db = measured("attenuation_db")
    snr_db = measured("snr_db")
    rate_mbps = measured("rate_mbps")
    attainable_mbps = measured("attainable_mbps")
    link_state = picked(_("Status link"), LinkState.choices, required=False, widget=forms.RadioSelect)
    registered = forms.TypedChoiceField(
        label=_("Invoice lewat e-mail"), choices=[("yes", _("Terdaftar")), ("no", _("Belum terdaftar"))], required=False,
        coerce=lambda said: said == "yes", empty_value=None, widget=forms.RadioSelect,
    )  # fmt: skip
    note = written(_("Catatan"), required=False, rows=2)

    def __init__(self, *args: Any, tools: Collection[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tools = tools

    @property
    def measures(self) -> list[forms.BoundField]:
        return [self[name] for name in MEASURES]


class ReferenceForm(KawalForm):
    """The ticket's number in another system."""

    system = picked(_("Sistem"), [])
    number = written(_("Nomor"))
    remove = forms.BooleanField(label=_("Lepas nomor ini; salah tulis"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["system"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 declared above
        numbered = Tool.objects.filter(active=True, numbered=True).values_list("code", "name")
        field.choices = [("", _("pilih sistem")), *numbered[:50]]


class OverruleForm(KawalForm):
    """A TL takes back a sign, with a reason (HC-1)."""

    criterion = picked(_("Tanda yang dibatalkan"), Criterion.choices)
    reason = written(_("Alasan"), rows=2)


class UnmaskForm(KawalForm):
    reason = written(_("Untuk apa nomor ini diperlukan"), rows=2)
