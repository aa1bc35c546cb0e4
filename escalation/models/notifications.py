"""What a person is told in the page."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tickets.models import Ticket


class Event(models.TextChoices):
    """What happened; the page makes the sentence from it and the values."""

    HARD_COMPLAINT = "hard_complaint", _("Hard complaint baru di antrean")
    SUPER_EMERGENCY = "super_emergency", _("Super Emergency baru")
    PROGRESS = "progress", _("Progres baru dari unit")
    RUNG = "rung", _("Jam lewat")
    RETURNED = "returned", _("Pelanggan menyangkal, kembali ke Support HC")
    CONFIRMED = "confirmed", _("Pelanggan membenarkan, tiket ditutup")
    TAKE_OVER = "take_over", _("Agen meminta Anda mengambil alih")
    TAKE_OVER_ANSWERED = "take_over_answered", _("Permintaan ambil alih dijawab")
    ASSIGNED = "assigned", _("Tiket diserahkan kepada Anda")
    NOT_SENT = "not_sent", _("Pesan tidak terkirim")
    BY_HAND = "by_hand", _("Gerbang mati, kirim manual")
    MESSAGE = "message", _("Pesan untuk Anda")
    CALLBACK_STUCK = "callback_stuck", _("Pelanggan tidak dapat ditelepon")
    CALLBACK_DONE = "callback_done", _("Kabar Anda sudah disampaikan ke pelanggan")
    PROMISE_SOON = "promise_soon", _("Janji mendekati waktunya")
    PROMISE_DUE = "promise_due", _("Janji jatuh tempo")
    PROMISE_RESULT = "promise_result", _("Pelanggan membenarkan: janji ditepati atau ingkar?")
    PROMISE_OFFERED = "promise_offered", _("TL lain menyerahkan janji kepada Anda")
    PROMISE_DECLINED = "promise_declined", _("Janji tidak diterima TL lain")
    HANDOVER = "handover", _("Serah terima untuk Anda")
    HANDOVER_ANSWERED = "handover_answered", _("Serah terima Anda dijawab")
    STAND_IN = "stand_in", _("Pengganti TL")
    ALARM = "alarm", _("Gangguan pada Kawal")
    RESULT_SENT_BACK = "result_sent_back", _("TL mengembalikan hasil untuk dikoreksi")
    PAYMENT_PROMISE = "payment_promise", _("Janji bayar")
    RESULT_RETURNED = "result_returned", _("QC mengembalikan hasil caring")
    REDO_OVERDUE = "redo_overdue", _("Caring ulang lewat batas")
    VALIDATION_AGED = "validation_aged", _("Hasil agree lama menunggu QC")
    EVALUATED = "evaluated", _("Penilaian baru")
    DISPUTED = "disputed", _("Banding nilai")
    DISPUTE_ANSWERED = "dispute_answered", _("Banding dijawab")
    NONCONFORMITY = "nonconformity", _("Ketidaksesuaian")
    APP_PROBLEM = "app_problem", _("Gangguan aplikasi")
    TRAINING = "training", _("Undangan sesi")


class Notification(models.Model):
    """One thing that one person is told, once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_index=False, related_name="notifications")  # see indexes
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="+")
    event = models.CharField(max_length=20, choices=Event.choices)
    text = models.CharField(max_length=300, blank=True)  # in the house's language
    says = models.JSONField(null=True)  # the same as ``wording.Words`` keep it, where it is ours and not somebody's own words
    url = models.CharField(max_length=200, blank=True, db_default="")  # where it leads, when it is about no ticket
    key = models.CharField(max_length=120, unique=True)  # deciding twice tells once
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="notification_list"),
            models.Index(fields=["person"], name="notification_unread", condition=Q(read_at__isnull=True)),  # the bell
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.event}"
