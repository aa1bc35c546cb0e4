"""Policies, and the clocks that run by them. A due moment is a row; nothing that matters waits in the broker (ESC-1 to ESC-6)."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from tickets.models import Kind, Ticket


class MilestoneName(models.TextChoices):
    CLAIM = "claim", _("Ambil")
    DISPATCH = "dispatch", _("Kirim ke unit")
    UNIT_SILENCE = "unit_silence", _("Follow-up unit")
    CUSTOMER_UPDATE = "customer_update", _("Kabar ke pelanggan")
    SOLUTION = "solution", _("Solusi")
    CARING = "caring", _("Caring")


class Whom(models.TextChoices):
    HOLDER = "holder", _("pemegang bola")
    TEAM_LEADER = "team_leader", _("TL")
    SUPERVISOR = "supervisor", _("SPV")
    SUPPORT_HC = "support_hc", _("Support HC")
    GROUP = "group", _("grup Telkom")


class Policy(models.Model):
    """Which milestones a kind of ticket must meet and who hears of it when not. Versions are never edited once used."""

    name = models.CharField(_("nama"), max_length=120)
    kind = models.CharField(_("jenis"), max_length=20, choices=Kind.choices)
    version = models.PositiveIntegerField(_("versi"), default=1)
    active = models.BooleanField(_("berlaku"), default=True)
    clause = models.CharField(_("klausul"), max_length=120, blank=True)
    confirmed = models.BooleanField(_("dikonfirmasi"), default=False)  # until then its minutes are shown as an assumption
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="policy_version_once")]

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


class Rung(models.Model):
    """One step of a milestone's ladder: so long after due, that person, by that channel."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="rungs")
    order = models.PositiveSmallIntegerField()
    after_seconds = models.PositiveIntegerField()
    whom = models.CharField(max_length=20)  # a Whom, or an agent code
    channel = models.CharField(max_length=40, default="page")
    repeat_seconds = models.PositiveIntegerField(default=0)
    repeat_times = models.PositiveSmallIntegerField(default=0)

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
    """One milestone of one ticket, by the policy version that it started with. ``due_at`` moves only by pauses."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="clock_rows")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    milestone = models.CharField(max_length=20, choices=MilestoneName.choices)
    state = models.CharField(max_length=10, choices=ClockState.choices, default=ClockState.RUNNING)
    seconds = models.PositiveIntegerField()
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
        """The start with all pauses taken out, so that elapsed and allowed are in proportion."""
        return self.due_at - timedelta(seconds=self.seconds)


class ClockInterval(models.Model):
    """The ledger (ESC-5): a stretch that the clock ran or stood still, with the reason and the person. It begins with the first
    pause: a clock without rows ran from its start to its end."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="intervals")
    running = models.BooleanField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
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

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="rungs")
    order = models.PositiveSmallIntegerField()
    after_seconds = models.PositiveIntegerField()
    whom = models.CharField(max_length=20)
    channel = models.CharField(max_length=40)
    repeat_seconds = models.PositiveIntegerField(default=0)
    repeats_left = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()  # moved by pauses and acknowledgements
    state = models.CharField(max_length=10, choices=RungState.choices, default=RungState.WAITING)
    ended_at = models.DateTimeField(null=True)
    reached = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["clock", "order"]
        constraints = [models.UniqueConstraint(fields=["clock", "order"], name="clock_rung_once")]
        # The poller: what is due, in the order that it fell due, whatever lies finished in the table.
        indexes = [models.Index(fields=["due_at"], name="rung_due", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.clock} rung {self.order}: {self.state}"
