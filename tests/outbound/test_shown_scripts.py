"""Which version of a script a customer was called with is kept with the call and with the result (OB-3, CT-3)."""

import re

import pytest

from accounts.models import HistoryEntry
from outbound.actions import claim_callback
from outbound.models import Callback
from tests.outbound.test_page_prospect import body
from tickets.models import Script

pytestmark = [pytest.mark.django_db, pytest.mark.req("OB-3", "CT-3")]
SENT = re.compile(r'<input type="hidden" name="scripts" value="([^"]+)">')
CONFIRMED = {"contact": "reached", "said": "solved", "response": "Sudah normal, terima kasih."}


def kept(act: str) -> list[tuple[str, int]]:
    """Use and version of what the newest such act kept."""
    facts = HistoryEntry.objects.filter(act=act).latest("id").facts
    return [(each["use"], each["version"]) for each in facts.get("scripts", [])]


@pytest.fixture
def held(caring, outbound_agent) -> Callback:
    return claim_callback(caring(), by=outbound_agent)


@pytest.fixture
def renewed(api, support_hc):
    """Lays the next version of a script while somebody is speaking."""

    def laid(use: str) -> Script:
        before = Script.objects.get(use=use, language="id")
        new = {"use": use, "clause": "P-01", "effective_from": "2026-01-01", "sections": [{"title": "Salam", "text": "Halo."}]}
        answer = api(support_hc).post("/api/v1/scripts/", new, format="json")
        assert answer.status_code == 201, answer.content
        return before

    return laid


def test_a_caring_call_keeps_the_version_that_stood_there_and_the_ticket_links_it(held, sign_in, outbound_agent, agent, renewed):
    browser = sign_in(outbound_agent)
    sent = SENT.findall(browser.get(held.url).content.decode())
    first = renewed("caring")
    browser.post(f"{held.url}?turn={held.version}", CONFIRMED | {"scripts": sent})
    assert kept("callback.attempted") == [("caring", 1)]
    assert f'href="/scripts/{first.pk}/"' in sign_in(agent).get(held.ticket.url).content.decode()


def test_a_result_keeps_the_version_and_the_next_caller_sees_it(in_hand, sign_in, outbound_agent, renewed, forward):
    browser = sign_in(outbound_agent)
    sent = SENT.findall(browser.get(in_hand.url).content.decode())
    first = renewed("ct0")
    browser.post(in_hand.url, body("no-answer") | {"scripts": sent})
    assert kept("result.entered") == [("ct0", 1)]
    forward(days=2)
    browser = sign_in(outbound_agent)
    browser.post("/dapros/next/")
    assert f'href="/scripts/{first.pk}/"' in browser.get(in_hand.url).content.decode()


def test_what_no_page_of_ours_sealed_is_not_kept_and_holds_up_no_call(held, sign_in, outbound_agent):
    sent = {"scripts": ["1.caring.id.9", "<b>"]}
    sign_in(outbound_agent).post(f"{held.url}?turn={held.version}", CONFIRMED | sent)
    assert kept("callback.attempted") == []


def test_who_only_looks_is_sent_none(caring, sign_in, support_hc):
    assert SENT.findall(sign_in(support_hc).get(caring().url).content.decode()) == []


def test_a_program_names_the_scripts_of_a_call(held, api, outbound_agent, confirmed):
    at, script = f"/api/v1/callbacks/{held.pk}/attempts/", Script.objects.get(use="caring", language="id")
    assert api(outbound_agent).post(at, confirmed | {"scripts": [10**9]}, format="json").status_code == 400
    assert api(outbound_agent).post(at, confirmed | {"scripts": [script.pk]}, format="json").status_code < 300
    assert kept("callback.attempted") == [("caring", 1)]


def test_a_program_names_the_scripts_of_a_result(in_hand, api, outbound_agent):
    at, script = f"/api/v1/prospects/{in_hand.pk}/results/", Script.objects.get(use="ct0", language="id")
    assert api(outbound_agent).post(at, {"reason": "no-answer", "scripts": [script.pk]}, format="json").status_code == 201
    assert kept("result.entered") == [("ct0", 1)]
