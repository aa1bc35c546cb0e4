"""The administrator's pages for channels and groups. Secrets go in and never come out."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import Kept, desk
from common.problems import Problem
from escalation.actions.channels import (
    change_channel,
    change_group,
    create_channel,
    create_group,
    require_reachable,
    require_usable,
)
from escalation.channels import SECRETS
from escalation.models import Channel, Group


def secret_field(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, strip=False, widget=widget, help_text=_("Kosongkan bila tidak diganti."))


def _checked(form: Any, check: Callable[[], None]) -> None:
    """Show the refusal of an action's rule beside the fields that it names."""
    try:
        check()
    except Problem as problem:
        form.add_error(None, str(problem))
        for name in problem.errors.keys() & form.fields.keys():
            form.add_error(name, problem.errors[name])


def _secrets(form: Any) -> dict[str, str]:
    return {name: form.cleaned_data.get(name, "") for name in SECRETS}


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]
    password = secret_field(_("sandi gerbang"))
    webhook_secret = secret_field(_("rahasia webhook"))
    base_url = forms.URLField(label=_("alamat gerbang"), required=False, assume_scheme="http")

    class Meta:
        model = Channel
        fields = ["slug", "name", "kind", "active", "base_url", "user", "device", "pace"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        kept = Channel.objects.filter(pk=self.instance.pk).first() or Channel()
        _checked(self, lambda: require_usable(kept, values, _secrets(self)))
        return values


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    invite_link = forms.URLField(label=_("tautan grup"), required=False, assume_scheme="https")

    class Meta:
        model = Group
        fields = ["name", "purpose", "region", "team", "channel", "address", "invite_link", "active"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "channel" in values:
            _checked(self, lambda: require_reachable(values["channel"], values.get("address", "")))
        return values


@admin.register(Channel, site=desk)
class ChannelAdmin(Kept):
    form = ChannelForm
    create, change = staticmethod(create_channel), staticmethod(change_channel)
    list_display = ["slug", "name", "kind", "active", "base_url", "last_proof_at", "last_inbound_at", "failures", "open_until"]

    def beside(self, form: Any) -> dict[str, Any]:
        return {"secrets": _secrets(form)}


@admin.register(Group, site=desk)
class GroupAdmin(Kept):
    form = GroupForm
    create, change = staticmethod(create_group), staticmethod(change_group)
    list_display = ["name", "purpose", "region", "team", "channel", "address", "active"]
    list_filter = ["channel", "purpose", "active"]
    list_select_related = ["team", "channel"]
