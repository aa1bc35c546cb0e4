"""Several tickets in one message to each group, because groups dislike floods (HC-5)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import require
from common.problems import Invalid, NotVisible, Problem
from common.text import clean
from escalation.actions.dispatches import WITH_C4, groups_for, groups_wanting, had_by, times_sent
from escalation.actions.escorts import lock_escort, mark_dispatched, require_dispatchable
from escalation.actions.lines import made_of
from escalation.actions.outbox import queue_together
from escalation.group_words import GroupWords
from escalation.models import DispatchLine, Escort, Group, Message, MessageUse
from tickets.models import Ticket

MOST_TOGETHER = 20  # a longer list nobody reads, and some gateways cut it off
LONGEST_LINE = 180
LONGEST_OPENING = 300


@dataclass
class Row:
    """What becomes of one of the picked escorts: the groups that hear of it, or the problem why none does."""

    pk: int
    escort: Escort | None = None
    problem: Problem | None = None
    groups: Sequence[Group] = ()
    had: dict[int, str] = field(default_factory=dict)
    wanted: Sequence[Group] = ()
    messages: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class Bundle:
    """One message: its group, and its lines in the order in which the tickets were picked."""

    group: Group
    lines: list[DispatchLine]
    opening: str

    @property
    def text(self) -> str:
        """What the group will read."""
        return made_of(self.opening, [line.text for line in self.lines])


@dataclass(frozen=True)
class Plan:
    """What would go where, and what cannot go."""

    rows: list[Row]
    bundles: list[Bundle]

    @property
    def going(self) -> list[Row]:
        return [row for row in self.rows if row.problem is None]

    @property
    def messages(self) -> list[Message]:
        """The messages that were written, each once."""
        return list({message.pk: message for row in self.going for message in row.messages}.values())

    @property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.problem is not None]


def plan_together(escorts: Iterable[int], *, by: Person, text: str = "") -> Plan:
    """What sending these escorts together would do; writes nothing. ``text`` stands above the lists, and asks groups again."""
    require(by, "escort.dispatch")
    keys, opening = _picked(escorts), _opening(text)
    found = {escort.pk: escort for escort in Escort.objects.visible_to(by).filter(pk__in=keys).select_related("ticket", "owner")}
    return _planned(keys, found, opening, by)


@transaction.atomic
def dispatch_together(escorts: Iterable[int], *, by: Person, text: str = "") -> Plan:
    """Send these escorts in one message to each group. What cannot go stays as it is, with the reason; the rest goes."""
    require(by, "escort.dispatch")
    keys, opening = _picked(escorts), _opening(text)
    plan = _planned(keys, _locked(keys, by), opening, by)
    rows = {row.escort.ticket_id: row for row in plan.going if row.escort}
    for bundle in plan.bundles:
        message = queue_together(bundle.group, bundle.lines, key=_key(bundle), by=by, opening=bundle.opening)
        for line in bundle.lines:
            rows[line.ticket_id].messages.append(message)
    for row in plan.going:
        if row.escort:
            mark_dispatched(row.escort, row.groups, row.messages, by=by, together=len(plan.going))
    return plan


def _picked(escorts: Iterable[int]) -> list[int]:
    keys = list(dict.fromkeys(escorts))
    if not keys:
        raise Invalid(_("Pilih tiketnya dulu."), errors={"escorts": [_("Kosong.")]})
    if len(keys) > MOST_TOGETHER:
        sentence = _("Paling banyak %(most)s tiket dalam satu pesan. Kirim dalam beberapa pesan.")
        raise Invalid(sentence, most=MOST_TOGETHER, errors={"escorts": [sentence % {"most": MOST_TOGETHER}]})
    return keys


def _opening(text: str) -> str:
    return clean(text, longest=LONGEST_OPENING)


def _locked(keys: Sequence[int], by: Person) -> dict[int, Escort]:
    """The visible ones, their tickets locked in the order of their keys, as everybody who locks several does."""
    rows = Escort.objects.visible_to(by).filter(pk__in=keys).order_by("ticket_id")
    return {escort.pk: lock_escort(escort) for escort in rows}


def _planned(keys: Sequence[int], found: Mapping[int, Escort], opening: str, by: Person) -> Plan:
    places, words = _Places(), GroupWords()
    rows = [_row(key, found.get(key), places, by, again=bool(opening)) for key in keys]
    bundles: dict[int, Bundle] = {}
    for row in rows:
        for group in row.wanted:
            bundles.setdefault(group.pk, Bundle(group, [], opening)).lines.append(_line(row, group, words))
    return Plan(rows, list(bundles.values()))


class _Places:
    """Where tickets go, asked once for each region and for those that C4 hears of too."""

    def __init__(self) -> None:
        self.known: dict[tuple[int | None, bool], list[Group]] = {}

    def of(self, ticket: Ticket) -> list[Group]:
        way = (ticket.region, ticket.kind in WITH_C4)
        if way not in self.known:
            self.known[way] = groups_for(ticket)
        return self.known[way]


def _row(key: int, escort: Escort | None, places: _Places, by: Person, *, again: bool) -> Row:
    row = Row(key, escort)
    try:
        if escort is None:
            raise NotVisible(_("Tiket kawal ini tidak ada atau bukan milik tim Anda."))
        require_dispatchable(escort, by)
        row.groups, row.had = places.of(escort.ticket), had_by(escort)
        row.wanted = groups_wanting(escort, row.groups, row.had, again=again)
    except Problem as problem:
        row.problem = problem
    return row


def _line(row: Row, group: Group, said: GroupWords) -> DispatchLine:
    assert row.escort  # noqa: S101 only rows with an escort want a group
    escort, ticket = row.escort, row.escort.ticket
    had = row.had.get(group.pk)
    raised = had is not None and had != ticket.kind
    words = " ".join(said.of_escort(MessageUse.RAISED_LINE if raised else MessageUse.LINE, escort, group).split())
    cut = words if len(words) <= LONGEST_LINE else f"{words[: LONGEST_LINE - 1].rstrip()}…"
    return DispatchLine(ticket=ticket, kind=ticket.kind, round=escort.returns, text=f"• {cut} #{ticket.number}")


def _key(bundle: Bundle) -> str:
    """The same tickets, each sent as often as before, to the same group: the same message."""
    parts = [f"{line.ticket_id}:{line.round}:{times_sent(line.ticket, bundle.group)}" for line in bundle.lines]
    return f"together:{bundle.group.pk}:{hashlib.sha256(','.join(sorted(parts)).encode()).hexdigest()}"
