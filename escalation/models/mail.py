"""Customers' mail (W-05): mailboxes, items of the worklist, and the messages in them, each kept as the bytes that came."""

from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Skill, Team
from accounts.roles import Role
from common.states import moves
from escalation.mail.html import cleaned
from escalation.models.channels import Channel
from tickets.models import Interaction, Segment, Ticket

LEADERS = (Role.TEAM_LEADER, Role.SUPERVISOR)
LEAST_POLL, MOST_POLL = 10, 3_600  # seconds


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def visible_to(self, person: Person) -> Self:
        """Administrators."""
        return self if person.role == Role.ADMINISTRATOR else self.none()

    def answered_by(self, person: Person) -> Self:
        """Those whose mail this person works on: agents of its team with the skill, their TL and supervisor."""
        if person.role == Role.AGENT:
            return self.filter(team=person.team_id) if Skill.EMAIL in person.skills else self.none()
        return self.filter(team__in=person.team_scope) if person.role in LEADERS else self.none()


class Mailbox(models.Model):
    """An account that customers write to (EM-1). Nothing is changed on the server: mail is read there and kept here."""

    name = models.CharField(_("nama"), max_length=80, unique=True)
    address = models.EmailField(_("alamat e-mail"), unique=True)
    team = models.ForeignKey(Team, verbose_name=_("tim"), on_delete=models.PROTECT, related_name="mailboxes")
    channel = models.ForeignKey(  # what answers go out by; none: people send them with their own program, and say so
        Channel, verbose_name=_("saluran keluar"), on_delete=models.PROTECT, null=True, blank=True, related_name="mailboxes"
    )
    base_url = models.CharField(_("server IMAP"), max_length=200, blank=True)
    user = models.CharField(_("pengguna"), max_length=120, blank=True)
    secrets = models.BinaryField(default=b"", blank=True)  # encrypted, as those of channels
    folder = models.CharField(_("folder"), max_length=120, default="INBOX")
    active = models.BooleanField(_("aktif"), default=True)
    poll_seconds = models.PositiveSmallIntegerField(
        _("ambil setiap (detik)"),
        default=20,
        db_default=20,
        validators=[MinValueValidator(LEAST_POLL), MaxValueValidator(MOST_POLL)],
    )
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    next_poll_at = models.DateTimeField(null=True)
    polled_at = models.DateTimeField(null=True)  # when the server last let us read
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("kotak surat"), _("kotak surat")

    def __str__(self) -> str:
        return self.name


class MailState(models.TextChoices):
    NEW = "new", _("baru")
    IN_PROGRESS = "in_progress", _("ditangani")
    WAITING_CUSTOMER = "waiting_customer", _("menunggu pelanggan")
    DONE = "done", _("selesai")
    QUARANTINED = "quarantined", _("karantina")


MAIL_OPEN = [MailState.NEW, MailState.IN_PROGRESS, MailState.WAITING_CUSTOMER]
MAIL_MOVES = moves(
    MailState.choices,
    claim=MAIL_OPEN,
    release=[MailState.IN_PROGRESS],
    classify=MAIL_OPEN,
    troubleshoot=MAIL_OPEN,
    answer=[*MAIL_OPEN, MailState.DONE],
    forward=MAIL_OPEN,
    open_ticket=MAIL_OPEN,
    dismiss=[*MAIL_OPEN, MailState.QUARANTINED],
    quarantine=MAIL_OPEN,
    accept=[MailState.QUARANTINED],
)


class Outcome(models.TextChoices):
    TICKET = "ticket", _("jadi tiket")
    REPLY = "reply", _("dijawab")
    FORWARDED = "forwarded", _("diteruskan")
    DISMISSED = "dismissed", _("tanpa jawaban")


class ComplaintKind(models.TextChoices):
    NEW = "new", _("gangguan baru")
    PROGRESS = "progress_question", _("tanya progres")


class ServiceState(models.TextChoices):
    NORMAL = "normal", _("normal")
    FAULT = "fault", _("gangguan")


class Quarantine(models.TextChoices):
    """Why nobody is asked to answer."""

    MACHINE = "machine", _("balasan otomatis")
    BULK = "bulk", _("kiriman massal atau milis")
    BOUNCE = "bounce", _("surat yang kembali")
    OWN = "own", _("memakai alamat kita sendiri")
    FLOOD = "flood", _("terlalu banyak surat")
    NO_SENDER = "no_sender", _("tanpa alamat pengirim")
    TOO_LARGE = "too_large", _("terlalu besar")
    UNREADABLE = "unreadable", _("tidak terbaca")
    BY_HAND = "by_hand", _("disisihkan agen")


class MailItemQuerySet(models.QuerySet["MailItem"]):
    def visible_to(self, person: Person) -> Self:
        """The items of the mailboxes that this person works on."""
        return self.filter(mailbox__in=Mailbox.objects.answered_by(person))

    def open(self) -> Self:
        return self.filter(state__in=MAIL_OPEN)


class MailItem(models.Model):
    """One conversation with one customer: what stands in the worklist, claimed by one agent at a time."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="items")
    state = models.CharField(max_length=16, choices=MailState.choices, default=MailState.NEW)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    quarantine = models.CharField(max_length=12, choices=Quarantine.choices, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    sender = models.CharField(max_length=254, blank=True)  # whom answers go to; fixed by the first mail of the conversation
    sender_name = models.CharField(max_length=200, blank=True)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    held_since = models.DateTimeField(null=True)
    segment = models.CharField(max_length=3, choices=Segment.choices, blank=True)
    interaction = models.CharField(max_length=12, choices=Interaction.choices, blank=True)
    complaint = models.CharField(max_length=20, choices=ComplaintKind.choices, blank=True)
    service_number = models.CharField(max_length=40, blank=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="mail_items")
    outside_number = models.CharField(max_length=80, blank=True)  # a NOSSA number that Kawal does not know
    outside_status = models.CharField(max_length=500, blank=True)
    troubleshooting = models.TextField(blank=True)
    service_state = models.CharField(max_length=6, choices=ServiceState.choices, blank=True)
    guess = models.JSONField(default=dict)  # what was found in the text, for the agent to confirm
    rule = models.ForeignKey("MailRule", on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    last_in_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = MailItemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["mailbox", "last_in_at", "id"], name="mail_open", condition=Q(state__in=MAIL_OPEN)),
            models.Index(fields=["mailbox", "state", "-id"], name="mail_by_state"),
            models.Index(fields=["holder", "last_in_at"], name="mail_held", condition=Q(state__in=MAIL_OPEN)),
            models.Index(fields=["sender", "-id"], name="mail_by_sender"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people say to each other: ``M-000042``."""
        return f"M-{self.pk:06d}"

    @property
    def url(self) -> str:
        return reverse("escalation:mail-item", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in MAIL_OPEN


class Reading(models.TextChoices):
    """How far a kept message is: raw first, read afterwards."""

    RAW = "raw", _("belum dibaca sistem")
    READ = "read", _("terbaca")
    BROKEN = "broken", _("tidak terbaca")


class Turn(models.IntegerChoices):
    """Who is read first when more came than can be read at once (I9)."""

    KNOWN = 0
    STRANGER = 1
    FLOOD = 2


class MailMessage(models.Model):
    """One message that came in. The bytes were kept before anybody looked into them; the same ones are kept once a mailbox."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="messages")
    item = models.ForeignKey(MailItem, on_delete=models.PROTECT, null=True, related_name="messages")
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    raw = models.FileField(max_length=160)
    cut = models.BooleanField(default=False)  # over the limit: only its head was fetched
    received_at = models.DateTimeField()
    reading = models.CharField(max_length=6, choices=Reading.choices, default=Reading.RAW)
    problem = models.CharField(max_length=200, blank=True)
    turn = models.PositiveSmallIntegerField(
        choices=Turn.choices, default=Turn.STRANGER, db_default=1
    )  # in which order it is read
    machine = models.CharField(max_length=12, choices=Quarantine.choices, blank=True)  # why it is nobody's word
    message_id = models.CharField(max_length=200, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    people = models.JSONField(default=list)  # addresses in To and Cc
    subject = models.CharField(max_length=300, blank=True)
    said_at = models.DateTimeField(null=True)
    text = models.TextField(blank=True)  # the sender's own words
    signature = models.TextField(blank=True)
    quoted = models.TextField(blank=True)
    html = models.TextField(blank=True)  # cleaned
    is_other_sender = models.BooleanField(default=False)  # somebody else than the item's customer wrote it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "sha256"], name="mail_kept_once"),
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "uid"], name="mail_fetched_once", condition=Q(uid__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="mail_to_read", condition=Q(reading="raw")),
            models.Index(fields=["item", "id"], name="mail_of_item"),
            models.Index(fields=["message_id"], name="mail_by_message_id", condition=~Q(message_id="")),
            models.Index(fields=["sender", "received_at"], name="mail_of_sender"),
            models.Index(fields=["received_at"], name="mail_by_arrival"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox}: {self.subject or self.sha256[:12]}"

    @property
    def page(self) -> SafeString:
        """The sender's own form, cleaned when it was read and once more now: rules may have become stricter."""
        return SafeString(cleaned(self.html))


class MailAttachment(models.Model):
    """A file inside a message. Its bytes are in the raw message; here stands where, and a name that is safe to show."""

    message = models.ForeignKey(MailMessage, on_delete=models.PROTECT, related_name="attachments")
    place = models.PositiveSmallIntegerField()  # which part of the message, counted as walked
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["message", "place"], name="attachment_once")]

    def __str__(self) -> str:
        return self.name


class PartKind(models.TextChoices):
    """What an answer or a forwarding is made of; each part has its own proof."""

    REPLY = "reply", _("balasan ke pelanggan")
    FORWARD = "forward", _("diteruskan ke penanganan")
    GROUP = "group", _("grup lintas koordinasi")


class PartState(models.TextChoices):
    QUEUED = "queued", _("mengantre")
    SENDING = "sending", _("sedang dikirim")
    SENT = "sent", _("terkirim")
    FAILED = "failed", _("gagal")
    BOUNCED = "bounced", _("kembali")
    BY_HAND = "to_send_by_hand", _("kirim manual")


class MailPart(models.Model):
    """What goes out about an item: a row of the outbox, written in the transaction that decided it, once for each ``key``."""

    item = models.ForeignKey(MailItem, on_delete=models.PROTECT, related_name="parts")
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=PartKind.choices)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey("Group", on_delete=models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    in_reply_to = models.CharField(max_length=200, blank=True)
    references = models.TextField(blank=True)
    original = models.ForeignKey(MailMessage, on_delete=models.PROTECT, null=True, related_name="+")  # goes along, forwarded
    message_id = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=PartState.choices, default=PartState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    proved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # who sent it by hand
    gateway_id = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["next_try_at"], name="mail_part_to_send", condition=Q(state="queued")),
            models.Index(fields=["claimed_at"], name="mail_part_in_flight", condition=Q(state="sending")),
            models.Index(fields=["item", "id"], name="mail_part_of_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} -> {self.address}: {self.state}"

    @property
    def moment(self) -> Any:
        """When it came into its present state, as far as known."""
        return self.sent_at or self.created_at
