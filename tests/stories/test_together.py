"""Story (e): two tickets in one message to a group that no gateway joins; one proof for both."""

import re

import pytest
from playwright.sync_api import expect

from escalation.actions import escorts
from escalation.models import Clock, Escort, Message
from tests.tickets.conftest import FORM
from tickets import actions


@pytest.mark.req("HC-5")
def test_two_tickets_go_to_their_group_in_one_message_by_hand(story, agent, support_hc):
    hard = FORM | {"criteria": ["threat"], "region": 5}
    first = actions.log_ticket(actions.Intake(**hard), by=agent)
    second = actions.log_ticket(actions.Intake(**hard | {"service_number": "152401234567", "symptom": "Telepon mati"}), by=agent)
    for ticket in (first, second):
        escorts.claim_escort(Escort.objects.get(ticket=ticket), by=support_hc)
    support = story.person("40001")
    support.context.grant_permissions(["clipboard-read", "clipboard-write"])
    support.context.route(re.compile("^https://wa.me/"), lambda route: route.fulfill(body="WhatsApp", content_type="text/html"))

    # Picked by keys; the preview names both; the words above the list are typed.
    expect(support.locator("a.row")).to_have_count(2)
    for ticket in (first, second):
        row = support.locator("a.row", has_text=ticket.number)
        row.focus()
        expect(row).to_be_focused()
        support.keyboard.press("x")
        expect(support.get_by_role("checkbox", name=f"Pilih {ticket.number}")).to_be_checked()
    expect(support.locator("#picked")).to_contain_text("2 tiket dipilih")
    support.keyboard.press("m")
    pane = support.locator("#pane")
    expect(pane.locator("#together-previews")).to_contain_text(f"#{second.number}")
    words = pane.get_by_label("Kalimat pembuka")
    expect(words).to_be_focused()
    words.fill("Mohon dibantu sore ini")
    expect(pane.locator("#together-previews")).to_contain_text("Mohon dibantu sore ini")
    support.keyboard.press("Control+Enter")
    expect(pane).to_contain_text("Salin, buka grup")
    expect(support.locator("#picked")).to_be_hidden()

    # One text to copy, one answer as the proof, and both dispatch clocks are met.
    wanted = story.expect_by_hand("TIAL REG-5", containing=f"#{first.number}")
    with support.expect_popup() as whatsapp:
        pane.get_by_role("link", name="Salin, buka grup").click()
    whatsapp.value.close()
    assert support.evaluate("navigator.clipboard.readText()") == wanted.text
    expect(pane.get_by_role("link", name="Salin lagi, buka grup")).to_be_visible()
    pane.get_by_role("button", name="Sudah terkirim").click()
    expect(pane).to_contain_text("dikirim manual")
    assert Message.objects.get().state == "sent"
    assert set(Clock.objects.filter(milestone="dispatch").values_list("state", flat=True)) == {"met"}
