"""Problem details and their order (api.md, "Conventions"), proved on a collection of its own that needs no other app."""

import json

import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.db.models import QuerySet
from django.test import Client
from django.urls import include, path
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.routers import SimpleRouter

from accounts.api.base import ActViewSet
from accounts.models import Team
from accounts.roles import MAY, Role
from common.problems import Conflict, Invalid, NotAllowed

MAY_RENAME = (Role.TEAM_LEADER, Role.SUPERVISOR)


class TeamSerializer(serializers.ModelSerializer):
    class Meta:
        model = Team
        fields = ["id", "name"]


class Rename(serializers.Serializer):
    name = serializers.CharField(max_length=20)


def only_the_leader(team, *, by):
    if team.leader_id != by.pk:
        raise NotAllowed("Only its own leader.")


def rename(team, *, by, name):
    if name == "taken":
        raise Conflict("The name %(name)s is taken.", name=name)
    if name == "odd":
        raise Invalid("Not this one.", errors={"name": ["Odd."]})
    for error in (DataError, IntegrityError, OperationalError):
        if name == error.__name__:
            raise error("database")
    team.name = name
    team.save()
    return team


class Teams(ActViewSet):
    model = Team
    serializer_class = TeamSerializer
    acts = {"list": None, "rename": "test.rename", "partial_update": "test.rename"}
    checks = {"rename": only_the_leader}

    def get_queryset(self) -> QuerySet[Team]:
        """Everybody sees all teams of agents, nobody the rest."""
        return Team.objects.filter(members__role=Role.AGENT).distinct()

    @action(detail=True, methods=["post"])
    def rename(self, request, **kwargs):
        return self.act(Rename, rename)

    def partial_update(self, request, **kwargs):
        return self.act(Rename, rename, changes_fields=True)


router = SimpleRouter()
router.register("teams", Teams, basename="team")
urlpatterns = [path("api/v1/", include(router.urls)), path("", include("config.urls"))]
handler404 = "accounts.views.not_found"


@pytest.fixture(autouse=True)
def _a_collection(settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    monkeypatch.setitem(MAY, "test.rename", MAY_RENAME)


@pytest.fixture
def url(team, agent):
    return f"/api/v1/teams/{team.pk}/rename/"


def refused(answer):
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]
    return answer.status_code, problem["type"].rsplit("/", 1)[1]


def test_not_signed_in_comes_first(url, api):
    assert refused(api(None).post(url, {})) == (401, "not-signed-in")


def test_then_the_role_that_never_may_even_where_nothing_is(url, agent, api):
    assert refused(api(agent).post("/api/v1/teams/999999/rename/", {})) == (403, "not-allowed")


def test_then_what_is_not_visible(url, team_leader, support_team, api):
    for place in (999999, support_team.pk, "x", "%00", 10**30, "1.5"):
        assert refused(api(team_leader).post(f"/api/v1/teams/{place}/rename/", {})) == (404, "not-found")


def test_then_this_object_may_not_before_the_body_is_read(url, supervisor, api):
    assert refused(api(supervisor).post(url, {})) == (403, "not-allowed")


def test_then_the_body_with_errors_per_field(url, team_leader, api):
    answer = api(team_leader).post(url, {"name": "x" * 21}, headers={"If-Match": '"v9"'})
    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["name"]


def test_then_the_state(url, team_leader, api):
    answer = api(team_leader).post(url, {"name": "taken"})
    assert refused(answer) == (409, "conflict")
    assert answer.json()["detail"] == "The name taken is taken."


def test_an_action_may_name_the_field_too(url, team_leader, api):
    assert api(team_leader).post(url, {"name": "odd"}).json()["errors"] == {"name": ["Odd."]}


def test_an_act_answers_with_the_object(url, team_leader, api):
    answer = api(team_leader).post(url, {"name": "Baru"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Baru")


@pytest.mark.parametrize(("error", "status"), [("DataError", 400), ("IntegrityError", 409), ("OperationalError", 503)])
def test_the_database_refusing_is_no_fault_page(url, team_leader, api, error, status):
    answer = api(team_leader).post(url, {"name": error})
    assert refused(answer)[0] == status
    assert status != 503 or answer["Retry-After"]


BAD_BODIES = [
    "{",
    '{"name": "\\u0000"}',
    '{"name": "\\ud800"}',
    '{"na\\u0000me": 1}',
    '{"name": "a", "name": "b"}',
    '{"name": NaN}',
    "[" * 100_000,
    '{"name": ' * 30 + "1" + "}" * 30,
    '{"name": ' + "9" * 5000 + "}",
    '"text"',
    "[1]",
    "null",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_malformed_body_is_400(url, team_leader, api, body):
    assert refused(api(team_leader).generic("POST", url, body, content_type="application/json")) == (400, "invalid")


def test_another_kind_of_body_is_415(url, team_leader, api):
    assert refused(api(team_leader).post(url, "<a/>", content_type="application/xml"))[0] == 415


def test_another_method_is_405(url, team_leader, api):
    for method in (api(team_leader).delete, api(team_leader).options, api(team_leader).put):
        assert refused(method(url))[0] == 405


def test_asking_what_a_view_of_its_own_takes_is_no_fault(agent, api):
    assert api(agent).options("/api/v1/me/").status_code in (200, 405)


def test_a_body_that_is_too_large_is_413_with_the_limit_and_what_to_do(url, team_leader, api):
    huge = {"CONTENT_LENGTH": str(13 * 1024**2)}
    answer = api(team_leader).generic("POST", url, b"{}", content_type="application/json", **huge)
    assert refused(answer)[0] == 413
    assert answer.json()["detail"] == "This request has 13 MB; at most 12 MB of text are taken. Shorten or split it."


def test_an_address_that_nobody_serves_is_a_problem_too(api):
    assert refused(api(None).get("/api/v1/nothing/")) == (404, "not-found")


def test_a_browser_needs_its_csrf_key(url, team_leader):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(team_leader)
    answer = browser.post(url, json.dumps({"name": "Baru"}), content_type="application/json")
    assert refused(answer)[0] == 403


def test_details_come_in_the_language_that_was_asked_for(url, agent, api):
    answer = api(agent).post(url, {}, headers={"Accept-Language": "id"})
    assert answer.json()["detail"].startswith("Hanya Team Leader")
