"""What an administrator does about channels and groups. ``by`` None is the system's own hand: the command line, demo, tests."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.problems import Invalid
from escalation.channels import SECRETS, Abilities, Failure, abilities_of
from escalation.channels.addresses import target_of
from escalation.models import Channel, Group
from escalation.secrets import Unreadable, close, opened

SHORTEST_SECRET = 16
Thing = TypeVar("Thing", Channel, Group)


@transaction.atomic
def create_channel(*, by: Person | None, secrets: Mapping[str, str] | None = None, **fields: Any) -> Channel:
    """A new channel. 400: ``require_usable``."""
    return _save_channel(Channel(), fields, secrets or {}, by, "channel.created")


@transaction.atomic
def change_channel(
    channel: Channel, *, by: Person | None, changes: Mapping[str, Any], secrets: Mapping[str, str] | None = None
) -> Channel:
    """Change a channel. Secrets are only ever written: an empty one stays as it was. 400: ``require_usable``."""
    return _save_channel(_locked(channel), changes, secrets or {}, by, "channel.changed")


def _save_channel(
    channel: Channel, values: Mapping[str, Any], secrets: Mapping[str, str], by: Person | None, act: str
) -> Channel:
    _require(by)
    given = {name: secrets[name] for name in SECRETS if secrets.get(name)}
    require_usable(channel, values, given)
    facts = _filled(channel, values)
    channel.secrets = close(_opened(channel) | given) if given else channel.secrets
    channel.save()
    _remember(channel, act, facts | dict.fromkeys(given, "given"), by)
    return channel


def require_usable(channel: Channel, values: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
    """400 for what this kind needs and has not, an address that must not be spoken to, and a guessable webhook secret."""
    abilities = abilities_of(values.get("kind", channel.kind))
    kept = {**_opened(channel), **{name: value for name, value in secrets.items() if value}}
    _require_all(abilities, lambda name: kept.get(name) if name in SECRETS else values.get(name, getattr(channel, name)))
    if any(each.name == "base_url" for each in abilities.settings):
        _require_allowed(values.get("base_url", channel.base_url), abilities)
    if abilities.hears and len(kept.get("webhook_secret", "")) < SHORTEST_SECRET:  # a gateway's own default is "secret"
        raise Invalid(
            _("Rahasia webhook sekurangnya %(length)s karakter, dan bukan bawaan gerbang."),
            length=SHORTEST_SECRET,
            errors={"webhook_secret": [_("Kosong, terlalu pendek, atau bawaan gerbang.")]},
        )


def _require_all(abilities: Abilities, value_of: Callable[[str], Any]) -> None:
    missing = [each for each in abilities.settings if each.needed and not value_of(each.name)]
    if missing:
        names = ", ".join(str(each.label) for each in missing)
        errors = {each.name: [_("Wajib diisi untuk jenis saluran ini.")] for each in missing}
        raise Invalid(_("Belum lengkap: %(names)s."), names=names, errors=errors)


def _require_allowed(address: str, abilities: Abilities) -> None:
    try:
        target_of(address, abilities.schemes)
    except Failure as failure:
        raise Invalid(str(failure), errors={"base_url": [str(failure)]}) from failure


@transaction.atomic
def create_group(*, by: Person | None, **fields: Any) -> Group:
    """A new group. 400: ``require_reachable``."""
    return _save_group(Group(), fields, by, "group.created")


@transaction.atomic
def change_group(group: Group, *, by: Person | None, changes: Mapping[str, Any]) -> Group:
    """Change a group. 400: ``require_reachable``."""
    return _save_group(_locked(group), changes, by, "group.changed")


def _save_group(group: Group, values: Mapping[str, Any], by: Person | None, act: str) -> Group:
    _require(by)
    require_reachable(values.get("channel") or group.channel, values.get("address", group.address))
    facts = _filled(group, values)
    group.save()
    _remember(group, act, facts, by)
    return group


def require_reachable(channel: Channel, address: str) -> None:
    """400 for a group without an address on a channel that sends by itself."""
    if abilities_of(channel.kind).sends and not address:
        raise Invalid(_("Isi id grup: gerbang mengirim ke sana."), errors={"address": [_("Wajib untuk saluran lewat gerbang.")]})


def _require(by: Person | None) -> None:
    if by is not None:
        require(by, "channel.edit")


def _locked(thing: Thing) -> Thing:
    return type(thing).objects.select_for_update(of=("self",)).get(pk=thing.pk)


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


def _remember(thing: Channel | Group, act: str, facts: Mapping[str, Any], by: Person | None) -> None:
    if facts:
        record(thing, act, by=by, facts=facts)
