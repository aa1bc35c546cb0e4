"""What the doors lead to: of every kind of object three, the agent's own, one of the agent's team, one of another team.

A new kind of object: a triple in one of the fixtures of ``GROUPS`` (or a new one), and how its addresses begin in ``PLACES``.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as dj_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate
from rest_framework.authtoken.models import Token

from accounts.actions import change_person
from accounts.actions.shift_notes import leave_note
from accounts.models import Handover, Person, Procedure, StandIn, Team
from accounts.roles import Role
from common.clock import now
from escalation.actions import escorts
from escalation.actions.mail_items import claim_mail
from escalation.actions.outages import open_outage
from escalation.actions.problems import report_problem
from escalation.actions.progress import Said, record_progress
from escalation.actions.promises import Terms, make_promise
from escalation.actions.raising import raise_super_emergency
from escalation.actions.trying import try_policy
from escalation.models import (
    Calendar,
    Channel,
    Clock,
    ClockRung,
    Escort,
    Group,
    Holiday,
    InboundMessage,
    Message,
    MessageTemplate,
    Notification,
    Policy,
    Progress,
)
from outbound.actions import claim_callback, create_campaign, pick
from outbound.actions.recordings import attach_recording
from outbound.models import Callback, CallReason, Difference, Product
from quality.actions.briefings import BriefingBody, plan_training, publish
from quality.actions.calibrating import open_calibration
from quality.actions.evaluations import EvaluationBody, record_evaluation
from quality.actions.nonconformities import identify
from quality.actions.papers import paper_of_sheet
from quality.actions.reports import ask_report
from quality.actions.retention import begin_run, lay_hold
from quality.actions.sampling import make_plan
from quality.models import Check, ScoringForm, Validation
from quality.models.retention import RetentionTerm
from quality.models.sampling import Draw
from quality.models.targets import QualityTarget
from tests.conftest import arrive
from tests.doors.routes import Door
from tests.escalation.mails import letter_with_file, mailbox_of, receive, skilled
from tests.outbound.arrears import agree, prospects_of
from tests.outbound.test_recordings import wav
from tests.quality.conftest import marks
from tests.stories.harness import until_morning
from tests.tickets.conftest import FORM
from tests.tickets.imports import begun, row, table
from tickets.actions import Intake, forward, log_ticket
from tickets.models import Forwarding, Script, Ticket, TicketDifference

# The people of the columns: a letter, and the fixture.
ROLES = {
    "A": "agent",
    "L": "team_leader",
    "S": "supervisor",
    "H": "support_hc",
    "T": "outbound_agent",
    "Q": "quality_control",
    "D": "administrator",
    "C": "client_reader",
}
OTHERS = {"N": "newcomer", "G": "gone", "X": None}  # has not signed; signed in, then switched off; nobody
OWNERS = ("own", "team", "other")
# How an address begins, and the kind of object that it names; the first that fits.
PLACES = (
    ("api/v1/tickets/", "ticket"),
    ("api/v1/customers/", "customer"),
    ("api/v1/tools/", "tool"),
    ("api/v1/workload/", "person"),
    ("api/v1/ticket-differences/", "ticket difference"),
    ("imports/differences/", "ticket difference"),
    ("workload/", "person"),
    ("api/v1/escorts/", "escort"),
    ("api/v1/clocks/", "clock"),
    ("api/v1/policies/", "policy"),
    ("api/v1/notifications/", "notification"),
    ("api/v1/messages/", "message"),
    ("api/v1/inbox/", "inbound"),
    ("api/v1/callbacks/", "callback"),
    ("api/v1/campaigns/", "campaign"),
    ("api/v1/prospects/", "prospect"),
    ("api/v1/call-reasons/", "reason"),
    ("api/v1/caring-results/", "result"),
    ("api/v1/promises/", "promise"),
    ("api/v1/problems/", "problem"),
    ("problems/", "problem"),
    ("api/v1/outages/", "outage"),
    ("outages/", "outage"),
    ("api/v1/differences/", "difference"),
    ("api/v1/recordings/", "recording"),
    ("api/v1/imports/", "load"),
    ("api/v1/evaluations/", "evaluation"),
    ("api/v1/evidence/", "evidence"),
    ("api/v1/nonconformities/", "nonconformity"),
    ("api/v1/quality-reports/", "report"),
    ("api/v1/scoring-forms/", "form"),
    ("api/v1/validations/", "validation"),
    ("api/v1/channels/", "channel"),
    ("api/v1/groups/", "group"),
    ("api/v1/legal-holds/", "hold"),
    ("api/v1/retention-runs/", "run"),
    ("api/v1/retention-terms/", "term"),
    ("api/v1/parked-rungs/", "rung"),
    ("health/rungs/", "rung"),
    ("channels/", "channel"),
    ("groups/", "group"),
    ("retention/holds/", "hold"),
    ("retention/runs/", "run"),
    ("retention/terms/", "term"),
    ("api/v1/quality-targets/", "target"),
    ("quality-targets/", "target"),
    ("api/v1/calibrations/", "calibration"),
    ("calibrations/", "calibration"),
    ("api/v1/sampling-plans/", "plan"),
    ("api/v1/sampling-draws/", "draw"),
    ("tapping/plans/", "plan"),
    ("tapping/", "draw"),
    ("api/v1/calendars/", "calendar"),
    ("api/v1/procedures/", "procedure"),
    ("api/v1/scripts/", "script"),
    ("api/v1/shift-notes/", "shift note"),
    ("api/v1/forwardings/", "forwarding"),
    ("scripts/", "script"),
    ("tools/", "tool"),
    ("api/v1/briefings/", "briefing"),
    ("api/v1/trainings/", "training"),
    ("briefings/", "briefing"),
    ("trainings/", "training"),
    ("api/v1/holidays/", "holiday"),
    ("api/v1/tries/", "trial"),
    ("calendars/holidays/", "holiday"),
    ("calendars/", "calendar page"),
    ("policies/tries/", "trial"),
    ("policies/", "policy"),
    ("api/v1/handovers/", "handover"),
    ("handovers/", "handover"),
    ("api/v1/stand-ins/", "stand-in"),
    ("stand-ins/", "stand-in"),
    ("tickets/draft/", "draft"),
    ("tickets/", "ticket"),
    ("board/", "hard"),
    ("imports/", "load"),
    ("hooks/", "channel"),
    ("queue/", "escort"),
    ("progress/", "progress"),
    ("messages/", "message"),
    ("inbox/", "inbound"),
    ("api/v1/mail/", "mail"),
    ("api/v1/mailboxes/", "mailbox"),
    ("api/v1/message-templates/", "message template"),
    ("notifications/", "notification"),
    ("mail/files/", "mail file"),
    ("mail/messages/", "mail message"),
    ("mail/", "mail"),
    ("mailboxes/", "mailbox"),
    ("clocks/", "clock"),
    ("caring/", "callback"),
    ("promises/", "promise"),
    ("campaigns/", "campaign"),
    ("dapros/", "prospect"),
    ("prospects/", "prospect"),
    ("results/", "result"),
    ("caring-results/", "result"),
    ("differences/", "difference"),
    ("recordings/", "recording"),
    ("evaluations/", "evaluation"),
    ("evidence/", "evidence"),
    ("nonconformities/", "nonconformity"),
    ("scoring-forms/", "form"),
    ("validations/", "validation"),
)
GROUPS = (
    "handed",
    "forwarded",
    "escorted",
    "promised",
    "called",
    "arrears",
    "judged",
    "loose",
    "mailed",
    "taught",
)  # the fixtures that make the objects
DIFFERS = {"promised_on": ["2026-01-01", "2026-01-02"]}  # what another system says otherwise
Triple = tuple[Any, Any, Any]
Triples = dict[str, Triple]
Tickets = Callable[..., list[Ticket]]


# To whom it makes a difference whether an object is theirs or a colleague's; to nobody else.
COLLEAGUES = dict.fromkeys(("ticket", "hard", "customer", "clock", "notification", "handover"), "A") | {"callback": "AT"}
COLLEAGUES |= dict.fromkeys(("escort", "message", "progress", "load"), "H") | dict.fromkeys(
    ("campaign", "prospect", "result"), "T"
)


def kind_of(door: Door) -> str:
    """The kind of object that the door's address names."""
    for start, kind in PLACES:
        if door.address.startswith(start):
            return kind
    raise LookupError(f"{door.name}: say in tests/doors/world.py what kind of object this names")


@dataclass(frozen=True)
class World:
    """The objects by kind, and the browsers and programs by letter."""

    objects: Triples
    cookies: dict[str, str]
    tokens: dict[str, str]

    def address(self, door: Door, owner: int) -> str:
        """The door's address with the name of one object in it."""
        return self.path(door, str(self.objects[kind_of(door)][owner]) if door.has_object else "")

    def path(self, door: Door, named: str) -> str:
        """The door's address with this name in it."""
        path = door.address.replace("{ending}", "pdf").replace("{name}", "by-hand").replace("{act}", "confirm")
        while "{" in path:
            path = path[: path.index("{")] + named + path[path.index("}") + 1 :]
        return f"/{path}"

    def enter(self, browser: Client, door: Door, who: str) -> dict[str, str]:
        """Lets this person's browser, or program with the headers that are returned, stand before the door."""
        if door.is_api and who in self.tokens:
            return {"Authorization": f"Token {self.tokens[who]}"}
        if who in self.cookies:
            browser.cookies[dj_settings.SESSION_COOKIE_NAME] = self.cookies[who]
        return {}

    def ask(self, door: Door, who: str, owner: int, body: dict[str, Any]) -> Any:
        """What this person gets at this door."""
        browser = Client(raise_request_exception=False)
        headers = self.enter(browser, door, who) | ({"If-Match": "*"} if door.method == "patch" else {})
        sent: dict[str, Any] = {"headers": headers}
        if door.method != "get":
            sent |= {"data": body}
            if door.is_api or door.method == "delete":
                sent |= {"content_type": "application/json"}
        return getattr(browser, door.method)(self.address(door, owner), **sent)


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that change rows while the block runs."""
    found: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            found.append(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found


@pytest.fixture
def gone(team: Team, team_leader: Person) -> Person:
    """An agent who is switched off while signed in."""
    return arrive("10003", "Tono", Role.AGENT, team)


@pytest.fixture
def tickets(agent: Person, colleague: Person, stranger: Person) -> Tickets:
    """``tickets("1")`` logs a hard complaint by each of the three, of service numbers that begin with that digit."""

    def logged(digit: str, criteria: Sequence[str] = ("threat",)) -> list[Ticket]:
        made = []
        for place, person in enumerate((agent, colleague, stranger)):
            own = {"service_number": f"{digit}5240777770{place}", "region": 3, "criteria": criteria}
            own |= {"contact_phone": f"0812 2045 77{digit}{place}"}
            made.append(log_ticket(Intake(**{**FORM, **own}), by=person))
        return made

    return logged


def of(model: Any, tickets: list[Ticket], **which: Any) -> Triple:
    """The key of each ticket's first row of this kind."""
    first, second, third = (model.objects.filter(ticket=ticket, **which).order_by("id").first().pk for ticket in tickets)
    return first, second, third


@pytest.fixture
def handed(
    agent: Person, colleague: Person, stranger: Person, team_leader: Person, other_team_leader: Person, supervisor: Person
) -> Triples:
    """An offer to the agent, one of a colleague, one of the other team; and times of standing in, which here give no power."""
    pairs = ((colleague, agent), (colleague, team_leader), (stranger, other_team_leader))
    offers = [Handover.objects.create(giver=giver, receiver=to, offered_at=now()).pk for giver, to in pairs]
    led = ((team_leader, agent), (team_leader, agent), (other_team_leader, stranger))
    span = {"starts_at": now(), "ends_at": now() + timedelta(hours=8), "named_by": supervisor, "named_at": now()}
    named = [StandIn.objects.create(leader=leader, person=person, **span).pk for leader, person in led]
    return {"handover": (offers[0], offers[1], offers[2]), "stand-in": (named[0], named[1], named[2])}


@pytest.fixture
def escorted(tickets: Tickets, support_hc: Person, second_support_hc: Person) -> Triples:
    """Plain tickets; and hard complaints that are dispatched: 40001 holds the own one's escort, 40002 the others."""
    found = tickets("1")
    for ticket, owner in zip(found, (support_hc, second_support_hc, second_support_hc), strict=True):
        escort = escorts.dispatch(escorts.claim_escort(Escort.objects.get(ticket=ticket), by=owner), by=owner)
        record_progress(escort, Said("Teknisi menuju ODP"), by=owner)
    plain = tickets("3", criteria=())
    parked = [ClockRung.objects.filter(clock__ticket=ticket).latest("pk") for ticket in found]
    ClockRung.objects.filter(pk__in=[each.pk for each in parked]).update(state="parked", ended_at=now())
    words = [Progress.objects.get(escort__ticket=ticket).pk for ticket in found]
    under = [open_outage("Gangguan", by=support_hc, tickets=[ticket.number]).outage.pk for ticket in plain]
    differing = [
        TicketDifference.objects.create(system="nossa", number=f"IN{each.pk}", what="status", ticket=each, found_at=now()).pk
        for each in plain
    ]
    return {
        "ticket difference": (differing[0], differing[1], differing[2]),
        "ticket": (plain[0].number, plain[1].number, plain[2].number),
        "hard": (found[0].number, found[1].number, found[2].number),
        "customer": (found[0].customer_id, found[1].customer_id, found[2].customer_id),
        "escort": of(Escort, found),
        "clock": of(Clock, found, state="running"),
        "message": of(Message, found),
        "outage": (under[0], under[1], under[2]),
        "progress": (words[0], words[1], words[2]),
        "rung": (parked[0].pk, parked[1].pk, parked[2].pk),
    }


@pytest.fixture
def promised(tickets: Tickets, team_leader: Person, other_team_leader: Person) -> Triples:
    """A promise of 20001 on the own team's tickets, of 20002 on the other's."""
    made = []
    leaders = [Person.objects.get(pk=leader.pk) for leader in (team_leader, team_leader, other_team_leader)]
    for ticket, leader in zip(tickets("4"), leaders, strict=True):
        raised = raise_super_emergency(ticket, "Mengancam ke media", by=leader)
        terms = Terms(promised_to="Ibu Sri", what="Internet menyala lagi", due_at=now() + timedelta(hours=4))
        made.append(make_promise(raised, terms, by=leader).pk)
    return {"promise": (made[0], made[1], made[2])}


@pytest.fixture
def called(tickets: Tickets, second_support_hc: Person, outbound_agent: Person) -> Triples:
    """Caring callbacks; 50001 holds the own one, the others wait."""
    found = tickets("2")
    for ticket in found:
        escort = escorts.claim_escort(Escort.objects.get(ticket=ticket), by=second_support_hc)
        escorts.solve_escort(escort, "Kabel diganti", by=second_support_hc)
    claim_callback(Callback.objects.get(ticket=found[0]), by=outbound_agent)
    return {"callback": of(Callback, found)}


@pytest.fixture
def arrears(
    outbound_team: Team,
    other_team: Team,
    outbound_agent: Person,
    team_leader: Person,
    other_team_leader: Person,
    quality_control: Person,
) -> Triples:
    """Customers in arrears: one that 50001 has called with a result, a colleague's, one of the other TL's team."""
    colleague = arrive("50091", "Wulan", Role.OUTBOUND_AGENT, outbound_team)
    stranger = arrive("50092", "Tigor", Role.OUTBOUND_AGENT, other_team)
    leaders = [Person.objects.get(pk=leader.pk) for leader in (team_leader, other_team_leader)]  # who know what they lead by now
    ours = create_campaign("Dapros JKT", Product.CT0, by=leaders[0], team=outbound_team)
    theirs = create_campaign("Dapros lain", Product.CT0, by=leaders[1], team=other_team)
    results, held, heard, other, drawn, calibrated = [], [], [], [], [], []
    reviewers = [quality_control, arrive("60091", "Reza", Role.QUALITY_CONTROL, quality_control.team)]
    plan = make_plan(by=None, name="Uji petik", per_agent=1)
    for person, campaign in ((outbound_agent, ours), (colleague, ours), (stranger, theirs)):
        prospects_of(campaign, 2)
        taken = pick(by=person)
        assert taken
        heard.append(attach_recording(taken, file=SimpleUploadedFile("rekaman.wav", wav()), by=person).pk)
        result = agree(taken, person)
        results.append(result.pk)
        calibrated.append(open_calibration(result, reviewers, by=reviewers[0]).pk)
        drawn.append(
            Draw.objects.create(plan=plan, result=result, person=person, team=campaign.team, why="at_random", drawn_at=now()).pk
        )
        other.append(Difference.objects.create(result=result, system="MyCX", values=DIFFERS, found_at=now()).pk)
        again = pick(by=person)
        assert again
        held.append(again.pk)
    return {
        "campaign": (ours.pk, ours.pk, theirs.pk),
        "prospect": (held[0], held[1], held[2]),
        "result": (results[0], results[1], results[2]),
        "recording": (heard[0], heard[1], heard[2]),
        "difference": (other[0], other[1], other[2]),
        "validation": of_results(results),
        "calibration": (calibrated[0], calibrated[1], calibrated[2]),
        "plan": (plan.pk,) * 3,
        "draw": (drawn[0], drawn[1], drawn[2]),
    }


def of_results(results: list[int]) -> Triple:
    """What QC has to look at of each result."""
    first, second, third = (Validation.objects.get(result=result).pk for result in results)
    return first, second, third


@pytest.fixture
def judged(agent: Person, colleague: Person, stranger: Person, quality_control: Person, administrator: Person) -> Triples:
    """A sheet of each agent by 60001, with its paper and a nonconformity."""
    form = ScoringForm.objects.published().get(check_kind=Check.TAPPING)
    sheets, papers, found = [], [], []
    for person in (agent, colleague, stranger):
        body = EvaluationBody(Check.TAPPING, person, timezone.localdate(now()), form, marks(p4="no"), reference="10.22")
        sheet = record_evaluation(body, by=quality_control)
        sheets.append(sheet.pk)
        papers.append(paper_of_sheet(sheet, by=quality_control).pk)
        found.append(identify("Salah sapa", "Tidak menyebut nama", by=quality_control, evaluation=sheet).pk)
    report = ask_report(localdate(now()), localdate(now()), by=quality_control).pk
    return {
        "evaluation": (sheets[0], sheets[1], sheets[2]),
        "evidence": (papers[0], papers[1], papers[2]),
        "nonconformity": (found[0], found[1], found[2]),
        "report": (report,) * 3,
        "form": (form.pk,) * 3,
        "hold": (lay_hold("Sengketa 17", by=administrator).pk,) * 3,
        "run": (begin_run(by=administrator, is_try=True).pk,) * 3,
        "target": (QualityTarget.objects.order_by("pk")[0].pk,) * 3,
        "term": (RetentionTerm.objects.order_by("pk")[0].pk,) * 3,
    }


@pytest.fixture
def loose(
    agent: Person, colleague: Person, stranger: Person, support_hc: Person, second_support_hc: Person, administrator: Person
) -> Triples:
    """What belongs to nobody's team, or to one person alone."""
    inbound = InboundMessage.objects.create(
        channel=Channel.objects.get(), provider_id="x1", raw="{}", received_at=now(), sender="Ujang", text="Sudah up"
    )
    told = [
        Notification.objects.create(person=person, event="alarm", text="Halo", key=f"door:{person.pk}", created_at=now()).pk
        for person in (agent, colleague, stranger)
    ]
    loads = [begun(table(row(1)), person).pk for person in (support_hc, second_support_hc)]
    return {
        "inbound": (inbound.pk,) * 3,
        "policy": (Policy.objects.order_by("id")[0].pk,) * 3,
        "notification": (told[0], told[1], told[2]),
        "load": (loads[0], loads[1], loads[1]),
        "channel": (Channel.objects.get().slug,) * 3,
        "group": (Group.objects.order_by("id")[0].pk,) * 3,
        "reason": (CallReason.objects.order_by("id")[0].pk,) * 3,
        "draft": ("ticket",) * 3,
        "problem": (report_problem("NOSSA", by=agent).pk,) * 3,
        "tool": ("nossa",) * 3,
        "person": (agent.agent_code, colleague.agent_code, stranger.agent_code),
        "calendar": (Calendar.objects.order_by("id")[0].pk,) * 3,
        "calendar page": (Calendar.objects.order_by("id")[0].slug,) * 3,
        "holiday": (Holiday.objects.order_by("id")[0].pk,) * 3,
        "trial": (try_policy(Policy.objects.order_by("id")[0], by=administrator, since=now() - timedelta(days=1)).pk,) * 3,
    }


@pytest.fixture
def mailed(agent: Person, colleague: Person, stranger: Person, settings: Any, tmp_path: Path) -> Triples:
    """Mail that 10001 holds, that waits in the same team, and in another team's mailbox; a file in each."""
    settings.MEDIA_ROOT = tmp_path
    skilled(colleague)
    ours = mailbox_of(agent)
    theirs = mailbox_of(stranger, name="Lain", address="lain@contoh.co.id")
    raws = [letter_with_file(f"Surat {number}", f"orang{number}@contoh.example") for number in range(3)]
    items = [*receive(ours, *raws[:2]), *receive(theirs, raws[2])]
    claim_mail(items[0], by=agent)
    messages = [item.messages.get() for item in items]
    files = [message.attachments.get().pk for message in messages]
    return {
        "mail": (items[0].pk, items[1].pk, items[2].pk),
        "mail message": (messages[0].pk, messages[1].pk, messages[2].pk),
        "mail file": (files[0], files[1], files[2]),
        "mailbox": (ours.pk, ours.pk, theirs.pk),
    }


@pytest.fixture
def taught(agent: Person, colleague: Person, stranger: Person, team_leader: Person, other_team_leader: Person) -> Triples:
    """A briefing of each TL for the own team, and a session of each."""
    briefings, trainings = [], []
    notes = [leave_note(by=person, text="Tunggu TREG 3").pk for person in (agent, colleague, stranger)]
    for leader, person in ((team_leader, agent), (team_leader, colleague), (other_team_leader, stranger)):
        leader = Person.objects.get(pk=leader.pk)
        body = BriefingBody("product_news", "Paket baru", "Harga naik", team=leader.team)
        briefings.append(publish(body, by=leader).pk)
        codes = [person.agent_code]
        trainings.append(plan_training(by=leader, title="Sesi", at=now() - timedelta(hours=1), people=codes).pk)
    return {
        "script": (Script.objects.order_by("id")[0].pk,) * 3,
        "shift note": (notes[0], notes[1], notes[2]),
        "message template": (MessageTemplate.objects.order_by("id")[0].pk,) * 3,
        "procedure": (Procedure.objects.order_by("id")[0].pk,) * 3,
        "briefing": (briefings[0], briefings[1], briefings[2]),
        "training": (trainings[0], trainings[1], trainings[2]),
    }


@pytest.fixture
def forwarded(tickets: Tickets, agent: Person, colleague: Person, stranger: Person) -> Triples:
    """A plain ticket of each at its unit."""
    plain = tickets("6", ())
    for each, person in zip(plain, (agent, colleague, stranger), strict=True):
        forward(each, "TREG 5", by=person)
    return {"forwarding": of(Forwarding, plain)}


@pytest.fixture
def by_day() -> Iterator[None]:
    """At ten in the morning, because customers are not called at night; and no second passes, however busy the machine is."""
    with time_machine.travel(now() + timedelta(seconds=until_morning()), tick=False):
        yield


@pytest.fixture
def world(db: None, by_day: None, request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> World:
    """Everybody and everything."""
    settings.MEDIA_ROOT, settings.REQUESTS_A_MINUTE = tmp_path, 1_000_000
    objects: Triples = {}
    for name in GROUPS:
        objects |= request.getfixturevalue(name)
    people = {letter: request.getfixturevalue(name) for letter, name in (ROLES | OTHERS).items() if name}
    cookies, tokens = {}, {}
    for letter, person in people.items():
        browser = Client()
        browser.force_login(person)
        cookies[letter] = browser.cookies[dj_settings.SESSION_COOKIE_NAME].value
        tokens[letter] = Token.objects.get_or_create(user=person)[0].key
    switch_off(people["G"], by=people["D"])
    return World(objects, cookies, tokens)


def switch_off(person: Person, *, by: Person) -> None:
    """As an administrator does it while the person is signed in."""
    change_person(person, by=by, changes={"is_active": False})
