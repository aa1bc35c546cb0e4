"""Story (d): a hard complaint end to end where no gateway joins the unit's group, and two people who edit one ticket at once."""

import re

import pytest
from playwright.sync_api import expect

from accounts.history import broken_places
from escalation.models import Escort, Message
from tests.stories import acts
from tests.tickets.conftest import FORM
from tickets import actions
from tickets.models import Ticket


@pytest.mark.req("HC-2", "HC-3", "HC-4", "HC-5", "HC-6", "HC-7", "SE-4", "SE-5")
def test_a_hard_complaint_is_escorted_by_hand(story):
    agent, support = story.person("10001"), story.person("40001")
    support.context.grant_permissions(["clipboard-read", "clipboard-write"])
    support.context.route(re.compile("^https://wa.me/"), lambda route: route.fulfill(body="WhatsApp", content_type="text/html"))

    # The agent logs it; Support HC has it without reloading, takes it and analyses.
    acts.log(agent, {"Nomor layanan": "152401234567", "Gejala": "Internet mati total"}, sign="Mengancam", region="TREG 5")
    number = agent.locator("#number").inner_text()
    ticket = Ticket.objects.get()
    assert (ticket.number, ticket.kind) == (number, "hard_complaint")
    story.expect(support.locator("[data-rows] > li")).to_contain_text(number)
    acts.claim(support, ticket)
    acts.dispatch(support, cause="Port ODP rusak", region="TREG 5")

    # No gateway: copied, opened, sent by a person, and the answer is the proof.
    wanted = story.expect_by_hand("TIAL REG-5", containing=f"#{number}")
    with support.expect_popup() as whatsapp:
        support.get_by_role("link", name="Salin, buka grup").click()
    expect(whatsapp.value).to_have_url(re.compile("^https://wa.me/"))
    whatsapp.value.close()
    assert support.evaluate("navigator.clipboard.readText()") == wanted.text
    support.get_by_role("button", name=re.compile("^Ya, ")).click()
    expect(support.locator("#chips")).to_contain_text("dikirim manual")
    assert Message.objects.get().state == "sent"

    # What the unit said is typed and published; the agent has it, and tells the customer.
    support.get_by_label("Kata unit").fill("Teknisi ganti port, 30 menit")
    support.get_by_role("button", name="Catat progres").click()
    expect(support.locator("#said-so-far")).to_contain_text("belum dibaca Sari")
    story.expect(agent).to_have_title(re.compile(r"^\(1\) "))
    agent.goto(ticket.url)
    expect(agent.locator("main")).to_contain_text("Teknisi ganti port, 30 menit")
    agent.keyboard.press("t")
    agent.get_by_role("dialog").get_by_label("Apa yang dikatakan kepada pelanggan").fill("Port sedang diganti, 30 menit lagi")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator("#ticket-history")).to_contain_text("Port sedang diganti, 30 menit lagi")
    story.expect(support.locator("#said-so-far")).to_contain_text("Dibaca Sari")
    story.expect(support.locator("#said-so-far")).to_contain_text("Disampaikan ke pelanggan")

    # Repaired, and confirmed by the ticket's agent, who may for a plain hard complaint.
    acts.solve(support, "Port ODP diganti")
    story.expect(agent.get_by_role("button", name="Caring")).to_be_visible()
    agent.get_by_role("button", name="Caring").click()
    acts.write_down_call(agent, yes=True, words="Sudah bisa, terima kasih")
    ticket.refresh_from_db()
    assert (ticket.status, Escort.objects.get().state) == ("closed", "closed")
    assert not list(broken_places())


@pytest.mark.req("HC-4")
def test_the_second_of_two_editors_is_told_and_loses_no_word(story, agent):
    ticket = actions.log_ticket(actions.Intake(**FORM), by=agent)
    first, second = story.person("10001"), story.person("10002")
    for page in (first, second):
        page.goto(f"{ticket.url}edit/")
    second.get_by_label("Gejala").fill("Lampu LOS merah")
    second.get_by_label("Area").fill("Cicadas")
    story.expect(first.get_by_role("img", name="Bayu sedang mengubah")).to_be_visible()
    first.get_by_label("Gejala").fill("Internet lambat sekali")
    first.get_by_role("button", name="Simpan").click()
    expect(first.locator("#ticket-matter")).to_contain_text("Internet lambat sekali")

    story.excuse(f"412 POST .*{ticket.url}edit/")
    second.get_by_role("button", name="Simpan").click()
    conflict = second.locator(".conflict")
    expect(conflict).to_contain_text("Sari mengubah tiket ini")
    expect(conflict).to_contain_text("Internet lambat sekali")
    expect(conflict).to_contain_text("Lampu LOS merah")
    expect(second.get_by_label("Area")).to_have_value("Cicadas")
    conflict.get_by_role("radio", name="Isian Anda").check()
    second.get_by_role("button", name="Simpan").click()
    expect(second.locator("#ticket-matter")).to_contain_text("Lampu LOS merah")
    story.expect(first.locator("#ticket-matter")).to_contain_text("Lampu LOS merah")
    ticket.refresh_from_db()
    assert (ticket.symptom, ticket.area) == ("Lampu LOS merah", "Cicadas")
