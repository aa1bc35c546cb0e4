"""Whom a rung reaches: people on duty and groups, read once for a whole batch of rungs (ESC-2, OB-7)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Case, F, Q, QuerySet, When

from accounts.models import Duty, Person
from accounts.roles import Role
from common.clock import now
from common.queries import Prepared, any_of, columns_of, taken
from escalation.models import Channel, Group, Whom
from escalation.models.channels import Purpose
from tickets.models import HolderKind, Kind, Ticket, number_of

ROLE, GROUP = "role:", "group:"
OF_SITE = (Role.TEAM_LEADER, Role.SUPERVISOR)  # of these a ticket concerns those of its own site; of agents those of its team
PEOPLE = attrgetter("holder_person_id", "assignee_id", "leader_id", "owner_id")  # meant by words that name a place at a ticket
TICKET_FIELDS = (
    *("pk", "kind", "status", "holder_kind", "holder_person_id", "holder_name", "holder_since"),
    *("region", "assignee_id", "team_id"),
    *("team__leader_id", "team__site_id", "escort__owner_id"),
)


class Seen(NamedTuple):
    """What firing must know of a ticket; a whole one costs ten times as much to read."""

    pk: int
    kind: str
    status: str
    holder_kind: str
    holder_person_id: int | None
    holder_name: str
    holder_since: datetime
    region: int | None
    assignee_id: int | None
    team_id: int | None
    leader_id: int | None
    site_id: int | None
    owner_id: int | None
    number: str

    @property
    def is_escorted(self) -> bool:
        return self.kind != Kind.REGULAR


def seen(ids: Iterable[int]) -> dict[int, Seen]:
    """The tickets with these ids as they are now."""
    return {row[0]: Seen._make((*row, number_of(row[0]))) for row in _tickets(list(ids))}


@Prepared
def _tickets(ids: Any) -> QuerySet[Ticket, Any]:
    return Ticket.objects.filter(any_of("pk", ids)).values_list(*TICKET_FIELDS)


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody on duty."""

    pk: int
    name: str
    role: str
    team_id: int | None
    site_id: int | None
    code: str


@dataclass
class Directory:
    """Who is on duty among those that a batch may mean. Who is off, disabled or gone is not in it, so nothing reaches them."""

    by_id: dict[int, Reachable] = field(default_factory=dict)
    by_code: dict[str, Reachable] = field(default_factory=dict)
    by_role: dict[str, list[Reachable]] = field(default_factory=lambda: defaultdict(list))
    groups: list[Group] = field(default_factory=list)
    by_leader: dict[int, list[Reachable]] = field(default_factory=lambda: defaultdict(list))  # who stands in for a TL now
    _found: dict[tuple[str, str, int | None], Group | None] = field(default_factory=dict)

    def people(self, whom: str, ticket: Seen) -> list[Reachable]:
        """The people that a rung's word means on this ticket; none where nobody of them is on duty."""
        if whom == Whom.HOLDER:
            return self._holders(ticket)
        if whom == Whom.TEAM_LEADER:
            return [*self._these(ticket.leader_id), *self.by_leader[ticket.leader_id or 0]]
        if whom == Whom.SUPERVISOR:
            return self._of_role(Role.SUPERVISOR, ticket)
        if whom == Whom.SUPPORT_HC:
            return self.by_role[Role.SUPPORT_HC]
        if whom.startswith(ROLE):
            return self._of_role(whom.removeprefix(ROLE), ticket)
        named = self.by_code.get(whom)
        return [named] if named else []

    def group(self, whom: str, channel: str, ticket: Seen) -> Group | None:
        """The group that the rung's word names, or that its people read in the rung's channel; ``page`` has no groups.

        Nobody has an address of their own outside: people are reached in the group of their team.
        """
        team = ticket.team_id
        if whom.isdigit():
            team = self.by_code[whom].team_id if whom in self.by_code else None
        wanted = whom, channel, team
        if wanted not in self._found:
            self._found[wanted] = self._find(whom, channel, team)
        return self._found[wanted]

    def _find(self, whom: str, channel: str, team: int | None) -> Group | None:
        there = [group for group in self.groups if group.channel.slug == channel]
        if whom.startswith(GROUP):
            fitting = [group for group in self.groups if str(group.pk) == whom.removeprefix(GROUP)]
        elif whom == Whom.GROUP:
            fitting = [group for group in (*there, *self.groups) if group.purpose == Purpose.TELKOM]
        elif whom in (Whom.SUPPORT_HC, ROLE + Role.SUPPORT_HC):
            fitting = [group for group in there if group.purpose == Purpose.SUPPORT_HC]
        else:
            fitting = [group for group in there if team and group.team_id == team and group.purpose == Purpose.TEAM_LEADER]
        return next(iter(fitting), None)

    def _these(self, *ids: int | None) -> list[Reachable]:
        return [self.by_id[pk] for pk in ids if pk in self.by_id]

    def _of_role(self, role: str, ticket: Seen) -> list[Reachable]:
        people = self.by_role[role]
        if role == Role.AGENT:
            return [each for each in people if each.team_id == ticket.team_id]
        return [each for each in people if role not in OF_SITE or each.site_id == ticket.site_id]

    def _holders(self, ticket: Seen) -> list[Reachable]:
        """Who holds the ball. A unit or the customer is chased by the escort's owner, else by Support HC or the agent."""
        if ticket.holder_person_id:
            return self._these(ticket.holder_person_id)
        if ticket.holder_kind == HolderKind.CARING:
            return self.by_role[Role.OUTBOUND_AGENT]
        owner = self._these(ticket.owner_id or (None if ticket.is_escorted else ticket.assignee_id))
        return owner or (self.by_role[Role.SUPPORT_HC] if ticket.is_escorted else [])


@Prepared
def _on_duty(roles: Any, ids: Any, codes: Any, moment: Any) -> QuerySet[Person, Any]:
    standing_in = Q(stand_in__starts_at__lte=moment, stand_in__ends_at__gt=moment, stand_in__ended_at=None)
    named = Q(any_of("role", roles)) | Q(any_of("pk", ids)) | Q(any_of("agent_code", codes))
    people = Person.objects.filter(named | (standing_in & Q(stand_in__isnull=False)), duty=Duty.ON, is_active=True)
    leader = Case(When(standing_in, then=F("stand_in__leader_id")))
    names = ("pk", "online_name", "role", "team_id", "team__site_id", "agent_code", "leader")
    return people.annotate(leader=leader).order_by("pk").values_list(*names)


ALWAYS = [Role.SUPERVISOR, Role.SUPPORT_HC, Role.OUTBOUND_AGENT]


def directory_for(tickets: Iterable[Seen], rungs: Iterable[tuple[str, str]]) -> Directory:
    """Who can be reached by these rungs, each a word and a channel: one statement for people, and one for groups if any."""
    words = {whom for whom, _ in rungs}
    roles = {*ALWAYS, *(word.removeprefix(ROLE) for word in words if word.startswith(ROLE))}
    ids = set(chain.from_iterable(map(PEOPLE, tickets))) - {None}
    codes = words - set(Whom.values)
    directory = Directory()
    for row in _on_duty(list(roles), list(ids), list(codes), now()):
        person, leader = Reachable(*row[:6]), row[6]
        if leader:
            directory.by_leader[leader].append(person)
        directory.by_id[person.pk] = directory.by_code[person.code] = person
        directory.by_role[person.role].append(person)
    if any(whom == Whom.GROUP or whom.startswith(GROUP) or channel != "page" for whom, channel in rungs):
        channels: dict[int, Channel] = {}
        directory.groups = [_with_channel(iter(row), channels) for row in _active_groups()]
    return directory


@Prepared
def _active_groups() -> QuerySet[Group, Any]:
    return Group.objects.filter(active=True).order_by("pk").values_list(*columns_of(Group), *columns_of(Channel, "channel__"))


def _with_channel(values: Iterator[Any], channels: dict[int, Channel]) -> Group:
    """The groups of a channel share it."""
    group, channel = taken(Group, values), taken(Channel, values)
    assert group is not None and channel is not None  # noqa: S101 no outer join
    group.channel = channels.setdefault(group.channel_id, channel)
    return group
