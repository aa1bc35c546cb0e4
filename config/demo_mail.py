"""Demo mail: a mailbox without a server, and a few letters as customers write them. All of it is invented."""

from email.message import EmailMessage

from accounts.models import Person, Team
from escalation.actions import mail_answers, mail_items
from escalation.actions.mail_intake import Fetched, read_new, take_in
from escalation.actions.mail_items import Classed
from escalation.actions.mailboxes import create_mailbox
from escalation.models import Mailbox

ADDRESS = "tenesa@contoh.co.id"
LETTERS = [
    ("Budi Hartono <budi@cvmaju.example>", "Internet kantor mati", (
        "Nama: Budi Hartono\nHP: 0812 3344 5566\nID produk: 131172049999\n\nInternet kantor mati sejak pukul tujuh, "
        "lampu LOS merah. Kasir kami tidak bisa bekerja.\n\n-- \nBudi Hartono\nCV Maju Bersama")),
    ("Lilis Karlinawati <lilis@rumah.example>", "Kapan selesai?", (
        "Saya sudah lapor kemarin, nomor T-000002. Kapan selesai? Sampai sekarang masih mati.\n\n"
        "Pada 24 Nov 2026 20.10, TENESA menulis:\n> Laporan Anda sudah kami buatkan tiket.")),
    ("Melinda Manurung <melinda@apotek.example>", "Permintaan tambah bandwidth", (
        "Kami minta upgrade dari 50 ke 100 Mbps untuk nomor 0614528817. Mohon penawaran.")),
    ("Dinas Kominfo <surat@kominfo.example>", "Informasi jam layanan", "Bagaimana cara menghubungi di luar jam kerja?"),
]  # fmt: skip
AWAY = ("Wayan Artawan <wayan@toko.example>", "Balasan otomatis: sedang cuti", "Saya sedang cuti sampai hari Senin.")
DONE = ("Sekolah Harapan <tu@sekolah.example>", "Tanya tagihan", "Berapa tagihan bulan ini dan bagaimana cara melihatnya?")


def make(team: Team, agent: Person) -> None:
    """The mailbox, mail in every part of the worklist, one answered."""
    mailbox = create_mailbox(by=None, name="TENESA", address=ADDRESS, team=team)
    for sender, subject, text in LETTERS:
        _receive(mailbox, sender, subject, text)
    _receive(mailbox, *AWAY, Auto_Submitted="auto-replied")
    _receive(mailbox, *DONE)
    answered = mailbox.items.get(sender="tu@sekolah.example")
    mail_items.classify(answered, Classed("DES", "information"), by=agent)
    mail_answers.answer(answered, by=agent, template="info-tagihan")


def _receive(mailbox: Mailbox, sender: str, subject: str, text: str, **heads: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, mailbox.address, subject
    for name, value in heads.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    take_in(mailbox, Fetched(letter.as_bytes()))
    read_new()
