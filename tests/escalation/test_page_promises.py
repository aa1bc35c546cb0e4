"""Promises on the pages of a TL: written down with the flag or later, slots on the board, results, handing over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.clock import now
from escalation.actions import promises
from escalation.actions.raising import raise_super_emergency
from escalation.models import Promise, PromiseSlot

WORDS = {"what": "Internet menyala lagi", "promised_to": "Ibu Sri"}


def until(hours=3):
    return timezone.localtime(now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def ticket(log, agent, team_leader):
    return raise_super_emergency(log(agent, criteria=["threat"]), "Media", by=team_leader, kind="buzzer")


@pytest.fixture
def promise(ticket, team_leader):
    return promises.make_promise(ticket, promises.Terms("Ibu Sri", "Teknisi datang", now() + timedelta(hours=2)), by=team_leader)


@pytest.fixture
def tl(sign_in, team_leader):
    return sign_in(team_leader)


def press(browser, promise, name, **values):
    return browser.post(f"/promises/{promise.pk}/{name}/", {"from": "board", **values})


@pytest.mark.req("PM-1", "SE-1")
def test_the_dialog_flags_and_promises_in_one(tl, hard):
    form = {"kind": "super_emergency", "reason": "Media", **WORDS, "due_at": until(), "from": "board"}
    assert tl.post(f"/tickets/{hard.number}/super-emergency/", form).status_code == 302
    assert PromiseSlot.objects.get().ticket == hard
    assert "Internet menyala lagi" in tl.get("/board/").content.decode()


@pytest.mark.req("PM-1")
def test_half_a_promise_is_refused_and_keeps_the_words(tl, hard):
    answer = tl.post(
        f"/tickets/{hard.number}/super-emergency/", {"kind": "super_emergency", "reason": "Media", "what": "Teknisi datang"}
    )
    assert answer.status_code == 400
    assert "Teknisi datang" in answer.content.decode()
    hard.refresh_from_db()
    assert hard.kind == "hard_complaint"


@pytest.mark.req("PM-1")
def test_a_buzzer_without_a_promise_says_so_until_it_is_written_down(tl, ticket):
    mark = "janji belum dicatat"
    assert mark in tl.get(ticket.url).content.decode()
    assert mark in tl.get("/board/").content.decode()
    assert tl.post(f"/tickets/{ticket.number}/promise/", {**WORDS, "due_at": until()}).status_code == 302
    assert mark not in tl.get(ticket.url).content.decode()


@pytest.mark.req("PM-1")
@pytest.mark.parametrize("change", [{"due_at": "besok"}, {"what": ""}, {"due_at": "2020-01-01T10:00"}])
def test_a_wrong_promise_comes_back_with_its_words(tl, ticket, change):
    answer = tl.post(f"/tickets/{ticket.number}/promise/", {**WORDS, "due_at": until(), **change})
    assert answer.status_code == 400
    assert "Ibu Sri" in answer.content.decode()


@pytest.mark.req("PM-1")
def test_the_board_draws_three_slots_and_counts_them(tl, promise):
    page = tl.get("/board/").content.decode()
    assert "1 dari 3" in page
    assert ("Slot 2 kosong" in page, "Slot 3 kosong" in page) == (True, True)


@pytest.mark.req("PM-1", "PM-3")
def test_the_four_results_from_the_board(tl, promise, other_team_leader, sign_in):
    assert press(tl, promise, "renegotiate", due_at=until(8), reason="Material").status_code == 302
    assert press(tl, promise, "hand-over", to="20002").status_code == 302
    assert "menunggu jawaban Laras" in tl.get("/board/").content.decode()
    other = sign_in(other_team_leader)
    assert "menyerahkan janji ini kepada Anda" in other.get("/board/").content.decode()
    assert press(other, promise, "accept").status_code == 302
    assert press(other, promise, "break", reason="Teknisi tidak datang").status_code == 302
    promise.refresh_from_db()
    assert (promise.state, len(promise.earlier_due), PromiseSlot.objects.exists()) == ("broken", 1, False)


@pytest.mark.req("PM-1")
def test_kept_is_one_press(tl, promise):
    answer = tl.post(f"/promises/{promise.pk}/keep/", {"from": "board"}, follow=True)
    assert "janji ditepati" in answer.content.decode()
    assert Promise.objects.get().state == "kept"


@pytest.mark.req("PM-3")
def test_a_refused_result_keeps_the_words_in_a_page_of_its_own(tl, promise):
    answer = press(tl, promise, "renegotiate", due_at="2020-01-01T10:00", reason="Menunggu ODP")
    assert (answer.status_code, "Menunggu ODP" in answer.content.decode()) == (400, True)
    assert tl.get(f"/promises/{promise.pk}/break/").status_code == 200
    part = tl.get(f"/promises/{promise.pk}/break/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


@pytest.mark.req("PM-1")
def test_others_have_no_door_to_it(sign_in, promise, other_team_leader, agent, support_hc):
    assert press(sign_in(other_team_leader), promise, "keep").status_code == 404
    assert [press(sign_in(each), promise, "keep").status_code for each in (agent, support_hc)] == [403, 403]


@pytest.mark.req("PM-1")
def test_the_ticket_shows_its_promises_to_those_who_see_it(sign_in, promise, support_hc, agent):
    for person in (support_hc, agent):
        page = sign_in(person).get(promise.ticket.url).content.decode()
        assert ("Teknisi datang" in page, "Ditepati" in page) == (True, False)
