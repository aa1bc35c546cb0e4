"""The administrator's pages of this app: the activities of P-06, in versions. Nothing is deleted."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import Kept, LinesField, desk
from accounts.models import Person
from tickets.actions.activities import EDITED, change_activity
from tickets.models import Activity


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
