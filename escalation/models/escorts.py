"""The escort of one ticket: its states, its order in the queue, the progress that comes back (W-24 5.1, 5.2)."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from common.states import moves
from tickets.models import Kind, Ticket


class EscortState(models.TextChoices):
    QUEUED = "queued", _("menunggu diambil")
    ANALYSING = "analysing", _("dianalisa")
    DISPATCHED = "dispatched", _("terkirim ke unit")
    IN_PROGRESS = "in_progress", _("dikerjakan unit")
    SOLVED = "solved", _("selesai menurut unit")
    CARING = "caring", _("caring")
    CLOSED = "closed", _("ditutup")
    WITHDRAWN = "withdrawn", _("ditarik")


S = EscortState
ESCORT_OPEN = [S.QUEUED, S.ANALYSING, S.DISPATCHED, S.IN_PROGRESS, S.SOLVED, S.CARING]
CLAIMED = [S.ANALYSING, S.DISPATCHED, S.IN_PROGRESS, S.SOLVED]

ESCORT_MOVES = moves(
    EscortState.choices,
    claim=[S.QUEUED, *CLAIMED],
    release=CLAIMED,
    analyse=CLAIMED,
    dispatch=CLAIMED,
    record_progress=[S.DISPATCHED, S.IN_PROGRESS, S.SOLVED],
    hear_outage=[S.QUEUED, *CLAIMED],
    solve_outage=[S.QUEUED, *CLAIMED],
    solve=CLAIMED,
    raise_kind=ESCORT_OPEN,
    confirm=[S.CARING],
    deny=[S.CARING],
)

# Order of the queue (api.md): the kind first, returned ones first within it, then the next due moment, then the id.
KIND_ORDER = [Kind.SUPER_EMERGENCY, Kind.BUZZER_VISIT, Kind.BUZZER, Kind.HARD_COMPLAINT]


class Severity(models.TextChoices):
    LOW = "low", _("rendah")
    MEDIUM = "medium", _("sedang")
    HIGH = "high", _("tinggi")
    CRITICAL = "critical", _("kritis")


class EscortQuerySet(models.QuerySet["Escort"]):
    def visible_to(self, person: Person) -> Self:
        """Support HC and administrators see all, leaders those of their teams."""
        if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR):
            return self
        if person.is_leading:
            return self.filter(ticket__team__in=person.team_scope)
        return self.none()

    def open(self) -> Self:
        return self.filter(state__in=ESCORT_OPEN)

    def in_queue_order(self) -> Self:
        """Most urgent first, as api.md fixes it."""
        return self.order_by("rank", "-returned", F("next_due_at").asc(nulls_last=True), "id")

    def with_ticket(self) -> Self:
        """With all that a row of the queue shows."""
        return self.select_related("ticket", "ticket__holder_person", "ticket__team", "owner")


class Escort(models.Model):
    """Support HC's care for one ticket, until the customer says that it is fixed. One a ticket, for its whole life."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="escort")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    rank = models.PositiveSmallIntegerField()  # the place of the kind in the queue
    state = models.CharField(max_length=12, choices=EscortState.choices, default=EscortState.QUEUED)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="escorts")
    cause = models.CharField(_("penyebab"), max_length=200, blank=True)
    responsible_unit = models.CharField(_("unit"), max_length=120, blank=True)
    severity = models.CharField(_("keparahan"), max_length=8, choices=Severity.choices, blank=True)
    note = models.TextField(_("yang diminta dari unit"), blank=True)
    returns = models.PositiveSmallIntegerField(default=0)
    returned = models.BooleanField(default=False)  # came back from caring and was not dispatched since
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField(null=True)
    raise_reason = models.TextField(blank=True)
    kind_before = models.CharField(max_length=20, blank=True)
    state_before = models.CharField(max_length=12, blank=True)
    queued_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    last_update_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)  # of the ticket's clocks; orders the queue
    next_follow_up_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = EscortQuerySet.as_manager()

    class Meta:
        indexes = [
            # The queue page: open escorts in queue order, whatever the size of the table.
            models.Index(
                F("rank"),
                F("returned").desc(),
                F("next_due_at"),  # PostgreSQL puts nulls last by itself; SQLite knows no such word in an index
                F("id"),
                name="escort_queue",
                condition=Q(state__in=ESCORT_OPEN),
            ),
            models.Index(fields=["state"], name="escort_open_state", condition=Q(state__in=ESCORT_OPEN)),  # the tabs' counts
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=EscortState.QUEUED) | Q(owner__isnull=True), name="escort_queued_has_no_owner"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket.number}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in ESCORT_OPEN


def rank_of(kind: str) -> int:
    """The place of a kind in the queue, 0 first."""
    return KIND_ORDER.index(Kind(kind)) if kind in KIND_ORDER else len(KIND_ORDER)


class Source(models.TextChoices):
    TYPED = "typed", _("diketik")
    GATEWAY = "gateway", _("lewat gerbang")
    PASTED = "pasted", _("ditempel")


class ProgressQuerySet(models.QuerySet["Progress"]):
    def owed_to_leader(self) -> Self:
        """Published and not yet told to the TL, or for a plain hard complaint the agent (SE-4)."""
        return self.filter(published_at__isnull=False, told_inside_at__isnull=True)

    def owed_to_customer(self) -> Self:
        """Published and not yet told to the customer (SE-4)."""
        return self.filter(published_at__isnull=False, told_customer_at__isnull=True)

    def known_inside(self) -> Self:
        """The TL or agent has read it: the debt to the customer is theirs now."""
        return self.filter(told_inside_at__isnull=False)


class Progress(models.Model):
    """One word of the unit on an escort, and whom it still must be told to (HC-6, SE-4)."""

    escort = models.ForeignKey(Escort, on_delete=models.PROTECT, related_name="progress")
    text = models.TextField()
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.TYPED)
    sender = models.CharField(max_length=120, blank=True)
    group = models.ForeignKey("Group", on_delete=models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 a pasted line, so that it enters once
    published_at = models.DateTimeField(null=True)
    owed_to = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="owed_progress")
    told_inside_at = models.DateTimeField(null=True)
    told_customer_at = models.DateTimeField(null=True)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["owed_to", "published_at"],
                name="progress_owed",
                condition=Q(published_at__isnull=False, told_inside_at__isnull=True),
            ),
            models.Index(
                fields=["owed_to", "published_at"],
                name="progress_owed_customer",
                condition=Q(published_at__isnull=False, told_customer_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.escort}: {self.source}"
