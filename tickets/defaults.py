"""What a new installation starts with: the activities of P-06 7 in the document's words, and what is said to customers."""

from datetime import timedelta
from typing import Any

from common.clock import now
from tickets.defaults_mappings import lay_mappings
from tickets.defaults_tools import lay_tools
from tickets.models import Activity, Interaction, Language, Script, Step

CLAUSE = "P-06 7"
LEADERS = "Agent & Team Leader / Supervisor"
ANY: list[str] = list(Interaction.values)
HANDLED: list[str] = [Interaction.COMPLAINT, Interaction.REQUEST]
INFORMED: list[str] = [Interaction.INFORMATION]
SOLVED = "Solusi masalah pelanggan"
# number: actor, output, aim, KPI, and for which interactions it is mandatory (*our choice*: what closing shows anyway).
ACTIVITIES: dict[int, tuple[str, str, str, str, list[str]]] = {
    1: ("Agent", "Analisa kebutuhan", "Sebagai sambutan kepada pelanggan", "Sesuai standar yang telah ditetapkan", ANY),
    2: ("Agent", SOLVED, "Agar dapat menemukan masalah pelanggan", "Kesesuaian solusi dengan produk di Telkom", HANDLED),
    5: ("Agent", SOLVED, "Menangani masalah pelanggan", "Solusi penanganan komplain pelanggan pada saat itu juga", []),
    6: (
        *("Agent", "Solusi masalah dari aplikasi", "Menangani masalah pelanggan"),
        *("Solusi penanganan komplain pelanggan dengan pihak backend", []),
    ),
    7: ("Agent", SOLVED, "Agar penanganan komplain bisa segera tersolusikan", "SLA penanganan komplain pelanggan", []),
    8: (
        *(LEADERS, "Informasi update masalah pelanggan", "Mengetahui kondisi terkini dari penanganan komplain pelanggan"),
        *("Informasi diberikan secara tepat dan berkala", []),
    ),
    9: (LEADERS, SOLVED, "Agar permintaan pelanggan terpenuhi", "Solusi penanganan komplain pelanggan", HANDLED),
    10: (LEADERS, SOLVED, "Memastikan komplain pelanggan sudah terselesaikan", "Solusi penanganan komplain pelanggan", ANY),
    11: (
        *(LEADERS, "Penawaran bantuan lain", "Agar pelanggan dapat menyampaikan permasalahan lain yang dimilikinya"),
        *("Penawaran sesuai standar", []),
    ),
    12: (
        *("Agent", "Informasi yang dibutuhkan pelanggan", "Agar permintaan pelanggan terpenuhi"),
        *("Informasi sesuai dengan yang dibutuhkan pelanggan", INFORMED),
    ),
    13: ("Agent", "Closing", "Memuaskan pelanggan", "Closing sesuai standar", ANY),
}  # fmt: skip
LOST = (3, 4)  # their rows are lost in the scan: empty and inactive until an administrator fills them


def lay_activities() -> None:
    """The table, where none is yet."""
    if Activity.objects.exists():
        return
    named = {step.value: step.label for step in Step}
    fields = ("actor", "output", "aim", "kpi", "required_for")
    rows = [
        Activity(number=n, title=str(named[n]), clause=CLAUSE, in_force_from=now(), **dict(zip(fields, row, strict=True)))
        for n, row in ACTIVITIES.items()
    ]
    rows += [Activity(number=n, clause=CLAUSE, in_force_from=now(), active=False) for n in LOST]
    Activity.objects.bulk_create(rows)


# What the standard of courtesy (P-06 5.1) says word for word is not in the documents: these sentences are *our choice*.
SCRIPTS: dict[str, tuple[str, str, str, str]] = {
    "greeting": (
        *("P-06 5.1", "Salam"),
        "“Selamat {part_of_day}, terima kasih sudah menghubungi layanan Telkom. Saya {me}. Dengan siapa saya berbicara?”",
        "“Good {part_of_day}, thank you for calling Telkom customer care. My name is {me}. May I have your name, please?”",
    ),
    "cross_product": (
        *("P-06 5.5", "Produk lain"),
        "“Selain {service_line} yang {customer} tanyakan, ada layanan lain yang berkaitan. Boleh saya jelaskan sebentar?”",
        "“Besides {service_line} there is another service that goes with it, {customer}. May I tell you briefly about it?”",
    ),
    "further_help": (
        *("P-06 5.7", "Bantuan lain"),
        "“Apakah ada hal lain yang dapat saya bantu, {customer}?”",
        "“Is there anything else that I can help you with, {customer}?”",
    ),
    "closing": (
        *("P-06 5.1, 5.7", "Penutup"),
        "“Terima kasih, {customer}. Bila ada kendala lagi, sebutkan nomor {ticket}. Selamat {part_of_day}.”",
        "“Thank you, {customer}. Should it happen again, please mention number {ticket}. Have a good {part_of_day}.”",
    ),
}


def lay_script(use: str, clause: str, sections: list[dict[str, Any]], language: str = Language.INDONESIAN) -> None:
    """The first script of a use in a language, for all lines, where none is yet; for the apps above too."""
    if not Script.objects.filter(use=use, language=language).exists():
        moment, place = now(), {"use": use, "language": language, "version": 1}
        day = moment.date() - timedelta(days=1)  # whatever the zone, it serves from the first hour
        Script.objects.create(**place, clause=clause, sections=sections, effective_from=day, created_at=moment)


def lay_scripts() -> None:
    """What is said, in both languages."""
    for use, (clause, title, indonesian, english) in SCRIPTS.items():
        for language, text in ((Language.INDONESIAN, indonesian), (Language.ENGLISH, english)):
            lay_script(use, clause, [{"title": title, "text": text, "must": use == "further_help"}], language)


def lay(**_: Any) -> None:
    """Everything; runs after each migrate and changes nothing where something stands."""
    lay_activities()
    lay_tools()
    lay_mappings()
    lay_scripts()
