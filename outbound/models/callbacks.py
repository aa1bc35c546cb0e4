"""Calls that we owe a customer: the caring call after a repair, something to tell, a promise (W-24 5.2.8, 5.3.8-5.3.10)."""

from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.models.people import ZONES
from accounts.roles import Role
from common.clock import now
from common.states import moves
from tickets.models import Kind, Ticket


class Purpose(models.TextChoices):
    CARING = "caring", _("Caring")
    INFORMATION = "information", _("Kabar")
    PROMISE = "promise", _("Janji")


class CallbackState(models.TextChoices):
    WAITING = "waiting", _("menunggu")
    CLAIMED = "claimed", _("dipegang")
    DONE = "done", pgettext_lazy("callback", "selesai")
    GIVEN_UP = "given_up", _("dihentikan")


CALLBACK_OPEN = [CallbackState.WAITING, CallbackState.CLAIMED]
CALLBACK_MOVES = moves(
    CallbackState.choices,
    claim=CALLBACK_OPEN,
    release=[CallbackState.CLAIMED],
    attempt=[CallbackState.CLAIMED],
    withdraw=[CallbackState.WAITING],
)


class Ending(models.TextChoices):
    """Why a callback was given up."""

    UNREACHABLE = "unreachable", _("tidak terjangkau")
    WRONG_NUMBER = "wrong_number", _("salah sambung")
    NOT_NEEDED = "not_needed", _("tidak diperlukan lagi")


def _nobodys_own() -> Q:
    """For whoever comes: made for nobody, or for somebody who let its hour pass; then it falls to the team."""
    return Q(for_person=None) | Q(own_until__lte=now())


class CallbackQuerySet(models.QuerySet["Callback"]):
    def visible_to(self, person: Person) -> Self:
        """The callbacks that this person sees (requirements.md, "What each role sees")."""
        if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR):
            return self
        own = Q(for_person=person)
        if person.is_leading:
            return self.filter(own | Q(ticket__team__in=person.team_scope))
        if person.role == Role.OUTBOUND_AGENT:
            return self.filter(own | Q(claimed_by=person) | Q(_nobodys_own(), state=CallbackState.WAITING))
        if person.role == Role.AGENT:
            # Whoever answers for a plain hard complaint may also hear from its customer that it is fixed (SE-5).
            caring = Q(purpose=Purpose.CARING, ticket__assignee=person, ticket__kind__in=[Kind.HARD_COMPLAINT, Kind.REGULAR])
            return self.filter(own | caring)
        return self.none()

    def workable_by(self, person: Person) -> Self:
        """Those that an act may name. For Tier-2 also what a colleague holds: the answer is then who, not that there is none."""
        if person.role != Role.OUTBOUND_AGENT:
            return self.visible_to(person)
        held = Q(_nobodys_own(), state=CallbackState.CLAIMED)
        return self.filter(held | Q(pk__in=Callback.objects.visible_to(person).values("pk")))

    def open(self) -> Self:
        return self.filter(state__in=CALLBACK_OPEN)

    def due(self) -> Self:
        """Waiting, and the moment has come."""
        return self.filter(state=CallbackState.WAITING, due_at__lte=now())

    def held_by(self, person: Person) -> Self:
        return self.filter(state=CallbackState.CLAIMED, claimed_by=person)

    def abandoned(self) -> Self:
        """Claimed, and the holder has given no sign of life for the length of the lease."""
        return self.filter(state=CallbackState.CLAIMED, lease_until__lte=now())

    def in_due_order(self) -> Self:
        return self.order_by("due_at", "id")

    def shown(self) -> Self:
        """With all that a row and the API show."""
        people = ("claimed_by", "for_person", "created_by")
        return self.select_related("ticket__team__site", *people).prefetch_related("attempts__by")


class Callback(models.Model):
    """One call that is owed, until somebody reached the customer or it was given up. A try that failed makes it wait again.

    ``time_zone`` is where the customer lives.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="callbacks")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CallbackState.choices, default=CallbackState.WAITING)
    information = models.TextField(blank=True)  # what was done, or what must be told
    claimed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="callbacks")
    lease_until = models.DateTimeField(null=True)
    for_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="own_callbacks")
    own_until = models.DateTimeField(null=True)  # until then for that person alone; afterwards it falls to the team
    time_zone = models.CharField(max_length=40, choices=ZONES, default="Asia/Jakarta", db_default="Asia/Jakarta")
    round = models.PositiveSmallIntegerField(default=0)  # how often the escort had come back when this was made
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    attempts_count = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        indexes = [
            # The list and taking the next one: what waits, in due order, whatever lies finished in the table.
            models.Index(fields=["due_at", "id"], name="callback_waiting", condition=Q(state="waiting")),
            models.Index(fields=["for_person", "due_at"], name="callback_own", condition=Q(state="waiting")),
            models.Index(fields=["lease_until"], name="callback_held", condition=Q(state="claimed")),  # the task that frees
        ]
        constraints = [
            # Two solves at once, or a solve that comes twice, owe the customer one call.
            models.UniqueConstraint(
                fields=["ticket"],
                name="callback_one_open_caring",
                condition=Q(purpose="caring", state__in=["waiting", "claimed"]),
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_by__isnull=False, lease_until__isnull=False),
                name="callback_claimed_has_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket.number}: {self.purpose} {self.state}"

    @property
    def url(self) -> str:
        return reverse("outbound:callback", args=[self.pk])

    @property
    def zone(self) -> ZoneInfo:
        """Where the customer's day is; known when it was made, and again at each try."""
        return ZoneInfo(self.time_zone)

    @property
    def is_open(self) -> bool:
        return self.state in CALLBACK_OPEN

    @property
    def is_somebodys_own(self) -> bool:
        """Whether it is for one person alone at this moment."""
        return self.for_person_id is not None and (self.own_until is None or self.own_until > now())

    @property
    def is_due(self) -> bool:
        return self.state == CallbackState.WAITING and self.due_at <= now()

    @property
    def last_attempt(self) -> "CallbackAttempt | None":
        """The newest try; asks nothing where the tries were prefetched."""
        tries = list(self.attempts.all())
        return tries[-1] if tries else None

    def is_held_by(self, person: Person) -> bool:
        return self.state == CallbackState.CLAIMED and self.claimed_by_id == person.pk

    @property
    def is_free(self) -> bool:
        """Whether nobody holds it: it waits, or its holder's lease has ended."""
        return self.state == CallbackState.WAITING or (self.lease_until is not None and self.lease_until <= now())


class Outcome(models.TextChoices):
    REACHED = "reached", _("Tersambung")
    NO_ANSWER = "no_answer", _("RNA, tidak diangkat")
    BUSY = "busy", _("Sibuk")
    WRONG_NUMBER = "wrong_number", _("Salah sambung")
    CALL_LATER = "call_later", _("Minta ditelepon lagi")


class Satisfaction(models.TextChoices):
    """The customer's own word on the service, where it was given (QM-6)."""

    LOW = "low", _("Kurang")
    FAIR = "fair", _("Cukup")
    GOOD = "good", _("Puas")


class CallbackAttempt(models.Model):
    """One try: what came of it and what the customer said. Written once."""

    callback = models.ForeignKey(Callback, on_delete=models.PROTECT, related_name="attempts")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    response = models.TextField(blank=True)
    satisfied = models.BooleanField(null=True)
    wants_visit = models.BooleanField(default=False)
    further_help_offered = models.BooleanField(default=False)
    identity_checked = models.BooleanField(default=False)
    satisfaction = models.CharField(max_length=4, choices=Satisfaction.choices, blank=True)
    next_try_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["at"], name="attempt_by_day")]  # today's tries, in the bar above the list

    def __str__(self) -> str:
        return f"{self.callback}: {self.outcome}"

    @property
    def said(self) -> str:
        """What came of it in the floor's words: of a caring call what the customer said, else the outcome."""
        if self.wants_visit:
            return str(_("Minta kunjungan"))
        if self.satisfied is None:
            return str(self.get_outcome_display())
        return str(_("Tersolusi") if self.satisfied else _("Belum"))
