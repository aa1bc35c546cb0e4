"""Open tickets of a live load are given out as new ones are; an archive gives nothing (OB-5, HC-3)."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions as people
from accounts.history import broken_places
from accounts.models import HistoryEntry
from accounts.roles import Role
from tests.conftest import arrive
from tests.tickets.imports import DEFINITION, loaded, row, run_next, table
from tickets.actions.importing import begin_load, save_mapping
from tickets.actions.loading import run_load
from tickets.models import ImportMapping, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.req("OB-5", "HC-3")]


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def give(team):
    """``give("load")`` switches how the agents' team gives tickets out; ``give("load", other)`` another team."""
    return lambda mode, which=team: people.change_team(which, by=None, changes={"distribution": mode})


@pytest.fixture
def desk(support_hc):
    """The codes of who has the tickets of a live load, in the order of its rows."""

    def codes(count, **how):
        first = Ticket.objects.count()
        loaded(table(*(row(number) for number in range(first, first + count))), support_hc, **{"live": True, **how})
        given = Ticket.objects.filter(imported=True).order_by("-id")[:count]
        return [each.assignee and each.assignee.agent_code for each in reversed(given)]

    return codes


@pytest.fixture
def among_agents(support_hc, team):
    """Support HC sits in the agents' team: then its rule decides."""
    people.change_person(support_hc, by=None, changes={"team": team})
    support_hc.refresh_from_db()


def test_by_line_in_the_site_where_the_loaders_team_has_no_agents(give, desk, agent, colleague, log):
    log(agent)
    give("round_robin")
    assert desk(3) == ["10002", "10001", "10002"]
    assert {each.team_id for each in Ticket.objects.all()} == {agent.team_id}


def test_the_one_with_the_skill_comes_first(give, desk, agent, colleague):
    people.change_person(colleague, by=None, changes={"skills": ["indihome"]})
    give("load")
    assert desk(2) == ["10002", "10002"]


def test_only_teams_of_the_site_that_give_out_and_serve_the_line(give, desk, agent, stranger, team, other_team):
    people.change_team(team, by=None, changes={"service_lines": ["telephony"]})
    give("load")
    assert desk(1) == [None]
    give("load", other_team)
    assert desk(2) == ["10004", "10004"]


def test_another_site_gets_none(give, desk, agent, support_team):
    elsewhere = people.create_site(by=None, code="MLG", name="Malang", time_zone="Asia/Jakarta")
    people.change_team(support_team, by=None, changes={"site": elsewhere})
    give("load")
    assert desk(2) == [None, None]


def test_by_load_what_this_load_gave_counts_already(give, desk, among_agents, agent, colleague, log):
    for number in range(2):
        log(agent, service_number=f"1524099{number}")
    give("load")
    assert desk(4) == ["10002", "10002", "10001", "10002"]


def test_in_turn_each_gets_one_and_the_next_load_goes_on(give, desk, among_agents, agent, colleague, support_hc):
    arrive("10003", "Tiga", Role.AGENT, agent.team)
    give("round_robin")
    assert desk(4) == ["10001", "10002", "10003", "10001"]
    loaded(table(row(77)), support_hc, live=True)
    assert Ticket.objects.latest("id").assignee == colleague


def test_a_team_that_is_off_gives_nothing_though_another_of_the_site_would(
    give, desk, among_agents, agent, stranger, other_team, support_hc
):
    give("load", other_team)
    assert desk(2) == [None, None]
    assert {each.holder_kind for each in Ticket.objects.all()} == {"support_hc"}


def test_an_archive_gives_nothing(give, desk, agent):
    give("load")
    assert desk(2, live=False) == [None, None]


def test_only_open_ones_are_given_and_a_hard_one_is_held_by_support_hc(give, support_hc, agent, post):
    give("load")
    mapping = {"Open": "open", "Wait": "pending_customer", "Done": "solved"}
    definition = {**DEFINITION, "fields": {**DEFINITION["fields"], "status": {"column": "status", "values": mapping}}}
    save_mapping("Lain", definition, by=None)
    rows = table(row(1), row(2, kind="HC"), row(3, status="Done"), row(4, status="Wait"))
    run_load(begin_load(rows, ImportMapping.objects.get(name="Lain"), by=support_hc, is_try=False, live=True))
    seen = Ticket.objects.order_by("id").values_list("assignee__agent_code", "holder_kind", "holder_person__agent_code")
    assert list(seen) == [
        ("10001", "agent", "10001"), ("10001", "support_hc", None), (None, "support_hc", None), ("10001", "customer", None),
    ]  # fmt: skip
    waiting = Ticket.objects.latest("id")
    assert post(agent, waiting, "resume").status_code == 200
    waiting.refresh_from_db()
    assert waiting.holder_person == agent


def test_the_receivers_are_told_and_the_history_says_so(give, desk, agent, sign_in):
    give("load")
    desk(2)
    assert agent.notifications.filter(event="assigned").count() == 2
    assert "membagikan tiket kepada Sari" in sign_in(agent).get(Ticket.objects.latest("id").url).text
    assert HistoryEntry.objects.filter(act="ticket.distributed").values_list("sequence", flat=True)[0] == 2
    assert list(broken_places()) == []


def test_giving_two_hundred_out_costs_a_handful_of_statements(give, desk, agent, colleague, support_hc):
    def cost(first, count):
        with CaptureQueriesContext(connection) as seen:
            loaded(table(*(row(number) for number in range(first, first + count))), support_hc, live=True)
        return len(seen)

    cost(0, 1)
    kept = cost(1_000, 200)
    give("load")
    given = cost(2_000, 200)
    assert Ticket.objects.filter(assignee=None).count() == 201
    assert given - kept <= 20


def test_a_program_loads_live(give, api, support_hc, agent):
    give("load")
    save_mapping("MyCX", DEFINITION, by=None)
    save_mapping("Pelanggan", {"system": "s", "number": "nomor", "fields": {"name": "gejala"}}, by=None, kind="customers")
    body = {"file": ContentFile(table(row(1)).read(), name="a.csv"), "kind": "tickets", "mapping": "MyCX", "live": "true"}
    answer = api(support_hc).post("/api/v1/imports/", body, format="multipart")
    assert answer.status_code == 202 and answer.json()["live"] is True
    run_next()
    assert Ticket.objects.get().assignee == agent
    wrong = {**body, "file": ContentFile(table(row(1)).read(), name="a.csv"), "kind": "customers", "mapping": "Pelanggan"}
    refused = api(support_hc).post("/api/v1/imports/", wrong, format="multipart")
    assert refused.status_code == 400 and "live" in refused.json()["errors"]
