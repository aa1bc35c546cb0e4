"""The administrator's pages for arrears calls: reasons, rules, columns. Nothing is deleted, only switched off."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin

from accounts.admin import Kept, desk
from common.problems import Problem
from outbound.actions import desk as acts
from outbound.actions.reasons import REASON_FIELDS, change_reason, create_reason, require_sense
from outbound.models import CallReason, ExportLayout, ResultRule


class ReasonForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = CallReason
        fields = list(REASON_FIELDS)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        meant = CallReason(pk=self.instance.pk, **{name: values.get(name) for name in REASON_FIELDS})
        return _checked(self, values, lambda: require_sense(meant))


class LayoutForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ExportLayout
        fields = ["name", "columns", "active"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        return _checked(self, values, lambda: acts.require_columns(values.get("columns")))


def _checked(form: Any, values: dict[str, Any], check: Callable[[], None]) -> dict[str, Any]:
    """The action's own rule, shown beside the fields that it names."""
    try:
        check()
    except Problem as problem:
        for name, said in problem.errors.items():
            form.add_error(name if name in form.fields else None, said)
    return values


@admin.register(CallReason, site=desk)
class CallReasonAdmin(Kept):
    form = ReasonForm
    create, change = staticmethod(create_reason), staticmethod(change_reason)
    list_display = ["name", "parent", "code", "contacted", "agreed", "callback", "unworkable", "do_not_call", "active", "order"]
    list_filter = ["parent", "active"]
    list_select_related = ["parent"]


@admin.register(ResultRule, site=desk)
class ResultRuleAdmin(Kept):
    create, change = staticmethod(acts.create_rule), staticmethod(acts.change_rule)
    fields = ["kind", "limit", "active"]
    list_display = ["kind", "limit", "active"]


@admin.register(ExportLayout, site=desk)
class ExportLayoutAdmin(Kept):
    form = LayoutForm
    create, change = staticmethod(acts.create_layout), staticmethod(acts.change_layout)
    list_display = ["name", "active"]
