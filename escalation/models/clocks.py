"""Policies, and the clocks that run by them. A due moment is a row; nothing that matters waits in the broker (ESC-1 to ESC-6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Case, GeneratedField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Site, Team
from accounts.roles import Role
from escalation.hours import Hours
from escalation.models.calendars import Calendar, CalendarVersion, hours_of
from tickets.models import Kind, Segment, ServiceLine, Ticket


class MilestoneName(models.TextChoices):
    CLAIM = "claim", _("Ambil")
    FIRST_RESPONSE = "first_response", _("Jawaban pertama")
    DISPATCH = "dispatch", _("Kirim ke unit")
    UNIT_SILENCE = "unit_silence", _("Follow-up unit")
    CUSTOMER_UPDATE = "customer_update", _("Kabar ke pelanggan")
    SOLUTION = "solution", _("Solusi")
    CARING = "caring", _("Caring")
    PROMISE = "promise", _("Janji")  # from the promised moment until its TL says how it ended


class Whom(models.TextChoices):
    HOLDER = "holder", _("pemegang bola")
    TEAM_LEADER = "team_leader", _("TL")
    SUPERVISOR = "supervisor", _("SPV")
    SUPPORT_HC = "support_hc", _("Support HC")
    GROUP = "group", _("grup Telkom")


# Super Emergency and the buzzers know no quiet hours: their policies have no calendar (ESC-4).
AROUND_THE_CLOCK = [Kind.SUPER_EMERGENCY, Kind.BUZZER, Kind.BUZZER_VISIT]


@dataclass(frozen=True)
class Scope:
    """Of a ticket, what policies are chosen by. ``sites`` are ids, or the rows of a query that give them."""

    kind: str
    segment: str
    service_line: str
    region: int | None
    sites: Iterable[int] | models.QuerySet[Any]

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        """The ticket's; its site is that of its team, looked up in the statement that asks."""
        sites = Team.objects.filter(pk=ticket.team_id or 0).values("site_id")
        return cls(ticket.kind, ticket.segment, ticket.service_line, ticket.region, sites)


class PolicyQuerySet(models.QuerySet["Policy"]):
    def serving(self, scope: Scope, at: datetime) -> Self:
        """Those that may serve such a ticket from ``at`` on, the one that does first."""
        return self.filter(
            Q(in_force_from=None) | Q(in_force_from__lte=at),
            Q(region=None) | Q(region=scope.region),
            Q(site=None) | Q(site__in=scope.sites),
            kind=scope.kind,
            segment__in=["", scope.segment],
            service_line__in=["", scope.service_line],
            active=True,
        ).order_by("-specificity", "-version")


def _named(weight: int, **condition: object) -> Case:
    return Case(When(**condition, then=Value(0)), default=Value(weight))


class Policy(models.Model):
    """Which milestones a kind of ticket must meet and who hears of it when not. Versions are never edited.

    It serves the tickets that agree with every field of its scope that is filled in. Of those that serve a ticket the one that
    names most fields wins; of two that name equally many, the one that names the segment, else the line, else the region. Two
    that are still alike are versions of the same policy, and the newest that is switched on and in force wins.
    """

    name = models.CharField(_("nama"), max_length=120)
    kind = models.CharField(_("jenis"), max_length=20, choices=Kind.choices)
    segment = models.CharField(_("segmen"), max_length=3, choices=Segment.choices, blank=True, db_default="", default="")
    service_line = models.CharField(
        _("layanan"), max_length=20, choices=ServiceLine.choices, blank=True, db_default="", default=""
    )
    region = models.PositiveSmallIntegerField(_("TREG"), null=True, blank=True)
    site = models.ForeignKey(Site, verbose_name=_("situs"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(_("versi"), default=1)
    active = models.BooleanField(_("berlaku"), default=True)
    in_force_from = models.DateTimeField(_("berlaku sejak"), null=True, blank=True)  # None: as soon as it is switched on
    # Hours in which seconds count, and hours in which people are told. None: around the clock.
    counting = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    notifying = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    clause = models.CharField(_("klausul"), max_length=120, blank=True)
    confirmed = models.BooleanField(_("dikonfirmasi"), default=False)  # until then its minutes are shown as an assumption
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # How special it is: 16 for each field that it names, and 8, 4, 2, 1 for segment, line, region, site.
    specificity = GeneratedField(
        expression=_named(24, segment="")
        + _named(20, service_line="")
        + _named(18, region__isnull=True)
        + _named(17, site__isnull=True),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-specificity", "-version"]
        constraints = [
            models.UniqueConstraint(
                "kind",
                "segment",
                "service_line",
                Coalesce("region", 0),
                Coalesce("site", 0),
                "version",
                name="policy_version_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=AROUND_THE_CLOCK) | Q(counting=None, notifying=None), name="policy_urgent_around_the_clock"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Milestone(models.Model):
    """One thing to be met within so many seconds."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="milestones")
    milestone = models.CharField(max_length=20, choices=MilestoneName.choices)
    seconds = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "milestone"], name="milestone_once")]

    def __str__(self) -> str:
        return f"{self.policy}: {self.milestone}"

    @property
    def minutes(self) -> int:
        """As people say it."""
        return self.seconds // 60


class Rung(models.Model):
    """One step of a milestone's ladder: so long after due, that person, by that channel."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="rungs")
    order = models.PositiveSmallIntegerField()
    after_seconds = models.PositiveIntegerField()
    whom = models.CharField(max_length=60)  # a Whom, an agent code, role:<role> on duty, or group:<id>
    channel = models.CharField(max_length=40, default="page")
    repeat_seconds = models.PositiveIntegerField(default=0)
    repeat_times = models.PositiveSmallIntegerField(default=0)
    all_must_acknowledge = models.BooleanField(default=False, db_default=False)  # else one of those reached is enough

    class Meta:
        ordering = ["milestone", "order"]
        constraints = [models.UniqueConstraint(fields=["milestone", "order"], name="rung_place_once")]

    def __str__(self) -> str:
        return f"{self.milestone} +{self.after_seconds}: {self.whom}"


class ClockState(models.TextChoices):
    RUNNING = "running", _("berjalan")
    PAUSED = "paused", _("jeda")
    MET = "met", _("terpenuhi")
    LATE = "late", _("terlambat")
    CANCELLED = "cancelled", _("dibatalkan")


CLOCK_ENDED = [ClockState.MET, ClockState.LATE, ClockState.CANCELLED]


class ClockQuerySet(models.QuerySet["Clock"]):
    def visible_to(self, person: Person) -> Self:
        """All for Support HC and administrators; a leader's teams; nobody else's list."""
        if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR):
            return self
        return self.filter(ticket__team__in=person.team_scope)

    def live(self) -> Self:
        """Running or paused."""
        return self.exclude(state__in=CLOCK_ENDED)


class Clock(models.Model):
    """One milestone of one ticket, by the versions of policy and calendars that it started with; only pauses move ``due_at``."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, db_index=False, related_name="clock_rows")  # clock_of_ticket
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    milestone = models.CharField(max_length=20, choices=MilestoneName.choices)
    state = models.CharField(max_length=10, choices=ClockState.choices, default=ClockState.RUNNING)
    seconds = models.PositiveIntegerField()
    # Where its policy has calendars: their versions, and the zone of the ticket's site. No index: nobody looks for them here.
    counting = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    notifying = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    time_zone = models.CharField(max_length=40, blank=True, default="", db_default="")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=20, blank=True)  # the act that met or stopped it
    acknowledged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_until = models.DateTimeField(null=True)
    uncertain = models.BooleanField(default=False)  # dispatched by hand, not yet proved: shown as "belum pasti"

    objects = ClockQuerySet.as_manager()
    upper_due_at: datetime | None = None  # when the first rung above the holder falls due, where it was read along

    class Meta:
        constraints = [
            # A milestone has one live clock; what ended stays beside it as history.
            models.UniqueConstraint(
                fields=["ticket", "milestone"], name="clock_one_live", condition=Q(state__in=["running", "paused"])
            )
        ]
        indexes = [models.Index(fields=["ticket", "id"], name="clock_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.milestone} {self.state}"

    @property
    def shown_start(self) -> datetime:
        """The start with all pauses taken out, so that elapsed and allowed are in proportion; by office hours the start."""
        return self.started_at if self.counting_id else self.due_at - timedelta(seconds=self.seconds)

    @property
    def counting_hours(self) -> Hours:
        """When its seconds count."""
        return hours_of(self.counting_id, self.time_zone)

    @property
    def notifying_hours(self) -> Hours:
        """When people are told."""
        return hours_of(self.notifying_id, self.time_zone)

    @property
    def is_around_the_clock(self) -> bool:
        """Whether plain arithmetic is enough."""
        return self.counting_id is None and self.notifying_id is None

    def told_after(self, moment: datetime, seconds: int) -> datetime:
        """When people are told of what falls due so many counted seconds after ``moment``: then, or at the next opening."""
        return self.notifying_hours.opening(self.counting_hours.after(moment, seconds))

    def set_due(self, rung: "ClockRung", counted: datetime) -> None:
        """The rung falls due at ``counted``; where it is quiet then, it fires at the next opening."""
        rung.due_at, rung.counted_at = self.notifying_hours.opening(counted), counted if self.notifying_id else None

    def move(self, rung: "ClockRung", seconds: float, *, not_before: datetime) -> None:
        """The rung falls due so many counted seconds later than it would have, quiet hours left aside."""
        waits = rung.counted_at is not None and self.notifying_hours.opening(rung.counted_at) == rung.due_at
        before = rung.counted_at if waits and rung.counted_at else rung.due_at  # what was moved otherwise falls due as it stands
        self.set_due(rung, max(self.counting_hours.after(before, seconds), not_before))


class ClockInterval(models.Model):
    """The ledger (ESC-5): a stretch that the clock ran or stood still, with the reason and the person. It begins with the first
    pause: a clock without rows ran from its start to its end."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="intervals")
    running = models.BooleanField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    cause = models.CharField(max_length=20, blank=True, default="", db_default="")  # of a pause: empty for the customer
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock"], name="clock_one_open_interval", condition=Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.clock}: {'run' if self.running else 'pause'}"


class RungState(models.TextChoices):
    WAITING = "waiting", _("menunggu")
    HELD = "held", _("ditahan")  # its clock stands still
    FIRED = "fired", _("naik")
    LATE = "late", _("naik terlambat")
    OVERTAKEN = "overtaken", _("dilewati")
    CANCELLED = "cancelled", _("dibatalkan")
    PARKED = "parked", _("tersangkut")


class ClockRung(models.Model):
    """A rung of a running clock, stamped when the clock started; it ends exactly once (ESC-3)."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, db_index=False, related_name="rungs")  # clock_rung_once
    order = models.PositiveSmallIntegerField()
    after_seconds = models.PositiveIntegerField()
    whom = models.CharField(max_length=60)
    channel = models.CharField(max_length=40)
    repeat_seconds = models.PositiveIntegerField(default=0)
    repeats_left = models.PositiveSmallIntegerField(default=0)
    all_must_acknowledge = models.BooleanField(default=False, db_default=False)
    acknowledged_by = models.JSONField(null=True)  # ids of the people who did, where all must
    due_at = models.DateTimeField()  # when it fires; moved by pauses and acknowledgements
    counted_at = models.DateTimeField(null=True)  # where quiet hours move it: when it would fire without them
    state = models.CharField(max_length=10, choices=RungState.choices, default=RungState.WAITING)
    ended_at = models.DateTimeField(null=True)
    reached = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["clock", "order"]
        constraints = [models.UniqueConstraint(fields=["clock", "order"], name="clock_rung_once")]
        # The poller: what is due, in the order that it fell due, whatever lies finished in the table.
        indexes = [
            models.Index(fields=["due_at"], name="rung_due", condition=Q(state="waiting")),
            models.Index(fields=["ended_at", "id"], name="rung_parked", condition=Q(state="parked")),
        ]

    def __str__(self) -> str:
        return f"{self.clock} rung {self.order}: {self.state}"
