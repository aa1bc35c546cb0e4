"""One fault, many tickets (HC-8): under one outage by hand and by suggestion, one progress, one solution, each its own caring."""

from typing import Any

import pytest

from accounts.models import HistoryEntry
from common.problems import Conflict
from escalation.actions import outage_steps, outages
from escalation.actions.escorts import claim_escort
from escalation.models import Escort, Outage, OutageStep, OutageTicket, Progress, WordKind
from outbound.models import Callback
from tickets.actions import Intake, log_ticket
from tickets.models import Ticket

URL = "/api/v1/outages/"
pytestmark = pytest.mark.req("HC-8")


@pytest.fixture
def log(agent):
    """``log()`` is a plain ticket of Garut; ``log(criteria=["threat"])`` a hard complaint."""
    made: list[Ticket] = []

    def logged(**more) -> Ticket:
        form: dict[str, Any] = {
            "service_number": f"13115990{len(made):04}", "service_line": "indihome", "customer_name": "Lilis Karlinawati",
            "reporter_name": "Lilis Karlinawati", "contact_phone": "0813-1122-2290", "symptom": "Internet mati",
            "description": "Mati sejak pagi.", "region": 3, "area": "Garut Kota",
        }  # fmt: skip
        by = more.pop("by", agent)
        made.append(log_ticket(Intake(**form | more), by=by))
        return made[-1]

    return logged


@pytest.fixture
def outage(log, support_hc):
    """An outage with a plain ticket, a hard complaint in the queue, and one that Support HC has claimed."""
    found = [log(), log(criteria=["threat"]), log(criteria=["threat"])]
    claim_escort(Escort.objects.get(ticket=found[2]), by=support_hc)
    return outages.open_outage("Garut mati", by=support_hc, area="Garut Kota", tickets=[each.number for each in found]).outage


def work():
    """What the worker does with what waits."""
    assert outage_steps.work(seconds=60) is False


def test_opened_by_api_with_tickets_and_those_that_cannot(log, api, support_hc, agent):
    first, second = log(), log()
    body = {"name": "ODC Garut", "region": 3, "tickets": [first.number, second.number.lower(), "T-999999", "x", first.number]}
    made = api(support_hc).post(URL, body)
    assert (made.status_code, made.json()["ticket_count"], made.json()["joined"]) == (201, 2, [first.number, second.number])
    assert [row["ticket"] for row in made.json()["refused"]] == ["T-999999", "X"]
    again = api(support_hc).post(URL, {"name": "Lain", "tickets": [first.number]}, headers={"Accept-Language": "id"}).json()
    assert (again["ticket_count"], again["refused"][0]["reason"]) == (0, "sudah di gangguan lain")
    assert api(support_hc).get(f"/api/v1/tickets/{first.number}/").json()["outage"] == made.json()["id"]
    assert api(agent).get(URL).status_code == 403
    assert HistoryEntry.objects.filter(act="outage.joined", subject_id=made.json()["id"]).count() == 1


def test_joining_stands_in_each_tickets_timeline(outage, sign_in, support_hc):
    work()
    ticket = Ticket.objects.earliest("id")
    page = sign_in(support_hc).get(ticket.url).content.decode()
    assert f"menggabungkan tiket ke {outage.number}" in page and "Gangguan massal" in page


def test_one_progress_is_every_tickets_own(outage, api, support_hc):
    told = api(support_hc).post(f"{URL}{outage.pk}/progress/", {"text": "Splicing 60 persen", "publish": True})
    assert (told.status_code, told.json()["last_word"]) == (200, "Splicing 60 persen")
    work()
    word = api(support_hc).get(f"{URL}{outage.pk}/").json()["words"][0]
    assert (word["total"], word["done"], word["skipped"]) == (3, 3, 0)
    assert Progress.objects.filter(text="Splicing 60 persen", published_at__isnull=False).count() == 2
    assert set(Escort.objects.values_list("state", flat=True)) == {"queued", "analysing"}  # nobody's work was taken away
    assert HistoryEntry.objects.filter(act="ticket.updated").count() == 1  # the plain one has it as a note


def test_a_published_word_reaches_the_agent_and_the_customer_of_a_plain_ticket_too(
    outage, log, api, sign_in, agent, stranger, support_hc
):
    plain, outside = Ticket.objects.earliest("id"), log()

    def heard(text, publish):
        api(support_hc).post(f"{URL}{outage.pk}/progress/", {"text": text, "publish": publish})
        work()
        rows = [api(stranger).get(f"/api/v1/tickets/?search={each.number}").json()["results"] for each in (plain, outside)]
        return [row[0]["last_published_progress"] for row in rows]  # what any agent tells who calls

    assert heard("Sebab masih dicari", publish=False) == [None, None]
    assert heard("Splicing 60 persen", publish=True) == ["Splicing 60 persen", None]
    assert [told.text for told in agent.notifications.filter(event="progress", ticket=plain)] == ["Splicing 60 persen"]
    page = sign_in(agent).get(plain.url).content.decode()
    assert f"kabar terakhir laporan {plain.number}" in page and "Splicing 60 persen. Kami kabari lagi" in page


def test_one_solution_and_each_customer_is_called(outage, api, support_hc, outbound_agent):
    solved = api(support_hc).post(f"{URL}{outage.pk}/solve/", {"text": "Kabel disambung"})
    assert (solved.status_code, solved.json()["state"]) == (200, "solved")
    assert not Callback.objects.exists()  # answered at once; the steps follow
    work()
    assert set(Ticket.objects.values_list("status", "solution", "holder_kind")) == {("solved", "Kabel disambung", "caring")}
    assert Callback.objects.filter(purpose="caring", information="Kabel disambung").count() == 3
    assert api(support_hc).post(f"{URL}{outage.pk}/solve/", {"text": "Lagi"}).status_code == 409


@pytest.mark.req("SE-5")
@pytest.mark.parametrize(("satisfied", "status"), [(True, "closed"), (False, "in_progress")])
def test_what_the_customer_of_a_plain_ticket_says_counts(satisfied, status, outage, api, support_hc, outbound_agent, agent):
    outages.solve_outage(outage, "Kabel disambung", by=support_hc)
    work()
    plain = Callback.objects.get(ticket__kind="regular")
    program = api(outbound_agent)
    program.post(f"/api/v1/callbacks/{plain.pk}/claim/")
    said = {"outcome": "reached", "response": "Itu kata pelanggan", "satisfied": satisfied}
    assert program.post(f"/api/v1/callbacks/{plain.pk}/attempts/", said).status_code == 201
    plain.ticket.refresh_from_db()
    assert plain.ticket.status == status
    assert satisfied or (plain.ticket.holder["name"], plain.ticket.reopened) == (agent.online_name, 1)
    assert Ticket.objects.filter(status="solved").count() == 2  # the others wait for their own


def test_work_killed_in_the_middle_is_done_once(outage, support_hc, monkeypatch):
    outages.solve_outage(outage, "Kabel disambung", by=support_hc)
    whole, calls = outage_steps.EFFECTS[WordKind.SOLUTION], []

    def dies(word, tickets):
        calls.append(len(tickets))
        refused = whole(word, tickets)
        if len(calls) == 2:
            raise KeyboardInterrupt  # the worker is killed after the effect, before the commit
        return refused

    monkeypatch.setattr(outage_steps, "BATCH", 2)
    monkeypatch.setitem(outage_steps.EFFECTS, WordKind.SOLUTION, dies)
    with pytest.raises(KeyboardInterrupt):
        outage_steps.work()
    assert (calls, Ticket.objects.filter(status="solved").count()) == ([2, 1], 2)
    monkeypatch.setitem(outage_steps.EFFECTS, WordKind.SOLUTION, whole)
    work()
    assert (Ticket.objects.filter(status="solved").count(), Callback.objects.count()) == (3, 3)
    assert HistoryEntry.objects.filter(act="ticket.solved").count() == 3


def test_one_bad_ticket_is_parked_with_an_alarm_and_stops_nobody(outage, support_hc, administrator, monkeypatch):
    outages.solve_outage(outage, "Kabel disambung", by=support_hc)
    whole, bad = outage_steps.EFFECTS[WordKind.SOLUTION], Ticket.objects.earliest("id")

    def breaks(word, tickets):
        if bad in tickets:
            raise ValueError("broken")
        return whole(word, tickets)

    monkeypatch.setitem(outage_steps.EFFECTS, WordKind.SOLUTION, breaks)
    work()
    assert sorted(OutageStep.objects.filter(word__kind="solution").values_list("state", flat=True)) == ["done", "done", "parked"]
    assert administrator.notifications.filter(event="alarm").count() == 1


def test_what_left_or_ended_meanwhile_is_passed_over_with_the_reason(outage, api, support_hc):
    first = Ticket.objects.earliest("id")
    outages.tell_outage(outage, "Splicing", by=support_hc)
    left = api(support_hc).post(f"{URL}{outage.pk}/leave/", {"ticket": first.number})
    assert (left.status_code, left.json()["ticket_count"]) == (200, 2)
    work()
    assert OutageStep.objects.get(word__kind="progress", ticket=first).note == "sudah dilepas dari gangguan ini"
    assert api(support_hc).post(f"{URL}{outage.pk}/leave/", {"ticket": first.number}).status_code == 409
    assert first.number in api(support_hc).post(f"{URL}{outage.pk}/join/", {"tickets": [first.number]}).json()["joined"]


def test_dissolving_lets_every_ticket_go_and_takes_nothing_from_it(outage, api, support_hc):
    work()
    before = list(Ticket.objects.order_by("id").values("status", "kind", "team"))
    assert api(support_hc).post(f"{URL}{outage.pk}/dissolve/", {"reason": ""}).status_code == 400
    gone = api(support_hc).post(f"{URL}{outage.pk}/dissolve/", {"reason": "Ternyata dua gangguan"})
    assert (gone.json()["state"], gone.json()["ticket_count"]) == ("dissolved", 0)
    assert list(Ticket.objects.order_by("id").values("status", "kind", "team")) == before
    assert OutageTicket.objects.count() == 3  # who was under it stays known


def test_the_same_area_and_symptom_within_an_hour_are_suggested(log, api, sign_in, support_hc, forward):
    log(symptom="Wifi lemot")
    for area in ("Garut Kota", "GARUT KOTA", "Garut kota"):
        log(area=area)
    log(area="Bandung")
    found = api(support_hc).get(f"{URL}suggestions/").json()
    assert [(each["count"], len(each["tickets"]), each["outage"]) for each in found] == [(3, 3, None)]
    browser = sign_in(support_hc)
    strip = browser.get("/outages/suggested/", headers={"HX-Request": "true"}).content.decode()
    assert "3 tiket serupa" in strip and "Jadikan satu gangguan" in strip
    form = {"name": "Garut", "area": "garut kota", "symptom": "INTERNET MATI", "alike": "on"}
    assert browser.post("/outages/open/", form).status_code == 302
    assert OutageTicket.objects.count() == 3
    log()  # one more of the same: the open one is offered
    assert api(support_hc).get(f"{URL}suggestions/").json()[0]["outage"] == Outage.objects.get().pk
    forward(minutes=61)
    assert api(support_hc).get(f"{URL}suggestions/").json() == []


def test_the_page_dissolves_with_a_reason_and_keeps_asking_without(outage, sign_in, support_hc):
    browser = sign_in(support_hc)
    refused = browser.post(f"{outage.url}dissolve/", {"reason": " "})
    assert refused.status_code == 400 and 'id="dissolve-reason_error"' in refused.text
    assert browser.post(f"{outage.url}dissolve/", {"reason": "Ternyata dua gangguan"}).status_code == 302
    assert browser.post(f"{outage.url}dissolve/", {"reason": "Sekali lagi"}).status_code == 409
    assert not OutageTicket.objects.standing().exists()


def test_all_that_look_alike_join_by_the_api_too(log, api, support_hc, forward):
    old = log()
    forward(minutes=61)
    alike, other = [log(), log(area="GARUT KOTA")], log(symptom="Wifi lemot")
    form = {"name": "Garut", "area": "Garut kota", "symptom": "internet mati", "alike": True, "tickets": [other.number]}
    made = api(support_hc).post(URL, form).json()
    assert set(made["joined"]) == {other.number, *(each.number for each in alike)}
    more = log()
    assert api(support_hc).post(f"{URL}{made['id']}/join/", {"alike": True}).json()["joined"] == [more.number]
    assert (
        api(support_hc).post(f"{URL}{made['id']}/join/", {"alike": True}).status_code == 400
    )  # nothing is left that looks alike
    assert not OutageTicket.objects.filter(ticket=old).exists()


def test_the_page_tells_solves_joins_and_lets_go(outage, log, sign_in, support_hc):
    browser, more = sign_in(support_hc), log()
    assert browser.post(f"{outage.url}join/", {"tickets": f"{more.number}, T-999999"}).status_code == 302
    assert browser.post(f"{outage.url}progress/", {"text": "Splicing 60 persen", "publish": "on"}).status_code == 302
    page = browser.get(outage.url).content.decode()
    assert "0 dari 4 tiket, sedang berjalan" in page and "T-999999: tidak ada" in page
    work()
    assert "4 dari 4 tiket" in browser.get(outage.url).content.decode()
    assert browser.post(f"{outage.url}leave/", {"ticket": more.number}).status_code == 302
    refused = browser.post(f"{outage.url}solve/", {"text": "  "})
    assert refused.status_code == 400
    assert browser.post(f"{outage.url}solve/", {"text": "Kabel disambung"}).status_code == 302
    work()
    more.refresh_from_db()
    assert (more.is_open, Ticket.objects.filter(status="solved").count()) == (True, 3)
    assert outage.number in browser.get("/outages/").content.decode()


def test_from_the_ticket_page_under_a_new_one_and_out_again(log, sign_in, support_hc):
    ticket, browser = log(), sign_in(support_hc)
    door = f"/tickets/{ticket.number}/outage/"
    assert "Internet mati, Garut Kota" in browser.get(ticket.url, {"act": "outage"}).content.decode()
    assert browser.post(door, {"outage": "", "name": ""}).status_code == 400
    assert browser.post(door, {"outage": "", "name": "Garut"}).url == ticket.url
    outage = Outage.objects.get()
    assert (outage.area, outage.region) == ("Garut Kota", 3)
    assert browser.post(f"{outage.url}leave/", {"ticket": ticket.number, "from": "ticket"}).url == ticket.url
    assert browser.post(door, {"outage": str(outage.pk), "name": ""}).url == ticket.url
    assert OutageTicket.objects.standing().get().ticket == ticket


@pytest.mark.parametrize(
    ("who", "sees"), [("team_leader", 200), ("supervisor", 200), ("administrator", 200), ("other_team_leader", 404)]
)
def test_leaders_read_the_outages_of_their_teams(who, sees, outage, api, sign_in, request):
    person = request.getfixturevalue(who)
    assert api(person).get(f"{URL}{outage.pk}/").status_code == sees
    assert sign_in(person).get(outage.url).status_code == sees
    assert api(person).post(f"{URL}{outage.pk}/solve/", {"text": "x"}).status_code == 403


def test_an_empty_one_is_not_solved(support_hc):
    empty = outages.open_outage("Kosong", by=support_hc).outage
    with pytest.raises(Conflict):
        outages.solve_outage(empty, "Selesai", by=support_hc)


@pytest.mark.parametrize(
    "body", [{"name": "\x00"}, {"name": "x" * 161}, {"name": ""}, {"name": "G", "region": 9}, {"name": "G", "tickets": "T-1"}]
)
def test_bad_input_is_refused(body, api, support_hc):
    assert api(support_hc).post(URL, body).status_code == 400
    assert not Outage.objects.exists()
