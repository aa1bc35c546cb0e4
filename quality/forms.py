"""What the pages of quality control ask. The rules are in the actions; a form turns what was typed into plain values."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from common.problems import Invalid, Problem
from outbound.models import CaringResult, Product
from quality.actions.sheets import MarkBody
from quality.models import Check, CommentRule, Mark, Parameter, Period, RecordClass, ScoringForm
from quality.scoring import Answer
from tickets.forms import KawalForm, picked, written
from tickets.models import Ticket

EMPTY = _("Isian ini masih kosong.")
MOMENT = "%Y-%m-%dT%H:%M"


class Moment(forms.DateTimeField):
    """A day and a time, in the browser's own field."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)

    def __init__(self, **named: Any) -> None:
        super().__init__(input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"], **named)


class Day(forms.DateField):
    """A day, in the browser's own field."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **named: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **named)


class Asked(forms.Form):
    """A form that can show the action's own refusal beside its fields."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for field in self.fields.values():
            field.error_messages["required"] = EMPTY

    def refuse(self, problem: Problem) -> None:
        """Put each sentence at its field, the others on top."""
        for name, sentences in problem.errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, str(sentence))
        if not problem.errors:
            self.add_error(None, str(problem))


class EvaluationForm(Asked):
    """A check with its person; the marks stand beside it."""

    person = forms.CharField(
        label=_("Kode agen yang dinilai"), max_length=8, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    performed_on = Day(label=_("Tanggal pelayanan"))
    ticket = forms.CharField(label=_("Nomor tiket"), max_length=20, required=False)
    reference = forms.CharField(
        label=_("Rujukan"), max_length=120, required=False, help_text=_("Panggilan, tempat, atau tes yang dinilai.")
    )
    findings = forms.CharField(label=_("Temuan"), max_length=3_000, required=False, widget=forms.Textarea)


class NonconformityForm(Asked):
    title = forms.CharField(label=_("Ketidaksesuaian"), max_length=160)
    description = forms.CharField(label=_("Uraian"), max_length=5_000, widget=forms.Textarea)
    clause = forms.CharField(label=_("Klausul"), max_length=120, required=False)
    ticket = forms.CharField(label=_("Nomor tiket"), max_length=20, required=False)


class NonconformityOfTicketForm(KawalForm):
    """The same from the page of a ticket, which is its evidence; of whose service it is, the ticket says who worked on it."""

    title = written(_("Ketidaksesuaian"))
    description = written(_("Uraian"), rows=4)
    clause = written(_("Klausul"), required=False)
    person = picked(_("Yang melayani"), [], required=False)

    def __init__(self, ticket: Ticket, *given: Any, **named: Any) -> None:
        worked = {each.agent_code: each.online_name for each in (ticket.assignee, ticket.logged_by) if each}
        named.setdefault("initial", {"title": ticket.symptom[:160], "person": next(iter(worked), "")})
        super().__init__(*given, **named)
        choices = [(code, f"{name} ({code})") for code, name in worked.items()]
        person: Any = self.fields["person"]
        person.choices = [*choices, ("", _("bukan orang, prosesnya"))]


class ImproveForm(Asked):
    cause = forms.CharField(label=_("Penyebab"), max_length=5_000, widget=forms.Textarea)
    action = forms.CharField(label=_("Perbaikan"), max_length=5_000, widget=forms.Textarea)
    owner = forms.CharField(
        label=_("Kode penanggung jawab"), max_length=8, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    due_at = Moment(label=_("Batas"))


class VerifyForm(Asked):
    effective = forms.TypedChoiceField(
        label=_("Hasil perbaikan"),
        choices=[("yes", _("Efektif")), ("no", _("Belum efektif, ulangi"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    verification = forms.CharField(label=_("Bukti verifikasi"), max_length=5_000, widget=forms.Textarea)


class ScoringFormForm(Asked):
    """The head of a version; its parameters are lines of text, see ``docs/quality.md``."""

    check_kind = forms.ChoiceField(label=_("Pemeriksaan"), choices=Check.choices)
    code = forms.CharField(label=_("Kode dokumen"), max_length=40)
    revision = forms.CharField(label=_("Revisi"), max_length=8)
    name = forms.CharField(label=_("Nama"), max_length=160)
    clause = forms.CharField(label=_("Klausul"), max_length=120)
    effective_on = Day(label=_("Tanggal berlaku"))
    pass_mark = forms.IntegerField(label=_("Nilai lulus"), min_value=0, max_value=100)


class ParameterForm(Asked):
    """One row of the editor; an empty text leaves the row out."""

    section = forms.CharField(label=_("Bagian"), max_length=80, required=False)
    text = forms.CharField(label=_("Butir"), max_length=200, required=False)
    weight = forms.IntegerField(label=_("Bobot"), min_value=1, max_value=100, required=False)
    critical = forms.BooleanField(label=_("Fatal"), required=False)
    may_be_na = forms.BooleanField(label=_("Boleh N/A"), required=False)
    comment = forms.ChoiceField(label=_("Catatan"), choices=CommentRule.choices, required=False)
    root_causes = forms.CharField(label=_("Akar masalah"), max_length=800, required=False)


ParameterRows = forms.formset_factory(ParameterForm, extra=4, max_num=60, absolute_max=60)


def rows_of(form: ScoringForm) -> list[dict[str, Any]]:
    """A version's parameters as the editor shows them."""
    return [
        {
            "section": each.section, "text": each.text, "weight": each.weight, "critical": each.critical,
            "may_be_na": each.may_be_na, "comment": each.comment, "root_causes": ", ".join(each.root_causes),
        }
        for each in form.parameters.all()
    ]  # fmt: skip


class Line:
    """One parameter of a sheet as the page draws it: what was pressed last, and what to press."""

    def __init__(self, parameter: Parameter, typed: Mapping[str, Any], opens_section: bool) -> None:
        number = parameter.number
        self.parameter, self.opens_section = parameter, opens_section
        self.answer = str(typed.get(f"mark-{number}", ""))
        self.cause = str(typed.get(f"cause-{number}", ""))
        self.comment = str(typed.get(f"comment-{number}", ""))
        self.second = str(typed.get(f"second-{number}", ""))

    @property
    def choices(self) -> list[tuple[str, Any, str, bool]]:
        """Value, word, key, and whether it is pressed."""
        keys = {Answer.YES: "1", Answer.NO: "2", Answer.NA: "0"}
        open_ones = [each for each in Answer if each != Answer.NA or self.parameter.may_be_na]
        return [(each.value, each.label, keys[each], each == self.answer) for each in open_ones]


def lines_of(form: ScoringForm, typed: Mapping[str, Any]) -> list[Line]:
    """The lines of a sheet, each told whether its section begins with it."""
    found, section = [], None
    for parameter in form.parameters.all():
        found.append(Line(parameter, typed, parameter.section != section))
        section = parameter.section
    return found


def marks_posted(form: ScoringForm, posted: Mapping[str, Any]) -> list[MarkBody]:
    """What was pressed, as plain values."""
    return [
        MarkBody(
            parameter=each.number,
            answer=str(posted.get(f"mark-{each.number}", "")),
            root_cause=str(posted.get(f"cause-{each.number}", "")),
            comment=str(posted.get(f"comment-{each.number}", "")),
            at_second=second_of(str(posted.get(f"second-{each.number}", ""))),
        )
        for each in form.parameters.all()
    ]


def second_of(text: str) -> int | None:
    """``02.14`` or ``134`` -> 134; nothing for what is no time."""
    minutes, dot, seconds = text.strip().replace(":", ".").partition(".")
    if not minutes.isdecimal() or len(minutes) > 5 or (dot and not (seconds.isdecimal() and len(seconds) == 2)):
        return None
    return int(minutes) * 60 + int(seconds) if dot else int(minutes)


def typed_of(marks: list[Mark]) -> dict[str, str]:
    """A kept sheet as its page's fields."""
    fields: dict[str, str] = {}
    for mark in marks:
        number = mark.parameter.number
        fields |= {f"mark-{number}": mark.answer, f"cause-{number}": mark.root_cause, f"comment-{number}": mark.comment}
        if mark.at_second is not None:
            fields[f"second-{number}"] = f"{mark.at_second // 60:02}.{mark.at_second % 60:02}"
    return fields


class DecisionForm(Asked):
    """How a validation ends. What a return needs is asked by the action."""

    note = forms.CharField(label=_("Catatan"), max_length=3_000, required=False, widget=forms.Textarea)
    reason = forms.CharField(
        label=_("Alasan return"), max_length=1_000, required=False, widget=forms.TextInput(attrs={"list": "return-reasons"})
    )
    redo_by = Moment(label=_("Caring ulang sebelum"), required=False)
    recommendation = forms.CharField(label=_("Yang dibaca agen"), max_length=1_000, required=False, widget=forms.Textarea)


class ReportForm(Asked):
    product = forms.ChoiceField(label=_("Layanan"), choices=[("", _("Semua")), *Product.choices], required=False)
    since = Day(label=_("Sejak"))
    until = Day(label=_("Sampai"))


class HoldForm(Asked):
    record_class = forms.ChoiceField(label=_("Kelas"), choices=[("", _("Semua")), *RecordClass.choices], required=False)
    service_number = forms.CharField(
        label=_("Nomor layanan"), max_length=40, required=False, help_text=_("Kosong: semua pelanggan.")
    )
    reason = forms.CharField(label=_("Alasan"), max_length=300)


class PlanForm(Asked):
    name = forms.CharField(label=_("Nama rencana"), max_length=80)
    period = forms.ChoiceField(label=_("Periode"), choices=Period.choices, initial=Period.WEEK)
    per_agent = forms.IntegerField(label=_("Per agen"), min_value=0, max_value=100, initial=2)
    at_random = forms.IntegerField(label=_("Acak"), min_value=0, max_value=1_000, initial=0)
    large_amount = forms.IntegerField(label=_("Janji mulai (Rp)"), min_value=1, required=False)
    new_agent_days = forms.IntegerField(label=_("Agen baru, hari pertama"), min_value=0, max_value=365, initial=0)
    after_return = forms.BooleanField(label=_("Telepon setelah return"), required=False)


class TapForm(Asked):
    findings = forms.CharField(label=_("Temuan"), max_length=3_000, required=False, widget=forms.Textarea)


class CalibrationForm(Asked):
    """Which call, by its service number, and who scores it."""

    number = forms.CharField(
        label=_("Nomor layanan"), max_length=40, help_text=_("Telepon terakhir ke nomor ini yang Anda lihat.")
    )
    reviewers = forms.ModelMultipleChoiceField(
        label=_("Penilai"), queryset=Person.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, person: Person, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.person = person
        reviewers: Any = self.fields["reviewers"]
        reviewers.queryset = Person.objects.filter(role=Role.QUALITY_CONTROL, is_active=True).select_related("team__leader")

    def result(self) -> CaringResult:
        """The newest call to this number; ``Invalid`` where there is none that this person sees."""
        number = self.cleaned_data["number"]
        rows = CaringResult.objects.visible_to(self.person).standing().filter(prospect__service_number=number)
        found = rows.select_related("by__team__leader", "campaign__team").order_by("-id").first()
        if found is None:
            sentence = _("Tidak ada telepon ke nomor ini yang Anda lihat.")
            raise Invalid(sentence, errors={"number": [sentence]})
        return found
