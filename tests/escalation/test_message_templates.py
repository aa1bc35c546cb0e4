"""What groups read is the administrator's: templates for each use, kind and group, with blanks that go when empty (HC-5)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import HistoryEntry
from common.clock import now
from escalation.actions import escorts
from escalation.actions.message_templates import change_template, create_template
from escalation.actions.together import dispatch_together
from escalation.group_words import filled_in
from escalation.models import Group, Message, MessageTemplate
from tests.escalation.conftest import escort_of

pytestmark = pytest.mark.req("HC-5")
DESK = "/admin/escalation/messagetemplate"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{gejala}[, lapul {lapul}]", "Mati, lapul 3"),
        ("{gejala}[, area {area}]", "Mati"),
        ("a\n[Unit: {area}]\nb", "a\nb"),
        ("a\n{area}\nb", "a\nb"),
        ("a\n\nb", "a\n\nb"),
        ("[{gejala} {area}]x", "x"),
        ("[TENESA] {gejala}", "[TENESA] Mati"),
        ("[a [b {gejala}]", "[a b Mati"),
        ("{tak_ada}x", "x"),
    ],
)
def test_blanks_are_filled_and_empty_parts_go(text, said):
    assert filled_in(text, {"gejala": "Mati", "lapul": "3", "area": ""}) == said


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1))
def test_what_a_customer_says_is_never_read_as_a_blank(words):
    for each in (words, "{gejala}", "[x {tiket}]"):
        assert filled_in("[<{gejala}>] {tiket}", {"gejala": each, "tiket": "1"}) == f"<{each}> 1"


@pytest.fixture
def taken(hard, support_hc):
    """The hard complaint, analysed by Support HC and not dispatched yet."""
    analysis = {"cause": "ODP rusak", "responsible_unit": "TA Tebet", "severity": "high", "note": "Mohon hari ini"}
    escorts.claim_escort(escort_of(hard), by=support_hc)
    return escorts.analyse(escort_of(hard), analysis, by=support_hc)


def read_by_region(escort, by):
    escorts.dispatch(escort_of(escort.ticket), by=by)
    return Message.objects.filter(group__purpose="tial_reg").latest("id").text


def test_the_first_words_say_the_ticket_and_its_analysis_and_no_name_or_number(taken, support_hc):
    number = taken.ticket.service_number
    assert read_by_region(taken, support_hc) == (
        f"*HARD COMPLAINT* {taken.ticket.number}\n{number[:4]} •••• {number[-4:]}, IndiHome\nInternet mati total\n"
        f"Penyebab: ODP rusak\nUnit: TA Tebet\nKeparahan: tinggi\nMohon hari ini\n#{taken.ticket.number}"
    )


def form(**changes):
    return {"use": "dispatch", "kind": "", "purpose": "", "text": "Halo {tiket}", "clause": "", "active": "on"} | changes


def test_an_administrator_writes_others_and_what_was_sent_keeps_its_own(sign_in, administrator, support_hc, taken):
    first = MessageTemplate.objects.get(use="dispatch")
    desk, before = sign_in(administrator), read_by_region(taken, support_hc)
    assert desk.post(f"{DESK}/{first.pk}/change/", form(text="Tolong *{tiket}*: {gejala}[ di {area}]")).status_code == 302
    page = desk.get(f"{DESK}/{first.pk}/change/").text
    assert "Tolong *" in page and "Internet mati total di Tebet" in page
    Message.objects.update(state="failed")
    escorts.dispatch(escort_of(taken.ticket), by=support_hc, text="Apa kabarnya?")
    assert Message.objects.earliest("id").text == before
    first.refresh_from_db()
    assert (first.version, HistoryEntry.objects.filter(act="message_template.changed").count()) == (2, 1)


def test_support_hc_sees_the_new_words_before_sending_and_the_number_is_added(sign_in, administrator, support_hc, taken):
    change_template(MessageTemplate.objects.get(use="dispatch"), by=administrator, changes={"text": "Tolong: {gejala}"})
    expected = f"Tolong: Internet mati total\n#{taken.ticket.number}"
    assert expected in sign_in(support_hc).get(f"/queue/?e={taken.pk}").text
    assert read_by_region(taken, support_hc) == expected


def test_the_words_of_a_kind_and_of_a_group_go_before_those_of_all(taken, administrator, support_hc):
    for text, scope in (("C", {"purpose": "tial_reg"}), ("B", {"kind": "hard_complaint"})):
        create_template(by=administrator, use="dispatch", text=text, **scope)
    create_template(by=administrator, use="dispatch", text="A", kind="hard_complaint", purpose="c4")
    assert read_by_region(taken, support_hc).splitlines()[0] == "B"


def test_with_every_template_switched_off_the_first_words_serve(taken, administrator, support_hc):
    for each in MessageTemplate.objects.all():
        change_template(each, by=administrator, changes={"active": False})
    assert "*HARD COMPLAINT*" in read_by_region(taken, support_hc)


def test_a_line_of_several_has_its_own_words_and_stays_one_line(taken, administrator, support_hc, log, agent):
    other = log(agent, criteria=["threat"])
    escorts.claim_escort(escort_of(other), by=support_hc)
    escorts.analyse(escort_of(other), {"note": "satu\ndua"}, by=support_hc)
    change_template(MessageTemplate.objects.get(use="line"), by=administrator, changes={"text": "{lini}[ - {catatan}]"})
    dispatch_together([taken.pk, escort_of(other).pk], by=support_hc)
    assert Message.objects.get().text.splitlines() == [
        f"• IndiHome - Mohon hari ini #{taken.ticket.number}",
        f"• IndiHome - satu dua #{other.number}",
    ]


def test_groups_read_the_houses_language_whatever_the_person_reads(api, hard, team_leader, support_hc):
    program = api(team_leader)
    promise = {"promised_to": "Sri", "what": "Teknisi", "due_at": (now() + timedelta(hours=1)).isoformat()}
    raised = {"reason": "Media", "promise": promise}
    answer = program.post(f"/api/v1/tickets/{hard.number}/super-emergency/", raised, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    text = Message.objects.get(group__purpose="support_hc").text
    assert "dinaikkan Dimas" in text and "*SUPER EMERGENCY*" in text and "Janji: Teknisi, sebelum " in text


def test_a_group_that_may_sees_the_whole_number(taken, support_hc):
    Group.objects.filter(purpose="tial_reg").update(shows_customer=True)
    assert taken.ticket.service_number in read_by_region(taken, support_hc)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": "{pelanggan}"}, "Tidak dikenal: {pelanggan}"),
        ({"text": "{oleh}"}, "Tidak dikenal: {oleh}"),
        ({"text": "  "}, "errorlist"),
        ({"text": "x" * 2_001}, "2000"),
        ({"use": "raised_line", "kind": "buzzer", "text": "a\nb"}, "satu baris"),
        ({}, "Sudah ada templat aktif"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_reason(sign_in, administrator, changes, said):
    before = MessageTemplate.objects.count()
    answer = sign_in(administrator).post(f"{DESK}/add/", form(**changes))
    assert said in answer.text and MessageTemplate.objects.count() == before


def test_a_program_writes_them_as_the_page_does(api, administrator, support_hc):
    program, at = api(administrator), "/api/v1/message-templates/"
    made = program.post(at, {"use": "dispatch", "kind": "buzzer", "text": "*{jenis}* {gejala}"})
    assert (made.status_code, made.json()["example"]) == (201, "*SUPER EMERGENCY* Internet mati total")
    again = program.post(at, {"use": "dispatch", "kind": "buzzer", "text": "x"})
    assert (again.status_code, list(again.json()["errors"])) == (400, ["use"])
    one = f"{at}{made.json()['id']}/"
    assert program.patch(one, {"text": "{oleh}"}, headers={"If-Match": '"v1"'}).json()["errors"]["text"]
    assert program.patch(one, {"text": "Baru"}, headers={"If-Match": '"v1"'}).json()["version"] == 2
    assert program.patch(one, {"text": "Lain"}, headers={"If-Match": '"v1"'}).status_code == 412
    assert len(program.get(at).json()["results"]) == 7
    assert api(support_hc).get(at).status_code == 403
