"""The history of any record as a page (QM-2): who, when, from where, before and after, and whether it is as it was written."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts import actions, triggers
from accounts.models import HistoryDetail, HistoryEntry
from quality.views.history import SUBJECTS
from tests.tickets.conftest import FORM
from tickets.actions import Intake, edit, log_ticket

pytestmark = pytest.mark.req("QM-2")
PAGE = "/history/"


@pytest.fixture
def changed(agent):
    """A ticket that its agent edited."""
    ticket = log_ticket(Intake(**FORM), by=agent)
    return edit(ticket, {"symptom": "Internet lambat", "customer_name": "Sri Handayani"}, by=agent, version=None)


@pytest.fixture
def altered():
    """``altered(rows, **values)`` writes past the triggers, as somebody with the keys of the database could."""

    def write(rows, **values):
        triggers.remove(connection)
        rows.update(**values)
        triggers.install(connection)

    return write


def look(browser, **query):
    return browser.get(PAGE, query)


def test_each_act_stands_there_with_who_when_where_before_and_after(changed, sign_in, administrator):
    answer = look(sign_in(administrator), kind="ticket", of=changed.number)
    edited = answer.context["lines"][0]
    assert (edited.entry.act, edited.entry.by.agent_code, edited.whole) == ("ticket.edited", "10001", True)
    assert ("symptom", "Internet mati total", "Internet lambat") in edited.changes
    page = answer.content.decode()
    assert changed.url in page and edited.entry.door in page and "10001" in page
    assert [line.entry.sequence for line in answer.context["lines"]] == list(range(edited.entry.sequence, 0, -1))


def test_several_signs_named_at_once_are_no_change(agent, sign_in, administrator):
    ticket = log_ticket(Intake(**FORM, criteria=["threat", "abusive_speech"]), by=agent)
    first = look(sign_in(administrator), kind="ticket", of=ticket.number).context["lines"][-1]
    assert ("criteria", "", "threat, abusive_speech") in first.changes


def test_personal_values_are_covered_as_everywhere(changed, sign_in, administrator):
    page = look(sign_in(administrator), kind="ticket", of=changed.number).content.decode()
    assert "Sri Handayani" not in page and "Sri H." in page


def test_quality_control_reads_it_without_the_addresses(sign_in, quality_control, administrator):
    actions.set_duty(administrator, by=administrator, duty="on_break")
    answer = look(sign_in(quality_control), kind="person", of="90001")
    assert ("duty", "on_duty", "on_break") in answer.context["lines"][0].changes
    assert '<th scope="col" class="desk">Dari</th>' not in answer.content.decode()


@pytest.mark.parametrize("who", ["agent", "team_leader", "supervisor", "support_hc", "outbound_agent", "client_reader"])
def test_nobody_else_opens_it(who, request, sign_in):
    assert look(sign_in(request.getfixturevalue(who))).status_code == 403


@pytest.mark.parametrize("what", ["act", "facts", "at", "previous_hash", "detail"])
def test_what_was_altered_behind_our_back_is_seen(what, changed, sign_in, administrator, altered):
    entry = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=changed.pk).latest("sequence")
    values = {"act": "ticket.closed", "facts": {"symptom": ["x", "y"]}, "at": timezone.now(), "previous_hash": "0" * 64}
    if what == "detail":
        altered(HistoryDetail.objects.filter(entry=entry), after="Orang lain")
    else:
        altered(HistoryEntry.objects.filter(pk=entry.pk), **{what: values[what]})
    answer = look(sign_in(administrator), kind="ticket", of=changed.number)
    assert [line.whole for line in answer.context["lines"]] == [False] + [True] * (entry.sequence - 1)
    assert "diubah" in answer.content.decode()


def test_an_erased_value_says_so_and_is_whole(changed, sign_in, administrator):
    for detail in HistoryDetail.objects.filter(entry__subject_kind="ticket", entry__subject_id=changed.pk):
        detail.erase()
    answer = look(sign_in(administrator), kind="ticket", of=changed.number)
    assert all(line.whole for line in answer.context["lines"]) and "dihapus menurut retensi" in answer.content.decode()


def test_a_long_history_comes_in_pages_and_each_is_checked(sign_in, administrator, agent):
    for _turn in range(30):
        actions.set_duty(agent, by=agent, duty="on_break")
        actions.set_duty(agent, by=agent, duty="on_duty")
    browser = sign_in(administrator)
    first = look(browser, kind="person", of="10001")
    second = browser.get(first.context["older_url"])
    lines = first.context["lines"] + second.context["lines"]
    assert len(first.context["lines"]) == 50 and all(line.whole for line in lines)
    assert [line.entry.sequence for line in lines] == list(range(len(lines), 0, -1))


@pytest.mark.parametrize("kind", list(SUBJECTS))
def test_what_is_not_there_is_said_for_every_kind(kind, sign_in, administrator):
    browser = sign_in(administrator)
    for of in ("T-999999", "t-x", "99999\x00", "🙂", "9" * 40, "x" * 10_000, "1 or 1=1"):
        answer = look(browser, kind=kind, of=of)
        assert answer.status_code == 404 and "tidak ada, atau bukan untuk Anda lihat" in answer.text


def test_a_kind_that_is_none_is_read_as_a_ticket(sign_in, administrator):
    assert look(sign_in(administrator), kind="x", of="T-000001").status_code == 404


@pytest.mark.parametrize(("kind", "field", "of"), [("team", "name", None), ("site", "code", "jkt"), ("procedure", "short", None)])
def test_other_records_are_found_by_their_names(kind, field, of, agent, sign_in, administrator):
    record = SUBJECTS[kind].model._default_manager.order_by("-pk")[:1].get()
    typed = of or getattr(record, field).lower()
    assert getattr(look(sign_in(administrator), kind=kind, of=typed).context["record"], field).lower() == typed


def test_the_page_costs_a_fixed_number_of_statements(changed, sign_in, administrator, query_count):
    browser = sign_in(administrator)
    look(browser, kind="ticket", of=changed.number)
    with query_count("history"):
        look(browser, kind="ticket", of=changed.number)
