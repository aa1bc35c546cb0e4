"""The shape of tickets in other systems' exports (HC-3): which fields a row may fill, and what fits together."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.problems import Invalid
from tickets import parsing
from tickets.mapping import Field, Reader, Shape
from tickets.models import Channel, Criterion, Interaction, Kind, Segment, ServiceLine, Status

WORKING = ("assigned", "working", "proses", "on progress", "ditangani", "analysis")
STATUS_MEANINGS = {
    **dict.fromkeys(("new", "baru", "queued", "terbuka"), "open"),
    **dict.fromkeys(WORKING, "in_progress"),
    **dict.fromkeys(("pending", "on hold", "waiting"), "pending_customer"),
    **dict.fromkeys(("resolved", "selesai", "done"), "solved"),
    **dict.fromkeys(("cancelled", "canceled", "ditutup", "tutup"), "closed"),
}
CHANNEL_MEANINGS = {
    **dict.fromkeys(("phone", "telephone", "telepon", "customer care call"), "call"),
    **dict.fromkeys(("internet", "online", "web"), "email"),
    **dict.fromkeys(("mobile", "app", "social media", "twitter", "facebook"), "social"),
}


def _moment(label: Any, *words: str, **how: Any) -> Field:
    return Field(label, parsing.moment, empty=None, is_moment=True, words=words, **how)


def _text(label: Any, longest: int, *words: str, **how: Any) -> Field:
    return Field(label, parsing.text, longest=longest, words=words, **how)


def _choice(label: Any, choices: Any, *words: str, **how: Any) -> Field:
    return Field(label, parsing.choice, choices=choices.choices, words=words, **how)


def _region(_field: Field, said: str, _reader: Reader) -> int:
    if said not in [str(number) for number in range(1, 8)]:
        raise Invalid(_("TREG adalah angka 1 sampai 7"))
    return int(said)


def _criteria(_field: Field, said: str, _reader: Reader) -> list[str]:
    codes = [code.strip() for code in said.split(",")]
    if not set(codes) <= set(Criterion.values):
        raise Invalid(_("tanda tidak dikenal"))
    return codes


FIELDS: dict[str, Field] = {
    "opened_at": _moment(_("Dibuka"), "opened", "created", "reported", "dibuka", "dibuat", "lapor", "open", needed=True),
    "status": _choice(_("Status"), Status, "status", "state", needed=True, meanings=STATUS_MEANINGS),
    "service_line": _choice(_("Layanan"), ServiceLine, "service_line", "layanan", "product", "produk", needed=True),
    "symptom": _text(_("Gejala"), 200, "symptom", "gejala", "complaint", "keluhan", "subject", "summary", "judul", needed=True),
    "description": _text(_("Uraian"), 10_000, "description", "uraian", "detail"),
    "solved_at": _moment(_("Selesai"), "solved", "resolved", "selesai"),
    "closed_at": _moment(_("Ditutup"), "closed", "ditutup", "close"),
    "kind": _choice(_("Jenis"), Kind, empty=Kind.REGULAR),
    "interaction": _choice(_("Jenis kontak"), Interaction, empty=Interaction.COMPLAINT),
    "channel": _choice(_("Lewat"), Channel, "channel", "via", "lewat", empty=Channel.CALL, meanings=CHANNEL_MEANINGS),
    "segment": _choice(_("Segmen"), Segment, "segment", "segmen"),
    "region": Field(_("TREG"), _region, empty=None, words=("treg", "region")),
    "area": _text(_("Area atau Witel"), 120, "area", "witel", "city", "kota"),
    "service_number": _text(
        _("Nomor layanan"), 40, "service_number", "nomor_layanan", "nd", "internet_number", empty=None, is_naming=True
    ),
    "customer_name": _text(_("Nama pelanggan"), 200, "customer_name", "nama_pelanggan", "customer", empty=None),
    "reporter_name": _text(_("Nama pelapor"), 200, "reporter", "pelapor", empty=None),
    "contact_phone": Field(
        _("Nomor kontak"), parsing.phone, empty=None, words=("phone", "telepon", "telp", "hp", "contact_number")
    ),
    "contact_email": Field(_("E-mail"), parsing.email, empty=None, longest=254, words=("email", "mail")),
    "criteria": Field(_("Tanda hard complaint"), _criteria, empty=[]),
    "solution": _text(_("Solusi"), 10_000, "solution", "solusi", "resolution"),
    "cause": _text(_("Penyebab"), 200, "cause", "penyebab"),
}


def _consistent(values: dict[str, Any]) -> dict[str, Any]:
    opened = values["opened_at"]
    for name in ("solved_at", "closed_at"):
        if values.get(name) and values[name] < opened:
            raise Invalid(
                _("%(name)s %(moment)s, sebelum dibuka %(opened)s"),
                name=FIELDS[name].label, moment=f"{values[name]:%d-%m-%Y %H.%M}", opened=f"{opened:%d-%m-%Y %H.%M}",
            )  # fmt: skip
    return values


NUMBER_WORDS = ("ticket_no", "ticket_number", "ticket", "nomor", "number", "unique_key", "incident", "key", "id", "no")
TICKETS = Shape(FIELDS, _("Nomor tiket"), NUMBER_WORDS, _consistent)

# What a reconciliation reads of another system's tickets, and what SISKA says of customers.
COMPARED = Shape({name: FIELDS[name] for name in ("status", "service_number")}, _("Nomor tiket"), NUMBER_WORDS)
_OF_CUSTOMER = ("service_line", "segment", "region", "area", "contact_phone", "contact_email")
CUSTOMERS = Shape(
    {
        "name": _text(_("Nama pelanggan"), 200, "customer_name", "nama_pelanggan", "nama", "name", needed=True),
        **{name: replace(FIELDS[name], needed=False, empty="" if name != "region" else None) for name in _OF_CUSTOMER},
    },
    _("Nomor layanan"),
    ("service_number", "nomor_layanan", "nd", "internet_number", "no_layanan"),
)
