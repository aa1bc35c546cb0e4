"""What an administrator does about people, teams and sites. Nobody deletes people: they are deactivated, and their history stays.

``by`` None is the system's own hand: the command line, the demo data, the tests' cast.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.authtoken.models import Token

from accounts.history import record
from accounts.models import Duty, Person, Site, Team
from accounts.roles import Role, require
from common.problems import Conflict

PERSON_FIELDS = ("agent_code", "online_name", "role", "team", "skills", "is_active")  # what an administrator edits
Thing = TypeVar("Thing", Person, Team, Site)


@transaction.atomic
def create_person(*, by: Person | None, agent_code: str, password: str, **fields: Any) -> Person:
    """A new person, who must still sign the statement."""
    _require(by, "person.edit")
    person = Person.objects.create_user(agent_code, password, **fields)
    said = {"agent_code": agent_code, "online_name": person.online_name, "role": person.role, "team": person.team_id}
    record(person, "person.created", by=by, facts={name: [None, value] for name, value in said.items()}, first=True)
    return person


@transaction.atomic
def change_person(person: Person, *, by: Person | None, changes: Mapping[str, Any], password: str = "") -> Person:
    """Change name, role, team or whether the person may sign in; a deactivated person's tokens die at once.

    409 when it would leave no administrator.
    """
    _require(by, "person.edit")
    person, facts = _changed(person, changes)
    if "role" in facts or "is_active" in facts:
        _keep_an_administrator()
    if password:
        person.set_password(password)
        person.save(update_fields=["password"])
    if password or not person.is_active:
        Token.objects.filter(user_id=person.pk).delete()
    if not person.is_active:
        Person.objects.filter(pk=person.pk).update(duty=Duty.OFF)  # ladders must not wait for somebody who cannot come in
    for name, said in _acts(facts, password):
        record(person, name, by=by, facts=said)
    return person


def _acts(facts: dict[str, list[Any]], password: str) -> list[tuple[str, dict[str, Any]]]:
    """One row an act: a role, a (de)activation and a password given by somebody else each have their own name."""
    acts = []
    if "role" in facts:
        acts.append(("person.role_changed", {"role": facts.pop("role")}))
    if "is_active" in facts:
        acts.append(("person.activated" if facts.pop("is_active")[1] else "person.deactivated", {}))
    if password:
        acts.append(("person.password_given", {}))
    if facts:
        acts.append(("person.changed", facts))
    return acts


@transaction.atomic
def create_team(*, by: Person | None, **fields: Any) -> Team:
    """A new team at a site."""
    _require(by, "team.edit")
    return _created(Team(**fields), by)


@transaction.atomic
def change_team(team: Team, *, by: Person | None, changes: Mapping[str, Any]) -> Team:
    """Change a team's name, site, leader, desk, service lines, or how new tickets are given out."""
    _require(by, "team.edit")
    team, facts = _changed(team, changes)
    if facts:
        record(team, "team.changed", by=by, facts=facts)
    return team


@transaction.atomic
def create_site(*, by: Person | None, **fields: Any) -> Site:
    """A new place of work."""
    _require(by, "site.edit")
    return _created(Site(**fields), by)


@transaction.atomic
def change_site(site: Site, *, by: Person | None, changes: Mapping[str, Any]) -> Site:
    """Change a site's code, name, time zone or softphone."""
    _require(by, "site.edit")
    site, facts = _changed(site, changes)
    if facts:
        record(site, "site.changed", by=by, facts=facts)
    return site


def _require(by: Person | None, act: str) -> None:
    if by is not None:
        require(by, act)


def _created(thing: Thing, by: Person | None) -> Thing:
    thing.save(force_insert=True)
    named = {field.name: [None, _plain(getattr(thing, field.name))] for field in thing._meta.fields if field.name != "id"}
    record(thing, f"{thing._meta.model_name}.created", by=by, facts=named, first=True)
    return thing


def _changed(thing: Thing, changes: Mapping[str, Any]) -> tuple[Thing, dict[str, list[Any]]]:
    """The locked row with its changes saved, and before and after of those that differ."""
    locked: Thing = type(thing).objects.select_for_update().get(pk=thing.pk)
    differing = {name: value for name, value in changes.items() if getattr(locked, name) != value}
    facts = {name: [_plain(getattr(locked, name)), _plain(value)] for name, value in differing.items()}
    for name, value in differing.items():
        setattr(locked, name, value)
    if differing:
        locked.save(update_fields=list(differing))
    return locked, facts


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _keep_an_administrator() -> None:
    if not Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists():
        raise Conflict(_("Ini administrator terakhir. Angkat dulu administrator lain."))
