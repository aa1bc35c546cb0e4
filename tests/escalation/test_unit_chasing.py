"""A regular ticket at its unit: timed, chased, listed when due; and the sentence that its customer hears (OB-4)."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from common.clock import now
from escalation.actions.policies import create_policy
from escalation.actions.raising import raise_super_emergency
from escalation.actions.timers import tick
from escalation.models import Clock, Milestone, Notification, Policy, Rung
from tests.escalation.conftest import clock_of
from tickets import actions
from tickets.models import Chase, Forwarding

MIGRATION = import_module("escalation.migrations.0009_chase_units_of_forwarded_tickets")

pytestmark = [pytest.mark.django_db, pytest.mark.req("OB-4")]
SILENT = {"how": "group", "outcome": "silent"}
WORD = {"how": "call", "outcome": "answered", "text": "Teknisi menuju ODP Cibeureum."}
LIST = "/api/v1/forwardings/"


@pytest.fixture
def ticket(log, agent):
    return log(agent)


@pytest.fixture
def act(api, agent, ticket):
    def done(name, status=201, **body):
        answer = api(agent).post(f"/api/v1/tickets/{ticket.number}/{name}/", body)
        assert answer.status_code == status, answer.content
        ticket.refresh_from_db()
        return answer.json()

    return done


@pytest.fixture
def forwarded(act):
    return act("forward", unit="TREG 3 Bandung", outside_reference="IN-77120", text="Mohon dicek.")


def due(api, agent, **asked):
    return [row["ticket"] for row in api(agent).get(LIST, {"due": True, **asked}).json()["results"]]


def test_forwarding_keeps_to_whom_when_and_under_which_number_and_times_the_unit(forwarded, api, agent, ticket):
    (row,) = api(agent).get(LIST).json()["results"]
    assert (row["unit"], row["system"], row["reference"], row["by"]) == ("TREG 3 Bandung", "nossa", "IN-77120", "10001")
    clock = clock_of(ticket, "unit_silence")
    assert clock.state == "running" and Forwarding.objects.get().next_chase_at == clock.due_at
    assert api(agent).get(f"/api/v1/tickets/{ticket.number}/").json()["forwarding"]["unit"] == "TREG 3 Bandung"


def test_a_silent_unit_is_listed_told_and_chased(forwarded, act, api, agent, ticket, forward):
    assert due(api, agent) == []
    forward(minutes=121)
    tick()
    assert due(api, agent) == [ticket.number]
    assert Notification.objects.filter(person=agent, ticket=ticket).exists()
    act("chase", **SILENT)
    assert due(api, agent) == [] and clock_of(ticket, "unit_silence").state == "running"
    assert list(Clock.objects.filter(milestone="unit_silence").order_by("id").values_list("state", flat=True)) == [
        "late",
        "running",
    ]
    chase = Chase.objects.get()
    assert (chase.how, chase.outcome, chase.by) == ("group", "silent", agent) and ticket.holder_kind == "unit"


def test_repaired_by_the_units_word_it_comes_back_to_who_works_on_it(forwarded, act, api, agent, ticket, forward):
    act("chase", how="call", outcome="done", text="Sudah disambung ulang.")
    assert (ticket.holder_kind, ticket.holder_person) == ("agent", agent) and clock_of(ticket, "unit_silence").state == "met"
    forward(hours=3)
    assert due(api, agent) == [] and Forwarding.objects.get().ended_because == "done"
    act("chase", 409, **SILENT)


def test_forwarded_elsewhere_the_stretch_before_ends_and_the_clock_begins_anew(forwarded, act, api, agent, ticket, forward):
    forward(minutes=90)
    act("forward", unit="TREG 5")
    assert list(Forwarding.objects.order_by("id").values_list("unit", "ended_because")) == [
        ("TREG 3 Bandung", "elsewhere"),
        ("TREG 5", ""),
    ]
    forward(minutes=60)
    assert due(api, agent) == []


@pytest.mark.parametrize("end", ["solve", "close", "escorted"])
def test_it_ends_with_the_ticket_or_when_support_hc_takes_it(forwarded, act, ticket, team_leader, end):
    if end == "escorted":
        raise_super_emergency(ticket, "Mengancam ke media", by=team_leader)
    else:
        more = {"customer_confirmed": True, "further_help_offered": True} if end == "close" else {}
        act(end, 200, solution="a", cause="b", **more)
    left = Forwarding.objects.get()
    assert left.ended_because == ("escorted" if end == "escorted" else "finished") and left.next_chase_at is None
    assert not Clock.objects.live().filter(ticket=ticket, milestone="unit_silence").exists()


def test_waiting_for_the_customer_it_is_not_chased(forwarded, act, api, agent, ticket, forward):
    act("pause", 200, reason="Pelanggan mengecek")
    forward(hours=3)
    assert due(api, agent) == []
    act("resume", 200)
    assert due(api, agent) == []
    forward(hours=2, minutes=1)
    assert due(api, agent) == [ticket.number]


def test_given_to_a_colleague_it_stays_at_its_unit(forwarded, agent, colleague, ticket):
    actions.assign(ticket, colleague, by=agent)
    ticket.refresh_from_db()
    assert (ticket.holder_kind, ticket.holder_name, ticket.assignee) == ("unit", "TREG 3 Bandung", colleague)


@pytest.mark.parametrize(
    ("body", "field"),
    [({"how": "pigeon"}, "how"), ({"outcome": "?"}, "outcome"), ({"outcome": "answered", "text": " "}, "text")],
)
def test_a_wrong_chase_names_its_field(forwarded, act, body, field):
    assert field in act("chase", 400, **SILENT | body)["errors"] and not Chase.objects.exists()


def test_what_is_at_no_unit_is_not_chased(act):
    act("chase", 409, **SILENT)


def test_other_teams_do_not_see_it(forwarded, api, stranger, ticket, forward):
    forward(hours=3)
    assert due(api, stranger) == []
    assert api(stranger).post(f"/api/v1/tickets/{ticket.number}/chase/", SILENT).status_code == 404


def test_the_page_lists_those_due_and_leads_to_the_chase(forwarded, sign_in, agent, ticket, forward, query_count):
    page = sign_in(agent)
    assert "Tidak ada unit yang perlu dikejar" in page.get("/forwarded/").content.decode()
    forward(minutes=121)
    page = sign_in(agent)
    with query_count("tickets at their units"):
        words = page.get("/forwarded/").content.decode()
    assert f"{ticket.url}?act=chase" in words and "TREG 3 Bandung" in words and "IN-77120" in words
    assert "Kejar unit" in page.get(f"{ticket.url}?act=chase").content.decode()
    assert page.post(f"{ticket.url}chase/", WORD).status_code == 302
    words = page.get(ticket.url).content.decode()
    assert "mengejar TREG 3 Bandung lewat Telepon: ada kabar" in words and "Teknisi menuju ODP Cibeureum." in words
    assert "Teknisi menuju" in page.get("/forwarded/?tab=mine").content.decode()


def sentence(browser, ticket, language):
    words = browser.get(ticket.url).content.decode()
    start = words.index(f'id="saying-{language}"')
    return words[words.index(">", start) + 1 : words.index("</p>", start)]


def test_the_sentence_says_the_last_word_and_when_the_next_one_comes(forwarded, act, sign_in, agent, ticket):
    page = sign_in(agent)
    assert "sudah kami teruskan ke TREG 3 Bandung" in sentence(page, ticket, "id")
    act("chase", **WORD)
    said, english = sentence(page, ticket, "id"), sentence(page, ticket, "en")
    assert (
        said.startswith("Hendra, kabar terakhir laporan")
        and "Teknisi menuju ODP Cibeureum. Kami kabari lagi paling lambat" in said
    )
    assert english.startswith("Hendra, the latest on report") and "Teknisi menuju ODP Cibeureum. We will" in english


def test_what_a_silent_unit_left_in_a_note_is_not_said(forwarded, act, sign_in, agent, ticket):
    act("chase", **SILENT | {"text": "Rahasia: mandor marah."})
    assert "mandor" not in sentence(sign_in(agent), ticket, "id")


def test_the_word_of_the_unit_is_what_other_teams_read_in_short(forwarded, act, api, stranger, ticket):
    act("chase", **WORD)
    rows = api(stranger).get("/api/v1/tickets/", {"search": ticket.service_number}).json()["results"]
    assert rows[0]["last_published_progress"] == WORD["text"]


def test_telling_the_customer_times_the_customers_silence_anew(forwarded, act, ticket, forward, sign_in, agent):
    before = clock_of(ticket, "customer_update")
    forward(minutes=200)
    act("updates", text="Teknisi menuju ODP.", to="customer")
    after = clock_of(ticket, "customer_update")
    assert after.pk != before.pk and after.due_at > before.due_at
    forward(minutes=241)
    tick()
    assert Notification.objects.filter(person=agent, ticket=ticket).exists()
    act("updates", text="Masih dikerjakan.", to="customer")
    assert [each.state for each in Clock.objects.filter(milestone="customer_update").order_by("id")] == ["met", "late", "running"]


@pytest.fixture
def unchased():
    """The regular policy as installations had it before units were chased."""
    Rung.objects.filter(milestone__milestone="unit_silence", milestone__policy__kind="regular").delete()
    Milestone.objects.filter(milestone="unit_silence", policy__kind="regular").delete()
    return Policy.objects.get(kind="regular")


def ladders_of(policy):
    return {
        row.milestone: [row.seconds, *row.rungs.order_by("order").values_list("after_seconds", "whom")]
        for row in policy.milestones.all()
    }


def test_an_older_installation_gets_the_milestone_as_a_new_version_and_running_tickets_keep_theirs(
    unchased, ticket, log, agent, act
):
    before, running = ladders_of(unchased), clock_of(ticket, "customer_update")
    MIGRATION.add(apps, None)
    newest = Policy.objects.filter(kind="regular").latest("version")
    added = {"unit_silence": [7200, (0, "holder"), (600, "team_leader"), (1200, "supervisor"), (3600, "group")]}
    assert (newest.version, newest.active, newest.confirmed, ladders_of(newest)) == (2, True, False, before | added)
    assert clock_of(ticket, "customer_update").policy_id == running.policy_id == unchased.pk and ladders_of(unchased) == before
    act("forward", unit="TREG 3")
    assert not Clock.objects.filter(ticket=ticket, milestone="unit_silence").exists()
    afterwards = actions.forward(log(agent, service_number="152403333333"), "TREG 3", by=agent)
    assert clock_of(afterwards, "unit_silence").policy == newest
    MIGRATION.add(apps, None)
    assert Policy.objects.filter(kind="regular").count() == 2


def test_a_version_that_is_to_come_is_not_overtaken_by_the_added_one(unchased, administrator):
    rows = [{"milestone": "solution", "seconds": 600, "rungs": []}]
    moment = now() + timedelta(days=2)
    create_policy(by=administrator, milestones=rows, name="Nanti", kind="regular", in_force_from=moment)
    MIGRATION.add(apps, None)
    added = Policy.objects.filter(kind="regular", version__gt=2).order_by("version")
    assert [(policy.name, policy.in_force_from) for policy in added] == [(unchased.name, None), ("Nanti", moment)]
    assert all("unit_silence" in ladders_of(policy) for policy in added)


def test_who_took_the_milestone_out_keeps_it_out(administrator):
    rows = [{"milestone": "solution", "seconds": 600, "rungs": []}]
    create_policy(by=administrator, milestones=rows, name="Tanpa", kind="regular")
    MIGRATION.add(apps, None)
    assert Policy.objects.filter(kind="regular").latest("version").name == "Tanpa"
