"""The rail, the home page of each role, and refusals as pages."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from accounts import places
from accounts.models import Person
from accounts.roles import Role
from common.problems import Conflict, NotVisible


def refuse(request):
    raise Conflict("Tiga slot janji sudah terisi.", errors={"due_at": ["Sudah lewat."]})


def hide(request):
    raise NotVisible("Tidak ada.")


@login_not_required
def free(request):
    return refuse(request)


urlpatterns = [
    path("refuse/", refuse, name="refuse"),
    path("hide/", hide),
    path("free/", free),
    path("", include("config.urls")),
]


@pytest.fixture(autouse=True)
def _own_addresses(settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(places, "_places", {role: [] for role in Role})
    monkeypatch.setattr(places, "_homes", {})


def test_home_leads_to_the_page_of_the_role(agent, team_leader, sign_in):
    places.set_home(Role.TEAM_LEADER, "refuse")
    assert sign_in(team_leader).get("/").url == "/refuse/"
    assert sign_in(agent).get("/").url == "/me/"


def themselves(person):
    return Person.objects.filter(pk=person.pk)


def test_the_rail_has_the_places_of_the_role_in_order_with_counts(agent):
    places.register([Role.AGENT, Role.SUPPORT_HC], "Kedua", "password", "list", order=2)
    places.register(Role.AGENT, "Pertama", "me", "inbox", "t", count=themselves, order=1, hot=True)
    (found,) = Person.objects.filter(pk=agent.pk).values_list(*places.counts(agent))
    first, second = places.shown_to(agent, "/me/password/", found)
    assert (first["name"], first["url"], first["count"], first["hot"], first["key"]) == ("Pertama", "/me/", 1, True, "t")
    assert (first["current"], second["current"]) == (False, True)


def test_a_part_draws_no_rail_and_asks_no_counts(agent, sign_in):
    def never(person):
        raise AssertionError("asked")

    places.register(Role.AGENT, "Tiket", "me", "list", count=never)
    answer = sign_in(agent).get("/refuse/", headers={"HX-Request": "true"})
    assert answer.status_code == 409


def test_a_refusal_becomes_a_page_with_its_sentence_and_the_way_back(agent, sign_in):
    answer = sign_in(agent).get("/refuse/", headers={"Referer": "http://testserver/me/"})
    assert answer.status_code == 409
    assert "Tiga slot janji sudah terisi." in answer.content.decode()
    assert answer.context["back"] == "http://testserver/me/"


def test_the_way_back_leads_to_no_other_host(agent, sign_in):
    assert sign_in(agent).get("/refuse/", headers={"Referer": "http://evil.example/"}).context["back"] == ""


def test_a_refused_part_is_a_strip(agent, sign_in):
    answer = sign_in(agent).get("/refuse/", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "data-problem" in answer.content.decode()


def test_what_is_not_visible_looks_like_what_is_not_there(agent, sign_in):
    browser = sign_in(agent)
    hidden, nothing = browser.get("/hide/"), browser.get("/no-such-page/")
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert "bukan untuk Anda" in hidden.content.decode()


def test_nobody_signed_in_can_be_refused_too(client, db):
    assert client.get("/free/").status_code == 409


@pytest.mark.req("QM-3")
def test_pages_and_answers_stay_out_of_shared_caches(agent, sign_in, api):
    assert sign_in(agent).get("/me/")["Cache-Control"] == "private, no-cache"
    assert api(agent).get("/api/v1/me/")["Cache-Control"] == "no-store"
