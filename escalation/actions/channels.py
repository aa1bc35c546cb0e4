"""What an administrator does about channels and groups. ``by`` None is the system's own hand: the command line, demo, tests."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.problems import Invalid
from escalation.channels import abilities_of
from escalation.channels.web import is_allowed
from escalation.models import Channel, Group
from escalation.secrets import Unreadable, close, opened

SECRETS = ("password", "webhook_secret")
SHORTEST_SECRET = 16
Thing = TypeVar("Thing", Channel, Group)


@transaction.atomic
def save_channel(channel: Channel | None, values: Mapping[str, Any], *, by: Person | None) -> Channel:
    """Make a channel, or change one. Secrets are only ever written: an empty one stays as it was. 400: ``require_usable``."""
    _require(by)
    channel = _locked(channel or Channel())
    require_usable(channel, values)
    secrets = _given(values)
    facts = _filled(channel, {name: value for name, value in values.items() if name not in SECRETS})
    channel.secrets = close(_opened(channel) | secrets) if secrets else channel.secrets
    channel.save()
    _remember(channel, facts | dict.fromkeys(secrets, "given"), by)
    return channel


def require_usable(channel: Channel, values: Mapping[str, Any]) -> None:
    """400 for an address outside ``GATEWAY_HOSTS``, and for a webhook secret that is missing, short or the gateway's default."""
    abilities = abilities_of(values.get("kind", channel.kind))
    if abilities.sends and not is_allowed(values.get("base_url", channel.base_url)):
        raise Invalid(
            _("Alamat gerbang tidak diizinkan di server ini. Minta pengelola server menambahkannya di GATEWAY_HOSTS."),
            errors={"base_url": [_("Tidak diizinkan.")]},
        )
    secret = (_opened(channel) | _given(values)).get("webhook_secret", "")
    if abilities.hears and len(secret) < SHORTEST_SECRET:  # the gateway's own default is "secret"
        raise Invalid(
            _("Rahasia webhook sekurangnya %(length)s karakter, dan bukan bawaan gerbang."),
            length=SHORTEST_SECRET,
            errors={"webhook_secret": [_("Kosong, terlalu pendek, atau bawaan gerbang.")]},
        )


@transaction.atomic
def save_group(group: Group | None, values: Mapping[str, Any], *, by: Person | None) -> Group:
    """Make a group, or change one. 400: ``require_reachable``."""
    _require(by)
    group = _locked(group or Group())
    require_reachable(values.get("channel") or group.channel, values.get("address", group.address))
    facts = _filled(group, values)
    group.save()
    _remember(group, facts, by)
    return group


def require_reachable(channel: Channel, address: str) -> None:
    """400 for a group without an address on a channel that sends by itself."""
    if abilities_of(channel.kind).sends and not address:
        raise Invalid(_("Isi id grup: gerbang mengirim ke sana."), errors={"address": [_("Wajib untuk saluran lewat gerbang.")]})


def _require(by: Person | None) -> None:
    if by is not None:
        require(by, "channel.edit")


def _locked(thing: Thing) -> Thing:
    return type(thing).objects.select_for_update(of=("self",)).get(pk=thing.pk) if thing.pk else thing


def _given(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(values[name]) for name in SECRETS if values.get(name)}


def _filled(thing: Thing, values: Mapping[str, Any]) -> dict[str, Any]:
    """Sets the values; before and after of those that differ."""
    before = {name: getattr(thing, name) if thing.pk else None for name in values}
    for name, value in values.items():
        setattr(thing, name, value)
    return {name: [_plain(before[name]), _plain(value)] for name, value in values.items() if before[name] != value}


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _opened(channel: Channel) -> dict[str, str]:
    """What is kept; nothing where the key is gone, because giving the secrets anew is the way out of that."""
    try:
        return opened(channel.secrets)
    except Unreadable:
        return {}


def _remember(thing: Channel | Group, facts: Mapping[str, Any], by: Person | None) -> None:
    name = thing._meta.model_name
    if facts:
        record(thing, f"{name}.saved", by=by, facts=facts)
