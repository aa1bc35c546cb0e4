"""Briefings with receipts and a question, who has not read, sessions with attendance (QM-4)."""

from datetime import timedelta
from typing import Any

import pytest

from common.clock import now

NEWS: dict[str, Any] = {
    "kind": "product_news",
    "title": "Paket 100 Mbps",
    "text": "Harga baru mulai Senin.",
    "clause": "P-06 5.5",
}
ASKED = NEWS | {"question": "Mulai kapan?", "choices": ["Hari ini", "Senin"], "right_choice": 2}


@pytest.fixture
def publish(api, quality_control):
    return lambda body=NEWS, by=None: api(by or quality_control).post("/api/v1/briefings/", body)


def waiting(browser) -> str:
    page: str = browser.get("/me/").content.decode()
    return page


@pytest.mark.req("QM-4")
def test_a_briefing_stands_on_every_page_until_it_is_read(publish, api, sign_in, agent):
    briefing = publish().json()
    assert "1 briefing belum Anda baca" in waiting(sign_in(agent))
    answer = api(agent).post(f"/api/v1/briefings/{briefing['id']}/read/", {})
    assert (answer.status_code, answer.json()["read_at"] is not None) == (200, True)
    assert "briefing belum Anda baca" not in waiting(sign_in(agent))
    assert api(agent).get("/api/v1/briefings/?unread=true").json()["results"] == []


@pytest.mark.req("QM-4")
def test_a_wrong_answer_is_kept_and_asked_again(publish, sign_in, agent, quality_control):
    pk, browser = publish(ASKED).json()["id"], sign_in(agent)
    assert browser.post(f"/briefings/{pk}/read/", {"answer": "1"}).url == f"/briefings/{pk}/"
    assert "Belum tepat" in browser.get(f"/briefings/{pk}/").content.decode()
    assert "1 briefing belum" in waiting(browser)
    assert browser.post(f"/briefings/{pk}/read/", {"answer": "2"}).url == "/briefings/"
    assert "briefing belum" not in waiting(browser)
    assert "benar pada jawaban ke-2" in sign_in(quality_control).get(f"/briefings/{pk}/").content.decode()


@pytest.mark.req("QM-4")
def test_a_leader_sees_who_of_the_own_team_has_not_read(publish, api, agent, colleague, stranger, team_leader):
    pk = publish().json()["id"]
    api(agent).post(f"/api/v1/briefings/{pk}/read/", {})
    found = api(team_leader).get(f"/api/v1/briefings/{pk}/receipts/").json()
    assert (found["read"], "10002" in found["not_read"], "10004" in found["not_read"]) == (["10001"], True, False)
    assert api(agent).get(f"/api/v1/briefings/{pk}/receipts/").status_code == 403


@pytest.mark.req("QM-4")
@pytest.mark.parametrize(
    "body", [{"service_line": "imes"}, {"for_roles": ["support_hc"]}, {"team": "Semua Lini"}, {"until": "2020-01-01"}]
)
def test_it_reaches_only_those_whom_it_is_meant_for(publish, api, agent, stranger, body):
    pk = publish(by=None, body=NEWS | body).json()["id"]
    assert api(agent).get(f"/api/v1/briefings/{pk}/").status_code == 404
    assert api(agent).post(f"/api/v1/briefings/{pk}/read/", {}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": " "}, "title"),
        ({"kind": "x"}, "kind"),
        ({"question": "Apa?", "choices": ["satu"]}, "choices"),
        ({"question": "Apa?", "choices": ["a", "b"], "right_choice": 3}, "right_choice"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(publish, body, field):
    answer = publish(NEWS | body)
    assert (answer.status_code, field in answer.json()["errors"]) == (400, True)


def test_a_leader_publishes_for_the_own_team_alone(publish, team_leader, agent):
    assert publish(NEWS, team_leader).status_code == 403
    assert publish(NEWS | {"team": "IndiHome A"}, type(team_leader).objects.get(pk=team_leader.pk)).status_code == 201
    assert publish(NEWS, agent).status_code == 403


@pytest.mark.req("QM-4")
def test_one_that_is_withdrawn_waits_for_nobody(publish, api, sign_in, agent, quality_control):
    pk = publish().json()["id"]
    assert api(quality_control).post(f"/api/v1/briefings/{pk}/withdraw/").status_code == 200
    assert api(quality_control).post(f"/api/v1/briefings/{pk}/withdraw/").status_code == 409
    assert "briefing belum" not in waiting(sign_in(agent))


@pytest.mark.req("QM-4")
def test_a_session_has_its_attendance(api, sign_in, team_leader, agent, colleague):
    body = {"title": "Simulasi", "at": (now() + timedelta(minutes=-5)).isoformat(), "people": ["10001", "10002"]}
    made = api(team_leader).post("/api/v1/trainings/", body).json()
    noted = api(team_leader).post(f"/api/v1/trainings/{made['id']}/attendance/", {"present": ["10002"]}).json()
    assert {row["person"]: row["present"] for row in noted["attendance"]} == {"10001": False, "10002": True}
    assert "Simulasi" in sign_in(agent).get("/trainings/").content.decode()
    assert api(team_leader).post(f"/api/v1/trainings/{made['id']}/attendance/", {"present": ["10004"]}).status_code == 400


@pytest.mark.req("QM-4")
def test_many_sessions_cost_as_much_as_one_and_their_form_is_plain(
    api, sign_in, team_leader, agent, colleague, django_assert_max_num_queries
):
    browser = sign_in(team_leader)
    body = {"title": "Simulasi", "at": now().isoformat(), "people": ["10001", "10002"]}

    def cost() -> int:
        assert api(team_leader).post("/api/v1/trainings/", body).status_code == 201
        with django_assert_max_num_queries(40) as asked:
            assert 'rows="' not in browser.get("/trainings/").content.decode()
        return len(asked)

    assert cost() == cost() == cost()


@pytest.mark.req("QM-4")
def test_the_pages_publish_and_plan(sign_in, quality_control, team_leader, agent):
    form = {"kind": "training", "title": "SOP baru", "text": "Baca P-06", "for_roles": ["agent"]}
    assert sign_in(quality_control).post("/briefings/new/", form).status_code == 302
    assert sign_in(quality_control).post("/briefings/new/", {}).status_code == 400
    assert "SOP baru" in sign_in(agent).get("/briefings/?unread=1").content.decode()
    session = {"title": "Sesi pagi", "at": "2026-01-01T09:00", "people": ["10001"]}
    assert sign_in(type(team_leader).objects.get(pk=team_leader.pk)).post("/trainings/", session).status_code == 302
