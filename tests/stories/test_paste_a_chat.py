"""Story: Support HC pastes what a phone exported of a unit's group, and every word finds its ticket (HC-6)."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from common.clock import now
from escalation.actions import escorts
from escalation.models import Escort, InboundMessage, Progress
from tests.keyboard import arrived
from tests.tickets.conftest import FORM
from tickets import actions


def exported(*said: tuple[str, str]) -> str:
    """A chat as Android writes it in Indonesian: the notice on top, joining people, left-out media."""
    day = timezone.localtime(now()).strftime("%d/%m/%y")
    notice = f"{day} 07.58 - Pesan dan panggilan terenkripsi secara end-to-end. Hanya orang dalam chat ini yang bisa membacanya."
    lines = [f"{day} 08.{10 + place:02d} - {name}: {text}" for place, (name, text) in enumerate(said)]
    return "\n".join([notice, f"{day} 08.01 - Ujang TIAL menambahkan Anda", *lines])


@pytest.mark.req("HC-6")
def test_support_hc_pastes_an_exported_chat_and_matches_it(story, agent, support_hc):
    tickets = []
    for number in ("152401234567", "152401234568"):
        form = FORM | {"service_number": number, "criteria": ["threat"], "region": 5, "contact_phone": f"08{number[2:]}"}
        ticket = actions.log_ticket(actions.Intake(**form), by=agent)
        escorts.dispatch(escorts.claim_escort(Escort.objects.get(ticket=ticket), by=support_hc), by=support_hc)
        story.expect_by_hand("TIAL REG-5", containing=ticket.number)
        tickets.append(ticket)
    first, second = tickets
    page = story.person("40001")
    arrived(page, "/paste/")
    chat = exported(
        ("Ujang TIAL", f"#{first.number} teknisi OTW 🙏\nETA 30 menit"),
        ("+62 812-3456-7890", "<Media tidak disertakan>"),
        ("Ujang TIAL", f"{second.number.lower()} sudah normal"),
        ("Asep Surabaya", "yang di Rungkut sudah dicek, tunggu material"),
    )
    page.get_by_label("Teks dari grup WhatsApp").fill(chat)
    page.get_by_label("Dari grup").select_option(label="TIAL REG-5")
    page.get_by_role("button", name=re.compile("^Baca")).click()
    table = page.get_by_role("region", name="Pratinjau tempelan")
    expect(table).to_contain_text("ETA 30 menit")
    expect(table.locator("#ticket-0")).to_have_value(first.number)
    assert not Progress.objects.exists()

    # One line names no ticket: it waits in the inbox, and is matched there by a person.
    page.get_by_role("button", name=re.compile("^Simpan")).click()
    expect(page.get_by_role("region", name="Hasil tempelan")).to_contain_text("Asep Surabaya")
    said = Progress.objects.order_by("id")
    assert [(each.escort.ticket_id, each.text) for each in said] == [
        (first.pk, f"#{first.number} teknisi OTW 🙏\nETA 30 menit"),
        (second.pk, f"{second.number.lower()} sudah normal"),
    ]
    arrived(page, "/inbox/")
    waiting = page.locator(".inbound", has_text="Rungkut")
    waiting.get_by_label(re.compile("^Nomor tiket untuk kata Asep")).fill(first.number)
    waiting.get_by_role("button", name="Cocokkan").click()
    expect(page.locator("main")).to_contain_text("Kotak kosong")
    assert Progress.objects.filter(escort__ticket=first).count() == 2
    assert InboundMessage.objects.get(text__contains="Rungkut").handled_by == support_hc
