"""The bell and the list behind it (SE-2, SE-4)."""

import pytest
from django.utils.translation import override

from accounts.actions import choose_language
from escalation.actions import escorts, raising, timers
from escalation.models import Event, Notification
from escalation.wording import read
from tests.escalation.conftest import escort_of
from tickets import actions

PART = {"HX-Request": "true"}


@pytest.fixture
def page(sign_in, support_hc):
    return sign_in(support_hc)


@pytest.fixture
def raised(log, agent, team_leader, support_hc):
    return raising.raise_super_emergency(log(agent), "Layanan umum", by=team_leader)


@pytest.mark.req("SE-2")
def test_a_super_emergency_rings_at_once(page, raised):
    told = page.get("/notifications/bell/?v=0", headers=PART).json()
    assert told["unread"] == 1 and told["newest"]["urgent"]
    assert raised.number in told["newest"]["text"]
    assert page.get(f"/notifications/bell/?v={told['version']}", headers=PART).status_code == 204


def test_what_is_old_is_not_read_out_again(page, raised, forward):
    forward(minutes=1)
    assert page.get("/notifications/bell/?v=0", headers=PART).json()["newest"] is None


def test_the_list_says_what_happened_and_leads_to_the_ticket(page, raised):
    text = page.get("/notifications/").text
    assert f"{raised.number}: Super Emergency baru. Layanan umum" in text
    assert f'href="{raised.url}"' in text


def test_everything_is_marked_as_read(page, raised, support_hc):
    assert page.post("/notifications/").url == "/notifications/"
    assert not Notification.objects.filter(person=support_hc, read_at=None).exists()


def test_others_notices_are_not_shown(sign_in, second_support_hc, agent, raised):
    assert raised.number not in sign_in(agent).get("/notifications/").text


def test_the_list_is_bounded_and_goes_on(page, raised, support_hc, query_count):
    rows = [
        Notification(person=support_hc, ticket=raised, event=Event.RUNG, key=f"k{n}", created_at=escort_of(raised).queued_at)
        for n in range(60)
    ]
    Notification.objects.bulk_create(rows)
    with query_count("notifications"):
        first = page.get("/notifications/")
    assert len(first.context["notifications"]) == 50
    assert len(page.get(first.context["older_url"]).context["notifications"]) == 11


@pytest.fixture
def english(support_hc):
    return choose_language(support_hc, by=support_hc, language="en")


@pytest.mark.req("ESC-2")
def test_each_reads_in_their_own_language_what_a_ladder_says(sign_in, api, hard, second_support_hc, english, forward):
    escorts.claim_escort(escort_of(hard), by=english)
    forward(minutes=31)
    timers.tick()
    said = sign_in(english).get("/notifications/").text
    assert f"{hard.number} (Hard complaint): the clock" in said and "lewat sejak" not in said
    assert (
        "the clock" in api(english).get("/api/v1/notifications/", headers={"Accept-Language": "en"}).json()["results"][0]["text"]
    )
    assert "lewat sejak" in Notification.objects.get(person=english, event="rung").text


def test_a_request_to_take_over_reads_in_english_on_the_board(sign_in, hard, agent, team_leader):
    actions.request_take_over(hard, by=agent)
    choose_language(team_leader, by=team_leader, language="en")
    assert "Sari asks you to take over" in sign_in(team_leader).get("/board/").text


def test_somebodys_own_words_stay_as_they_are(sign_in, raised, english):
    assert "Layanan umum" in sign_in(english).get("/notifications/").text


def test_a_sentence_that_was_reworded_since_stays_as_it_was_said():
    old = {"sentence": "Kalimat lama %(count)s", "values": {"count": 3}, "small": False}
    with override("en"):
        assert read(old) == "Kalimat lama 3"
