"""What came of a call to a customer in arrears: the reason, the promise to pay, and who checked it (P-01 5.3, 8.1)."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Role
from common.states import moves
from outbound.models.campaigns import Campaign
from outbound.models.prospects import Prospect


class CallReason(models.Model):
    """A call reason; data of the administrator. Those without a parent are the groups, only the others can be chosen.

    ``retry_minutes``: after how long the prospect comes back to the pool by itself; empty: it does not.
    """

    name = models.CharField(_("nama"), max_length=80)
    name_en = models.CharField(_("nama dalam bahasa Inggris"), max_length=80, blank=True, default="", db_default="")
    parent = models.ForeignKey(
        "self", verbose_name=_("kelompok"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    code = models.SlugField(_("kode"), max_length=40, unique=True)
    contacted = models.BooleanField(_("tersambung"), default=False)
    agreed = models.BooleanField(_("agree"), default=False)
    callback = models.BooleanField(_("minta ditelepon lagi"), default=False)
    unworkable = models.BooleanField(_("tidak dapat dikerjakan"), default=False)
    do_not_call = models.BooleanField(_("jangan ditelepon"), default=False)
    needs_date = models.BooleanField(_("perlu tanggal janji"), default=False)
    needs_amount = models.BooleanField(_("perlu jumlah janji"), default=False)
    needs_note = models.BooleanField(_("perlu catatan"), default=False)
    retry_minutes = models.PositiveIntegerField(_("dicoba lagi sesudah menit"), null=True, blank=True)
    active = models.BooleanField(_("aktif"), default=True)
    order = models.PositiveSmallIntegerField(_("urutan"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name, verbose_name_plural = _("reason call"), _("reason call")
        constraints = [
            models.CheckConstraint(condition=Q(agreed=False) | Q(contacted=True), name="reason_agreed_is_contacted"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """As pages in this language say it. Exports keep ``name``: the systems that read them know no other."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class ResultState(models.TextChoices):
    ENTERED = "entered", pgettext_lazy("hasil", "tercatat")
    SENT_BACK = "sent_back", pgettext_lazy("hasil", "dikembalikan TL")
    AWAITING_VALIDATION = "awaiting_validation", pgettext_lazy("hasil", "menunggu QC")
    APPROVED = "approved", pgettext_lazy("hasil", "disetujui QC")
    RETURNED = "returned", pgettext_lazy("hasil", "dikembalikan QC")
    UNDONE = "undone", pgettext_lazy("hasil", "diurungkan")


CHECKABLE = [ResultState.ENTERED, ResultState.AWAITING_VALIDATION]
RESULT_MOVES = moves(
    ResultState.choices,
    send_back=CHECKABLE,
    correct=[ResultState.SENT_BACK],
    undo=CHECKABLE,
    approve=[ResultState.AWAITING_VALIDATION],
    **{"return": [ResultState.AWAITING_VALIDATION]},
)


class PromiseState(models.TextChoices):
    """What became of the promise to pay; decided by the payments that are loaded."""

    OPEN = "open", pgettext_lazy("janji bayar", "terbuka")
    KEPT = "kept", pgettext_lazy("janji bayar", "ditepati")
    BROKEN = "broken", pgettext_lazy("janji bayar", "ingkar")


class CaringResultQuerySet(models.QuerySet["CaringResult"]):
    def visible_to(self, person: Person) -> Self:
        """The results that this person sees (requirements.md); what was undone within seconds nobody works with."""
        if person.role == Role.ADMINISTRATOR:
            return self
        if person.role in (Role.TEAM_LEADER, Role.SUPERVISOR):
            return self.filter(campaign__team__in=person.team_scope)
        if person.role == Role.OUTBOUND_AGENT:
            return self.filter(by=person)
        if person.role == Role.QUALITY_CONTROL:
            return self.exclude(Q(by=person) | Q(by__team=person.team_id))
        return self.none()

    def standing(self) -> Self:
        """Without those that their agent took back at once."""
        return self.exclude(state=ResultState.UNDONE)

    def shown(self) -> Self:
        """With all that a row and the API show."""
        return self.select_related("prospect__campaign", "campaign", "reason__parent", "by")


class CaringResult(models.Model):
    """One call's result. ``campaign`` is where the prospect was at that moment; it may have moved since."""

    prospect = models.ForeignKey(Prospect, on_delete=models.PROTECT, related_name="results")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="results")
    reason = models.ForeignKey(CallReason, on_delete=models.PROTECT, related_name="+")
    contacted = models.BooleanField()
    agreed = models.BooleanField()
    identity_checked = models.BooleanField(default=False)  # the customer was the one who spoke
    promised_on = models.DateField(null=True)
    promised_amount = models.PositiveBigIntegerField(null=True)  # rupiah
    next_contact_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=ResultState.choices, default=ResultState.ENTERED)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    call_started_at = models.DateTimeField(null=True)
    call_ended_at = models.DateTimeField(null=True)
    sent_back_reason = models.TextField(blank=True)  # the TL's words, or QC's when it was returned
    recommendation = models.TextField(blank=True)
    redo_by = models.DateTimeField(null=True)
    promise_state = models.CharField(max_length=6, choices=PromiseState.choices, blank=True)
    paid_on = models.DateField(null=True)
    flags = models.JSONField(default=list)  # kinds of the rules that found something when it was entered (CT-5)
    flag_count = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = CaringResultQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["campaign", "-id"], name="result_of_campaign"),
            models.Index(fields=["by", "-id"], name="result_of_agent"),
            models.Index(fields=["prospect", "-id"], name="result_of_prospect"),
            models.Index(fields=["promised_on"], name="result_promises", condition=Q(promise_state="open")),
            models.Index(fields=["by", "id"], name="result_to_correct", condition=Q(state="sent_back")),
            models.Index(fields=["campaign", "id"], name="result_flagged", condition=Q(flag_count__gt=0)),
            models.Index(fields=["id"], name="result_for_qc", condition=Q(state="awaiting_validation")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(agreed=False) | Q(contacted=True), name="result_agreed_is_contacted"),
            models.CheckConstraint(
                condition=~Q(state__in=["awaiting_validation", "approved", "returned"]) | Q(agreed=True),
                name="result_validated_is_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prospect_id}: {self.reason} {self.state}"

    @property
    def call_seconds(self) -> int | None:
        """How long the call took, where it was dialled from Kawal."""
        if self.call_started_at is None or self.call_ended_at is None:
            return None
        return int((self.call_ended_at - self.call_started_at).total_seconds())

    def values(self) -> dict[str, Any]:
        """What was entered, for the history and for comparing."""
        return {
            "reason": self.reason.code,
            "contacted": self.contacted,
            "agreed": self.agreed,
            "promised_on": self.promised_on.isoformat() if self.promised_on else None,
            "promised_amount": self.promised_amount,
            "next_contact_at": self.next_contact_at.isoformat() if self.next_contact_at else None,
        }
