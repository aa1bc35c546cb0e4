"""The input of the pages about people."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actions import check_second_factor
from accounts.models import Duty, Person
from accounts.roles import Role
from common.problems import Problem


class SignInForm(AuthenticationForm):
    """Agent code and password. Odd input is refused like a wrong password: the page must not tell who exists."""

    username = UsernameField(max_length=8)

    error_messages = {
        "invalid_login": _("Kode agen atau sandi tidak cocok."),
        "inactive": _("Kode agen atau sandi tidak cocok."),
    }

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        if self.errors:
            self._errors = forms.utils.ErrorDict()
            self.add_error(None, self.error_messages["invalid_login"])

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data if self.errors else super().clean()


class CodeForm(forms.Form):
    """A code of the second factor, taken by reading it: a right one cannot be used again.

    ``status`` and ``seconds`` tell how a page answers and how long the next try must wait.
    """

    code = forms.CharField(max_length=20, label=_("Kode"), error_messages={"required": _("Isian ini masih kosong.")})
    status, seconds = 400, 0

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        if "code" in self.cleaned_data:
            try:
                check_second_factor(self.person, self.cleaned_data["code"], by=self.person)
            except Problem as refused:
                self.status, self.seconds = refused.status, getattr(refused, "seconds", 0)
                self.add_error("code", str(refused))
        return self.cleaned_data

    def get_user(self) -> Person:
        """Who proved to be there."""
        return self.person


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the pages look and sound."""

    language = forms.ChoiceField(choices=[("", ""), *settings.LANGUAGES], required=False)

    class Meta:
        model = Person
        fields = ["language", "theme", "sound"]


class DutyForm(forms.Form):
    duty = forms.ChoiceField(choices=Duty.choices)


WRONG = {
    "required": _("Isian ini masih kosong."),
    "invalid": _("Tulis tanggal dan jam, misalnya 24/11/2026 16.00."),
    "invalid_choice": _("Pilih salah satu dari daftar."),
}


class StandInForm(forms.Form):
    """Who acts as TL, for whom, until when (OB-7). A TL names for oneself, a supervisor for the TLs of the site."""

    use_required_attribute = False
    leader = forms.ChoiceField(label=_("Untuk TL"))
    person = forms.ChoiceField(label=_("Pengganti"))
    starts_at = forms.DateTimeField(
        label=_("Mulai"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label=_("Sampai"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, by: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "stand-in-%s", **kwargs})
        self.leaders = {each.agent_code: each for each in _leaders(by)}
        self.people = {each.agent_code: each for each in _fit(list(self.leaders.values()), by)}
        fields: Any = self.fields
        for name, people in (("leader", self.leaders), ("person", self.people)):
            fields[name].choices = [(code, f"{each.online_name} ({each.team})") for code, each in people.items()]
        for field in self.fields.values():
            field.error_messages |= WRONG

    def asked(self) -> tuple[Person, Person, datetime | None, datetime]:
        """As the action takes it."""
        cleaned = self.cleaned_data
        return self.leaders[cleaned["leader"]], self.people[cleaned["person"]], cleaned["starts_at"], cleaned["ends_at"]

    def refuse(self, problem: Problem) -> None:
        """Show what the action refused, at its fields where it names them."""
        named = [each for each in problem.errors if each in self.fields]
        self.add_error(named[0] if named else None, str(problem))


def _leaders(by: Person) -> list[Person]:
    if by.role == Role.TEAM_LEADER:
        return [by]
    found = Person.objects.filter(role=Role.TEAM_LEADER, is_active=True, team__site=by.team.site_id if by.team else 0)
    return list(found.select_related("team").order_by("online_name")[:100])


def _fit(leaders: list[Person], by: Person) -> list[Person]:
    """Agents of the leaders' teams, and the TLs of the site."""
    of_team = Q(role=Role.AGENT, team__leader__in=[each.pk for each in leaders])
    others = Q(role=Role.TEAM_LEADER, team__site=by.team.site_id if by.team else 0)
    rows = Person.objects.filter(of_team | others, is_active=True)
    if by.role == Role.TEAM_LEADER:
        rows = rows.exclude(pk=by.pk)
    return list(rows.select_related("team").order_by("role", "online_name")[:300])
