"""Mail comes in: kept as bytes first, once, read whatever it is, joined to its conversation (EM-1; I6, I7, I10, S13)."""

import resource
import time
from email.message import EmailMessage

import pytest
from django.core.management import call_command

from accounts.models import HistoryEntry
from escalation.actions.mail_intake import Fetched, read_new, take_in
from escalation.models import MailItem, MailMessage
from tests.escalation.mails import CUSTOMER, HEAVY, ODD, letter, letter_with_file, mailbox_of, receive

pytestmark = pytest.mark.req("EM-1")


@pytest.fixture
def mailbox(agent, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return mailbox_of(agent)


def test_the_bytes_are_kept_before_anybody_reads_them_and_once(mailbox):
    raw = letter()
    message = take_in(mailbox, Fetched(raw, 7, 1))
    assert message and message.reading == "raw" and message.raw.read() == raw
    assert take_in(mailbox, Fetched(raw, 7, 1)) is None
    assert take_in(mailbox, Fetched(raw, 8, 1)) is None  # the server has numbered anew
    assert read_new() == 1 and read_new() == 0
    assert MailItem.objects.get().subject == "Internet mati"


def test_every_odd_mail_ends_in_the_worklist_or_in_quarantine_with_its_bytes_and_feeding_again_adds_nothing(mailbox, tmp_path):
    folder = tmp_path / "eml"
    folder.mkdir()
    for number, (name, made) in enumerate(ODD.items()):
        (folder / f"{number:02d} {name}.eml").write_bytes(made())
    for _ in range(2):
        call_command("import_mail", str(folder))
        kept = {message.raw.read(): message for message in MailMessage.objects.select_related("item")}
        assert set(kept) == {made() for made in ODD.values()}
        assert all(message.item and message.item.state in ("new", "quarantined") for message in kept.values())
        assert all(message.item and (message.item.state == "quarantined") == bool(message.machine) for message in kept.values())


@pytest.mark.parametrize("name", HEAVY)
def test_a_mail_made_to_cost_time_costs_two_seconds_at_most(mailbox, name):
    raw = HEAVY[name]()
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.process_time()
    [item] = receive(mailbox, raw)
    assert time.process_time() - began < 2
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before.ru_maxrss
    assert item.state in ("new", "quarantined") and grown < 256 * 1024


def test_an_answer_to_a_mail_of_its_own_people_joins_the_conversation(mailbox):
    [first] = receive(mailbox, letter(Message_ID="<satu@pelanggan.example>", Cc="budi@pelanggan.example"))
    again = letter("Masih mati.", In_Reply_To="<satu@pelanggan.example>", Subject="Re: Internet mati")
    cc = letter("Saya juga.", sender="budi@pelanggan.example", References="<satu@pelanggan.example>")
    stranger = letter("Saya siapa?", sender="lain@jahat.example", In_Reply_To="<satu@pelanggan.example>")
    assert [item.pk == first.pk for item in receive(mailbox, again, cc, stranger)] == [True, True, False]


def test_files_are_kept_under_safe_names_and_come_back_byte_for_byte(mailbox, agent, sign_in, settings):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = CUSTOMER, "Foto modem"
    mail.set_content("Terlampir.")
    mail.add_attachment(b"\x89PNG....", maintype="image", subtype="png", filename="../../foto\u202egpj.png")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="halaman.html")
    [item] = receive(mailbox, mail.as_bytes())
    files = list(item.messages.get().attachments.all())
    assert [file.name for file in files] == ["fotogpj.png", "halaman.html"]
    answer = sign_in(agent).get(f"/mail/files/{files[1].pk}/")
    assert answer.content == b"<script>alert(1)</script>" and answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment") and "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.req("QM-3")
def test_taking_a_mail_or_a_file_of_it_out_is_noted_without_its_words(mailbox, agent, sign_in):
    [item] = receive(mailbox, letter_with_file("Foto", CUSTOMER))
    message = item.messages.get()
    file, browser = message.attachments.get(), sign_in(agent)
    assert browser.get(f"/mail/files/{file.pk}/").status_code == 200
    assert browser.get(f"/mail/messages/{message.pk}/raw/").status_code == 200
    noted = HistoryEntry.objects.filter(act__endswith=".exported", by=agent).order_by("id")
    assert [(each.act, each.facts["filters"]) for each in noted] == [
        ("mail_file.exported", {"mail": item.pk, "file": file.pk}),
        ("mail.exported", {"mail": item.pk, "message": message.pk}),
    ]


def test_quotations_and_signature_are_folded_and_html_is_cleaned(mailbox):
    html = letter().replace(b"text/plain", b"text/html").split(b"\n\n")[0] + (
        b"\n\n<p>Masih <b onclick=alert(1)>mati</b><img src=http://jahat.example/a.png></p><p>-- <br>Sri</p>"
        b"<div>Pada 24 Nov 2026, TENESA menulis:</div><blockquote>Sudah normal.</blockquote><style>p{}</style>"
    )
    message = receive(mailbox, html)[0].messages.get()
    assert (message.text, message.signature) == ("Masih mati", "--\nSri")
    assert message.quoted == "Pada 24 Nov 2026, TENESA menulis:\n> Sudah normal."
    assert not any(word in message.html for word in ("img", "onclick", "jahat", "style"))


def test_what_is_found_in_the_text_is_suggested(mailbox, agent, log):
    ticket = log(agent, service_number="131172043918", segment="DES", contact_email=CUSTOMER)
    text = f"Nama: Hendra\nNo HP: 0812 2045 7731\nID produk 1311-7204-3918 mati, kapan selesai tiket {ticket.number}?"
    guess = receive(mailbox, letter(text, sender="orang@lain.example"))[0].guess
    assert (guess["service_number"], guess["segment"], guess["why"]) == ("131172043918", "DES", "product")
    assert (guess["ticket"], guess["complaint"], guess["fields"]["contact_phone"]) == (
        ticket.number,
        "progress_question",
        "0812 2045 7731",
    )
    assert receive(mailbox, letter("Halo", Subject="Tanya"))[0].guess["why"] == "sender"
