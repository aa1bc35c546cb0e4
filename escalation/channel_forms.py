"""What an administrator tells of channels and groups; its kind says which fields. Secrets go in and never come out."""

from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from escalation.channels import SECRETS, Abilities, Setting, abilities_of
from escalation.models import Channel, Group, Purpose
from tickets.forms import REGIONS, KawalForm, picked, written


def number(label: Any, most: int, **more: Any) -> forms.IntegerField:
    """A whole number from nought."""
    widget = forms.NumberInput({"class": "num", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=more.pop("least", 0), max_value=most, widget=widget, **more)


class ChannelForm(KawalForm):
    """Name, pace and the settings of the kind. An empty secret stays as it was."""

    name = written(_("Nama"), maxlength=80)
    slug = written(_("Kode"), help_text=_("Bagian dari alamat webhook: /hooks/kode/. Tidak dapat diganti."), maxlength=40)
    pace = number(_("Pesan per menit per grup"), 600, least=1, initial=20)

    def __init__(self, *args: Any, kind: str, channel: Channel | None = None, **kwargs: Any) -> None:
        self.kind, self.channel = kind, channel
        self.abilities: Abilities = abilities_of(kind)
        initial = _initial(channel, self.abilities)
        super().__init__(*args, **{**kwargs, "initial": initial})
        for setting in self.abilities.settings:
            self.fields[setting.name] = self._field(setting)
        if channel is not None:
            del self.fields["slug"]
        else:
            self.fields["slug"].validators.append(validate_slug)

    def _field(self, setting: Setting) -> forms.Field:
        if setting.name not in SECRETS:
            return written(setting.label, required=False, help_text=setting.hint, spellcheck="false")
        hint = _("Tersimpan; kosongkan bila tidak diganti.") if self.channel else setting.hint
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        return forms.CharField(label=setting.label, required=False, strip=False, help_text=hint, widget=widget)

    @property
    def settings(self) -> list[forms.BoundField]:
        """The bound fields of the kind, in its order."""
        return [self[setting.name] for setting in self.abilities.settings]

    def values(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in SECRETS}

    def secrets(self) -> dict[str, str]:
        """The secrets that were given."""
        return {name: value for name, value in self.cleaned_data.items() if name in SECRETS and value}


def _initial(channel: Channel | None, abilities: Abilities) -> dict[str, Any]:
    if channel is None:
        return {"base_url": abilities.base_url, "pace": 20}
    return {name: getattr(channel, name) for name in ("name", "pace", "base_url", "user", "device")}


class TestForm(KawalForm):
    """To which of its groups a test message goes."""

    __test__ = False  # for pytest, which takes the name for its own
    group = forms.ModelChoiceField(label=_("Grup"), queryset=Group.objects.none(), empty_label=None)

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["group"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 declared above
        field.queryset = Group.objects.filter(channel=channel, active=True).exclude(address="")


class CanaryForm(KawalForm):
    """Which group gets a canary, and how often."""

    canary_group = forms.ModelChoiceField(label=_("Grup uji"), queryset=Group.objects.none(), required=False, empty_label="–")
    canary_minutes = number(_("Tiap berapa menit"), 1440, help_text=_("0: tanpa kenari"))

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"canary_group": channel.canary_group_id, "canary_minutes": channel.canary_minutes})
        super().__init__(*args, **kwargs)
        field = self.fields["canary_group"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 declared above
        field.queryset = Group.objects.filter(channel=channel, active=True).exclude(address="")


class GroupForm(KawalForm):
    """A group: for what, on which channel, at which address."""

    name = written(_("Nama"), maxlength=80)
    purpose = picked(_("Untuk"), Purpose.choices)
    region = picked(_("TREG"), [("", "–"), *REGIONS[1:]], required=False)
    team = forms.ModelChoiceField(label=_("Tim"), queryset=Team.objects.order_by("name"), required=False, empty_label="–")
    channel = forms.ModelChoiceField(label=_("Saluran"), queryset=Channel.objects.filter(active=True), empty_label=None)
    address = written(_("Alamat"), required=False, spellcheck="false", maxlength=120)
    invite_link = forms.URLField(label=_("Tautan grup"), required=False, assume_scheme="https", max_length=200)
    shows_customer = forms.BooleanField(label=_("Nomor lengkap pelanggan boleh tampil di grup ini"), required=False)
    active = forms.BooleanField(label=_("Aktif"), required=False, initial=True)

    def values(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        return {**self.cleaned_data, "region": int(self.cleaned_data["region"]) if self.cleaned_data["region"] else None}


def group_initial(group: Group) -> dict[str, Any]:
    """What stands in a group now."""
    own = {name: getattr(group, name) for name in ("name", "purpose", "address", "invite_link", "shows_customer", "active")}
    return own | {"region": group.region or "", "team": group.team_id, "channel": group.channel_id}
