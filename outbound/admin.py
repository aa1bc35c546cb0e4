"""The administrator's page for call reasons (CT-4). A reason that results name is never deleted, only switched off."""

from typing import Any

from django import forms
from django.contrib import admin

from accounts.admin import Kept, desk
from common.problems import Problem
from outbound.actions.reasons import REASON_FIELDS, change_reason, create_reason, require_sense
from outbound.models import CallReason


class ReasonForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = CallReason
        fields = list(REASON_FIELDS)

    def clean(self) -> dict[str, Any]:
        """The action's own rule, shown beside the fields that it names."""
        values: dict[str, Any] = super().clean() or {}
        try:
            require_sense(CallReason(pk=self.instance.pk, **{name: values.get(name) for name in REASON_FIELDS}))
        except Problem as problem:
            for name, said in problem.errors.items():
                self.add_error(name, said)
        return values


@admin.register(CallReason, site=desk)
class CallReasonAdmin(Kept):
    form = ReasonForm
    create, change = staticmethod(create_reason), staticmethod(change_reason)
    list_display = ["name", "parent", "code", "contacted", "agreed", "callback", "unworkable", "do_not_call", "active", "order"]
    list_filter = ["parent", "active"]
    list_select_related = ["parent"]
