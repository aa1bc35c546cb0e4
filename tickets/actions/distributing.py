"""New tickets are given to the people of a team who are on duty and have the skill: by load, by line, or in turn (OB-5).

Off by default, a team at a time: then a ticket stays with whoever logged it.
"""

from collections.abc import Collection, Sequence

from django.db.models import Count

from accounts.models import Distribution, Duty, Person, Skill, Team
from accounts.roles import Role
from tickets.models import Channel, Ticket, Turn
from tickets.models.ticket import OPEN_STATUSES

MOST_PEOPLE = 500  # of the teams of a site


def receiver_of(ticket: Ticket, by: Person) -> Person | None:
    """Who gets this new ticket, or None where it stays with whoever logs it: nothing is given out, or nobody fitting is there.

    The team of whoever logs it decides. By line, a ticket that the own team does not serve goes to a team of the site that does.
    """
    team = by.team
    if team is None or team.distribution == Distribution.OFF:
        return None
    teams = [team] if ticket.service_line in team.lines else _others_for(ticket.service_line, team)
    return next_for(ticket, teams, Distribution(team.distribution))


def _others_for(line: str, team: Team) -> list[Team]:
    """The teams of the site that serve this line and give new tickets out."""
    if team.distribution != Distribution.LINE:
        return []
    giving = Team.objects.filter(site=team.site_id).exclude(distribution=Distribution.OFF).order_by("id")
    return [each for each in giving if line in each.lines]


def next_for(ticket: Ticket, teams: Sequence[Team], mode: Distribution, *, without: Collection[int] = ()) -> Person | None:
    """The person of these teams whose turn it is, in the caller's transaction; ``without`` are passed over."""
    people = [person for person in _fitting(ticket, teams) if person.pk not in without]
    if not people:
        return None
    if mode == Distribution.ROUND_ROBIN:
        turn = _locked_turn(teams[0])
        chosen = next((person for person in people if person.agent_code > turn.last), people[0])
        turn.last = chosen.agent_code
        turn.save(update_fields=["last"])
        return chosen
    for team in sorted(teams, key=lambda each: each.pk):
        _locked_turn(team)  # what is given at this moment elsewhere counts already
    loads = loads_of(people)
    expert = mode == Distribution.LINE
    return min(
        people, key=lambda each: (expert and ticket.service_line not in each.skills, loads.get(each.pk, 0), each.agent_code)
    )


def _locked_turn(team: Team) -> Turn:
    Turn.objects.bulk_create([Turn(team=team)], ignore_conflicts=True)
    return Turn.objects.select_for_update().get(team=team)


def _fitting(ticket: Ticket, teams: Sequence[Team]) -> list[Person]:
    """Agents on duty who may work for this ticket's line, and for its mail, in the order of their codes."""
    agents = Person.objects.filter(
        role=Role.AGENT, team__in=teams, is_active=True, duty=Duty.ON, statement_signed_at__isnull=False
    )
    rows = agents.select_related("team").order_by("agent_code")[:MOST_PEOPLE]
    mail = ticket.channel == Channel.EMAIL
    return [each for each in rows if ticket.service_line in each.lines and (not mail or Skill.EMAIL in each.skills)]


def loads_of(people: Sequence[Person]) -> dict[int, int]:
    """How many open tickets each is to work on."""
    open_ones = Ticket.objects.filter(assignee__in=people, status__in=OPEN_STATUSES).order_by()
    return dict(open_ones.values_list("assignee").annotate(count=Count("pk")))
