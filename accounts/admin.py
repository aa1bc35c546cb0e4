"""The administrator's pages, on Django's admin: people, teams and sites. Every change goes through an action, so it is in the
history; nothing is deleted here.

Apps above register what an administrator edits on ``desk``: ``@admin.register(Channel, site=desk)``.
"""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.actions.administration import PERSON_FIELDS
from accounts.models import Person, Site, Team


class Desk(admin.AdminSite):
    """For administrators alone; others get 403, and who is not signed in our own sign-in page, which counts failures."""

    site_header = site_title = "Kawal"
    index_title = _("Administrasi")
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
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

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand what differs to the action; the object that the admin goes on with is the one that came back."""
        if change:
            unsaved = type(obj).objects.get(pk=obj.pk)
            saved = self.changed(unsaved, form, cast(Person, request.user))
        else:
            saved = self.created(form, cast(Person, request.user))
        obj.__dict__.update(saved.__dict__)

    def created(self, form: Any, by: Person) -> Model:
        raise NotImplementedError

    def changed(self, thing: Any, form: Any, by: Person) -> Model:
        raise NotImplementedError


def _differing(form: Any) -> dict[str, Any]:
    fields = {field.name for field in form.instance._meta.fields}
    return {name: form.cleaned_data[name] for name in form.changed_data if name in fields}


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person, and a first or new password, which must keep the rules."""

    new_password = forms.CharField(
        label=_("sandi"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kosongkan bila tidak diganti. Sesi dan token orang itu berakhir bila diganti."),
    )

    class Meta:
        model = Person
        fields = list(PERSON_FIELDS)

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
    list_display = ["agent_code", "online_name", "role", "team", "duty", "is_active", "statement_signed_at"]
    list_filter = ["role", "is_active", "duty", "team"]
    list_select_related = ["team"]
    search_fields = ["agent_code", "online_name"]

    def created(self, form: Any, by: Person) -> Model:
        values = {name: form.cleaned_data[name] for name in PERSON_FIELDS}
        return actions.create_person(by=by, password=form.cleaned_data["new_password"], **values)

    def changed(self, thing: Person, form: Any, by: Person) -> Model:
        return actions.change_person(thing, by=by, changes=_differing(form), password=form.cleaned_data["new_password"])


class LinesField(forms.CharField):
    """A list of words, typed with commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [word for word in (part.strip() for part in str(value or "").split(",")) if word]


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    service_lines = LinesField(
        label=_("lini layanan"), required=False, help_text="data_internet, indihome, telephony, global, imes"
    )

    class Meta:
        model = Team
        fields = ["name", "site", "leader", "service_lines"]


@admin.register(Team, site=desk)
class TeamAdmin(Kept):
    form = TeamForm
    list_display = ["name", "site", "leader"]
    list_select_related = ["site", "leader"]

    def created(self, form: Any, by: Person) -> Model:
        return actions.create_team(by=by, **form.cleaned_data)

    def changed(self, thing: Team, form: Any, by: Person) -> Model:
        return actions.change_team(thing, by=by, changes=_differing(form))


@admin.register(Site, site=desk)
class SiteAdmin(Kept):
    fields = ["code", "name", "time_zone"]
    list_display = ["code", "name", "time_zone"]

    def created(self, form: Any, by: Person) -> Model:
        return actions.create_site(by=by, **form.cleaned_data)

    def changed(self, thing: Site, form: Any, by: Person) -> Model:
        return actions.change_site(thing, by=by, changes=_differing(form))
