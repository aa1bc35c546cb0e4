"""The administrator's pages, on Django's admin: people, teams and sites. Every change goes through an action, so it is in the
history; nothing is deleted here.

Apps above register what an administrator edits on ``desk``: ``@admin.register(Channel, site=desk)``.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.actions import (
    change_person,
    change_site,
    change_team,
    create_person,
    create_site,
    create_team,
    reset_second_factor,
)
from accounts.actions.administration import PERSON_FIELDS
from accounts.models import LINES, Person, Site, Skill, Team


class Desk(admin.AdminSite):
    """For administrators alone; others get 403, and who is not signed in our own sign-in page, which counts failures."""

    site_header = site_title = "Kawal"
    index_title = _("Administrasi")
    enable_nav_sidebar = False

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("password")


desk = Desk(name="admin")


class Kept(admin.ModelAdmin):  # type: ignore[type-arg]
    """What is changed by actions and never deleted."""

    actions = None
    create: ClassVar[Callable[..., Model]]
    change: ClassVar[Callable[..., Model]]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand what differs to the action; the object that the admin goes on with is the one that came back."""
        by = cast(Person, request.user)
        if change:
            unsaved = type(obj).objects.get(pk=obj.pk)
            saved = self.change(unsaved, by=by, changes=_fields(form, form.changed_data), **self.beside(form))
        else:
            saved = self.create(by=by, **_fields(form, form.cleaned_data), **self.beside(form))
        obj.__dict__.update(saved.__dict__)

    def beside(self, form: Any) -> dict[str, Any]:
        """What the action takes and is no field of the model."""
        return {}


def _fields(form: Any, names: Iterable[str]) -> dict[str, Any]:
    fields = {field.name for field in form.instance._meta.fields}
    return {name: form.cleaned_data[name] for name in names if name in fields}


class LinesField(forms.CharField):
    """A list of words, typed with commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [word for word in (part.strip() for part in str(value or "").split(",")) if word]


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person, and a first or new password, which must keep the rules."""

    new_password = forms.CharField(
        label=_("sandi"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kosongkan bila tidak diganti. Sesi dan token orang itu berakhir bila diganti."),
    )

    reset_second_factor = forms.BooleanField(
        label=_("lepas kode kedua"),
        required=False,
        help_text=_("Ponselnya hilang atau diganti. Sesi dan token orang itu berakhir; kode kedua dapat dipasang lagi."),
    )
    skills = LinesField(label=_("keahlian"), required=False, help_text=", ".join(Skill.values))

    class Meta:
        model = Person
        fields = list(PERSON_FIELDS)

    def clean_skills(self) -> list[str]:
        skills: list[str] = self.cleaned_data["skills"]
        if unknown := set(skills) - set(Skill.values):
            raise forms.ValidationError(_("Keahlian ini tidak dikenal: %(names)s."), params={"names": ", ".join(unknown)})
        return skills

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if not password and self.instance.pk is None:
            raise forms.ValidationError(_("Beri sandi pertama."))
        if password:
            validate_password(password, self.instance)
        return password


@admin.register(Person, site=desk)
class PersonAdmin(Kept):
    form = PersonForm
    list_display = ["agent_code", "online_name", "role", "team", "duty", "is_active", "statement_signed_at", "second_factor_at"]
    list_filter = ["role", "is_active", "duty", "team"]
    list_select_related = ["team"]
    search_fields = ["agent_code", "online_name"]

    create = staticmethod(create_person)
    change = staticmethod(change_person)

    def get_fields(self, request: HttpRequest, obj: Person | None = None) -> Any:
        """Taking the second factor away is offered where there is one."""
        has_one = obj is not None and obj.second_factor_at is not None
        return [name for name in super().get_fields(request, obj) if has_one or name != "reset_second_factor"]

    def beside(self, form: Any) -> dict[str, Any]:
        return {"password": form.cleaned_data["new_password"]}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("reset_second_factor"):
            reset_second_factor(obj, by=cast(Person, request.user))


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    service_lines = LinesField(label=_("lini layanan"), required=False, help_text=", ".join(LINES))

    class Meta:
        model = Team
        fields = ["name", "site", "leader", "desk", "service_lines", "distribution"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["distribution"].required = False

    def clean_distribution(self) -> str:
        return str(self.cleaned_data["distribution"] or self.instance.distribution)

    def clean_service_lines(self) -> list[str]:
        lines: list[str] = self.cleaned_data["service_lines"]
        if unknown := set(lines) - set(LINES):
            raise forms.ValidationError(_("Layanan ini tidak dikenal: %(names)s."), params={"names": ", ".join(sorted(unknown))})
        return lines


@admin.register(Team, site=desk)
class TeamAdmin(Kept):
    form = TeamForm
    list_display = ["name", "site", "leader", "desk", "service_lines", "distribution"]
    list_filter = ["site", "desk", "distribution"]
    list_select_related = ["site", "leader"]

    create = staticmethod(create_team)
    change = staticmethod(change_team)


@admin.register(Site, site=desk)
class SiteAdmin(Kept):
    fields = ["code", "name", "time_zone", "call_link"]
    list_display = ["code", "name", "time_zone", "call_link"]

    create = staticmethod(create_site)
    change = staticmethod(change_site)
