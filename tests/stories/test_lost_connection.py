"""Story (e): the session ends and the network goes away in the middle of a call; no word is lost."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.keyboard import draft_saved
from tests.stories import acts
from tests.tickets.conftest import FORM
from tickets import actions
from tickets.models import Ticket


@pytest.mark.req("HC-2")
def test_what_was_typed_survives_a_session_that_ended(story):
    page = story.person("10001")
    with draft_saved(page, '"service_line":"indihome"'):  # which is filled in last
        acts.fill_in(page, {"Nomor layanan": "152401234567", "Gejala": "Internet mati total"})

    Session.objects.all().delete()
    story.excuse("401 POST .*/tickets/draft/", "401 GET .*/notifications/bell/")
    page.get_by_label("Gejala").fill("Internet mati total sejak badai")
    story.expect(page.locator("#strips")).to_contain_text("Sesi Anda berakhir")
    expect(page.locator("[data-draft-status]")).to_contain_text("Draf disimpan di komputer ini")

    page.keyboard.press("Control+Enter")
    story.sign_in(page, "10001")
    expect(page.get_by_label("Gejala")).to_have_value("Internet mati total sejak badai")
    expect(page.get_by_label("Uraian, pakai kata pelanggan")).to_have_value(acts.CALL["Uraian, pakai kata pelanggan"])
    expect(page.locator("[data-draft-status]")).to_contain_text("dipulihkan")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("/sent/$"))
    assert [each.symptom for each in Ticket.objects.all()] == ["Internet mati total sejak badai"]


@pytest.mark.req("HC-3")
def test_a_list_says_how_old_it_is_while_the_server_cannot_be_reached(story, agent):
    support = story.person("40001")
    story.excuse("net::ERR_INTERNET_DISCONNECTED")
    support.context.set_offline(True)
    banner = support.locator("#strips")
    story.expect(banner).to_contain_text(re.compile(r"Data per \d\d\.\d\d\. Sambungan terputus"))
    ticket = actions.log_ticket(actions.Intake(**FORM | {"criteria": ["threat"]}), by=agent)
    expect(support.locator("[data-rows]")).not_to_contain_text(ticket.number)
    support.context.set_offline(False)
    story.expect(support.locator("[data-rows]")).to_contain_text(ticket.number)
    expect(banner).to_be_empty()
