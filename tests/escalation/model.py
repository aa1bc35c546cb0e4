"""A small reference model of the ladders, written apart from the engine: what should fire, when, and whom it should tell.

It knows nothing of rows, locks, batches or workers. It steps through the minutes at which somebody looks, and applies the words
of ESC-2, ESC-3, ESC-5 and OB-7 to plain objects. ``tests/escalation/test_thirty_days.py`` compares it with the engine.
"""

from dataclasses import dataclass, field

MINUTE = 60


@dataclass
class Step:
    """A rung: its moment in seconds, whom, and how often it repeats."""

    due: float
    whom: str
    every: float = 0
    repeats: int = 0
    told: bool = False
    end: str = ""


@dataclass
class Ladder:
    """One clock of one ticket."""

    ticket: int
    steps: list[Step]
    ended: bool = False
    paused_at: float | None = None


@dataclass
class Model:
    """The house: its ladders, who is on duty by word, and what it has told."""

    on_duty: dict[str, set[str]]
    ladders: dict[int, Ladder] = field(default_factory=dict)
    told: set[tuple[int, int, str, int]] = field(default_factory=set)

    def start(self, ticket: int, now: float, steps: list[Step]) -> None:
        """A ticket is logged; the steps are given from its start."""
        for step in steps:
            step.due += now
        self.ladders[ticket] = Ladder(ticket, steps)

    def end(self, ticket: int) -> None:
        """The milestone was reached or the ticket solved: what waits is cancelled."""
        ladder = self.ladders[ticket]
        ladder.ended = True
        for step in ladder.steps:
            step.end = step.end or "cancelled"

    def pause(self, ticket: int, now: float) -> None:
        """The customer is waited for: everything stands still."""
        self.ladders[ticket].paused_at = now

    def resume(self, ticket: int, now: float) -> None:
        """It goes on, later by the pause."""
        ladder = self.ladders[ticket]
        assert ladder.paused_at is not None
        for step in ladder.steps:
            step.due += now - ladder.paused_at
        ladder.paused_at = None

    def hold(self, ticket: int, now: float, seconds: float) -> None:
        """*I have it*: repeats end, and the first step that waits comes when the hold has run out, the others as much later."""
        waiting = [step for step in self.ladders[ticket].steps if not step.end]
        for step in waiting:
            step.end = "fired" if step.told else ""
        waiting = [step for step in waiting if not step.end]
        if waiting and waiting[0].due < now + seconds:
            shift = now + seconds - waiting[0].due
            for step in waiting:
                step.due += shift

    def look(self, now: float) -> None:
        """Somebody looks, after a second or after an outage: each ladder's highest due step is taken, and those below it pass."""
        for ladder in self.ladders.values():
            while not ladder.ended and ladder.paused_at is None and self._take(ladder, now):
                pass

    def _take(self, ladder: Ladder, now: float) -> bool:
        due = [place for place, step in enumerate(ladder.steps) if not step.end and step.due <= now]
        if not due:
            return False
        place = due[-1]
        for step in ladder.steps[:place]:
            step.end = step.end or ("fired" if step.told else "overtaken")
        step = ladder.steps[place]
        people = self.on_duty.get(step.whom, set())
        self.told |= {(ladder.ticket, place + 1, person, int(now // MINUTE)) for person in people}
        step.told = True
        if step.repeats:
            step.repeats, step.due = step.repeats - 1, now + step.every
        else:
            step.end = "fired"
        following = [later for later in ladder.steps[place + 1 :] if not later.end]
        if not people and following:
            following[0].due = min(following[0].due, now)
        return True
