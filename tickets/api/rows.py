"""A page of tickets as JSON, from plain values: no object is made that JSON does not need, and no field is asked by itself.

``serializers.py`` says the same for OpenAPI, where each field has its type; the tests hold both together.
"""

from collections import namedtuple
from collections.abc import Sequence
from datetime import datetime, tzinfo
from operator import attrgetter
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone

from accounts.models import Person
from tickets.beside import numbers_outside
from tickets.models import Ticket
from tickets.models.ticket import holder_of, number_of, sees_whole
from tickets.panels import api_values
from tickets.personal import COVERS, covered, sees

PLAIN = (  # they stand in the JSON as they are
    *("status", "kind", "interaction", "channel", "service_number", "service_line", "segment", "customer_name"),
    *("reporter_name", "contact_phone", "contact_email", "region", "area", "symptom", "description", "criteria"),
    *("overruled_criteria", "repeat_count", "solution", "cause", "reopened", "imported"),
)
OWN = (
    *PLAIN,
    "id",
    "opened_at",
    "solved_at",
    "closed_at",
    "customer_id",
    "team_id",
    "holder_kind",
    "holder_name",
    "holder_since",
)
JOINED = ("team__name", "assignee__agent_code", "assignee__online_name", "holder_person__online_name")
_own = attrgetter(*OWN)
Row = cast(Any, namedtuple("Row", (*OWN, *JOINED)))
Json = dict[str, Any]


def rows(tickets: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of a list, without an object for each."""
    return tickets.values_list(*OWN, *JOINED, named=True)


def row_of(ticket: Ticket) -> Any:
    """The row of one ticket that is at hand as an object."""
    team, assignee, holder = ticket.team, ticket.assignee, ticket.holder_person
    names = (assignee.agent_code, assignee.online_name) if assignee else (None, None)
    return Row(*_own(ticket), team and team.name, *names, holder and holder.online_name)


def shown_rows(found: Sequence[Any], person: Person, *, listed: bool = True, logged_now: bool = False) -> list[Json]:
    """Each whole or in short form, as this person may see it; what floors above show is asked once for all of them. What is not
    ``listed`` shows more; what was ``logged_now`` has nothing yet that comes later."""
    whole = {row.id for row in found if sees_whole(person, row.team_id)}
    more = _more(list(whole), listed=listed, logged_now=logged_now)
    more |= _more([row.id for row in found if row.id not in whole], short=True)
    hidden = [name for name in COVERS if not sees(person, name)]
    zone = get_current_timezone()
    return [_whole(row, more[row.id], hidden, zone) if row.id in whole else _short(row, more[row.id], zone) for row in found]


def _more(tickets: list[int], *, short: bool = False, listed: bool = True, logged_now: bool = False) -> dict[int, Json]:
    """For each ticket what the panels of the floors above give, and its numbers outside."""
    if not tickets:
        return {}
    panels = api_values(tickets, short=short, listed=listed, logged_now=logged_now)
    if not short:
        panels["outside_references"] = {} if logged_now else numbers_outside(tickets), {}
    return {pk: {name: values.get(pk, empty) for name, (values, empty) in panels.items()} for pk in tickets}


def _whole(row: Any, more: Json, hidden: Sequence[str], zone: tzinfo) -> Json:
    shown: Json = {"number": number_of(row.id), **dict(zip(PLAIN, row, strict=False))}  # the row goes on after these
    for name in hidden:
        shown[name] = covered(name, shown[name])
    code = row.assignee__agent_code
    shown.update(
        opened_at=_moment(row.opened_at, zone),
        solved_at=_moment(row.solved_at, zone),
        closed_at=_moment(row.closed_at, zone),
        customer=row.customer_id,
        assignee=code and {"agent_code": code, "name": row.assignee__online_name},
        team=row.team__name,
        holder=_holder(row, zone),
        **more,
    )
    return shown


def _short(row: Any, more: Json, zone: tzinfo) -> Json:
    return {
        "number": number_of(row.id),
        "kind": row.kind,
        "status": row.status,
        "symptom": row.symptom,
        "opened_at": _moment(row.opened_at, zone),
        "repeat_count": row.repeat_count,
        "holder": _holder(row, zone),
        **more,
    }


def _holder(row: Any, zone: tzinfo) -> Json:
    holder = holder_of(row.holder_kind, row.holder_person__online_name, row.holder_name, row.holder_since)
    return holder | {"since": _moment(row.holder_since, zone)}


def _moment(value: datetime | None, zone: tzinfo) -> str | None:
    """RFC 3339 with the offset of the house."""
    return value.astimezone(zone).isoformat() if value else None
