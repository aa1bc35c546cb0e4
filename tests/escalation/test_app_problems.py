"""Trouble with our own applications: two presses, a ladder, a banner, clocks that stand still and go on (P-01 6.9, ESC-5)."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts import actions as people
from accounts.history import record
from escalation.actions import clocks, problems, standstills
from escalation.models import AppProblem, ClockInterval, Notification, ProblemRung, Standstill
from escalation.tasks import work_problems
from tests.escalation.conftest import clock_of
from tickets import actions

pytestmark = [pytest.mark.django_db, pytest.mark.req("ESC-5")]


@pytest.fixture
def down(agent, supervisor, support_hc):
    """NOSSA does not work; 10001 has reported it."""
    return problems.report_problem("NOSSA", symptom="Layar putih", by=agent)


@pytest.fixture
def confirmed(down, support_hc):
    """The same, confirmed for every site, its tickets standing still."""

    def confirm(**how):
        problems.confirm_problem(down, by=support_hc, **{"every_site": True, **how})
        work_problems()
        return AppProblem.objects.get(pk=down.pk)

    return confirm


@pytest.mark.parametrize("role", ["agent", "team_leader", "supervisor", "support_hc", "outbound_agent", "quality_control"])
def test_from_any_page_it_is_two_presses_and_back_again(request, sign_in, role):
    browser = sign_in(request.getfixturevalue(role))
    home = browser.get("/me/")
    assert '/problems/new/"' in home.text
    asked = browser.get("/problems/new/", headers={"Referer": "http://testserver/me/"})
    assert 'name="app" value="NOSSA"' in asked.text and 'name="back" value="http://testserver/me/"' in asked.text
    sent = browser.post("/problems/new/", {"app": "NOSSA", "back": "http://testserver/me/"})
    assert (sent.status_code, sent["Location"]) == (302, "http://testserver/me/")
    assert AppProblem.objects.get().app == "NOSSA"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "-99", "/me/\x00", "/🔥" * 2000]
)
def test_nobody_is_led_astray_by_the_way_back(sign_in, agent, back):
    sent = sign_in(agent).post("/problems/new/", {"app": "NOSSA", "back": back})
    assert sent["Location"].startswith("/problems/")


def test_the_same_trouble_is_one_problem_with_more_reports(sign_in, down, colleague, other_team_leader):
    sign_in(colleague).post("/problems/new/", {"app": "nossa"})
    sign_in(other_team_leader).post("/problems/new/", {"app": "NOSSA"})
    assert (AppProblem.objects.count(), down.reports.count()) == (1, 3)


def test_everybody_but_the_client_sees_the_banner_until_it_ends(sign_in, down, colleague, stranger, client_reader, support_hc):
    for person in (colleague, stranger):
        assert "NOSSA terganggu sejak" in sign_in(person).get("/me/").text
    assert "terganggu" not in sign_in(client_reader).get("/me/").text
    problems.end_problem(down, "Server dihidupkan lagi", by=support_hc)
    assert "terganggu" not in sign_in(colleague).get("/me/").text


def told(person):
    return Notification.objects.filter(person=person, event="app_problem").count()


def test_the_ladder_tells_the_next_until_somebody_has_it(down, supervisor, support_hc, administrator, forward, sign_in):
    assert (told(supervisor), told(support_hc), told(administrator)) == (1, 1, 0)
    forward(minutes=9)
    work_problems()
    assert told(administrator) == 0
    forward(minutes=2)
    work_problems()
    work_problems()
    assert (told(supervisor), told(administrator)) == (1, 1)
    assert AppProblem.objects.get().next_rung_at is None


def test_acknowledged_the_ladder_ends(down, supervisor, administrator, forward, sign_in):
    sign_in(supervisor).post(f"/problems/{down.pk}/acknowledge/")
    forward(minutes=30)
    work_problems()
    assert told(administrator) == 0
    assert AppProblem.objects.get().acknowledged_by == supervisor


def test_who_is_off_duty_or_of_another_site_is_not_told(agent, supervisor, support_hc):
    people.set_duty(supervisor, by=supervisor, duty="off")
    problems.report_problem("My CX", by=agent)
    assert (told(supervisor), told(support_hc)) == (0, 1)


def test_an_administrator_edits_the_ladder(sign_in, administrator, agent, supervisor, forward):
    sign_in(administrator).post("/admin/escalation/problemrung/add/", {"after_minutes": 5, "whom": "supervisor", "active": "on"})
    assert ProblemRung.objects.filter(after_minutes=5).exists()
    problems.report_problem("NOSSA", by=agent)
    forward(minutes=6)
    work_problems()
    assert told(supervisor) == 2


def test_confirmed_the_hindered_clocks_stand_still_with_the_reason_and_go_on_where_they_were(
    log, agent, confirmed, support_hc, forward, sign_in
):
    ticket = log(agent)
    before, update = clock_of(ticket, "solution"), clock_of(ticket, "customer_update")
    forward(minutes=10)
    problem = confirmed()
    stopped = clock_of(ticket, "solution")
    assert (stopped.state, clock_of(ticket, "customer_update").state) == ("paused", "running")
    pause = ClockInterval.objects.get(clock=stopped, running=False)
    assert (pause.reason, pause.by, pause.cause) == (f"Gangguan aplikasi NOSSA ({problem.number})", support_hc, problem.cause)
    assert "Gangguan aplikasi NOSSA" in sign_in(agent).get(ticket.url).text
    forward(minutes=60)
    problems.end_problem(problem, "Normal lagi", by=support_hc)
    work_problems()
    after = clock_of(ticket, "solution")
    assert after.state == "running"
    assert abs(after.due_at - before.due_at - timedelta(minutes=60)) < timedelta(seconds=30)
    assert clock_of(ticket, "customer_update").due_at == update.due_at
    page = sign_in(agent).get(ticket.url).text
    assert "menghentikan jam karena gangguan aplikasi NOSSA" in page and "menjalankan jam lagi: NOSSA normal" in page
    assert told(agent) == 1


def test_only_the_named_lines_and_clocks_stop(log, agent, confirmed):
    home, phone = log(agent), log(agent, service_line="telephony")
    confirmed(lines=["telephony"], milestones=["customer_update"])
    assert clock_of(home, "customer_update").state == "running"
    assert (clock_of(phone, "customer_update").state, clock_of(phone, "solution").state) == ("paused", "running")


def test_a_ticket_that_comes_later_stands_still_too(log, agent, confirmed):
    confirmed()
    later = log(agent)
    work_problems()
    assert clock_of(later, "solution").state == "paused"


def test_waiting_for_the_customer_and_for_the_application_are_kept_apart(log, agent, confirmed, support_hc, forward):
    ticket = log(agent)
    problem = confirmed()
    actions.pause(ticket, "Pelanggan di luar kota", by=agent)
    actions.resume(ticket, by=agent)
    assert (clock_of(ticket, "solution").state, clock_of(ticket, "customer_update").state) == ("paused", "running")
    actions.pause(ticket, "Pelanggan di luar kota", by=agent)
    problems.end_problem(problem, "Normal", by=support_hc)
    work_problems()
    assert clock_of(ticket, "solution").state == "paused"
    forward(minutes=30)
    actions.resume(ticket, by=agent)
    assert clock_of(ticket, "solution").state == "running"


def test_paused_for_the_customer_first_it_stands_still_for_the_application_when_the_customer_has_answered(
    log, agent, confirmed, support_hc
):
    ticket = log(agent)
    actions.pause(ticket, "Pelanggan di luar kota", by=agent)
    problem = confirmed()
    actions.resume(ticket, by=agent)
    work_problems()
    assert clock_of(ticket, "solution").state == "paused"
    problems.end_problem(problem, "Normal", by=support_hc)
    work_problems()
    assert clock_of(ticket, "solution").state == "running"


def test_under_two_problems_it_stands_still_until_both_have_ended(log, agent, confirmed, support_hc):
    ticket = log(agent)
    first = confirmed()
    second = problems.report_problem("MONITA", by=agent)
    problems.confirm_problem(second, by=support_hc, every_site=True)
    work_problems()
    problems.end_problem(first, "Normal", by=support_hc)
    work_problems()
    work_problems()
    assert clock_of(ticket, "solution").state == "paused"
    problems.end_problem(second, "Normal", by=support_hc)
    work_problems()
    assert clock_of(ticket, "solution").state == "running"


def test_a_ticket_that_is_solved_or_closed_meanwhile_stays_so(log, agent, confirmed, support_hc):
    solved, closed = log(agent), log(agent)
    problem = confirmed()
    actions.solve(solved, "ONT diganti", "ONT rusak", by=agent)
    actions.close(closed, by=agent, customer_confirmed=True, further_help_offered=True, solution="x", cause="y")
    problems.end_problem(problem, "Normal", by=support_hc)
    work_problems()
    assert {clock_of(each, "solution").state for each in (solved, closed)} <= {"met", "late"}


def test_stopped_in_the_middle_each_ticket_is_done_once(log, agent, down, support_hc, monkeypatch):
    tickets = [log(agent) for _ in range(3)]
    problems.confirm_problem(down, by=support_hc, every_site=True)
    kept, calls = record, []

    def dying(*given, **named):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return kept(*given, **named)

    monkeypatch.setattr(standstills, "record", dying)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        standstills.work()
    monkeypatch.undo()
    work_problems()
    work_problems()
    assert ClockInterval.objects.filter(running=False, clock__milestone="solution").count() == len(tickets)
    assert set(Standstill.objects.values_list("state", flat=True)) == {"paused"}


def test_one_bad_ticket_stops_no_other(log, agent, down, support_hc, administrator, monkeypatch):
    bad, good = log(agent), log(agent)
    problems.confirm_problem(down, by=support_hc, every_site=True)
    kept = clocks.pause_all

    def pausing(ticket, **how):
        if ticket.pk == bad.pk:
            raise ValueError("broken")
        return kept(ticket, **how)

    monkeypatch.setattr(clocks, "pause_all", pausing)
    work_problems()
    assert clock_of(good, "solution").state == "paused"
    assert Standstill.objects.get(ticket=bad).state == "parked"


def test_a_supervisor_decides_for_the_own_site_only(api, down, supervisor, team_leader, agent):
    at = f"/api/v1/problems/{down.pk}"
    assert api(agent).post(f"{at}/confirm/", {}, format="json").status_code == 403
    assert api(team_leader).post(f"{at}/confirm/", {}, format="json").status_code == 403
    assert api(supervisor).post(f"{at}/confirm/", {"every_site": True}, format="json").status_code == 403
    assert api(supervisor).post(f"{at}/confirm/", {"lines": ["moon"]}, format="json").status_code == 400
    assert api(supervisor).post(f"{at}/confirm/", {}, format="json").json()["state"] == "confirmed"
    assert api(supervisor).post(f"{at}/confirm/", {}, format="json").status_code == 409


def test_the_api_reports_follows_and_ends(api, agent, support_hc, log, client_reader):
    log(agent)
    made = api(agent).post("/api/v1/problems/", {"app": "EMBASSY", "symptom": "Lambat"}, format="json")
    assert (made.status_code, made.json()["reports"], made.json()["site"]) == (201, 1, "JKT")
    at = f"/api/v1/problems/{made.json()['id']}"
    assert api(support_hc).post(f"{at}/ioc/", {"number": "IOC-7"}, format="json").json()["acknowledged_by"] == "40001"
    api(support_hc).post(f"{at}/confirm/", {"every_site": True}, format="json")
    work_problems()
    seen = api(agent).get(f"{at}/").json()
    assert (seen["ioc_number"], seen["stopped"]) == ("IOC-7", 1)
    assert api(support_hc).post(f"{at}/end/", {}, format="json").status_code == 400
    assert api(support_hc).post(f"{at}/end/", {"solution": "Normal"}, format="json").json()["state"] == "ended"
    assert api(support_hc).post(f"{at}/end/", {"solution": "Normal"}, format="json").status_code == 409
    assert api(agent).get("/api/v1/problems/", {"state": "ended"}).json()["results"][0]["app"] == "EMBASSY"
    assert api(client_reader).get("/api/v1/problems/").status_code == 403
    assert api(agent).post("/api/v1/problems/", {"app": " "}, format="json").status_code == 400


def test_the_page_handles_it_from_the_first_word_to_the_last(sign_in, down, support_hc, agent):
    browser, at = sign_in(support_hc), f"/problems/{down.pk}/"
    assert "Pastikan dan hentikan jam" in browser.get(at).text
    assert browser.post(f"{at}ioc/", {"number": " "}).status_code == 400
    browser.post(f"{at}ioc/", {"number": "IOC-9"})
    browser.post(f"{at}confirm/", {"lines": ["indihome"], "milestones": ["solution"], "every_site": "on"})
    page = browser.get(at).text
    assert "IOC-9" in page and "IndiHome" in page and "Sudah normal" in page
    browser.post(f"{at}end/", {"solution": "Server dihidupkan"})
    assert "Server dihidupkan" in browser.get(at).text and "Pastikan" not in browser.get(at).text
    assert "NOSSA" in browser.get("/problems/").text
    assert "Pastikan" not in sign_in(agent).get(at).text


def test_what_was_none_is_dismissed(sign_in, down, support_hc):
    sign_in(support_hc).post(f"/problems/{down.pk}/dismiss/", {"reason": "Salah sandi"})
    assert AppProblem.objects.get().state == "dismissed"
    assert problems.report_problem("NOSSA", by=support_hc).pk != down.pk


def test_it_costs_the_same_with_many(sign_in, down, support_hc, query_count, agent):
    browser = sign_in(support_hc)
    for name in ("My CX", "MONITA", "EMBASSY"):
        problems.report_problem(name, by=agent)
    browser.get("/problems/")
    with query_count("list of application problems"):
        browser.get("/problems/")
    with query_count("application problem"):
        browser.get(f"/problems/{down.pk}/")
