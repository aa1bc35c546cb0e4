"""An application does not work: reported in two presses, told along a short ladder, its clocks stopped and let go on (P-01 6.9).

The acts write rows and answer at once; ``escalation.actions.standstills`` stops and lets go on, ticket by ticket.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import LINES, Counter, Person, Site
from accounts.roles import Role, require
from common import words
from common.clock import now
from common.problems import Invalid, NotAllowed
from common.text import clean
from escalation.actions.notifying import notify, on_duty
from escalation.models import (
    PROBLEM_MOVES,
    STOPPED,
    AppProblem,
    Clock,
    ClockState,
    Event,
    MilestoneName,
    ProblemReport,
    ProblemRung,
    ProblemState,
    ProblemWhom,
    Standstill,
    StandstillState,
)
from escalation.wording import Words
from tickets.actions.base import required
from tickets.models import Ticket

COUNTER = "problems"
BATCH = 1000
ROLES = {
    ProblemWhom.SUPERVISOR: Role.SUPERVISOR,
    ProblemWhom.SUPPORT_HC: Role.SUPPORT_HC,
    ProblemWhom.ADMINISTRATOR: Role.ADMINISTRATOR,
}


@transaction.atomic
def report_problem(app: str, *, by: Person, symptom: str = "") -> AppProblem:
    """Somebody cannot work with an application. One that is reported at this site already gets one report more."""
    require(by, "problem.report")
    name = required(app, "app", _("Pilih aplikasinya."), longest=60)
    text = clean(symptom, longest=300)
    site = by.team.site if by.team else None
    if site:
        Site.objects.select_for_update().get(pk=site.pk)  # two who report at once make one
    known = AppProblem.objects.open().filter(app__iexact=name, site=site).order_by("id").first()
    problem = known or _new_problem(name, text, site, by)
    ProblemReport.objects.bulk_create([ProblemReport(problem=problem, person=by, symptom=text, at=now())], ignore_conflicts=True)
    if known and text and not known.symptom:
        AppProblem.objects.filter(pk=known.pk).update(symptom=text)
    Counter.grow(COUNTER)
    return problem


def _new_problem(name: str, text: str, site: Site | None, by: Person) -> AppProblem:
    problem = AppProblem.objects.create(app=name, symptom=text, site=site, reported_by=by, reported_at=now())
    record(problem, "problem.reported", by=by, facts={"app": name, "site": site.code if site else None}, first=True)
    climb(problem)
    return problem


def climb(problem: AppProblem) -> None:
    """Tell whoever the due rungs of the ladder name, and note when the next one is due (ESC-2)."""
    passed = int((now() - problem.reported_at).total_seconds() // 60)
    rungs = list(ProblemRung.objects.filter(active=True, after_minutes__gt=problem.told_after))
    due = [rung for rung in rungs if rung.after_minutes <= passed]
    coming = [rung.after_minutes for rung in rungs if rung.after_minutes > passed]
    people = {each.pk: each for rung in due for each in _people(problem, ProblemWhom(rung.whom))}
    if people:
        text = Words(
            _("%(app)s terganggu sejak %(since)s: %(symptom)s"),
            app=problem.app, since=words.nearby(problem.reported_at), symptom=problem.symptom or "–",
        )  # fmt: skip
        notify(people.values(), Event.APP_PROBLEM, key=f"problem:{problem.pk}:{passed}", text=text, url=problem.url)
    problem.told_after = max((rung.after_minutes for rung in due), default=problem.told_after)
    problem.next_rung_at = problem.reported_at + timedelta(minutes=min(coming)) if coming else None
    problem.save(update_fields=["told_after", "next_rung_at"])
    told = sorted(each.agent_code for each in people.values())
    if due:
        record(problem, "problem.rung_fired", by=None, facts={"after_minutes": problem.told_after, "told": told})


def _people(problem: AppProblem, whom: ProblemWhom) -> list[Person]:
    people = on_duty(ROLES[whom])
    if whom == ProblemWhom.SUPERVISOR and problem.site_id:
        return [each for each in people if each.team and each.team.site_id == problem.site_id]
    return people


def fire_due_ladders(*, batch: int = 50) -> int:
    """Go on along the ladders that nobody has taken; returns how many. A rung fires once: its problem is locked."""
    due = AppProblem.objects.filter(next_rung_at__lte=now()).order_by("next_rung_at").values_list("pk", flat=True)
    fired = 0
    for key in list(due[:batch]):
        with transaction.atomic():
            rows = AppProblem.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=key, next_rung_at__lte=now())
            problem = rows.first()
            if problem:
                climb(problem)
                fired += 1
    return fired


def _locked(problem: AppProblem, move: str) -> AppProblem:
    problem = AppProblem.objects.select_for_update(of=("self",)).select_related("site").get(pk=problem.pk)
    PROBLEM_MOVES.require(move, problem.state)
    return problem


def _saved(problem: AppProblem, act: str, by: Person, *fields: str, facts: dict[str, Any] | None = None) -> AppProblem:
    problem.version += 1
    problem.save(update_fields=[*fields, "version"])
    record(problem, f"problem.{act}", by=by, facts=facts or {})
    Counter.grow(COUNTER)
    return problem


@transaction.atomic
def acknowledge_problem(problem: AppProblem, *, by: Person) -> AppProblem:
    """*I have it*: the ladder ends here."""
    require(by, "problem.acknowledge")
    problem = _locked(problem, "acknowledge")
    if problem.acknowledged_at:
        return problem
    problem.acknowledged_by, problem.acknowledged_at, problem.next_rung_at = by, now(), None
    return _saved(problem, "acknowledged", by, "acknowledged_by", "acknowledged_at", "next_rung_at")


@transaction.atomic
def report_to_ioc(problem: AppProblem, number: str, *, by: Person) -> AppProblem:
    """IOC has it, under this number of theirs; that is having it, too."""
    require(by, "problem.acknowledge")
    text = required(number, "number", _("Tulis nomor laporan di IOC."), longest=80)
    problem = acknowledge_problem(problem, by=by)
    problem = _locked(problem, "report_to_ioc")
    problem.ioc_number = text
    return _saved(problem, "reported_to_ioc", by, "ioc_number", facts={"number": text})


@transaction.atomic
def confirm_problem(
    problem: AppProblem,
    *,
    by: Person,
    lines: Sequence[str] = (),
    milestones: Sequence[str] = (),
    every_site: bool = False,
) -> AppProblem:
    """It is so: the open tickets that it hinders stand still, with the reason in each clock's ledger, until it ends (ESC-5).

    A supervisor decides for the own site, Support HC for every one. Without ``milestones`` those that wait for others stop.
    """
    require(by, "problem.handle")
    wrong = set(lines) - set(LINES) or set(milestones) - set(MilestoneName.values)
    if wrong:
        raise Invalid(_("Pilihan ini tidak dikenal: %(names)s."), names=", ".join(sorted(wrong)))
    problem = _locked(problem, "confirm")
    _require_own_site(problem, by, every_site=every_site)
    problem.state, problem.confirmed_by, problem.confirmed_at, problem.next_rung_at = ProblemState.CONFIRMED, by, now(), None
    problem.lines, problem.milestones = sorted(set(lines)), sorted(set(milestones)) or [str(each) for each in STOPPED]
    problem.site = None if every_site else problem.site
    problem.acknowledged_by, problem.acknowledged_at = problem.acknowledged_by or by, problem.acknowledged_at or now()
    fields = (
        "acknowledged_by",
        "acknowledged_at",
        "state",
        "confirmed_by",
        "confirmed_at",
        "next_rung_at",
        "lines",
        "milestones",
        "site",
    )
    facts = {"lines": problem.lines, "milestones": problem.milestones, "site": problem.site.code if problem.site else None}
    _saved(problem, "confirmed", by, *fields, facts=facts)
    bring_under(problem)
    return problem


def _require_own_site(problem: AppProblem, by: Person, *, every_site: bool) -> None:
    own = by.team.site_id if by.team else None
    if by.role == Role.SUPERVISOR and (every_site or problem.site_id not in (own, None)):
        raise NotAllowed(_("SPV hanya menghentikan jam situsnya sendiri. Minta Support HC."))


def hindered(problem: AppProblem) -> Any:
    """The open tickets of its lines and site whose clocks it stops."""
    tickets = Ticket.objects.open()
    if problem.lines:
        tickets = tickets.filter(service_line__in=problem.lines)
    if problem.site_id:
        tickets = tickets.filter(team__site=problem.site_id)
    running = Clock.objects.filter(ticket=OuterRef("pk"), state=ClockState.RUNNING, milestone__in=problem.milestones)
    return tickets.filter(Exists(running))


def bring_under(problem: AppProblem) -> None:
    """Every ticket that it hinders now is to stand still: those of the beginning, and those that began or went on since."""
    keys = list(hindered(problem).order_by("id").values_list("pk", flat=True))
    for first in range(0, len(keys), BATCH):
        some = keys[first : first + BATCH]
        known = Standstill.objects.filter(problem=problem, ticket__in=some)
        known.exclude(state=StandstillState.PARKED).update(state=StandstillState.TO_PAUSE)
        rows = [Standstill(problem=problem, ticket_id=key) for key in some]
        Standstill.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def end_problem(problem: AppProblem, solution: str, *, by: Person) -> AppProblem:
    """It works again: what stood still goes on, and every due moment moves by the length of the standstill."""
    require(by, "problem.handle")
    text = required(solution, "solution", _("Tulis apa yang membuatnya jalan lagi."), longest=500)
    problem = _locked(problem, "end")
    _require_own_site(problem, by, every_site=problem.site_id is None and problem.state == ProblemState.CONFIRMED)
    _let_go(problem, ProblemState.ENDED, by, text)
    _tell(problem)
    return _saved(problem, "ended", by, "state", "ended_by", "ended_at", "next_rung_at", "solution")


@transaction.atomic
def dismiss_problem(problem: AppProblem, reason: str, *, by: Person) -> AppProblem:
    """It was none: the banner goes, and nothing stood still."""
    require(by, "problem.handle")
    text = required(reason, "reason", _("Tulis mengapa ini bukan gangguan."), longest=500)
    problem = _locked(problem, "dismiss")
    _let_go(problem, ProblemState.DISMISSED, by, text)
    return _saved(problem, "dismissed", by, "state", "ended_by", "ended_at", "next_rung_at", "solution")


def _let_go(problem: AppProblem, state: ProblemState, by: Person, text: str) -> None:
    problem.state, problem.ended_by, problem.ended_at, problem.next_rung_at = state, by, now(), None
    problem.solution = text
    mine = Standstill.objects.filter(problem=problem)
    mine.filter(state=StandstillState.TO_PAUSE).update(state=StandstillState.SKIPPED)
    mine.filter(state=StandstillState.PAUSED).update(state=StandstillState.TO_RESUME)


def _tell(problem: AppProblem) -> None:
    """Those who reported it hear that it works again."""
    people: Iterable[Person] = [each.person for each in problem.reports.select_related("person")[:200]]
    text = Words(_("%(app)s sudah normal: %(solution)s"), app=problem.app, solution=problem.solution[:150])
    notify(people, Event.APP_PROBLEM, key=f"problem:{problem.pk}:ended", text=text, url=problem.url)


@transaction.atomic
def create_rung(*, by: Person, **values: Any) -> ProblemRung:
    """A rung of the ladder more."""
    require(by, "problem_rung.edit")
    rung = ProblemRung.objects.create(**values)
    record(rung, "problem_rung.created", by=by, facts=values, first=True)
    return rung


@transaction.atomic
def change_rung(rung: ProblemRung, *, by: Person, changes: Mapping[str, Any]) -> ProblemRung:
    """Other minutes, somebody else, or not any more; it holds from the next rung on."""
    require(by, "problem_rung.edit")
    rung = ProblemRung.objects.select_for_update().get(pk=rung.pk)
    facts = {name: [getattr(rung, name), value] for name, value in changes.items() if getattr(rung, name) != value}
    for name, (_before, value) in facts.items():
        setattr(rung, name, value)
    if facts:
        rung.save(update_fields=list(facts))
        record(rung, "problem_rung.changed", by=by, facts=facts)
    return rung
