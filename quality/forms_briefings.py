"""What the pages of briefings and sessions ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Team
from accounts.roles import Role
from quality.forms import Asked, Day, Moment
from quality.models import Briefing, BriefingKind
from tickets.models import ServiceLine


class Several(forms.MultipleChoiceField):
    """Boxes to tick, none needed."""

    widget = forms.CheckboxSelectMultiple


def _led(person: Person) -> Any:
    return Team.objects.all() if person.role in (Role.ADMINISTRATOR, Role.QUALITY_CONTROL) else Team.objects.filter(
        pk__in=person.team_scope
    )  # fmt: skip


class BriefingForm(Asked):
    """A briefing; a TL names the own team."""

    kind = forms.ChoiceField(label=_("Jenis"), choices=BriefingKind.choices)
    title = forms.CharField(label=_("Judul"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    text = forms.CharField(label=_("Isi"), widget=forms.Textarea(attrs={"rows": 8}))
    clause = forms.CharField(label=_("Klausul"), required=False, help_text=_("Contoh: P-06 5.7"))
    team = forms.ModelChoiceField(label=_("Tim"), queryset=Team.objects.none(), required=False, empty_label=_("semua tim"))
    service_line = forms.ChoiceField(label=_("Layanan"), choices=[("", _("semua layanan")), *ServiceLine.choices], required=False)
    for_roles = Several(label=_("Untuk peran"), choices=Role.choices, required=False)
    question = forms.CharField(label=_("Pertanyaan singkat"), required=False)
    choices = forms.CharField(
        label=_("Pilihan jawaban, satu per baris"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    right_choice = forms.IntegerField(label=_("Nomor jawaban yang benar"), required=False, min_value=1, max_value=6)
    until = Day(label=_("Berlaku sampai"), required=False)

    def __init__(self, *given: Any, person: Person, **named: Any) -> None:
        super().__init__(*given, **named)
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)  # noqa: S101 declared above
        team.queryset = _led(person)
        team.required = person.role == Role.TEAM_LEADER

    def values(self) -> dict[str, Any]:
        """The fields of ``BriefingBody``."""
        cleaned = dict(self.cleaned_data)
        cleaned["choices"] = [line.strip() for line in cleaned["choices"].splitlines() if line.strip()]
        return cleaned


class TrainingForm(Asked):
    """A session and whom it is for."""

    title = forms.CharField(label=_("Judul sesi"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    at = Moment(label=_("Waktu"))
    place = forms.CharField(label=_("Tempat"), required=False)
    briefing = forms.ModelChoiceField(label=_("Briefing"), queryset=Briefing.objects.none(), required=False)
    people = Several(label=_("Peserta"), choices=[])

    def __init__(self, *given: Any, person: Person, **named: Any) -> None:
        super().__init__(*given, **named)
        led = Person.objects.filter(is_active=True, team__in=_led(person)).order_by("team__name", "online_name")
        people, briefing = self.fields["people"], self.fields["briefing"]
        assert isinstance(people, forms.MultipleChoiceField)  # noqa: S101 declared above
        assert isinstance(briefing, forms.ModelChoiceField)  # noqa: S101 declared above
        people.choices = [(each.agent_code, each.online_name) for each in led[:200]]
        briefing.queryset = Briefing.objects.visible_to(person).filter(withdrawn_at=None)
