"""Campaigns and their prospects, made and changed (CT-1)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person, Team
from accounts.roles import Role, require
from common.clock import now
from common.problems import Invalid, NotVisible
from outbound.models import Campaign, Product
from tickets.actions.base import required

CHANGEABLE = ("name", "active")


@transaction.atomic
def create_campaign(name: str, product: str, *, by: Person, team: Team | None = None) -> Campaign:
    """A campaign for a team that ``by`` leads; without ``team`` the one whose people call."""
    require(by, "campaign.edit")
    name = required(name, "name", _("Beri nama kampanye ini."), longest=120)
    if product not in Product.values:
        raise Invalid(_("Pilih CT-0 atau PRANPC."), errors={"product": [_("Pilih salah satu dari daftar.")]})
    team = team or calling_team(by)
    if team is None or team.pk not in by.team_scope:
        raise Invalid(_("Pilih tim yang Anda pimpin."), errors={"team": [_("Pilih tim yang Anda pimpin.")]})
    _require_free(name, team)
    campaign = Campaign.objects.create(name=name, product=product, team=team, created_by=by, created_at=now())
    record(campaign, "campaign.created", by=by, facts={"name": name, "product": product, "team": team.name}, first=True)
    return campaign


def calling_team(by: Person) -> Team | None:
    """Of the teams that this person leads the one with Tier-2 agents, else the first."""
    teams = Team.objects.filter(pk__in=by.team_scope).order_by("id")
    return teams.filter(members__role=Role.OUTBOUND_AGENT).first() or teams.first()


def _require_free(name: str, team: Team, besides: int = 0) -> None:
    if Campaign.objects.filter(team=team, name=name).exclude(pk=besides).exists():
        sentence = _("Tim ini sudah punya kampanye dengan nama itu.")
        raise Invalid(sentence, errors={"name": [sentence]})


@transaction.atomic
def change_campaign(campaign: Campaign, *, by: Person, **changes: Any) -> Campaign:
    """Another name, or closed or opened again: from a closed campaign nobody picks."""
    require(by, "campaign.edit")
    if not Campaign.objects.visible_to(by).filter(pk=campaign.pk).exists():
        raise NotVisible(_("Kampanye ini tidak ada, atau bukan milik tim Anda."))
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    values = _changed(campaign, changes)
    if not values:
        return campaign
    facts = {name: [getattr(campaign, name), value] for name, value in values.items()}
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.version += 1
    campaign.save()
    record(campaign, "campaign.changed", by=by, facts=facts)
    return campaign


def _changed(campaign: Campaign, changes: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in changes.items() if name in CHANGEABLE and value != getattr(campaign, name)}
    if "name" in values:
        values["name"] = required(values["name"], "name", _("Beri nama kampanye ini."), longest=120)
        _require_free(values["name"], campaign.team, besides=campaign.pk)
    return values
