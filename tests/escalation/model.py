"""A small reference model of the ladders, written apart from the engine: what should fire, when, and whom it should tell.

It knows nothing of rows, locks, batches or workers. It steps through the minutes at which somebody looks, and applies the words
of ESC-2, ESC-3, ESC-5, SE-1 and OB-7 to plain objects. ``tests/escalation/test_thirty_days.py`` compares it with the engine.
"""

from collections import Counter
from dataclasses import dataclass, field, replace

MINUTE = 60
LATE = 60  # fired more than so many seconds after it was due


@dataclass
class Step:
    """A rung: its moment in seconds, whom, and how often it repeats. ``counted`` is its moment by the clock alone."""

    due: float
    whom: str
    every: float = 0
    repeats: int = 0
    told: bool = False
    end: str = ""
    place: int = 0
    counted: float = 0


@dataclass
class Ladder:
    """One clock of one ticket, by the clock's number."""

    steps: list[Step]
    ended: bool = False
    paused_at: float | None = None


@dataclass
class Model:
    """The house: its ladders, who is on duty by word, and how often it has told whom of which step in which minute."""

    on_duty: dict[str, set[str]]
    ladders: dict[int, Ladder] = field(default_factory=dict)
    told: Counter[tuple[int, int, str, int]] = field(default_factory=Counter)

    @property
    def ends(self) -> dict[tuple[int, int], str]:
        """How each step has ended; empty where it waits."""
        return {(clock, step.place): step.end for clock, each in self.ladders.items() for step in each.steps}

    def start(self, clock: int, now: float, steps: list[Step]) -> None:
        """A ticket is logged, raised or opened again; the steps are given from its start."""
        for place, step in enumerate(steps, start=1):
            step.place, step.due = place, step.due + now
            step.counted = step.due
        self.ladders[clock] = Ladder(steps)

    def go_on(self, clock: int, again: int) -> None:
        """The customer denies: what the solve cancelled waits again under a new number, from where the clock began."""
        steps = [step for step in self.ladders[clock].steps if step.end == "cancelled"]
        fresh = [replace(step, due=step.counted, told=False, end="") for step in steps]
        self.ladders[again] = Ladder(fresh)

    def end(self, clock: int) -> None:
        """The milestone was reached, the ticket solved, or its kind is another: what waits is cancelled."""
        ladder = self.ladders[clock]
        ladder.ended = True
        for step in ladder.steps:
            step.end = step.end or "cancelled"

    def pause(self, clock: int, now: float) -> None:
        """The customer is waited for: everything stands still."""
        self.ladders[clock].paused_at = now

    def resume(self, clock: int, now: float) -> None:
        """It goes on, later by the pause."""
        ladder = self.ladders[clock]
        assert ladder.paused_at is not None
        for step in ladder.steps:
            step.due += now - ladder.paused_at
            step.counted += now - ladder.paused_at
        ladder.paused_at = None

    def hold(self, clock: int, now: float, seconds: float) -> None:
        """*I have it*: repeats end, and the first step that waits comes when the hold has run out, the others as much later."""
        waiting = [step for step in self.ladders[clock].steps if not step.end]
        for step in waiting:
            step.end = "fired" if step.told else ""
        waiting = [step for step in waiting if not step.end]
        if waiting and waiting[0].due < now + seconds:
            shift = now + seconds - waiting[0].due
            for step in waiting:
                step.due += shift

    def escalate(self, clock: int, now: float) -> bool:
        """A person does not wait for the next step above the holder; False where there is none."""
        steps = [step for step in self.ladders[clock].steps if not step.end and step.whom != "holder"]
        if steps:
            steps[0].due = min(steps[0].due, now)
            self._take(clock, now)
        return bool(steps)

    def look(self, now: float) -> None:
        """Somebody looks, after a second or after an outage: each ladder's highest due step is taken, and those below it pass."""
        for clock, ladder in self.ladders.items():
            while not ladder.ended and ladder.paused_at is None and self._take(clock, now):
                pass

    def _take(self, clock: int, now: float) -> bool:
        ladder = self.ladders[clock]
        due = [place for place, step in enumerate(ladder.steps) if not step.end and step.due <= now]
        if not due:
            return False
        place = due[-1]
        for step in ladder.steps[:place]:
            step.end = step.end or ("fired" if step.told else "overtaken")
        step = ladder.steps[place]
        people = self.on_duty.get(step.whom, set())
        self.told.update((clock, step.place, person, int(now // MINUTE)) for person in people)
        step.told = True
        if step.repeats:
            step.repeats, step.due = step.repeats - 1, now + step.every
        else:
            step.end = "late" if now - step.due > LATE else "fired"
        following = [later for later in ladder.steps[place + 1 :] if not later.end]
        if not people and following:
            following[0].due = min(following[0].due, now)
        return True
