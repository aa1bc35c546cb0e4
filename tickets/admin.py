"""The administrator's pages of this app: the activities of P-06, in versions, and the outside tools. Nothing is deleted."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import Kept, LinesField, desk
from accounts.models import Person
from common.problems import Invalid
from tickets.actions.activities import EDITED, change_activity
from tickets.actions.checking import change_tool, change_use, create_tool, create_use
from tickets.links import checked_link
from tickets.models import Activity, Tool, ToolUse


class ActivityForm(forms.ModelForm):  # type: ignore[type-arg]
    required_for = LinesField(label=_("wajib untuk"), required=False, help_text="complaint, request, information")

    class Meta:
        model = Activity
        fields = ["number", *EDITED]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("active") and not values.get("title"):
            self.add_error("title", _("Isi namanya sebelum diberlakukan."))
        return values


def new_version(activity: Activity, *, by: Person, changes: Mapping[str, Any]) -> Activity:
    """What is changed becomes the next version; the one before stays as it was."""
    return change_activity(activity.number, by=by, changes=changes)


def first_version(*, by: Person, number: int, **values: Any) -> Activity:
    return change_activity(number, by=by, changes=values)


@admin.register(Activity, site=desk)
class ActivityAdmin(Kept):
    form = ActivityForm
    create, change = staticmethod(first_version), staticmethod(new_version)
    list_display = ["number", "version", "title", "actor", "kpi", "required_for", "active", "in_force_from"]
    list_filter = ["number", "active"]


class ToolForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Tool
        fields = ["code", "name", "purpose", "clause", "link", "found", "numbered", "active"]

    def clean_link(self) -> str:
        try:
            return checked_link(self.cleaned_data["link"])
        except Invalid as problem:
            raise forms.ValidationError(str(problem)) from None


@admin.register(Tool, site=desk)
class ToolAdmin(Kept):
    form = ToolForm
    create, change = staticmethod(create_tool), staticmethod(change_tool)
    list_display = ["name", "code", "clause", "link", "found", "numbered", "active"]
    list_filter = ["active", "found"]


class ToolUseForm(forms.ModelForm):  # type: ignore[type-arg]
    sites = LinesField(label=_("situs"), required=False, help_text=_("Kode situs dengan koma, misalnya JKT, BDG. Kosong: semua."))

    class Meta:
        model = ToolUse
        fields = ["tool", "service_line", "sites", "order", "clause", "active"]


@admin.register(ToolUse, site=desk)
class ToolUseAdmin(Kept):
    form = ToolUseForm
    create, change = staticmethod(create_use), staticmethod(change_use)
    list_display = ["service_line", "tool", "sites", "order", "clause", "active"]
    list_filter = ["service_line", "active", "tool"]
    list_select_related = ["tool"]
