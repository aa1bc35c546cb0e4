"""New tickets are given to the people of a team who are on duty and have the skill: by load, by line, or in turn (OB-5).

Off by default, a team at a time: then a ticket stays with whoever logged it.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from django.db.models import Count

from accounts.models import Distribution, Duty, Person, Skill, Team
from accounts.roles import Role
from tickets.actions.base import HOLDER_OF_ROLE
from tickets.models import Channel, Ticket, Turn
from tickets.models.ticket import OPEN_STATUSES

MOST_PEOPLE = 500  # of the teams of a site


@dataclass
class Rule:
    """By what new tickets are given out, and to whom: the own team, or by line another one of the site."""

    mode: Distribution
    site_id: int
    own: Team | None = None

    def teams_for(self, line: str) -> list[Team]:
        """By line, a ticket that the own team does not serve goes to the teams of the site that do, and give new tickets out."""
        if self.own and line in self.own.lines:
            return [self.own]
        return [each for each in self._giving if line in each.lines] if self.mode == Distribution.LINE else []

    @cached_property
    def _giving(self) -> list[Team]:
        return list(Team.objects.filter(site=self.site_id).exclude(distribution=Distribution.OFF).order_by("id"))


def rule_of(by: Person) -> Rule | None:
    """By what a ticket is given out that this person logs: the rule of the own team. None where nothing is given out."""
    team = by.team
    if team is None or team.distribution == Distribution.OFF:
        return None
    return Rule(Distribution(team.distribution), team.site_id, team)


def rule_of_loads(by: Person) -> Rule | None:
    """The same of live tickets that this person loads; who is in no agents' team, as Support HC is, gives by line in the site."""
    if by.team is None or Person.objects.filter(team=by.team, role=Role.AGENT, is_active=True).exists():
        return rule_of(by)
    return Rule(Distribution.LINE, by.team.site_id)


def receiver_of(ticket: Ticket, by: Person) -> Person | None:
    """Who gets this new ticket, or None where it stays with whoever logs it: nothing is given out, or nobody fitting is there."""
    rule = rule_of(by)
    return receivers_of([ticket], rule)[0] if rule else None


def receivers_of(tickets: Sequence[Ticket], rule: Rule) -> list[Person | None]:
    """The same of many at once, in the caller's transaction: what is given to the first counts for the second."""
    lines = {each.service_line for each in tickets}
    return _chosen(tickets, {line: rule.teams_for(line) for line in lines}, rule.mode)


def next_for(ticket: Ticket, teams: Sequence[Team], mode: Distribution, *, without: Collection[int] = ()) -> Person | None:
    """The person of these teams whose turn it is, in the caller's transaction; ``without`` are passed over."""
    return _chosen([ticket], {ticket.service_line: teams}, mode, without)[0]


def put_into_hands(ticket: Ticket, receiver: Person) -> None:
    """Give a ticket that is not saved yet to this person. Nobody held it before, so no hand ends."""
    ticket.assignee, ticket.team = receiver, receiver.team
    ticket.holder_kind, ticket.holder_person = HOLDER_OF_ROLE[receiver.role], receiver  # type: ignore[index]


def _chosen(
    tickets: Sequence[Ticket], teams: Mapping[str, Sequence[Team]], mode: Distribution, without: Collection[int] = ()
) -> list[Person | None]:
    """``teams``: those that each line may go to. As many statements for many tickets as for one."""
    of_all = {team.pk: team for some in teams.values() for team in some}
    people = [each for each in _agents(of_all) if each.pk not in without]
    fitting = [_fitting(each, people, teams[each.service_line]) for each in tickets]
    if not any(fitting):
        return [None] * len(tickets)
    turns = _locked_turns(of_all)  # what is given at this moment elsewhere counts already
    order: _Order = _InTurn(turns[0]) if mode == Distribution.ROUND_ROBIN else _ByLoad(people, expert=mode == Distribution.LINE)
    chosen = [order.next(ticket, fits) if fits else None for ticket, fits in zip(tickets, fitting, strict=True)]
    order.keep()
    return chosen


class _Order(Protocol):
    """In which order people get tickets."""

    def next(self, ticket: Ticket, people: Sequence[Person]) -> Person: ...

    def keep(self) -> None: ...


class _InTurn:
    def __init__(self, turn: Turn) -> None:
        self.turn = turn

    def next(self, ticket: Ticket, people: Sequence[Person]) -> Person:
        chosen = next((person for person in people if person.agent_code > self.turn.last), people[0])
        self.turn.last = chosen.agent_code
        return chosen

    def keep(self) -> None:
        self.turn.save(update_fields=["last"])


class _ByLoad:
    def __init__(self, people: Sequence[Person], *, expert: bool) -> None:
        self.loads, self.expert = Counter(loads_of(people)), expert

    def next(self, ticket: Ticket, people: Sequence[Person]) -> Person:
        chosen = min(people, key=lambda each: (self._is_no_expert(each, ticket), self.loads[each.pk], each.agent_code))
        self.loads[chosen.pk] += 1
        return chosen

    def _is_no_expert(self, person: Person, ticket: Ticket) -> bool:
        return self.expert and ticket.service_line not in person.skills

    def keep(self) -> None:
        """What was given stands in the tickets."""


def _locked_turns(teams: Collection[int]) -> list[Turn]:
    """Always in the order of the teams, so that two who give tickets out never wait for each other."""
    Turn.objects.bulk_create([Turn(team_id=pk) for pk in sorted(teams)], ignore_conflicts=True)
    return list(Turn.objects.select_for_update().filter(team__in=teams).order_by("team_id"))


def _agents(teams: Collection[int]) -> list[Person]:
    """The agents of these teams who are on duty, in the order of their codes."""
    agents = Person.objects.filter(
        role=Role.AGENT, team__in=teams, is_active=True, duty=Duty.ON, statement_signed_at__isnull=False
    )
    return list(agents.select_related("team").order_by("agent_code")[:MOST_PEOPLE])


def _fitting(ticket: Ticket, people: Sequence[Person], teams: Sequence[Team]) -> list[Person]:
    """Those of the teams who may work for this ticket's line, and for its mail."""
    ids, mail = {team.pk for team in teams}, ticket.channel == Channel.EMAIL
    there = [each for each in people if each.team_id in ids and ticket.service_line in each.lines]
    return [each for each in there if not mail or Skill.EMAIL in each.skills]


def loads_of(people: Sequence[Person]) -> dict[int, int]:
    """How many open tickets each is to work on."""
    open_ones = Ticket.objects.filter(assignee__in=people, status__in=OPEN_STATUSES).order_by()
    return dict(open_ones.values_list("assignee").annotate(count=Count("pk")))
