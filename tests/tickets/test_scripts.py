"""What is said to customers: versions that cite their clause, the line's own first, names filled in safely (OB-3)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import HistoryEntry
from common.clock import now
from tickets.models import Script

pytestmark = [pytest.mark.django_db, pytest.mark.req("OB-3")]
URL = "/api/v1/scripts/"
HERE = {"use": "greeting", "clause": "P-06 5.1", "effective_from": "2026-01-01"}


def body(text: str = "Halo, saya {me}.", **more) -> dict:
    return {**HERE, "sections": [{"title": "Salam", "text": text}], **more}


@pytest.fixture
def lay(api, support_hc):
    def lays(*given, **more):
        answer = api(support_hc).post(URL, body(*given, **more))
        assert answer.status_code == 201, answer.content
        return answer.json()

    return lays


@pytest.mark.req("QM-7")
def test_a_change_is_the_next_version_and_the_one_before_stays_word_for_word(lay, api, agent):
    made = lay("Salam baru, saya {me}.")
    rows = api(agent).get(f"{URL}?use=greeting&language=id").json()["results"]
    assert [row["version"] for row in rows] == [2, 1] and made["version"] == 2
    assert rows[1]["sections"][0]["text"].startswith("“Selamat {part_of_day}, terima kasih")
    assert HistoryEntry.objects.get(act="script.created").facts["clause"] == "P-06 5.1"


def test_no_door_edits_a_version(api, support_hc):
    first = Script.objects.get(use="greeting", language="id")
    for method in ("put", "patch", "delete"):
        assert getattr(api(support_hc), method)(f"{URL}{first.pk}/", body()).status_code == 405


@pytest.mark.parametrize("who", ["agent", "team_leader", "outbound_agent", "quality_control"])
def test_others_read_and_do_not_write(request, api, sign_in, who):
    person = request.getfixturevalue(who)
    assert api(person).get(URL).status_code == 200
    assert api(person).post(URL, body()).status_code == 403
    assert sign_in(person).post("/scripts/new/", {}).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"use": "singing"},
        {"service_line": "radio"},
        {"language": "fr"},
        {"clause": " "},
        {"sections": []},
        {"sections": [{"text": "Halo {password}"}]},
        {"sections": [{"text": "Tagihan {amount}"}]},
        {"sections": [{"text": "a"}] * 9},
        {"effective_from": "besok"},
    ],
)
def test_what_cannot_be_spoken_is_refused_at_its_field(api, support_hc, wrong):
    answer = api(support_hc).post(URL, body(**wrong))
    assert answer.status_code == 400 and next(iter(wrong)) in answer.json()["errors"], answer.content


def test_a_line_has_its_own_words_and_the_others_those_for_all(lay, sign_in, agent, log):
    lay("Layanan IMES, saya {me}.", service_line="imes")
    indihome, imes = log(agent), log(agent, service_number="7700", service_line="imes", contact_phone="0813 1111 2222")
    page = sign_in(agent)
    assert (
        f"Layanan IMES, saya <mark>{agent.online_name}</mark>."
        in page.get(f"/tickets/new/?q={imes.service_number}").content.decode()
    )
    assert "Layanan IMES" not in page.get(f"/tickets/new/?q={indihome.service_number}").content.decode()


def test_it_serves_from_its_day_on_until_it_is_retired(lay, api, sign_in, agent, support_hc, forward):
    made = lay("Versi besok, saya {me}.", effective_from=(now() + timedelta(days=20)).date().isoformat())
    page = sign_in(agent)
    assert "Versi besok" not in page.get("/tickets/new/").content.decode()
    forward(days=21)
    page = sign_in(agent)
    assert "Versi besok" in page.get("/tickets/new/").content.decode()
    assert api(support_hc).post(f"{URL}{made['id']}/retire/").json()["active"] is False
    assert api(support_hc).post(f"{URL}{made['id']}/retire/").status_code == 409
    assert "Versi besok" not in page.get("/tickets/new/").content.decode()


def test_a_name_is_never_read_as_markup_or_as_a_blank(lay, sign_in, agent, log):
    ticket = log(agent, customer_name="<b>{me}</b>", reporter_name="<b>{me}</b>")
    lay("Terima kasih, {customer}.", use="closing")
    words = sign_in(agent).get(f"{ticket.url}?act=close").content.decode()
    assert "Terima kasih, <mark>&lt;b&gt;{me}&lt;/b&gt;</mark>." in words


@pytest.mark.parametrize("act", ["solve", "close"])
def test_further_help_and_closing_stand_where_a_ticket_ends(sign_in, agent, ticket, act):
    words = sign_in(agent).get(f"{ticket.url}?act={act}").content.decode()
    assert "Apakah ada hal lain yang dapat saya bantu" in words and f"sebutkan nomor <mark>{ticket.number}</mark>" in words
    assert 'lang="en"' in words and "please mention number" in words


@pytest.mark.parametrize(("hour", "said"), [(8, "pagi"), (12, "siang"), (16, "sore"), (20, "malam")])
def test_the_greeting_knows_the_hour_and_both_languages(sign_in, agent, hour, said):
    with time_machine.travel(datetime(2027, 3, 2, hour, tzinfo=ZoneInfo("Asia/Jakarta"))):
        words = sign_in(agent).get("/tickets/new/").content.decode()
    english = {"pagi": "morning", "siang": "day", "sore": "afternoon", "malam": "evening"}[said]
    assert f"Selamat <mark>{said}</mark>" in words and f"Good <mark>{english}</mark>" in words


def test_the_editor_begins_from_a_version_and_keeps_what_was_typed(sign_in, support_hc):
    page, first = sign_in(support_hc), Script.objects.get(use="closing", language="id")
    shown = page.get(f"/scripts/new/?from={first.pk}").content.decode()
    assert "Terima kasih, {customer}" in shown
    rows = {
        "row-TOTAL_FORMS": "2",
        "row-INITIAL_FORMS": "1",
        "row-0-title": "Penutup",
        "row-0-text": "Dah {salah}",
        "row-1-text": "",
    }
    head = {"use": "closing", "language": "id", "clause": "P-06 5.7", "effective_from": "2026-01-01"}
    refused = page.post("/scripts/new/", {**head, **rows})
    assert refused.status_code == 400 and "Dah {salah}" in refused.content.decode() and "{customer}" in refused.content.decode()
    made = page.post("/scripts/new/", {**head, **rows, "row-0-text": "Dah, {customer}."}, follow=True).content.decode()
    assert "Dah, <mark>Bapak atau Ibu</mark>." in made
    pk = Script.objects.get(use="closing", language="id", version=2).pk
    assert page.post(f"/scripts/{pk}/retire/").status_code == 302 and page.post(f"/scripts/{pk}/retire/").status_code == 409


def test_the_list_says_which_is_spoken_now(lay, sign_in, administrator):
    lay("Salam baru, saya {me}.")
    words = sign_in(administrator).get("/scripts/").content.decode()
    assert (
        "Salam pembuka" in words
        and words.count("dipakai sekarang") == Script.objects.values("use", "language").distinct().count()
    )
