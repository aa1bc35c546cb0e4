"""An e-mail agent's morning: every path of W-05 1.2.3 to 1.2.10, mail coming from a real IMAP server and going out by SMTP."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from escalation.actions.mailboxes import create_mailbox
from escalation.models import Mailbox, MailItem
from tests.escalation.mails import ADDRESS, CUSTOMER, letter, skilled, smtp_channel
from tests.fakes import dovecot, mail
from tests.keyboard import arrived
from tests.workers import environment, eventually
from tickets.actions import Intake, log_ticket
from tickets.models import Report, Ticket

OURS = "Nama: Budi Hartono\nHP: 0812 3344 5566\nID produk: 131172049999\nInternet kantor mati, lampu LOS merah."


class Desk:
    """The agent's browser, the two servers, and what the agent presses."""

    def __init__(self, page, incoming, outgoing):
        self.page, self.incoming, self.outgoing = page, incoming, outgoing

    def gets(self, subject, text, **heads):
        """A letter arrives, and the agent opens it."""
        self.incoming.deliver(letter(text, Subject=subject, **heads))
        eventually(lambda: MailItem.objects.filter(subject=subject, state__in=["new", "in_progress"]).exists())
        self.page.goto("/mail/")
        self.page.locator("a.row", has_text=subject).click()
        arrived(self.page, r"/mail/\d+/$")
        return MailItem.objects.get(subject=subject)

    def classifies(self, segment, contact, **numbers):
        card = self.page.locator("section", has=self.page.get_by_role("button", name="Tentukan"))
        card.get_by_label(re.compile(f"^{segment}")).check()
        card.get_by_label(re.compile(f"^{contact}")).check()
        for label, number in numbers.items():
            card.get_by_label(re.compile(f"^{label.replace('_', ' ')}")).fill(number)
        self.presses("Tentukan")

    def presses(self, name):
        self.page.get_by_role("button", name=name).click()
        expect(self.page.locator(".toast")).to_be_visible()
        self.page.wait_for_load_state("load")

    def sent(self, to, *words):
        """A letter to this address has reached the mail server, with all of these words."""
        return eventually(
            lambda: next((m for m in self.outgoing.messages if m["to"] == to and all(w in m["text"] for w in words)), None)
        )


@pytest.fixture
def desk(story, agent, settings):
    if folder := environment().get("KAWAL_DATA"):  # where the worker keeps the bytes
        settings.MEDIA_ROOT = Path(folder) / "uploads"
    with dovecot.serving() as incoming, mail.serving() as outgoing:
        skilled(agent)
        account = {"base_url": incoming.url, "user": dovecot.USER, "password": dovecot.PASSWORD}
        create_mailbox(by=None, name="TENESA", address=ADDRESS, team=agent.team, channel=smtp_channel(outgoing), **account)
        Mailbox.objects.update(poll_seconds=1)
        yield Desk(story.person("10001"), incoming, outgoing)


@pytest.mark.slow
@pytest.mark.req("EM-1", "EM-2", "EM-3", "EM-4", "EM-5", "EM-6")
def test_an_e_mail_agent_walks_all_paths(story, desk, agent):
    page = desk.page
    page.goto("/mail/")
    desk.incoming.deliver(letter("Rumah saya mati.", Subject="Internet rumah"))
    row = page.locator("a.row", has_text="Internet rumah")
    story.expect(row).to_be_visible()  # by itself
    row.click()
    arrived(page, r"/mail/\d+/$")

    desk.classifies("DCS", "Gangguan baru")  # 1.2.3
    desk.presses("Kirim ketiganya")
    desk.sent(CUSTOMER, "Layanan perumahan")
    desk.sent("dcs@contoh.co.id", "mohon ditangani")
    story.expect(page.locator("#mail-news")).to_contain_text("diterima server")
    desk.presses("Sudah terkirim")
    expect(page.locator("#mail-news")).to_contain_text("dikirim manual oleh Sari")

    desk.gets("Tambah bandwidth", "Mohon upgrade ke 100 Mbps.", sender="apotek@bisnis.example")
    desk.classifies("DBS", "Permintaan")  # 1.2.4
    desk.presses("Kirim ketiganya")
    desk.sent("apotek@bisnis.example", "Permintaan layanan bisnis")
    desk.sent("permintaan-dbs@contoh.co.id", "mohon ditangani")

    desk.gets("Jam layanan", "Bagaimana menghubungi di luar jam kerja?", sender="dinas@kota.example")
    desk.classifies("DGS", "Informasi")  # 1.2.5
    page.get_by_role("button", name="Cara melihat tagihan").click()
    page.get_by_role("button", name="Jam layanan dan cara menghubungi").click()
    desk.presses("Kirim jawaban")
    desk.sent("dinas@kota.example", "24 jam", "Sari")

    desk.gets("Lambat sekali", "Sejak tadi lambat. ID produk 131172048888", sender="pabrik@besar.example")
    desk.classifies("DES", "Gangguan baru", ID_produk="131172048888")  # 1.2.6, 1.2.7
    page.get_by_label("Yang dicek dan dicoba").fill("MRTG 40 %, redaman 18 dB, modem dinyalakan ulang")
    page.get_by_label(re.compile("^normal")).check()
    desk.presses("Catat hasil cek")
    desk.presses("Kirim jawaban")
    desk.sent("pabrik@besar.example", "131172048888 dan saat ini terpantau normal")

    fault = desk.gets("Kantor mati", OURS, sender="Budi Hartono <budi@maju.example>")
    desk.classifies("DES", "Gangguan baru")  # 1.2.7, 1.2.8
    page.get_by_label("Yang dicek dan dicoba").fill("NMS: link down")
    page.get_by_label(re.compile("^gangguan")).check()
    desk.presses("Catat hasil cek")
    expect(page.get_by_label("Nama pelapor")).to_have_value("Budi Hartono")
    page.get_by_label("Layanan", exact=True).select_option(label="Data & Internet")
    desk.presses("Buka tiket")
    ticket = Ticket.objects.get(mail_items=fault)
    assert (ticket.service_number, ticket.contact_phone, ticket.channel) == ("131172049999", "+6281233445566", "email")
    desk.sent("budi@maju.example", ticket.number)

    lost = desk.gets("Kapan selesai?", "Sudah sampai mana perbaikannya?", sender="toko@tani.example")
    desk.classifies("DES", "Tanya progres")  # 1.2.9
    desk.presses("Tanyakan, tunggu pelanggan")
    asked = desk.sent("toko@tani.example", "nomor tiket atau nomor ID produk")
    known = log_ticket(Intake(**acts_form("131172047777")), by=agent)
    desk.incoming.deliver(letter(f"Nomornya {known.number}, dan sekarang telepon juga mati.", sender="toko@tani.example",
                                 Subject="Re: Kapan selesai?", In_Reply_To=asked["id"]))  # fmt: skip
    eventually(lambda: MailItem.objects.get(pk=lost.pk).state == "in_progress")
    page.goto(lost.url)
    page.locator("summary", has_text="Ubah").click()
    desk.classifies("DES", "Tanya progres", Nomor_tiket=known.number)  # 1.2.10
    page.get_by_role("button", name="Progres tiket").click()
    desk.presses("Kirim jawaban")
    desk.sent("toko@tani.example", f"Perkembangan tiket {known.number}")
    assert "telepon juga mati" in Report.objects.get(ticket=known, kind="progress_question").description

    desk.gets("Tiket NOSSA", "Progres IN987654321?", sender="hotel@kota.example")
    expect(page.get_by_label(re.compile("^Nomor NOSSA"))).to_have_value("IN987654321")
    desk.classifies("DGS", "Tanya progres")
    page.get_by_label(re.compile("^Status di NOSSA")).fill("Menunggu izin galian")
    page.get_by_label("Jawaban").fill("Yth. Bapak, tiket IN987654321: menunggu izin galian.")
    desk.presses("Kirim jawaban")
    desk.sent("hotel@kota.example", "menunggu izin galian")
    assert set(MailItem.objects.values_list("state", flat=True)) == {"done"}


def acts_form(number):
    """A ticket that a colleague logged by phone."""
    return {
        "service_number": number, "service_line": "data_internet", "customer_name": "Toko Tani", "reporter_name": "Tono",
        "contact_phone": "081220457732", "symptom": "Putus-putus", "description": "Sejak kemarin",
    }  # fmt: skip
