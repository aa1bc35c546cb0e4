"""Prospects (dapros): customers in arrears, one row for each service number of a team (P-01 6.4)."""

from datetime import date
from typing import NamedTuple, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person, Team
from accounts.models.people import ZONES
from accounts.roles import Role
from common.clock import now
from common.states import moves
from outbound.models.campaigns import Campaign, Product


class PaymentState(models.TextChoices):
    """What I-payment last said of the bill."""

    UNPAID = "unpaid", _("belum bayar")
    PARTLY = "partly", _("bayar sebagian")
    PAID = "paid", _("lunas")


class ProspectState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("dapros", "menunggu")
    HELD = "held", pgettext_lazy("dapros", "dipegang")
    VALIDATING = "validating", pgettext_lazy("dapros", "divalidasi QC")
    DONE = "done", pgettext_lazy("dapros", "selesai")
    ENDED = "ended", pgettext_lazy("dapros", "tidak dikerjakan lagi")


class Ended(models.TextChoices):
    """Why a prospect is not worked any more."""

    UNWORKABLE = "unworkable", _("tidak dapat dikerjakan")
    DO_NOT_CALL = "do_not_call", _("jangan ditelepon")
    UNREACHABLE = "unreachable", _("tidak terjangkau")
    PAID = "paid", _("sudah lunas")
    TOO_OLD = "too_old", _("tunggakan lewat batas")


PROSPECT_MOVES = moves(
    ProspectState.choices,
    hold=[ProspectState.WAITING],
    release=[ProspectState.HELD],
    result=[ProspectState.HELD],
)


BAR = 32  # how high the bar of the largest bill is drawn


class BillLine(NamedTuple):
    """One unpaid month: N is the oldest. ``amount`` is None where nobody said; ``height`` is that of its bar."""

    month: date
    age: str
    amount: int | None
    height: int

    @property
    def top(self) -> int:
        return BAR - self.height


class ProspectQuerySet(models.QuerySet["Prospect"]):
    def visible_to(self, person: Person) -> Self:
        """The prospects that this person sees (requirements.md, "What each role sees")."""
        if person.role == Role.ADMINISTRATOR:
            return self
        if person.role in (Role.TEAM_LEADER, Role.SUPERVISOR):
            return self.filter(team__in=person.team_scope)
        if person.role == Role.OUTBOUND_AGENT:
            own = Q(state=ProspectState.WAITING, for_person=person)
            return self.filter(Q(held_by=person) | own)
        if person.role == Role.QUALITY_CONTROL:
            return self.filter(results__isnull=False).exclude(team=person.team_id).distinct()
        return self.none()

    def held(self) -> Self:
        return self.filter(state=ProspectState.HELD)

    def abandoned(self) -> Self:
        """Held, and the holder has given no sign of life for the length of the lease."""
        return self.held().filter(lease_until__lte=now())

    def own_due(self, person: Person) -> Self:
        """What this person promised to call again, or was returned to them, and whose moment has come; returned ones first."""
        mine = self.filter(state=ProspectState.WAITING, for_person=person, due_at__lte=now())
        return mine.order_by("-returned", "due_at", "id")

    def in_pool(self) -> Self:
        """What waits for whoever comes: nobody's own, or own for too long; and not before its moment."""
        free = Q(for_person__isnull=True) | Q(own_until__lte=now())
        due = Q(due_at__isnull=True) | Q(due_at__lte=now())
        return self.filter(due, free, state=ProspectState.WAITING)


class Prospect(models.Model):
    """One customer in arrears. ``for_person`` is who shall call next, until ``own_until``; then anybody of the team.

    ``arrears_months`` counts unpaid bills up to ``bill_month``: 1 = N, 2 = N+1, 3 = N+2. ``due_at``: not to be called before.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="prospects")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")  # the campaign's; the one place of a customer
    service_number = models.CharField(_("nomor layanan"), max_length=40)
    customer_name = models.CharField(_("nama pelanggan"), max_length=200)
    contact_phone = models.CharField(_("nomor kontak"), max_length=20)
    area = models.CharField(_("area atau Witel"), max_length=120, blank=True)
    time_zone = models.CharField(_("zona waktu"), max_length=40, choices=ZONES, default="Asia/Jakarta")
    arrears_months = models.PositiveSmallIntegerField()
    bill_amount = models.PositiveBigIntegerField()  # rupiah, all unpaid bills together
    bills = models.JSONField(default=list, db_default=[])  # rupiah month by month, the oldest first; empty where no file said
    bill_month = models.DateField()  # first day of the newest unpaid bill's month
    payment_state = models.CharField(max_length=6, choices=PaymentState.choices, default=PaymentState.UNPAID)
    payment_checked_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=ProspectState.choices, default=ProspectState.WAITING)
    ended_because = models.CharField(max_length=12, choices=Ended.choices, blank=True)
    priority = models.PositiveSmallIntegerField(default=0)  # more is sooner
    best_hour = models.PositiveSmallIntegerField(null=True)  # of the customer's own day, when it was best reached
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    for_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="own_prospects")
    own_until = models.DateTimeField(null=True)
    returned = models.BooleanField(default=False)  # QC returned its last result: it is cared again first
    held_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="held_prospects")
    lease_until = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)  # when its holder dialled first
    last_agent = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)  # when name, numbers and words were emptied (QM-5)
    version = models.PositiveIntegerField(default=1)

    objects = ProspectQuerySet.as_manager()

    class Meta:
        indexes = [
            # Picking: the pool in its order, and of its first level those best reached at this hour; finished ones cost nothing.
            models.Index("campaign", F("priority").desc(), "attempts", "id", name="prospect_pool", condition=Q(state="waiting")),
            models.Index(
                fields=["campaign", "priority", "attempts", "best_hour", "id"],
                name="prospect_best_hour",
                condition=Q(state="waiting", best_hour__isnull=False),
            ),
            models.Index(fields=["for_person", "due_at"], name="prospect_own", condition=Q(state="waiting")),
            models.Index(fields=["lease_until"], name="prospect_held", condition=Q(state="held")),
            models.Index(fields=["campaign", "id"], name="prospect_of_campaign"),
            models.Index(fields=["contact_phone"], name="prospect_phone"),
            models.Index(fields=["bill_month", "id"], name="prospect_ages", condition=~Q(payment_state="paid")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["team", "service_number"], name="prospect_once_a_team"),
            models.UniqueConstraint(fields=["held_by"], name="prospect_one_in_hand", condition=Q(state="held")),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(held_by__isnull=False, lease_until__isnull=False),
                name="prospect_held_has_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_number}: {self.state}"

    @property
    def url(self) -> str:
        return reverse("outbound:prospect", args=[self.pk])

    @property
    def product(self) -> Product:
        return Product(self.campaign.product)

    def is_held_by(self, person: Person) -> bool:
        return self.state == ProspectState.HELD and self.held_by_id == person.pk

    @property
    def bill_months(self) -> list[date]:
        """The first days of the unpaid months, the oldest first."""
        last = self.bill_month.year * 12 + self.bill_month.month - 1
        return [date(month // 12, month % 12 + 1, 1) for month in range(last - self.arrears_months + 1, last + 1)]

    @property
    def bill_lines(self) -> list[BillLine]:
        """What each unpaid month is about; a month that turned since the file came has no amount yet."""
        amounts = [*self.bills, *[None] * len(self.bill_months)]
        most = max(self.bills, default=0)
        return [
            BillLine(month, f"N+{number}" if number else "N", amount, max(1, BAR * amount // most) if amount else 0)
            for number, (month, amount) in enumerate(zip(self.bill_months, amounts, strict=False))
        ]


class DoNotCall(models.Model):
    """A number that must not be called any more, by whom and since when. Imports refuse it, picking never meets it."""

    phone = models.CharField(max_length=20, unique=True)
    prospect = models.ForeignKey(Prospect, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.prospect_id} {self.at:%Y-%m-%d}"
