"""What an administrator does about channels and groups. ``by`` None is the system's own hand: the command line, demo, tests."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.problems import Invalid, Stale
from common.text import require_lengths
from escalation.channels import SECRETS, Abilities, Failure, abilities_of
from escalation.channels.addresses import target_of
from escalation.models import Channel, Group, Purpose
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
    _require_slug(channel, values)
    _require_canary(channel, values)
    require_usable(channel, values, given)
    facts = _filled(channel, values)
    channel.secrets = close(_opened(channel) | given) if given else channel.secrets
    channel.version += bool(channel.pk and (facts or given))
    channel.save()
    _remember(channel, act, facts | dict.fromkeys(given, "given"), by)
    return channel


def _require_slug(channel: Channel, values: Mapping[str, Any]) -> None:
    """400 for an address of the hook that is taken; it is given once, because the gateway knows it."""
    slug = values.get("slug", channel.slug)
    if channel.pk and slug != channel.slug:
        raise Invalid(_("Kode saluran tidak berubah: gerbang memakainya."), errors={"slug": [_("Tidak berubah.")]})
    if Channel.objects.exclude(pk=channel.pk).filter(slug=slug).exists():
        raise Invalid(_("Sudah ada saluran dengan kode ini."), errors={"slug": [_("Pakai kode lain.")]})


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
    channel = values.get("channel") or (group.channel if group.channel_id else None)
    if channel is None:
        raise Invalid(_("Pilih saluran."), errors={"channel": [_("Pilih salah satu.")]})
    require_reachable(channel, values.get("address", group.address))
    _require_single(group, values)
    facts = _filled(group, values)
    group.version += bool(group.pk and facts)
    group.save()
    _remember(group, act, facts, by)
    return group


def require_reachable(channel: Channel, address: str) -> None:
    """400 for a group without an address on a channel that sends by itself."""
    if abilities_of(channel.kind).sends and not address:
        raise Invalid(_("Isi id grup: gerbang mengirim ke sana."), errors={"address": [_("Wajib untuk saluran lewat gerbang.")]})


def _require_single(group: Group, values: Mapping[str, Any]) -> None:
    """400 for a name that another group has, and for a second TIAL REG of a region."""
    purpose, region, active = (values.get(name, getattr(group, name)) for name in ("purpose", "region", "active"))
    others = Group.objects.exclude(pk=group.pk)
    if others.filter(name=values.get("name", group.name)).exists():
        raise Invalid(_("Sudah ada grup dengan nama ini."), errors={"name": [_("Pakai nama lain.")]})
    if purpose != Purpose.TIAL_REG or not active:
        return
    if region is None:
        raise Invalid(_("Grup TIAL REG melayani satu TREG."), errors={"region": [_("Pilih TREG.")]})
    if others.filter(purpose=purpose, region=region, active=True).exists():
        raise Invalid(_("TREG ini sudah punya grup TIAL REG yang aktif."), errors={"region": [_("Sudah ada.")]})


def _require_canary(channel: Channel, values: Mapping[str, Any]) -> None:
    """400 for a canary where nothing comes back, or in a group of another channel."""
    group = values.get("canary_group", channel.canary_group)
    if not values.get("canary_minutes", channel.canary_minutes):
        return
    if not abilities_of(values.get("kind", channel.kind)).proves:
        sentence = _("Jenis saluran ini tidak memberi bukti sampai, jadi kenari tidak dapat kembali.")
        raise Invalid(sentence, errors={"canary_minutes": [sentence]})
    if group is None or group.channel_id != channel.pk or not group.address:
        sentence = _("Kenari butuh grup uji di saluran ini.")
        raise Invalid(sentence, errors={"canary_group": [sentence]})


def _require(by: Person | None) -> None:
    if by is not None:
        require(by, "channel.edit")


def _locked(thing: Thing) -> Thing:
    return type(thing).objects.select_for_update(of=("self",)).get(pk=thing.pk)


def _filled(thing: Thing, values: Mapping[str, Any]) -> dict[str, Any]:
    """Sets the values; before and after of those that differ. 400 for words that are longer than their column."""
    require_lengths(thing, values)
    before = {name: getattr(thing, name) if thing.pk else None for name in values}
    for name, value in values.items():
        setattr(thing, name, value)
    return {name: [_plain(before[name]), _plain(value)] for name, value in values.items() if before[name] != value}


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def require_same(thing: Channel | Group, version: int) -> None:
    """412 when somebody else has changed it since this version was read."""
    if type(thing).objects.select_for_update(of=("self",)).get(pk=thing.pk).version != version:
        raise Stale(
            _("Orang lain mengubahnya sementara Anda mengisi. Isian Anda masih di sini; muat ulang untuk melihat isiannya.")
        )


def _opened(channel: Channel) -> dict[str, str]:
    """What is kept; nothing where the key is gone, because giving the secrets anew is the way out of that."""
    try:
        return opened(channel.secrets)
    except Unreadable:
        return {}


def _remember(thing: Channel | Group, act: str, facts: Mapping[str, Any], by: Person | None) -> None:
    if facts:
        record(thing, act, by=by, facts=facts)
