"""One escort as Support HC works on it: the right half of the queue, read in a fixed number of queries (HC-4 to HC-6)."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import quote

from accounts.models import Person
from common.clock import now
from common.problems import Problem
from escalation.actions.dispatches import dispatch_text, groups_for
from escalation.group_words import GroupWords
from escalation.models import ESCORT_MOVES, DispatchLine, Escort, EscortState, Group, Message, MessageState, Progress
from tickets.models import Ticket

RECENT = 200
MOST = 60


@dataclass(frozen=True)
class Chip:
    """How far a ticket got with one group; ``message`` is None where nothing was written yet."""

    group: Group
    message: "ShownMessage | None"


@dataclass(frozen=True)
class ShownMessage:
    """A message as the page draws it."""

    row: Message

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def group(self) -> Group:
        return self.row.group

    @property
    def state(self) -> str:
        return self.row.state

    @property
    def moment(self) -> object:
        return self.row.moment

    @property
    def by_hand(self) -> bool:
        """Sent by a person, whose word is the proof."""
        return self.row.state == MessageState.SENT and not self.row.gateway_id

    @property
    def is_unproved(self) -> bool:
        """Copied, and nobody has said yet whether it was sent."""
        return self.row.state == MessageState.TO_SEND_BY_HAND and self.row.copied_at is not None

    @property
    def opens(self) -> str:
        """Where a person sends it by hand: the group itself, or WhatsApp with the text, to choose the group there."""
        return self.row.group.invite_link or f"https://wa.me/?text={quote(self.row.text)}"


@dataclass(frozen=True)
class Preview:
    """What one or several groups will read."""

    names: str
    text: str


@dataclass
class Pane:
    """Everything about one escort for one person of Support HC."""

    escort: Escort
    person: Person
    messages: list[ShownMessage]
    lines: list[DispatchLine]  # in which dispatches the ticket stands, the newest first
    progress: list[Progress]
    groups: list[Group] = field(default_factory=list)
    problem: Problem | None = None  # why it cannot be sent: no region, no such group

    @property
    def ticket(self) -> Ticket:
        return self.escort.ticket

    @property
    def mine(self) -> bool:
        return self.escort.owner_id == self.person.pk

    @property
    def ball_is_mine(self) -> bool:
        return self.ticket.holder_person_id == self.person.pk

    def may(self, act: str) -> bool:
        """Whether the state allows ``act``, and the person holds the escort where that is needed."""
        free = act in ("claim", "record_progress")
        return ESCORT_MOVES.allows(act, self.escort.state) and (free or self.mine)

    @property
    def may_claim(self) -> bool:
        return self.escort.owner_id is None and self.may("claim")

    @property
    def may_release(self) -> bool:
        return self.may("release")

    @property
    def may_analyse(self) -> bool:
        return self.may("analyse")

    @property
    def may_record(self) -> bool:
        return self.may("record_progress")

    @property
    def may_solve(self) -> bool:
        return self.may("solve")

    @property
    def says_done(self) -> bool:
        return self.escort.state == EscortState.SOLVED

    @property
    def said_at_last(self) -> str:
        """The unit's words that it is repaired, which the solving begins with; empty while it has not said so."""
        return next((each.text for each in self.progress), "") if self.says_done else ""

    @cached_property
    def had(self) -> dict[int, str]:
        """The kind under which each group got the ticket in this round."""
        return {line.message.group_id: line.kind for line in reversed(self.lines) if line.round == self.escort.returns}

    @property
    def to_send(self) -> list[Group]:
        """The groups that the next dispatch reaches without a text of one's own."""
        return [group for group in self.groups if self.had.get(group.pk) != self.ticket.kind]

    @property
    def chips(self) -> list[Chip]:
        """TIAL REG and C4, always apart (SE-3), each with the newest message of this round."""
        newest: dict[int, ShownMessage] = {}
        for line in self.lines:
            if line.round == self.escort.returns:
                newest.setdefault(line.message.group_id, ShownMessage(line.message))
        return [Chip(group, newest.get(group.pk)) for group in self.groups]

    @property
    def previews(self) -> list[Preview]:
        """The texts of the next dispatch; groups that read the same stand together."""
        texts: dict[str, list[str]] = {}
        words = GroupWords()
        for group in self.to_send:
            text = dispatch_text(self.escort, group, words, had_kind=self.had.get(group.pk))
            texts.setdefault(text, []).append(group.name)
        return [Preview(", ".join(names), text) for text, names in texts.items()]

    @property
    def by_hand(self) -> list[ShownMessage]:
        """Waiting for a person's hand: to the units first, the oldest first."""
        waiting = [each for each in reversed(self.messages) if each.state == MessageState.TO_SEND_BY_HAND]
        return sorted(waiting, key=lambda each: not each.row.is_dispatch)

    @property
    def failed(self) -> list[ShownMessage]:
        return [each for each in reversed(self.messages) if each.state == MessageState.FAILED]

    @property
    def unproved(self) -> list[ShownMessage]:
        return [each for each in self.by_hand if each.is_unproved]

    @cached_property
    def suggested(self) -> dict[str, list[str]]:
        """Causes and units of late, so that nobody keeps a list that grows old."""
        rows = Escort.objects.exclude(cause="").order_by("-id").values_list("cause", "responsible_unit")[:RECENT]
        causes, units = zip(*rows, strict=True) if rows else ((), ())
        return {"causes": sorted(set(causes)), "units": sorted({unit for unit in units if unit})}

    @property
    def now(self) -> datetime:
        return now()


def read(escort: Escort, person: Person) -> Pane:
    """All that the pane shows of a visible escort, read anew."""
    rows = DispatchLine.objects.filter(ticket=escort.ticket_id, dropped_at=None).select_related("message__group", "message__by")
    lines = list(rows.order_by("-id")[:MOST])
    others = (
        Message.objects.filter(ticket=escort.ticket_id, is_dispatch=False).select_related("group", "by").order_by("-id")[:MOST]
    )
    messages = sorted([*(line.message for line in lines), *others], key=lambda message: -message.pk)
    progress = Progress.objects.filter(escort=escort).select_related("group", "by", "owed_to").order_by("-id")[:MOST]
    pane = Pane(escort, person, [ShownMessage(row) for row in messages], lines, list(progress))
    return with_groups(pane)


def with_groups(pane: Pane) -> Pane:
    """Where it goes by the region and kind that the ticket has at this moment."""
    try:
        pane.groups, pane.problem = groups_for(pane.ticket), None
    except Problem as problem:
        pane.groups, pane.problem = [], problem
    return pane
