"""Machines, bounces, ourselves, floods and forgeries: nobody is asked to answer, and nothing goes round (EM-1; I8, I9, S13)."""

from datetime import timedelta

import pytest

from common.clock import now
from escalation.actions import mail_answers, mail_items, mail_sending
from escalation.actions.mail_intake import Fetched, take_in
from escalation.actions.mail_items import Classed
from escalation.models import MailItem, MailMessage, MailPart
from tests.escalation.mails import ADDRESS, CUSTOMER, letter, mailbox_of, receive, smtp_channel
from tests.fakes import mail as fake

pytestmark = pytest.mark.req("EM-1")
MACHINES = {
    "out of office": ({"Auto_Submitted": "auto-replied"}, "machine"),
    "away by subject": ({"Subject": "Balasan otomatis: cuti"}, "machine"),
    "precedence": ({"Precedence": "bulk"}, "bulk"),
    "list": ({"List_Id": "<warga.example>"}, "bulk"),
    "empty path": ({"Return_Path": "<>"}, "machine"),
    "no reply": ({"sender": "no-reply@bank.example"}, "machine"),
    "daemon": ({"sender": "MAILER-DAEMON@mx.example"}, "bounce"),
    "ourselves": ({"sender": f"Agen <{ADDRESS.upper()}>"}, "own"),
}


@pytest.fixture
def server():
    with fake.serving() as mail:
        yield mail


@pytest.fixture
def mailbox(agent, settings, tmp_path, server):
    settings.MEDIA_ROOT = tmp_path
    return mailbox_of(agent, smtp_channel(server))


@pytest.fixture
def answered(mailbox, agent, server):
    """A conversation whose answer has gone out."""
    [item] = receive(mailbox, letter())
    mail_items.classify(item, Classed("DES", "information"), by=agent)
    mail_answers.answer(item, "Silakan.", by=agent)
    mail_sending.send_due()
    return MailItem.objects.get()


@pytest.mark.parametrize("name", MACHINES)
def test_a_machines_mail_waits_in_quarantine_and_gets_no_answer(mailbox, server, name):
    heads, why = MACHINES[name]
    [item] = receive(mailbox, letter(**heads))
    mail_sending.send_due()
    assert (item.state, item.quarantine, server.messages) == ("quarantined", why, [])


@pytest.mark.req("EM-5")
def test_two_mailboxes_of_ours_that_write_to_each_other_stop_at_once(mailbox, agent, answered, server):
    other = mailbox_of(agent, mailbox.channel, name="Cadangan", address="cadangan@contoh.co.id")
    for _day in range(24):
        [there] = receive(other, letter(f"Putaran {_day}", sender=ADDRESS))
        [here] = receive(mailbox, letter(f"Putaran {_day}", sender=other.address))
    assert (there.quarantine, here.quarantine, len(server.messages)) == ("own", "own", 1)
    assert MailItem.objects.filter(state="quarantined").count() == 2


def test_an_out_of_office_answer_to_us_stays_in_its_conversation_and_wakes_nobody(mailbox, answered):
    part = MailPart.objects.get()
    receive(mailbox, letter("Saya cuti.", In_Reply_To=part.message_id, Auto_Submitted="auto-replied"))
    item = MailItem.objects.get()
    assert (item.state, item.messages.count()) == ("done", 2)


def test_a_bounce_of_our_mail_brings_its_item_back_and_is_not_answered(mailbox, answered, server):
    part = MailPart.objects.get()
    receive(mailbox, report(part.message_id))
    part.refresh_from_db()
    item = MailItem.objects.get()
    assert (part.state, part.problem, item.state) == ("bounced", "smtp; 550 5.1.1 user unknown", "in_progress")
    mail_sending.send_due()
    assert len(server.messages) == 1


@pytest.mark.parametrize("number", ["<kawal.1.00000000000000000000000000000000@contoh.co.id>", "<tebakan@contoh.co.id>"])
def test_a_guessed_id_opens_no_conversation_and_returns_no_mail(mailbox, answered, number):
    [item] = receive(mailbox, letter("Tunjukkan tiketnya", sender="lain@jahat.example", In_Reply_To=number))
    [returned] = receive(mailbox, report(number))
    assert item.pk != answered.pk and returned.pk != answered.pk
    assert MailPart.objects.get(item=answered).state == "sent"


def test_somebody_else_who_has_our_id_is_named_and_never_answered_instead_of_the_customer(mailbox, agent, answered):
    part = MailPart.objects.get()
    [item] = receive(mailbox, letter("Kirim ke saya saja", sender="lain@jahat.example", In_Reply_To=part.message_id))
    assert item.pk == answered.pk and item.messages.latest("id").is_other_sender
    mail_answers.answer(item, "Untuk pelanggan.", by=agent)
    assert set(MailPart.objects.values_list("address", flat=True)) == {answered.sender}


def test_a_forged_mail_of_an_agent_is_no_answer_of_an_agent(mailbox, agent, answered):
    receive(
        mailbox,
        letter("Tutup tiketnya", sender=f"{agent.online_name} <{ADDRESS}>", In_Reply_To=MailPart.objects.get().message_id),
    )
    item = MailItem.objects.get(pk=answered.pk)
    assert (item.state, item.parts.count(), item.messages.latest("id").machine) == ("done", 1, "own")


@pytest.mark.req("EM-2")
def test_a_bomb_fills_the_quarantine_and_customers_we_know_get_through(mailbox, agent, answered, settings):
    settings.MAIL_FLOOD_ONE, settings.MAIL_FLOOD_STRANGERS = 3, 8
    receive(mailbox, *(letter(f"Bom {n}", sender="bom@jahat.example") for n in range(20)))
    receive(mailbox, *(letter(f"Bom {n}", sender=f"bom{n}@jahat.example") for n in range(20)))
    stood = MailItem.objects.filter(sender__startswith="bom", state="new").count()
    assert stood == 7 and MailItem.objects.filter(sender="bom@jahat.example", state="quarantined").count() == 1
    [real] = receive(mailbox, letter("Ini pelanggan", Subject="Lain"))
    assert real.state == "new" and MailMessage.objects.count() == 42


def report(message_id: str) -> bytes:
    """A delivery report about one of our mails."""
    lines = [
        "From: Mail Delivery <mailer-daemon@mx.example>", "Return-Path: <>", "Subject: Undelivered",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=xx", "",
        "--xx", "Content-Type: text/plain", "", "Sorry.",
        "--xx", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example", "",
        "Final-Recipient: rfc822; sri@pelanggan.example", "Action: failed", "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown", "",
        "--xx", "Content-Type: text/rfc822-headers", "", f"Message-ID: {message_id}", "", "--xx--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def test_an_hour_later_the_flood_is_over(mailbox, settings, forward):
    settings.MAIL_FLOOD_ONE = 1
    receive(mailbox, letter("Satu"), letter("Dua"))
    forward(hours=2)
    assert receive(mailbox, letter("Tiga"))[0].state == "new"
    assert now() - MailMessage.objects.earliest("id").received_at > timedelta(hours=1)


@pytest.mark.parametrize(
    "raw", [b"", b"From:", b"\xff\x00From: a@b", b"From: " + b"a" * 100_000, b"From: " + b"a@" * 50_000, b"From: <\n>" * 9_000]
)
def test_an_odd_head_has_some_turn_and_is_kept(mailbox, raw):
    receive(mailbox, raw)
    assert MailItem.objects.get().state == "quarantined" and MailMessage.objects.count() == 1


def test_customers_are_read_before_strangers_and_strangers_before_a_flood(mailbox, answered, settings):
    settings.MAIL_FLOOD_ONE = 3
    for number in range(5):
        take_in(mailbox, Fetched(letter(f"Bom {number}", sender="Bom <bom@jahat.example>")))
    take_in(mailbox, Fetched(letter("Halo", sender="baru@pelanggan.example")))
    MailItem.objects.update(outcome="answered")
    take_in(mailbox, Fetched(letter("Lagi")))
    waiting = MailMessage.objects.filter(reading="raw").order_by("turn", "id")
    senders = list(waiting.values_list("sender", flat=True))
    assert senders == [CUSTOMER, *["bom@jahat.example"] * 3, "baru@pelanggan.example", *["bom@jahat.example"] * 2]
