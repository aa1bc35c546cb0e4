"""What escalation shows on the ticket page, and its buttons there (ESC-6, HC-7, SE-1, SE-4)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalation.actions import clocks, escorts, progress, raising, timers
from escalation.models import Clock, Notification, Progress
from tests.escalation.conftest import clock_of, escort_of
from tickets.actions import forward as forward_to_unit
from tickets.actions import pause, resume
from tickets.models import Ticket

PART = {"HX-Request": "true"}


@pytest.fixture
def sent(hard, support_hc):
    return escorts.dispatch(escorts.claim_escort(escort_of(hard), by=support_hc), by=support_hc)


@pytest.fixture
def published(sent, support_hc):
    progress.record_progress(sent, progress.Said("Teknisi menuju ODP", publish=True), by=support_hc)
    return Progress.objects.get()


def stations_on(answer):
    return [(each.name, each.look) for each in answer.context["tracks"][0]["stations"]]


def steps_on(answer):
    """Whom the ladder of the clock of the unit's silence reaches, in words."""
    story = next(panel["story"] for panel in answer.context["panels"] if panel["name"] == "clocks")
    return [step.who for clock in story.running if clock.row.milestone == "unit_silence" for step in clock.steps]


def card_of_clocks(answer):
    [card] = re.findall(r'aria-labelledby="clocks-title".*?</section>', answer.text, re.DOTALL)
    return card


@pytest.mark.req("HC-7")
def test_the_way_shows_where_the_ball_lies(sign_in, agent, hard, support_hc):
    page = sign_in(agent)
    assert stations_on(page.get(hard.url))[:2] == [("Agen", "done"), ("Support HC", "now")]
    escorts.dispatch(escorts.claim_escort(escort_of(hard), by=support_hc), by=support_hc)
    assert stations_on(page.get(hard.url))[2] == ("Unit: TIAL REG-3", "now")


@pytest.mark.req("HC-7", "SE-1")
def test_a_raised_ticket_went_through_its_leader(sign_in, log, agent, team_leader):
    ticket = log(agent)
    raising.raise_super_emergency(ticket, "Layanan umum", by=team_leader)
    assert ("TL", "done") in stations_on(sign_in(agent).get(ticket.url))


@pytest.mark.req("ESC-6")
def test_the_clocks_say_what_happens_next_and_whom_it_reaches(sign_in, agent, hard):
    text = sign_in(agent).get(hard.url).text
    assert "Kabar ke pelanggan" in text and "Dimas (TL)" in text
    assert "asumsi" in text


@pytest.mark.req("ESC-6", "OB-4")
def test_at_the_unit_the_clock_names_who_is_told_to_chase_it(sign_in, log, agent, hard, support_hc, forward):
    ticket = log(agent)
    forward_to_unit(ticket, "TREG 3 Bandung", by=agent)
    assert steps_on(sign_in(agent).get(ticket.url))[:2] == [agent.online_name, "Dimas (TL)"]
    escorts.dispatch(escorts.claim_escort(escort_of(hard), by=support_hc), by=support_hc)
    assert steps_on(sign_in(agent).get(hard.url))[0] == support_hc.online_name
    forward(minutes=121)
    timers.tick()
    assert Notification.objects.filter(person=agent, ticket=ticket).exists()


@pytest.mark.req("ESC-6", "ESC-2")
def test_i_have_it_holds_the_ladder(sign_in, support_hc, hard, forward):
    forward(minutes=10)
    page = sign_in(support_hc)
    assert "Saya pegang sampai" in page.get(hard.url).text
    assert page.post(f"/clocks/{clock_of(hard, 'claim').pk}/acknowledge/").url == hard.url
    assert clock_of(hard, "claim").acknowledged_by == support_hc
    assert "Dipegang Dewi sampai" in page.get(hard.url).text


@pytest.mark.req("ESC-2")
def test_the_clock_of_another_team_is_not_there(sign_in, stranger, hard):
    assert sign_in(stranger).post(f"/clocks/{clock_of(hard, 'claim').pk}/acknowledge/").status_code == 404


@pytest.mark.req("ESC-5", "ESC-6")
def test_a_pause_is_shown_with_its_reason_and_person_once(sign_in, agent, team_leader, log, forward):
    ticket = log(agent)
    pause(ticket, "Menunggu di rumah", by=team_leader)
    assert ": Menunggu di rumah (Dimas)" in card_of_clocks(sign_in(agent).get(ticket.url))
    forward(minutes=5)
    resume(Ticket.objects.get(pk=ticket.pk), by=agent)
    assert card_of_clocks(sign_in(agent).get(ticket.url)).count("Dijeda: Menunggu di rumah (Dimas)") == 1


@pytest.mark.req("ESC-5")
def test_who_paused_costs_no_statement(sign_in, agent, team_leader, supervisor, log, forward):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            browser.get(ticket.url)
        return len(captured)

    ticket, browser = log(agent), sign_in(agent)
    counted = []
    for person in (agent, team_leader, agent):
        pause(Ticket.objects.get(pk=ticket.pk), "Menunggu", by=person)
        forward(minutes=1)
        resume(Ticket.objects.get(pk=ticket.pk), by=person)
        counted.append(statements())
    assert counted[0] == counted[1] == counted[2]


@pytest.mark.req("ESC-6")
def test_ended_clocks_stay_as_met_or_late(sign_in, agent, hard, support_hc, forward):
    forward(minutes=16)
    escorts.claim_escort(escort_of(hard), by=support_hc)
    panel = next(each for each in sign_in(agent).get(hard.url).context["panels"] if each["name"] == "clocks")
    assert [(each.label, each.state) for each in panel["story"].ended] == [("Ambil", "late")]


@pytest.mark.req("HC-2", "ESC-6")
def test_after_logging_it_is_said_what_happens_now(sign_in, agent, hard):
    text = sign_in(agent).get(f"/tickets/{hard.number}/sent/").text
    assert "Support HC mengambil tiket" in text and "jika tidak: bunyi di Dimas (TL)" in text


@pytest.mark.req("SE-4")
def test_looking_at_the_page_pays_the_debt_and_getting_it_does_not(sign_in, agent, published):
    page, ticket = sign_in(agent), published.escort.ticket
    answer = page.get(ticket.url)
    assert "Teknisi menuju ODP" in answer.text and f'data-seen="/tickets/{ticket.number}/seen/"' in answer.text
    published.refresh_from_db()
    assert published.told_inside_at is None
    assert page.post(f"/tickets/{ticket.number}/seen/", headers=PART).status_code == 204
    published.refresh_from_db()
    assert published.told_inside_at
    assert not Notification.objects.filter(person=agent, read_at=None).exists()


@pytest.mark.req("SE-4")
def test_somebody_else_looking_pays_nothing(sign_in, team_leader, published):
    sign_in(team_leader).post(f"/tickets/{published.escort.ticket.number}/seen/", headers=PART)
    published.refresh_from_db()
    assert published.told_inside_at is None


def test_another_teams_ticket_cannot_be_seen(sign_in, stranger, hard):
    assert sign_in(stranger).post(f"/tickets/{hard.number}/seen/", headers=PART).status_code == 404


@pytest.mark.req("SE-1", "SE-2")
def test_a_leader_raises_and_support_hc_is_told(sign_in, log, agent, team_leader, support_hc):
    ticket = log(agent)
    answer = sign_in(team_leader).post(
        f"/tickets/{ticket.number}/super-emergency/", {"kind": "buzzer", "reason": "Punya jangkauan"}
    )
    assert answer.url == ticket.url
    assert Ticket.objects.get(pk=ticket.pk).kind == "buzzer"
    assert Notification.objects.filter(person=support_hc, event="super_emergency").exists()


@pytest.mark.req("SE-1")
def test_the_dialog_shows_what_the_group_will_read(sign_in, log, agent, team_leader):
    text = sign_in(team_leader).get(log(agent).url, {"act": "super-emergency"}).text
    assert "*SUPER EMERGENCY*" in text and "*BUZZER VISIT*" in text
    assert "TIAL REG-3" in text and "wajib" in text


@pytest.mark.req("SE-1")
def test_raising_without_a_reason_keeps_the_dialog_and_its_words(sign_in, log, agent, team_leader):
    ticket = log(agent)
    answer = sign_in(team_leader).post(f"/tickets/{ticket.number}/super-emergency/", {"kind": "buzzer_visit", "reason": " "})
    assert answer.status_code == 400
    assert "Isian ini masih kosong." in answer.text
    assert Ticket.objects.get(pk=ticket.pk).kind == "regular"


@pytest.mark.req("SE-1")
@pytest.mark.parametrize("act", ["super-emergency", "withdraw-super-emergency"])
def test_an_agent_raises_nothing(sign_in, log, agent, act):
    assert sign_in(agent).post(f"/tickets/{log(agent).number}/{act}/", {"reason": "x"}).status_code == 403


@pytest.mark.req("SE-1")
@pytest.mark.parametrize("act", ["super-emergency", "withdraw-super-emergency", "escalate"])
def test_another_teams_ticket_is_not_there(sign_in, log, stranger, team_leader, act):
    assert sign_in(team_leader).post(f"/tickets/{log(stranger).number}/{act}/", {"reason": "x"}).status_code == 404


@pytest.mark.req("SE-1")
def test_withdrawing_is_open_for_five_minutes_and_then_closed_with_its_reason(sign_in, log, agent, team_leader, forward):
    ticket, page = log(agent), sign_in(team_leader)
    raising.raise_super_emergency(ticket, "Salah tekan", by=team_leader)
    assert 'data-opens="act-withdraw-super-emergency"' in page.get(ticket.url).text
    forward(minutes=6)
    assert "Sudah lewat waktunya" in page.get(ticket.url).text
    assert page.post(f"/tickets/{ticket.number}/withdraw-super-emergency/", {"reason": "Salah"}).status_code == 409


@pytest.mark.req("SE-1")
def test_withdrawn_in_time_it_is_what_it_was(sign_in, log, agent, team_leader):
    ticket = log(agent)
    raising.raise_super_emergency(ticket, "Salah tekan", by=team_leader)
    assert (
        sign_in(team_leader).post(f"/tickets/{ticket.number}/withdraw-super-emergency/", {"reason": "Salah"}).status_code == 302
    )
    assert Ticket.objects.get(pk=ticket.pk).kind == "regular"


@pytest.mark.req("ESC-2")
def test_an_agent_takes_the_next_rung_by_hand(sign_in, log, agent, team_leader):
    ticket = log(agent)
    assert sign_in(agent).post(f"/tickets/{ticket.number}/escalate/").status_code == 302
    assert Notification.objects.filter(person=team_leader, event="rung").exists()


@pytest.mark.req("ESC-2")
def test_at_the_top_of_the_ladder_it_says_whom_to_ring(sign_in, log, agent):
    ticket, page = log(agent), sign_in(agent)
    for _rung in range(3):
        page.post(f"/tickets/{ticket.number}/escalate/")
    answer = page.post(f"/tickets/{ticket.number}/escalate/")
    assert answer.status_code == 409
    assert "Hubungi SPV langsung" in answer.text


@pytest.mark.req("QM-2")
def test_the_timeline_tells_the_acts_in_words(sign_in, agent, published, support_hc, forward):
    ticket = published.escort.ticket
    clocks.acknowledge(Clock.objects.live().filter(ticket=ticket)[0], by=support_hc)
    forward(hours=3)
    timers.tick()
    text = sign_in(agent).get(ticket.url).text
    for words in (
        "mengambil tiket ini untuk dikawal",
        "mengirim ke TIAL REG-3",
        "mencatat kata unit",
        "memegang jam",
        "bunyi di",
    ):
        assert words in text


def test_the_ticket_page_asks_the_same_whatever_has_happened(sign_in, agent, published, support_hc, query_count):
    page, ticket = sign_in(agent), published.escort.ticket
    with query_count("ticket page, escorted"):
        page.get(ticket.url)
    for _ in range(3):
        progress.record_progress(published.escort, progress.Said("Masih dikerjakan", publish=True), by=support_hc)
    with query_count("ticket page, escorted"):
        page.get(ticket.url)
