"""Channels, groups, the outbox and the inbox."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Team
from accounts.roles import Role
from tickets.models import Ticket


class ChannelKind(models.TextChoices):
    BY_HAND = "by_hand", _("manual")
    GOWA = "gowa", _("WhatsApp lewat GOWA")
    WAHA = "waha", _("WhatsApp lewat WAHA")
    EVOLUTION = "evolution", _("WhatsApp lewat Evolution API")
    META = "meta", _("WhatsApp resmi, grup Meta")
    TELEGRAM = "telegram", _("bot Telegram")
    EMAIL = "email", _("e-mail lewat SMTP")
    WEBHOOK = "webhook", _("webhook bertanda tangan")
    PAGE = "page", _("lonceng di halaman")


class ChannelQuerySet(models.QuerySet["Channel"]):
    def visible_to(self, person: Person) -> Self:
        """Administrators."""
        return self if person.role == Role.ADMINISTRATOR else self.none()


class Channel(models.Model):
    """A way out of the house. The kind is one small file in ``escalation/channels``; it says what it needs and what it can do."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("nama"), max_length=80)
    kind = models.CharField(_("jenis"), max_length=20, choices=ChannelKind.choices, default=ChannelKind.BY_HAND)
    active = models.BooleanField(_("aktif"), default=True)
    base_url = models.CharField(_("alamat gerbang"), max_length=200, blank=True)
    user = models.CharField(_("pengguna"), max_length=80, blank=True)
    device = models.CharField(_("perangkat"), max_length=120, blank=True)
    secrets = models.BinaryField(default=b"", blank=True)  # encrypted: password and webhook secret
    pace = models.PositiveSmallIntegerField(_("pesan per menit per grup"), default=20)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row; the breaker counts them
    open_since = models.DateTimeField(null=True, blank=True)  # the breaker: since then nothing got through
    open_until = models.DateTimeField(null=True, blank=True)  # and until then messages wait
    by_hand_since = models.DateTimeField(null=True, blank=True)  # an administrator lets people send for it
    last_proof_at = models.DateTimeField(null=True, blank=True)
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    session_ok = models.BooleanField(null=True)  # what the gateway last said of its own session; None: not asked, or cannot say
    session_words = models.CharField(max_length=200, blank=True)
    session_at = models.DateTimeField(null=True)
    canary_group = models.ForeignKey(
        "Group", verbose_name=_("grup kenari"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    canary_minutes = models.PositiveSmallIntegerField(_("kenari tiap berapa menit"), default=0)  # 0: none
    canary_lost_at = models.DateTimeField(null=True)  # a canary did not come back: the channel counts as down
    version = models.PositiveIntegerField(default=1, db_default=1)  # of what an administrator edits

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name, verbose_name_plural = _("saluran"), _("saluran")

    def __str__(self) -> str:
        return self.name


class Purpose(models.TextChoices):
    TIAL_REG = "tial_reg", _("TIAL REG")
    C4 = "c4", _("C4")
    SUPPORT_HC = "support_hc", _("Support HC")
    TEAM_LEADER = "team_leader", _("grup TL")
    TELKOM = "telkom", _("Telkom, anak tangga terakhir")
    COORDINATION = "coordination", _("lintas koordinasi")


class GroupQuerySet(models.QuerySet["Group"]):
    def visible_to(self, person: Person) -> Self:
        """Administrators."""
        return self if person.role == Role.ADMINISTRATOR else self.none()


class Group(models.Model):
    """A chat group of people outside or inside, reached through a channel."""

    name = models.CharField(_("nama"), max_length=80, unique=True)
    purpose = models.CharField(_("untuk"), max_length=12, choices=Purpose.choices)
    region = models.PositiveSmallIntegerField(_("TREG"), null=True, blank=True)
    team = models.ForeignKey(Team, verbose_name=_("tim"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.ForeignKey(Channel, verbose_name=_("saluran"), on_delete=models.PROTECT, related_name="groups")
    address = models.CharField(_("id grup"), max_length=120, blank=True)
    invite_link = models.URLField(_("tautan grup"), blank=True)
    shows_customer = models.BooleanField(_("nomor lengkap pelanggan boleh tampil"), default=False, db_default=False)
    active = models.BooleanField(_("aktif"), default=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("grup"), _("grup")
        constraints = [
            models.UniqueConstraint(
                fields=["region"], name="one_tial_reg_a_region", condition=Q(purpose=Purpose.TIAL_REG, active=True)
            )
        ]

    def __str__(self) -> str:
        return self.name


class MessageState(models.TextChoices):
    QUEUED = "queued", _("mengantre")
    SENDING = "sending", _("sedang dikirim")
    SENT = "sent", _("terkirim")
    DELIVERED = "delivered", _("sampai")
    READ = "read", _("dibaca")
    FAILED = "failed", _("gagal")
    TO_SEND_BY_HAND = "to_send_by_hand", _("kirim manual")
    CANCELLED = "cancelled", _("dibatalkan")


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, person: Person) -> Self:
        """Support HC and administrators."""
        return self if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR) else self.none()

    def about_ticket(self, *tickets: Any) -> Self:
        """Those that speak of one of the tickets, alone or among several; two indexed searches and never a scan."""
        alone = Message.objects.filter(ticket__in=tickets, together=False).values("pk")
        among = DispatchLine.objects.filter(ticket__in=tickets, message__together=True).values("message_id")
        return self.filter(pk__in=alone.union(among))


class Message(models.Model):
    """What leaves the house: a row of the outbox, written in the transaction that decided it.

    A dispatch has one line for each of its tickets; ``together`` says that they may be several, and then the text is made of the
    lines, and ``ticket``, ``kind`` and ``round`` are those of the first.
    """

    key = models.CharField(max_length=120, unique=True)  # (act or rung, recipient): deciding twice writes once
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, db_index=False, related_name="messages")  # message_of_ticket
    group = models.ForeignKey(Group, on_delete=models.PROTECT, db_index=False, related_name="messages")  # message_next_of_group
    text = models.TextField()
    about = models.CharField(max_length=20, default="dispatch")
    is_dispatch = models.BooleanField(default=False)
    together = models.BooleanField(default=False, db_default=False)
    opening = models.CharField(max_length=1000, blank=True, default="", db_default="")  # a person's words above the lines
    kind = models.CharField(max_length=20, blank=True)  # the ticket's kind when it was written
    round = models.PositiveSmallIntegerField(default=0)  # how often the customer had denied by then
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")  # nobody looks for it
    state = models.CharField(max_length=16, choices=MessageState.choices, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)  # when it last began to wait for the gateway; giving up counts from here
    next_try_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    doubtful = models.BooleanField(default=False)  # the last try may have arrived: ask the gateway before sending again
    gateway_id = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    copied_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            # The sender: what waits, the oldest of each group first. No index by time alone: where statistics were taken of an
            # empty queue PostgreSQL would take that one, and look through everybody's messages for each group's.
            models.Index(fields=["group", "next_try_at", "id"], name="message_next_of_group", condition=Q(state="queued")),
            models.Index(fields=["claimed_at"], name="message_in_flight", condition=Q(state="sending")),
            models.Index(fields=["created_at"], name="message_failed", condition=Q(state="failed")),
            models.Index(fields=["created_at"], name="message_by_hand", condition=Q(state="to_send_by_hand")),
            models.Index(fields=["ticket", "-id"], name="message_of_ticket"),
            models.Index(fields=["gateway_id"], name="message_by_gateway", condition=~Q(gateway_id="")),  # acks, quotes
            models.Index(fields=["group", "claimed_at"], name="message_pace", condition=Q(claimed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} -> {self.group}: {self.state}"

    @property
    def moment(self) -> object:
        """When it came into its present state, as far as known."""
        return self.read_at or self.delivered_at or self.sent_at or self.created_at


class DispatchLine(models.Model):
    """One ticket in one dispatch to one group: under which kind, in which round, and with which words (HC-5)."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, db_index=False, related_name="lines")  # dispatch_line_once
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, db_index=False, related_name="dispatches")
    kind = models.CharField(max_length=20)
    round = models.PositiveSmallIntegerField(default=0)  # how often the customer had denied by then
    text = models.CharField(max_length=600, blank=True)  # its line where there are several
    dropped_at = models.DateTimeField(null=True)  # solved before the message went: the line went out of it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "ticket"], name="dispatch_line_once")]
        indexes = [models.Index(fields=["ticket", "-id"], name="dispatch_line_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket} in {self.message_id}"


class ProbeState(models.TextChoices):
    WAITING = "waiting", _("mengantre")
    SENDING = "sending", _("sedang dikirim")
    SENT = "sent", _("diterima gerbang")
    HEARD = "heard", _("terbukti sampai")
    FAILED = "failed", _("gagal")


class Probe(models.Model):
    """A message about no ticket: an administrator's test, or the canary whose return proves that the channel lives."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="probes")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    is_canary = models.BooleanField()
    text = models.CharField(max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=ProbeState.choices, default=ProbeState.WAITING)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    gateway_id = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="probe_to_send", condition=Q(state="waiting")),
            models.Index(fields=["channel", "-id"], name="probe_of_channel"),
            models.Index(fields=["gateway_id"], name="probe_by_gateway", condition=~Q(gateway_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} -> {self.group}: {self.state}"


class InboundState(models.TextChoices):
    NEW = "new", _("baru")
    MATCHED = "matched", _("cocok")
    WAITING = "waiting", _("menunggu dicocokkan")
    DISMISSED = "dismissed", _("bukan untuk kita")


class InboundQuerySet(models.QuerySet["InboundMessage"]):
    def visible_to(self, person: Person) -> Self:
        """Support HC and administrators."""
        return self if person.role in (Role.SUPPORT_HC, Role.ADMINISTRATOR) else self.none()


class InboundMessage(models.Model):
    """What came in: stored raw first, matched afterwards. The unique id makes a repeated delivery change nothing."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="inbound")
    provider_id = models.CharField(max_length=200)
    raw = models.TextField()
    received_at = models.DateTimeField()
    is_receipt = models.BooleanField(default=False)  # says that messages of ours were delivered or read; no word of anybody
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="inbound")
    sender = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    said_at = models.DateTimeField(null=True)
    quoted_id = models.CharField(max_length=120, blank=True)
    quoted_text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=InboundState.choices, default=InboundState.NEW)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="inbound")
    matched_by = models.CharField(max_length=10, blank=True)  # quote, number, hand
    handled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    problem = models.CharField(max_length=200, blank=True)

    objects = InboundQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "provider_id"], name="inbound_once")]
        indexes = [
            models.Index(fields=["id"], name="inbound_to_match", condition=Q(state="new")),
            models.Index(fields=["-id"], name="inbound_waiting", condition=Q(state="waiting")),
            models.Index(  # receipts of ids that nobody knows yet
                fields=["channel", "received_at"], name="inbound_unclaimed", condition=Q(is_receipt=True, state="dismissed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.provider_id}"
