"""One fault, many tickets, at the screen: suggested, joined, told, solved; the page answers at once and shows how far it is."""

import re
from time import perf_counter

import pytest
from playwright.sync_api import expect

from accounts.history import broken_places
from outbound.models import Callback
from tests.keyboard import arrived
from tests.tickets.conftest import FORM
from tickets import actions
from tickets.models import Ticket


@pytest.mark.req("HC-8", "SE-5")
@pytest.mark.parametrize("count", [4, pytest.param(500, marks=pytest.mark.slow)])
def test_an_outage_is_solved_at_once(story, agent, count):
    for number in range(count):
        form = FORM | {"service_number": f"1524{number:08}", "area": "Garut Kota", "symptom": "Internet mati"}
        actions.log_ticket(actions.Intake(**form | {"criteria": [] if number % 2 else ["threat"]}), by=agent)
    support, tier2 = story.person("40001"), story.person("50001")
    support.goto("/outages/")
    strip = support.locator("form.strip", has_text=f"{count} tiket serupa dalam satu jam")
    strip.get_by_role("button", name="Jadikan satu gangguan").click()
    arrived(support, r"/outages/\d+/$")
    news = support.locator("#outage-news")
    expect(news).to_contain_text(f"{count} tiket di bawahnya")

    support.get_by_label("Kata unit").fill("Splicing 60 persen")
    support.get_by_role("button", name="Teruskan", exact=True).click()
    told = news.locator("li", has_text="Splicing 60 persen")
    story.expect(told).to_contain_text(f"{count} dari {count} tiket")
    expect(told.locator("progress")).to_be_hidden()

    support.get_by_label("Yang dikerjakan unit").fill("Kabel disambung")
    begun = perf_counter()
    support.get_by_role("button", name="Selesai", exact=True).click()
    solved = news.locator("li", has_text="Kabel disambung")
    expect(solved).to_contain_text(re.compile(rf"\d+ dari {count} tiket"))
    answered = perf_counter() - begun
    story.expect(solved).to_contain_text(re.compile(rf"{count} dari {count} tiket(?!, sedang)"))
    print(f"{count}: answered in {answered:.1f} s, all solved and seen after {perf_counter() - begun:.1f} s")
    story.expect(tier2.locator("#callbacks")).to_contain_text("Internet mati")
    assert Callback.objects.filter(purpose="caring", state="waiting").count() == count
    assert Ticket.objects.filter(status="solved", holder_kind="caring").count() == count
    assert list(broken_places()) == []
