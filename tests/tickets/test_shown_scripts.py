"""Which version of a script was shown is kept with the act: an old ticket shows the words of its day (OB-3, QM-7)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import HistoryEntry
from tests.tickets.conftest import FORM
from tests.tickets.test_scripts import HERE
from tickets.models import Script, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.req("OB-3", "QM-7")]
SENT = re.compile(r'<input type="hidden" name="scripts" value="([^"]+)">')
CALL = FORM | {"contact": "complaint", "channel": "call"}


def kept(act: str) -> list[tuple[str, str, int]]:
    """Use, language and version of what the newest such act kept."""
    facts = HistoryEntry.objects.filter(act=act).latest("id").facts
    return [(each["use"], each["language"], each["version"]) for each in facts.get("scripts", [])]


def test_a_call_keeps_the_greeting_that_stood_there_and_its_ticket_shows_it_after_the_next_version(
    sign_in, agent, api, support_hc
):
    page = sign_in(agent)
    shown = page.get("/tickets/new/").content.decode()
    api(support_hc).post("/api/v1/scripts/", HERE | {"sections": [{"text": "Halo."}]})
    page.post("/tickets/new/", CALL | {"scripts": SENT.findall(shown)})
    first = Script.objects.get(use="greeting", language="id", version=1)
    words = page.get(Ticket.objects.get().url).content.decode()
    assert kept("ticket.logged") == [("greeting", "id", 1)]
    assert f'<a href="/scripts/{first.pk}/">Salam pembuka v1</a>' in words


def test_what_is_folded_away_is_not_sent(sign_in, agent):
    shown = sign_in(agent).get("/tickets/new/").content.decode()
    folded = re.findall(r'name="scripts" value="[^"]+" disabled>', shown)
    assert len(SENT.findall(shown)) == 1 and len(folded) == 3  # the greeting in English, both of the other products


@pytest.mark.parametrize(("act", "name"), [("solve", "ticket.solved"), ("close", "ticket.closed")])
def test_the_end_keeps_further_help_and_closing(sign_in, team_leader, ticket, act, name):
    page = sign_in(team_leader)
    shown = page.get(f"{ticket.url}?act={act}").content.decode()
    said = {"solution": "Kabel diganti", "cause": "Kabel putus", "customer_confirmed": "on", "further_help_offered": "on"}
    page.post(f"{ticket.url}{act}/", said | {"scripts": SENT.findall(shown)})
    assert kept(name) == [("further_help", "id", 1), ("closing", "id", 1)]


def test_a_repeat_report_from_the_intake_form_keeps_its_greeting(sign_in, agent, ticket):
    page = sign_in(agent)
    shown = page.get(f"/tickets/new/?q={ticket.service_number}").content.decode()
    page.post("/tickets/new/", CALL | {"join": ticket.number, "scripts": SENT.findall(shown)})
    assert kept("ticket.repeat_reported") == [("greeting", "id", 1)]


def test_what_no_page_of_ours_sealed_is_not_kept_and_holds_up_no_call(sign_in, agent):
    mine = Script.objects.get(use="greeting", language="id").sealed
    forged = [mine.replace(".1:", ".9:"), "12.greeting.id.1", ":", "\N{GRINNING FACE}", mine[:-1]]
    assert sign_in(agent).post("/tickets/new/", CALL | {"scripts": forged}).status_code == 302
    assert kept("ticket.logged") == []


def test_a_program_says_by_ids_what_it_showed_and_reads_it_in_the_history(api, agent):
    greeting, closing = (Script.objects.get(use=use, language="id") for use in ("greeting", "closing"))
    made = api(agent).post("/api/v1/tickets/", FORM | {"scripts": [greeting.pk]}).json()
    assert kept("ticket.logged") == [("greeting", "id", 1)]
    url = f"/api/v1/tickets/{made['number']}/"
    solved = api(agent).post(f"{url}solve/", {"solution": "Ganti", "cause": "Putus", "scripts": [closing.pk, closing.pk]})
    assert solved.status_code == 200 and kept("ticket.solved") == [("closing", "id", 1)]
    row = api(agent).get(f"{url}history/").json()["results"][-1]
    assert row["facts"]["scripts"] == [{"id": greeting.pk, "use": "greeting", "language": "id", "version": 1}]


@pytest.mark.parametrize("wrong", [[987654], ["x"], "x", [1] * 9, [0]])
def test_an_unknown_script_is_refused_at_its_field(api, agent, wrong):
    answer = api(agent).post("/api/v1/tickets/", FORM | {"scripts": wrong})
    assert answer.status_code == 400 and "scripts" in next(iter(answer.json()["errors"])) and not Ticket.objects.exists()


def test_keeping_costs_no_statement(sign_in, agent):
    page, counts = sign_in(agent), []
    sealed = [SENT.findall(page.get("/tickets/new/").content.decode()), []]
    page.post("/tickets/new/", CALL)
    for number, scripts in enumerate(sealed):
        with CaptureQueriesContext(connection) as seen:
            page.post("/tickets/new/", CALL | {"service_number": f"15240000000{number}", "scripts": scripts})
        counts.append(len(seen))
    assert counts[0] == counts[1]
