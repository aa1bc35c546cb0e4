"""Who held the ball, and for how long (HC-7)."""

from io import BytesIO

import openpyxl
import pytest
from django.db import connection

from common.words import nearby
from escalation.actions import escorts
from tests.escalation.conftest import escort_of
from tickets.actions import assign, close, pass_ball_of, pause, reopen, resume
from tickets.models import Hand, HolderKind, Ticket
from tools.bench.timers import copies

pytestmark = pytest.mark.req("HC-7")
URL = "/api/v1/figures/hands/"


@pytest.fixture
def passed(hard, support_hc, forward):
    """Five minutes in the queue, ten with Support HC, thirty with the unit, then caring."""
    forward(minutes=5)
    escort = escorts.claim_escort(escort_of(hard), by=support_hc)
    forward(minutes=10)
    escorts.dispatch(escort, by=support_hc)
    forward(minutes=30)
    escorts.solve_escort(escort, "Normal", by=support_hc)
    return hard


def minutes(program, **query):
    lines = program.get(URL, query).json()["lines"]
    return {line["key"]: (line["count"], line["total_seconds"] // 60) for line in lines}


def test_each_hand_leaves_how_long_it_held_the_ball(api, passed, support_hc):
    assert minutes(api(support_hc)) == {"unit": (1, 30), "support_hc": (2, 15)}
    assert minutes(api(support_hc), by="person") == {"Dewi": (1, 10)}
    assert list(minutes(api(support_hc), by="unit").values()) == [(1, 30)]
    assert minutes(api(support_hc), by="region") == {"3": (3, 45)}


def test_a_pause_is_the_customers_time_and_a_closed_ticket_nobodys(log, agent, forward):
    ticket = assign(log(agent), agent, by=agent)
    forward(minutes=10)
    pause(ticket, "Menunggu foto", by=agent)
    forward(minutes=20)
    ticket = resume(ticket, by=agent)
    forward(minutes=5)
    close(ticket, by=agent, customer_confirmed=True, further_help_offered=True, solution="ONT diganti", cause="ONT rusak")
    forward(minutes=60)
    reopen(Ticket.objects.get(), "Mati lagi", by=agent)
    forward(minutes=7)
    pause(Ticket.objects.get(), "Menunggu foto", by=agent)
    assert [(hand.kind, hand.seconds // 60) for hand in Hand.objects.order_by("id")] == [
        ("agent", 10),
        ("customer", 20),
        ("agent", 5),
        ("agent", 7),
    ]


def test_leaders_see_their_own_teams_and_agents_nothing(api, passed, agent, team_leader, other_team_leader):
    assert minutes(api(team_leader), by="kind") == {"hard_complaint": (3, 45)}
    assert minutes(api(other_team_leader)) == {}
    assert api(agent).get(URL).status_code == 403


@pytest.mark.parametrize("query", [{"by": "x"}, {"since": "2026-13-01"}, {"since": "2020-01-01", "until": "2026-01-01"}])
def test_what_makes_no_sense_is_refused(api, support_hc, query):
    assert api(support_hc).get(URL, query).status_code == 400


def test_the_page_and_its_excel_show_the_same(sign_in, passed, support_hc):
    browser = sign_in(support_hc)
    page = browser.get("/figures/hands/").content.decode()
    assert "Unit" in page and "30 mnt" in page
    assert browser.get("/figures/hands/?by=nonsense").status_code == 400
    sheet = openpyxl.load_workbook(BytesIO(browser.get("/figures/hands/export/?by=hand").content)).active
    assert [[cell.value for cell in row][:2] for row in sheet.iter_rows(min_row=2)] == [["Unit", 1], ["Support HC", 2]]
    assert sheet.cell(2, 5).value == pytest.approx(30, abs=0.1)


def test_every_row_says_since_when(sign_in, passed, support_hc):
    page = sign_in(support_hc).get("/queue/?tab=caring").content.decode()
    since = Ticket.objects.get(pk=passed.pk).holder_since
    assert f'<small class="meta num">{nearby(since)}</small>' in page


def changed_in_place() -> int:
    """How many tickets this transaction has changed on their own page, without a new entry in any index."""
    with connection.cursor() as cursor:
        cursor.execute("select n_tup_hot_upd from pg_stat_xact_user_tables where relname = 'tickets_ticket'")
        return cursor.fetchone()[0]


@pytest.mark.servers
@pytest.mark.req("ESC-3")
def test_many_balls_that_change_hands_find_room_on_the_pages_of_their_tickets(hard):
    source = f"tickets_ticket s, generate_series(1, 200) where s.id = {hard.pk}"
    with connection.cursor() as cursor:
        cursor.execute(copies(Ticket, {"intake_key": "null"}, source))
    pass_ball_of(Ticket.objects.all(), HolderKind.TELKOM, name="Telkom")
    assert changed_in_place() >= 50  # none but on the last page where pages are filled to the brim
