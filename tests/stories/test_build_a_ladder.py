"""Story: an administrator builds a ladder by keyboard, tries it on past tickets and switches it on; the next ticket climbs it."""

import re

import pytest
from playwright.sync_api import expect

from escalation.models import ClockRung, Policy
from tests.tickets.conftest import FORM
from tests.workers import eventually
from tickets import actions


@pytest.mark.req("ESC-2", "ESC-6")
@pytest.mark.slow
def test_an_administrator_builds_tries_and_switches_on_a_ladder(story, agent, administrator):
    before = actions.log_ticket(actions.Intake(**FORM | {"criteria": ["threat"], "region": 3}), by=agent)
    story.forward(minutes=8)
    page = story.person("90001")
    page.goto("/policies/new/")
    page.wait_for_load_state("load")
    page.get_by_label("Nama", exact=True).fill("Tangga cepat")
    page.get_by_label("Klausul", exact=True).fill("P-06 5.8")
    page.get_by_label("Jenis", exact=True).select_option(label="Hard complaint")
    page.get_by_label("TREG").select_option("3")
    claim = page.get_by_role("region", name="Ambil")
    claim.locator("#minutes-claim").fill("5")

    # Two rungs, added in the wrong order: the second is moved up by keyboard, and what is wrong is said at its card.
    for place, minutes in enumerate(("10", "0")):
        claim.get_by_role("button", name="Tambah anak tangga Ambil").click()
        after = claim.locator(f"#after-{place}")
        expect(after).to_be_focused()
        after.fill(minutes)
    claim.locator("#whom-0").select_option("team_leader")
    claim.locator("#whom-1").select_option("role:support_hc")
    story.excuse("400 POST .*/policies/new/")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_contain_text("Lebih cepat daripada anak tangga sebelumnya")
    claim.locator("#after-1").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(claim.locator("#after-0")).to_be_focused()
    expect(claim.locator("#after-0")).to_have_value("0")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/policies/\d+/\?saved="))
    expect(page.locator("main")).to_contain_text("Support HC yang bertugas")

    # It is tried on the ticket of a moment ago, which stays as it is.
    page.get_by_role("button", name="Coba").click()
    expect(page).to_have_url(re.compile(r"/policies/tries/\d+/$"))
    story.expect(page.locator("#trial")).to_contain_text("akan berbunyi 1 kali, dulu berbunyi 0 kali")
    expect(page.locator("#trial")).to_contain_text(before.number)
    page.get_by_role("link", name="Kembali").click()
    page.get_by_role("button", name="Nyalakan").click()
    expect(page.locator(".toast")).to_contain_text("dinyalakan")

    # The next one climbs it; the one that ran keeps its own.
    form = FORM | {"service_number": "131172043999", "criteria": ["threat"], "region": 3}
    after_it = actions.log_ticket(actions.Intake(**form), by=agent)
    policy = Policy.objects.get(name="Tangga cepat")
    assert set(after_it.clock_rows.values_list("policy", flat=True)) == {policy.pk}
    assert policy.pk not in before.clock_rows.values_list("policy", flat=True)
    rungs = ClockRung.objects.filter(clock__ticket=after_it).order_by("order")
    story.forward(minutes=6)
    eventually(lambda: rungs[0].state == "fired" or rungs[0].state == "late")
    assert rungs[0].reached == "Dewi, Arif"
    story.forward(minutes=10)
    eventually(lambda: rungs[1].reached == "Dimas")
