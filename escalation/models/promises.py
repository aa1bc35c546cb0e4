"""What was promised to a customer, and the slots that a Team Leader has for it (W-24 5.3.1, PM-1, PM-3)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from accounts.roles import Role
from common.states import moves
from tickets.models import Kind, Ticket

PROMISED_KINDS = [Kind.SUPER_EMERGENCY, Kind.BUZZER, Kind.BUZZER_VISIT]  # what a promise may stand on
AWAITS_PROMISE = [Kind.BUZZER, Kind.BUZZER_VISIT]  # marked until one is written down


class PromiseState(models.TextChoices):
    OPEN = "open", pgettext_lazy("promise", "terbuka")
    KEPT = "kept", _("ditepati")
    BROKEN = "broken", _("ingkar")


PROMISE_MOVES = moves(
    PromiseState.choices,
    keep=[PromiseState.OPEN],
    break_promise=[PromiseState.OPEN],
    renegotiate=[PromiseState.OPEN],
    hand_over=[PromiseState.OPEN],
)


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, person: Person) -> Self:
        """All for Support HC and administrators; leaders those of their teams, and what they hold or are offered."""
        if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR):
            return self
        if person.is_leading:
            slots = PromiseSlot.objects.filter(Q(holder__in=person.acts_for) | Q(offered_to=person))
            return self.filter(Q(ticket__team__in=person.team_scope) | Q(ticket__in=slots.values("ticket")))
        return self.none()

    def open(self) -> Self:
        return self.filter(state=PromiseState.OPEN)

    def with_ticket(self) -> Self:
        """With all that a card, a row and the API show."""
        people = ("made_by", "ticket__promise_slot__holder", "ticket__promise_slot__offered_to")
        return self.select_related("ticket__team", "ticket__holder_person", *people)


class Promise(models.Model):
    """One promise: what, to whom, by whom, until when. Only its result closes it; the moments that it had before are kept."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="promises")
    promised_to = models.CharField(_("kepada"), max_length=120)
    what = models.CharField(_("yang dijanjikan"), max_length=500)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    counts_from = models.DateTimeField()  # when the present moment was agreed: the warnings are shares of the time from here
    earlier_due = models.JSONField(default=list)  # the moments before, oldest first, as RFC 3339
    state = models.CharField(max_length=6, choices=PromiseState.choices, default=PromiseState.OPEN)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    kept_proposed_at = models.DateTimeField(null=True)  # the customer confirmed in time; the TL has the last word
    version = models.PositiveIntegerField(default=1)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="promise_of_ticket"),
            models.Index(fields=["due_at"], name="promise_open_due", condition=Q(state="open")),
            models.Index(fields=["ended_at"], name="promise_ended", condition=~Q(state="open")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="promise_ended_has_moment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.state}, {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def slot(self) -> "PromiseSlot | None":
        """Whose hands it is in; None when its ticket has no open promise."""
        found: PromiseSlot | None = getattr(self.ticket, "promise_slot", None)
        return found if self.state == PromiseState.OPEN else None

    @property
    def earlier_moments(self) -> list[datetime]:
        """The moments that it had before, oldest first."""
        return [datetime.fromisoformat(each) for each in self.earlier_due]


class PromiseSlot(models.Model):
    """One of the places that a TL has for tickets with an open promise. All promises of a ticket share one (PM-1)."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="promise_slot")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="promise_slots")
    place = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    offered_to = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="offered_promises")
    offered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["holder", "place"]
        constraints = [models.UniqueConstraint(fields=["holder", "place"], name="promise_place_once")]

    def __str__(self) -> str:
        return f"{self.holder} {self.place}: {self.ticket}"


class WarningState(models.TextChoices):
    WAITING = "waiting", _("menunggu")
    FIRED = "fired", _("sudah diingatkan")
    OVERTAKEN = "overtaken", _("dilewati")
    CANCELLED = "cancelled", _("dibatalkan")
    PARKED = "parked", _("tersangkut")


class PromiseWarning(models.Model):
    """A share of a promise's time at which people are reminded (PM-3): a timer row, it ends exactly once."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="warnings")
    percent = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=WarningState.choices, default=WarningState.WAITING)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["promise", "due_at"]
        constraints = [models.UniqueConstraint(fields=["promise", "percent", "due_at"], name="promise_warning_once")]
        indexes = [models.Index(fields=["due_at"], name="promise_warning_due", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.promise} {self.percent} %: {self.state}"
