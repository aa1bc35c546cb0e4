"""The ticket: its fields as api.md fixes them, its states, who may see it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Team
from accounts.roles import Role
from common.clock import now
from common.phones import same_number
from common.states import moves


class Status(models.TextChoices):
    OPEN = "open", _("terbuka")
    IN_PROGRESS = "in_progress", _("ditangani")
    PENDING_CUSTOMER = "pending_customer", _("menunggu pelanggan")
    SOLVED = "solved", _("selesai")
    CLOSED = "closed", _("ditutup")


OPEN_STATUSES = [Status.OPEN, Status.IN_PROGRESS, Status.PENDING_CUSTOMER]
WORKABLE = [Status.OPEN, Status.IN_PROGRESS]

TICKET_MOVES = moves(
    Status.choices,
    edit=OPEN_STATUSES,
    repeat_report=OPEN_STATUSES,
    update=[*OPEN_STATUSES, Status.SOLVED],
    assign=OPEN_STATUSES,
    forward=OPEN_STATUSES,
    take_over=OPEN_STATUSES,
    change_kind=OPEN_STATUSES,
    pause=WORKABLE,
    resume=[Status.PENDING_CUSTOMER],
    solve=OPEN_STATUSES,
    close=[*OPEN_STATUSES, Status.SOLVED],
    reopen=[Status.SOLVED, Status.CLOSED],
)


class Kind(models.TextChoices):
    REGULAR = "regular", _("Reguler")
    HARD_COMPLAINT = "hard_complaint", _("Hard complaint")
    SUPER_EMERGENCY = "super_emergency", _("Super Emergency")
    BUZZER = "buzzer", _("Buzzer")
    BUZZER_VISIT = "buzzer_visit", _("Buzzer visit")


class Interaction(models.TextChoices):
    COMPLAINT = "complaint", _("Keluhan")
    REQUEST = "request", _("Permintaan")
    INFORMATION = "information", _("Informasi")


class Channel(models.TextChoices):
    CALL = "call", _("Telepon")
    EMAIL = "email", _("E-mail")
    OUTBOUND = "outbound", _("Outbound")
    WALK_IN = "walk_in", _("Datang langsung")
    SOCIAL = "social", _("Media sosial")


class ServiceLine(models.TextChoices):
    DATA_INTERNET = "data_internet", _("Data & Internet")
    INDIHOME = "indihome", _("IndiHome")
    TELEPHONY = "telephony", _("Telephony")
    GLOBAL = "global", _("Global")
    IMES = "imes", _("IMES")


class Segment(models.TextChoices):
    DES = "DES", _("DES · korporasi")
    DGS = "DGS", _("DGS · pemerintah")
    DBS = "DBS", _("DBS · bisnis")
    DCS = "DCS", _("DCS · perumahan")


class Criterion(models.TextChoices):
    """The five signs of a hard complaint (HC-1, W-24 5.1.1). The system finds the first; the agent ticks the others."""

    REPEAT_REPORT = "repeat_report", _("Lapul 3× atau lebih")
    THREAT = "threat", _("Mengancam cabut atau lapor media")
    ABUSIVE_SPEECH = "abusive_speech", _("Bicara kasar")
    REFUSES_AGENT = "refuses_agent", _("Menolak agen, minta atasan")
    REFUSES_TO_END = "refuses_to_end", _("Tidak mau menutup telepon")


class HolderKind(models.TextChoices):
    """Who can hold the ball (HC-7)."""

    AGENT = "agent", _("Agen")
    TEAM_LEADER = "team_leader", _("TL")
    SUPERVISOR = "supervisor", _("SPV")
    SUPPORT_HC = "support_hc", _("Support HC")
    UNIT = "unit", _("Unit")
    TELKOM = "telkom", _("Telkom")
    CARING = "caring", _("Caring")
    CUSTOMER = "customer", _("Pelanggan")


@dataclass(frozen=True)
class ShownClock:
    """The clock that a list shows for a ticket: the one that ends first among those running."""

    state: str
    milestone: str
    started_at: datetime
    due_at: datetime
    first_rung_at: datetime | None = None
    ended_at: datetime | None = None


Shown = Callable[[Person], Q]
_shown: dict[str, list[Shown]] = {}


def show_tickets_to(role: Role, which: Shown) -> None:
    """An app above says which tickets its work brings before a role (Tier-2: those of waiting callbacks)."""
    _shown.setdefault(role, []).append(which)


REACHED_BY_CALLERS = (Role.AGENT, Role.TEAM_LEADER, Role.SUPERVISOR)  # they find other teams' tickets, in short form
MOST_OF_ONE_NUMBER = 20  # tickets that have the same number in different systems
_NUMBER = re.compile(r"#?(?:T-)?0*([0-9]{1,12})", re.IGNORECASE)


def holder_of(kind: str, person: str | None, name: str, since: datetime) -> dict[str, Any]:
    """Who holds the ball, from the values of a row; the name is empty where the kind alone is meant."""
    return {"kind": kind, "name": name if person is None else person, "since": since}


def next_clock_of(
    state: str, milestone: str, started_at: datetime | None, due_at: datetime | None, first_rung_at: datetime | None
) -> ShownClock | None:
    """The clock that lists show, from the values of a row, if any runs."""
    return ShownClock(state, milestone, started_at, due_at, first_rung_at) if due_at and started_at else None


def sees_whole(person: Person, team_id: int | None) -> bool:
    """Whether somebody who may find a ticket of this team sees all of it, and not only the short form."""
    return person.role not in REACHED_BY_CALLERS or team_id in person.team_scope


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, person: Person) -> Self:
        """The tickets that this person sees whole (requirements.md, "What each role sees")."""
        if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR):
            return self
        if person.role in REACHED_BY_CALLERS:
            return self.filter(team__in=person.team_scope)
        shown = _shown.get(person.role)
        if not shown:
            return self.none()
        which = Q()
        for rule in shown:
            which |= rule(person)
        return self.filter(which)

    def findable_by(self, person: Person) -> Self:
        """Open or recent tickets that a caller may reach any agent with; only the short form may be shown of the others'."""
        if person.role not in REACHED_BY_CALLERS:
            return self.visible_to(person)
        return self.filter(Q(team__in=person.team_scope) | _findable_by_all())

    def findable_by_all(self) -> Self:
        """Those that everybody finds whom a caller may reach, whichever team they are of."""
        return self.filter(_findable_by_all())

    def open(self) -> Self:
        return self.filter(status__in=OPEN_STATUSES)

    def matching_exactly(self, text: str) -> Self:
        """Those whose number, service number, phone or number in another system is ``text``, in any usual spelling."""
        text = text.strip()
        which = Q(service_number=text)
        # Asked by itself: beside the other conditions the database would read all tickets.
        if text and (outside := list(_outside(text))):
            which |= Q(pk__in=outside)
        if phone := same_number(text):
            which |= Q(contact_phone=phone)
        if (number := _NUMBER.fullmatch(text)) and (text[:1] in "tT#" or len(number[1]) < 8):
            which |= Q(pk=int(number[1]))
        return self.filter(which)

    def by_number(self, number: str) -> Self:
        """The one with this number, or none: ``T-000042`` and only that spelling."""
        found = re.fullmatch(r"T-([0-9]{6}|[1-9][0-9]{6,11})", number)
        return self.filter(pk=int(found[1])) if found else self.none()

    def mentioning(self, words: str, *, names: bool) -> Self:
        """Those with ``words`` in the symptom, the number or, where the reader sees them plain, the ``names``."""
        which = Q(symptom__icontains=words) | Q(service_number__icontains=words)
        if names:
            which |= Q(customer_name__icontains=words) | Q(reporter_name__icontains=words)
        return self.filter(which)

    def by_urgency(self) -> Self:
        """Plain lists: by the clock that ends first, those without one last."""
        return self.order_by(models.F("clock_due_at").asc(nulls_last=True), "-id")


def _findable_by_all() -> Q:
    since = now() - timedelta(days=settings.SEARCHABLE_CLOSED_DAYS)
    return Q(status__in=OPEN_STATUSES) | Q(opened_at__gte=since)


def _outside(text: str) -> Any:
    """The keys of the tickets that have this number in another system."""
    model = Ticket._meta.get_field("references").related_model
    numbers = dict.fromkeys([text, text.upper()])
    return model._default_manager.filter(number__in=numbers).values_list("ticket_id", flat=True)[:MOST_OF_ONE_NUMBER]


def number_of(key: int) -> str:
    """The number of the ticket with this key."""
    return f"T-{key:06d}"


class Ticket(models.Model):
    """One customer's trouble. The number is made from the key, so it can neither collide nor be lost in a race."""

    logged_now = False  # true of the very object that ``log_ticket`` made

    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.OPEN)
    kind = models.CharField(_("jenis"), max_length=20, choices=Kind.choices, default=Kind.REGULAR)
    interaction = models.CharField(_("kontak"), max_length=12, choices=Interaction.choices, default=Interaction.COMPLAINT)
    channel = models.CharField(_("lewat"), max_length=10, choices=Channel.choices, default=Channel.CALL)
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, null=True, related_name="tickets")
    service_number = models.CharField(_("nomor layanan"), max_length=40, null=True)  # noqa: DJ001 imports may have none
    service_line = models.CharField(_("layanan"), max_length=20, choices=ServiceLine.choices)
    segment = models.CharField(_("segmen"), max_length=3, choices=Segment.choices, blank=True)
    customer_name = models.CharField(_("nama pelanggan"), max_length=200, null=True)  # noqa: DJ001
    reporter_name = models.CharField(_("nama pelapor"), max_length=200, null=True)  # noqa: DJ001
    contact_phone = models.CharField(_("nomor kontak"), max_length=20, null=True)  # noqa: DJ001
    contact_email = models.EmailField(_("e-mail"), null=True)  # noqa: DJ001
    region = models.PositiveSmallIntegerField(_("TREG"), null=True, blank=True)
    area = models.CharField(_("area"), max_length=120, blank=True)
    symptom = models.CharField(_("gejala"), max_length=200)
    description = models.TextField(_("uraian"))
    criteria = models.JSONField(default=list)
    overruled_criteria = models.JSONField(default=list)
    repeat_count = models.PositiveSmallIntegerField(default=0)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, db_index=False, related_name="tickets")  # ticket_by_team
    logged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="logged_tickets")
    assignee = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="assigned_tickets")
    holder_kind = models.CharField(max_length=12, choices=HolderKind.choices, default=HolderKind.AGENT)
    holder_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    holder_name = models.CharField(max_length=120, blank=True)
    holder_since = models.DateTimeField()
    holder_before = models.JSONField(null=True)
    opened_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    solution = models.TextField(blank=True)
    cause = models.CharField(max_length=200, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    imported = models.BooleanField(default=False)
    intake_key = models.UUIDField(null=True, unique=True)  # ends the race of a double click at intake
    erased_at = models.DateTimeField(null=True)  # when who called and every free word was emptied (QM-5)
    version = models.PositiveIntegerField(default=1)
    last_word = models.CharField(max_length=160, blank=True)
    last_word_at = models.DateTimeField()
    # The clock that ends first, written by escalation, so that lists need no join and no count.
    clock_milestone = models.CharField(max_length=20, blank=True)
    clock_state = models.CharField(max_length=10, blank=True)
    clock_started_at = models.DateTimeField(null=True)
    clock_due_at = models.DateTimeField(null=True)
    clock_first_rung_at = models.DateTimeField(null=True)

    objects = TicketQuerySet.as_manager()
    counted: int | None = None  # the counter ``ticket:<key>``, where it was read along

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["service_number", "-opened_at"], name="ticket_service_number"),  # intake search
            models.Index(fields=["contact_phone", "-opened_at"], name="ticket_phone"),  # intake search
            # Lists that people work from show open things; they stay small when the table grows.
            models.Index(
                fields=["team", "clock_due_at", "-id"], name="ticket_open_by_team", condition=Q(status__in=OPEN_STATUSES)
            ),
            models.Index(fields=["clock_due_at", "-id"], name="ticket_open_by_clock", condition=Q(status__in=OPEN_STATUSES)),
            models.Index(
                fields=["assignee", "clock_due_at"], name="ticket_open_by_assignee", condition=Q(status__in=OPEN_STATUSES)
            ),
            models.Index(fields=["team", "-id"], name="ticket_by_team"),  # the API's list of a team
            models.Index(fields=["kind", "opened_at"], name="ticket_by_kind_and_opening"),  # the try of a policy (ESC-6)
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people say on the phone: ``T-000042``."""
        return number_of(self.pk)

    @property
    def url(self) -> str:
        return reverse("tickets:page", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_escorted(self) -> bool:
        """Whether Support HC escorts tickets of this kind."""
        return self.kind != Kind.REGULAR

    def is_whole_for(self, person: Person) -> bool:
        """Whether somebody who may find this ticket sees all of it, and not only the short form."""
        return sees_whole(person, self.team_id)

    @property
    def holder(self) -> dict[str, Any]:
        """Who holds the ball (HC-7); the name is empty where the kind alone is meant."""
        person = self.holder_person.online_name if self.holder_person else None
        return holder_of(self.holder_kind, person, self.holder_name, self.holder_since)

    @property
    def next_clock(self) -> ShownClock | None:
        """The clock that lists show, if any runs."""
        return next_clock_of(
            self.clock_state, self.clock_milestone, self.clock_started_at, self.clock_due_at, self.clock_first_rung_at
        )

    def criterion_labels(self) -> list[Any]:
        """The signs in words."""
        return [Criterion(code).label for code in self.criteria]
