"""The administrator's pages: people, teams, sites; every change in the history (QM-2, QM-3)."""

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import HistoryEntry, Person, Site, Team
from common.problems import Conflict, NotAllowed

pytestmark = pytest.mark.req("QM-3")
ADD = "/admin/accounts/person/add/"


@pytest.fixture
def desk(administrator, sign_in):
    return sign_in(administrator)


def form(person, **changes):
    values = {name: getattr(person, name) for name in ("agent_code", "online_name", "role")}
    return values | {"team": person.team_id or "", "is_active": "on", "new_password": ""} | changes


def change(desk, person, **changes):
    return desk.post(f"/admin/accounts/person/{person.pk}/change/", form(person, **changes))


def last_act(subject):
    entry = HistoryEntry.objects.filter(subject_kind=subject._meta.model_name, subject_id=subject.pk).latest("sequence")
    return entry.act, entry.facts, entry.by and entry.by.agent_code


def test_a_new_person_can_sign_in_and_must_sign_the_statement(desk, team, client):
    new = {"agent_code": "10009", "online_name": "Nia", "role": "agent", "team": team.pk, "is_active": "on"}
    assert desk.post(ADD, new | {"new_password": "lima kuda makan rumput"}).status_code == 302
    client.post("/login/", {"username": "10009", "password": "lima kuda makan rumput"})
    assert client.get("/me/").url.startswith("/statement/")
    assert HistoryEntry.objects.get(act="person.created", by__agent_code="90001").facts["role"] == [None, "agent"]


@pytest.mark.parametrize("odd", [{"agent_code": "12"}, {"agent_code": "abcde"}, {"new_password": "pendek"}, {"new_password": ""}])
def test_a_new_person_needs_a_code_and_a_good_password(desk, team, odd):
    new = {"agent_code": "10009", "online_name": "Nia", "role": "agent", "new_password": "lima kuda makan rumput"}
    assert desk.post(ADD, new | odd).status_code == 200
    assert not Person.objects.filter(online_name="Nia").exists()


def test_another_role_is_in_the_history_with_before_and_after(desk, agent):
    assert change(desk, agent, role="team_leader").status_code == 302
    assert last_act(agent) == ("person.role_changed", {"role": ["agent", "team_leader"]}, "90001")


def test_another_team_is_in_the_history(desk, agent, other_team):
    change(desk, agent, team=other_team.pk)
    assert last_act(agent) == ("person.changed", {"team": [agent.team_id, other_team.pk]}, "90001")


def test_deactivating_and_activating_are_acts(desk, agent):
    values = form(agent)
    del values["is_active"]
    desk.post(f"/admin/accounts/person/{agent.pk}/change/", values)
    assert last_act(agent)[0] == "person.deactivated"
    change(desk, agent)
    assert last_act(agent)[0] == "person.activated"


def test_a_password_given_by_the_administrator_works(desk, agent, client):
    change(desk, agent, new_password="lima kuda makan rumput")
    assert client.post("/login/", {"username": "10001", "password": "lima kuda makan rumput"}).status_code == 302


def test_the_last_administrator_stays(administrator):
    with pytest.raises(Conflict):
        actions.change_person(administrator, by=administrator, changes={"is_active": False})
    assert Person.objects.get(pk=administrator.pk).is_active


def test_nobody_is_deleted(desk, agent):
    assert desk.post(f"/admin/accounts/person/{agent.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Person.objects.filter(pk=agent.pk).exists()


def test_a_team_gets_a_leader_and_service_lines(desk, team, colleague):
    values = {"name": "IndiHome B", "site": team.site_id, "leader": colleague.pk, "service_lines": "indihome, imes"}
    assert desk.post(f"/admin/accounts/team/{team.pk}/change/", values).status_code == 302
    assert Team.objects.get(pk=team.pk).service_lines == ["indihome", "imes"]
    assert last_act(team)[1]["service_lines"] == [["indihome", "telephony"], ["indihome", "imes"]]


def test_a_new_site_and_its_zone(desk):
    assert (
        desk.post("/admin/accounts/site/add/", {"code": "MKS", "name": "Makassar", "time_zone": "Asia/Makassar"}).status_code
        == 302
    )
    assert last_act(Site.objects.get(code="MKS"))[0] == "site.created"


@pytest.mark.parametrize("name", ["index", "accounts_person_changelist", "accounts_person_add", "accounts_team_changelist"])
def test_only_administrators_come_in(desk, team_leader, sign_in, client, name):
    url = reverse(f"admin:{name}")
    assert desk.get(url).status_code == 200
    assert sign_in(team_leader).get(url, follow=True).status_code == 403
    assert client.get(url, follow=True).redirect_chain[-1][0] == f"/login/?next={url}"


@pytest.mark.parametrize("act", ["change_person", "change_team", "change_site"])
def test_the_actions_refuse_everybody_else(team_leader, agent, team, site, act):
    thing = {"change_person": agent, "change_team": team, "change_site": site}[act]
    with pytest.raises(NotAllowed):
        getattr(actions, act)(thing, by=team_leader, changes={})


def test_nobody_acts_for_somebody_else(agent, colleague):
    with pytest.raises(NotAllowed):
        actions.set_duty(agent, by=colleague, duty="off")
    with pytest.raises(NotAllowed):
        actions.sign_statement(agent, by=colleague)
