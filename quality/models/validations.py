"""Agreed results before QC (CT-6, QC-1, QC-4): one validation each time a result waits, chained where it was cared again."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person, Team
from accounts.roles import Role
from common.clock import now
from common.states import moves
from outbound.models import CaringResult
from quality.models.evaluations import Evaluation, not_own_work


class ReturnReason(models.Model):
    """A usual reason; data of the administrator. QC may write another one."""

    code = models.CharField(_("kode"), max_length=8, unique=True)
    name = models.CharField(_("alasan"), max_length=120)
    active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name, verbose_name_plural = _("alasan return"), _("alasan return")

    def __str__(self) -> str:
        return f"{self.code}, {self.name}"


class ValidationState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("validation", "menunggu")
    CLAIMED = "claimed", pgettext_lazy("validation", "sedang dinilai")
    APPROVED = "approved", pgettext_lazy("validation", "approved")
    RETURNED = "returned", pgettext_lazy("validation", "return")
    WITHDRAWN = "withdrawn", pgettext_lazy("validation", "ditarik")  # the result was undone or sent back by the TL meanwhile


VALIDATION_OPEN = [ValidationState.WAITING, ValidationState.CLAIMED]
VALIDATION_MOVES = moves(
    ValidationState.choices,
    claim=VALIDATION_OPEN,
    release=[ValidationState.CLAIMED],
    score=[ValidationState.CLAIMED],
    approve=[ValidationState.CLAIMED],
    **{"return": [ValidationState.CLAIMED]},
)


class ValidationQuerySet(models.QuerySet["Validation"]):
    def visible_to(self, person: Person) -> Self:
        """The validations that this person sees (requirements.md); QC never those of the own team (QC-8)."""
        if person.role == Role.ADMINISTRATOR:
            return self
        if person.role == Role.QUALITY_CONTROL:
            return self.filter(not_own_work(person))
        if person.role in (Role.TEAM_LEADER, Role.SUPERVISOR):
            return self.filter(team__in=person.team_scope)
        if person.role == Role.OUTBOUND_AGENT:
            return self.filter(person=person)
        return self.none()

    def open(self) -> Self:
        return self.filter(state__in=VALIDATION_OPEN)

    def held_by(self, person: Person) -> Self:
        return self.filter(state=ValidationState.CLAIMED, reviewer=person)

    def abandoned(self) -> Self:
        """Claimed, and the reviewer has given no sign of life for the length of the lease."""
        return self.filter(state=ValidationState.CLAIMED, lease_until__lte=now())

    def to_be_redone(self) -> Self:
        """Returned, and not yet cared again (QC-4)."""
        return self.filter(state=ValidationState.RETURNED, redone=False)

    def shown(self) -> Self:
        """With all that a row and the API show."""
        own = ("reviewer", "person", "team__leader", "evaluation__form")
        return self.select_related(*own, "result__reason", "result__prospect", "result__campaign")


class Validation(models.Model):
    """One look of QC at one agreed result. ``person`` and ``team`` are whose it is; ``due_at`` is the target of its age."""

    result = models.ForeignKey(CaringResult, on_delete=models.PROTECT, related_name="validations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=ValidationState.choices, default=ValidationState.WAITING)
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    recommendation = models.TextField(blank=True)
    redo_by = models.DateTimeField(null=True)
    redone = models.BooleanField(default=False)  # cared again, or nobody needs to any more
    note = models.TextField(blank=True)
    evaluation = models.OneToOneField(Evaluation, on_delete=models.SET_NULL, null=True, related_name="validation")
    previous = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="next")
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    objects = ValidationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["created_at", "id"], name="validation_open", condition=Q(state__in=["waiting", "claimed"])),
            models.Index(fields=["lease_until"], name="validation_held", condition=Q(state="claimed")),
            models.Index(fields=["redo_by", "id"], name="validation_redo", condition=Q(state="returned", redone=False)),
            models.Index(fields=["decided_at", "id"], name="validation_decided", condition=Q(decided_at__isnull=False)),
            models.Index(fields=["person", "-id"], name="validation_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["result"], name="validation_one_open", condition=Q(state__in=["waiting", "claimed"])),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(reviewer__isnull=False, lease_until__isnull=False),
                name="validation_claimed_has_reviewer",
            ),
            models.CheckConstraint(  # never the own work, whatever comes in by whatever door (QC-8)
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=models.F("person")), name="validation_not_own_work"
            ),
        ]

    def __str__(self) -> str:
        return f"V-{self.pk}"

    @property
    def url(self) -> str:
        return reverse("quality:validation", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in VALIDATION_OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_at <= now()

    @property
    def redo_is_late(self) -> bool:
        return self.state == ValidationState.RETURNED and not self.redone and self.redo_by is not None and self.redo_by <= now()

    def is_held_by(self, person: Person) -> bool:
        return self.state == ValidationState.CLAIMED and self.reviewer_id == person.pk

    @property
    def is_free(self) -> bool:
        """Whether nobody holds it: it waits, or its reviewer's lease has ended."""
        return self.state == ValidationState.WAITING or (self.lease_until is not None and self.lease_until <= now())


class WatchKind(models.TextChoices):
    """What must happen in time."""

    AGE = "age", _("menunggu QC")
    REDO = "redo", _("caring ulang")


class WatchState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("watch", "menunggu")
    FIRED = "fired", pgettext_lazy("watch", "disampaikan")
    CANCELLED = "cancelled", pgettext_lazy("watch", "batal")
    PARKED = "parked", pgettext_lazy("watch", "macet")


class Watch(models.Model):
    """One due moment of a validation: at ``due_at`` the people of this rung are told, once (QC-4)."""

    validation = models.ForeignKey(Validation, on_delete=models.CASCADE, related_name="watches")
    kind = models.CharField(max_length=4, choices=WatchKind.choices)
    rung = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=WatchState.choices, default=WatchState.WAITING)
    fired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], name="watch_due", condition=Q(state="waiting"))]
        constraints = [models.UniqueConstraint(fields=["validation", "kind", "rung"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.validation_id}: {self.kind} {self.rung}"
