"""One ledger for the five checks (QC-5): what was judged, of whose service, by whom; and the dispute of a score (QC-7)."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from accounts.models import Person, Team
from accounts.roles import Role
from common.states import moves
from quality.models.forms import Check, Parameter, ScoringForm
from quality.scoring import Answer, Item
from tickets.models import Ticket


def not_own_work(person: Person) -> Q:
    """What a QC officer may judge: neither the own service nor that of the own team, now or when it was done (QC-8)."""
    own = Q(person=person)
    if person.team_id:
        own |= Q(team=person.team_id) | Q(person__team=person.team_id)
    return ~own & (Q(team__isnull=True) | ~Q(team__leader=person))


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, person: Person) -> Self:
        """The evaluations that this person sees (requirements.md, "What each role sees")."""
        if person.role == Role.ADMINISTRATOR:
            return self
        if person.role == Role.QUALITY_CONTROL:
            return self.filter(not_own_work(person))
        if person.role in (Role.TEAM_LEADER, Role.SUPERVISOR):
            return self.filter(team__in=person.team_scope)
        if person.role in (Role.AGENT, Role.SUPPORT_HC, Role.OUTBOUND_AGENT):
            # A sheet of a validation is theirs to see once it is decided.
            return self.filter(person=person).exclude(validation__state="claimed")
        return self.none()

    def shown(self) -> Self:
        """With all that a row and the API show."""
        return self.select_related("form", "person__team", "team", "by", "ticket", "dispute").prefetch_related(
            "marks__parameter", "dispute__items__parameter"
        )


class Evaluation(models.Model):
    """One check, finished. ``score`` is of 100, empty where the check has no form; ``corrected`` what a dispute made of it."""

    check_kind = models.CharField(max_length=20, choices=Check.choices)
    form = models.ForeignKey(ScoringForm, on_delete=models.PROTECT, null=True, related_name="evaluations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="evaluations")  # who did the service
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")  # that person's, when it was judged
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    performed_on = models.DateField()  # the day of the service
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="evaluations")
    reference = models.CharField(max_length=120, blank=True)  # the call, the shop, the test: what was looked at
    findings = models.TextField(blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    raw = models.DecimalField(max_digits=5, decimal_places=2, null=True)  # without the rule of critical items
    failed = models.BooleanField(default=False)  # a critical item failed
    corrected = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    finished_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["person", "-id"], name="evaluation_of_person"),
            models.Index(fields=["team", "-id"], name="evaluation_of_team"),
            models.Index(fields=["check_kind", "-id"], name="evaluation_by_check"),
            models.Index(fields=["finished_at"], name="evaluation_age"),
        ]

    def __str__(self) -> str:
        return f"E-{self.pk}"

    @property
    def url(self) -> str:
        return reverse("quality:evaluation", args=[self.pk])

    @property
    def stands(self) -> Decimal | None:
        """The score that counts: the corrected one where a dispute changed it."""
        return self.score if self.corrected is None else self.corrected

    @property
    def passed(self) -> bool | None:
        """Whether it reaches the form's mark; None without a score."""
        if self.form is None or self.stands is None:
            return None
        return self.stands >= self.form.pass_mark

    def items(self) -> list[Item]:
        """What counting needs of its form."""
        marks = [mark.parameter for mark in self.marks.all()]
        return [Item(each.number, each.weight, each.critical) for each in marks]


class Mark(models.Model):
    """The judgement of one parameter. Written once; a dispute stands beside it and changes nothing here."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="marks")
    parameter = models.ForeignKey(Parameter, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=3, choices=Answer.choices, blank=True)  # empty: a critical failure ended the sheet
    root_cause = models.CharField(max_length=60, blank=True)
    comment = models.TextField(blank=True)
    at_second = models.PositiveIntegerField(null=True)  # where in the recording

    class Meta:
        ordering = ["parameter__number"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "parameter"], name="mark_once")]

    def __str__(self) -> str:
        return f"{self.evaluation_id}.{self.parameter_id}: {self.answer}"


class DisputeState(models.TextChoices):
    OPEN = "open", pgettext_lazy("dispute", "menunggu TL")
    ANSWERED = "answered", pgettext_lazy("dispute", "dijawab")


DISPUTE_MOVES = moves(DisputeState.choices, answer=[DisputeState.OPEN])


class Dispute(models.Model):
    """The person judged does not agree, once a sheet. What was judged, said and answered all stay."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.CASCADE, related_name="dispute")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=DisputeState.choices, default=DisputeState.OPEN)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="dispute_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.state}"


class DisputeItem(models.Model):
    """One question of a dispute, and the TL's answer to it: the answer that stands, and why."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="items")
    parameter = models.ForeignKey(Parameter, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    accepted = models.BooleanField(null=True)
    answer = models.CharField(max_length=3, choices=Answer.choices, blank=True)  # what stands when accepted
    reply = models.TextField(blank=True)

    class Meta:
        ordering = ["parameter__number"]
        constraints = [models.UniqueConstraint(fields=["dispute", "parameter"], name="dispute_item_once")]

    def __str__(self) -> str:
        return f"{self.dispute_id}.{self.parameter_id}"
