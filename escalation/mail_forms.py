"""What the pages of mail ask. The rules are in the actions; a form only turns typed text into plain values and keeps it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from escalation.models import Channel, ChannelKind, Mailbox
from escalation.models.mail import LEAST_POLL, MOST_POLL, ComplaintKind, MailItem, ServiceState
from tickets.forms import REGIONS, KawalForm, picked, written
from tickets.models import Interaction, Segment, ServiceLine

KINDS = [
    (ComplaintKind.NEW, _("Gangguan baru")),
    (ComplaintKind.PROGRESS, _("Tanya progres")),
    (Interaction.INFORMATION, _("Informasi")),
    (Interaction.REQUEST, _("Permintaan")),
]


class ClassifyForm(KawalForm):
    """Segment, kind of contact, and the numbers that the mail names."""

    segment = picked(_("Segmen"), Segment.choices, widget=forms.RadioSelect)
    contact = picked(_("Jenis kontak"), KINDS, widget=forms.RadioSelect)
    service_number = written(_("ID produk"), required=False, spellcheck="false")
    ticket = written(_("Nomor tiket"), required=False, spellcheck="false", placeholder="T-000000")
    outside_number = written(_("Nomor NOSSA"), required=False, spellcheck="false")

    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        values = dict(self.cleaned_data)
        contact = values.pop("contact")
        complaint = contact if contact in ComplaintKind.values else ""
        return {**values, "interaction": Interaction.COMPLAINT if complaint else contact, "complaint": complaint}


def classified(item: MailItem) -> dict[str, Any]:
    """What stands on the item, else what was found in the text."""
    guess = item.guess or {}
    interaction, complaint = (
        (item.interaction, item.complaint) if item.rule_id else (guess.get("interaction"), guess.get("complaint"))
    )
    return {
        "segment": item.segment or guess.get("segment", ""),
        "contact": complaint or (interaction if interaction != Interaction.COMPLAINT else "") or "",
        "service_number": item.service_number or guess.get("service_number", ""),
        "ticket": item.ticket.number if item.ticket else guess.get("ticket", ""),
        "outside_number": item.outside_number or guess.get("outside_number", ""),
    }


class CheckForm(KawalForm):
    """What the supporting applications say of the service."""

    text = written(_("Yang dicek dan dicoba"), rows=3)
    result = picked(_("Hasil cek"), ServiceState.choices, widget=forms.RadioSelect)


class AnswerForm(KawalForm):
    """The words to the customer; the status where only NOSSA knows it."""

    text = written(_("Jawaban"), rows=9)
    outside_status = written(_("Status di NOSSA"), required=False)


class MailReplyForm(KawalForm):
    """A reply from the ticket's page."""

    text = written(_("Jawaban"), rows=6)


class ForwardForm(KawalForm):
    """The education that the customer reads."""

    text = written(_("Edukasi ke pelanggan"), rows=9)


class MailTicketForm(KawalForm):
    """The fields of W-05 1.2.8, filled from the text, to be checked."""

    service_number = written(_("ID produk"), spellcheck="false")
    service_line = picked(_("Layanan"), [("", _("pilih layanan")), *ServiceLine.choices])
    customer_name = written(_("Nama pelanggan"))
    reporter_name = written(_("Nama pelapor"))
    contact_phone = written(_("Telepon pelapor"), inputmode="tel")
    contact_email = written(_("E-mail"), required=False, inputmode="email")
    symptom = written(_("Gejala"))
    region = picked(_("TREG"), REGIONS, required=False)
    description = written(_("Uraian"), rows=5)


class MailboxForm(KawalForm):
    """An account that customers write to. An empty password stays as it was."""

    name = written(_("Nama"), maxlength=80)
    address = written(_("Alamat e-mail"), inputmode="email")
    team = forms.ModelChoiceField(label=_("Tim"), queryset=Team.objects.order_by("name"), empty_label=None)
    channel = forms.ModelChoiceField(
        label=_("Saluran keluar"),
        queryset=Channel.objects.filter(kind=ChannelKind.EMAIL).order_by("name"),
        required=False,
        empty_label=_("kirim manual"),
    )
    base_url = written(_("Server IMAP"), required=False, help_text="imaps://imap.contoh.co.id:993", spellcheck="false")
    user = written(_("Pengguna"), required=False, spellcheck="false")
    password = forms.CharField(
        label=_("Sandi"), required=False, strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    folder = written(_("Folder"), spellcheck="false")
    poll_seconds = forms.IntegerField(
        label=_("Ambil setiap (detik)"), min_value=LEAST_POLL, max_value=MOST_POLL, initial=20, required=False
    )
    active = forms.BooleanField(label=_("Aktif"), required=False, initial=True)

    def __init__(self, *args: Any, mailbox: Mailbox | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("folder", "INBOX")
        if mailbox is not None:
            self.fields["password"].help_text = _("Tersimpan; kosongkan bila tidak diganti.")

    def values(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        left_out = {"password", *(["poll_seconds"] if self.cleaned_data["poll_seconds"] is None else [])}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


def mailbox_initial(mailbox: Mailbox) -> dict[str, Any]:
    """What stands in a mailbox now."""
    own = {name: getattr(mailbox, name) for name in ("name", "address", "base_url", "user", "folder", "poll_seconds", "active")}
    return own | {"team": mailbox.team_id, "channel": mailbox.channel_id}
