"""``PATCH tickets/{number}/``: the form's fields, with ``If-Match`` (HC-4: a stale save never overwrites)."""

from datetime import timedelta

import pytest

from accounts.models import HistoryEntry
from common.clock import now
from tests.tickets.imports import loaded, row, table
from tickets.models import Customer, Ticket


@pytest.fixture
def patch(api):
    def patched(person, ticket, body, match='"v1"'):
        headers = {"If-Match": match} if match else {}
        return api(person).patch(f"/api/v1/tickets/{ticket}/", body, headers=headers)

    return patched


@pytest.mark.parametrize("who", ["agent", "colleague", "team_leader", "supervisor", "support_hc"])
def test_it_changes_the_fields_that_are_sent(patch, ticket, who, request):
    answer = patch(request.getfixturevalue(who), ticket, {"symptom": "Lambat", "region": 5, "area": "Malang"})
    assert (answer.status_code, answer["ETag"]) == (200, '"v2"')
    data = answer.json()
    assert (data["symptom"], data["region"], data["area"], data["reporter_name"]) == ("Lambat", 5, "Malang", "Budi Santoso")


def test_without_if_match_it_is_refused(patch, agent, ticket):
    assert patch(agent, ticket, {"symptom": "Lambat"}, match="").status_code == 428


@pytest.mark.req("HC-4")
def test_the_second_of_two_is_told_what_the_first_changed(patch, agent, colleague, ticket):
    patch(agent, ticket, {"symptom": "Lambat"})
    answer = patch(colleague, ticket, {"symptom": "Putus-putus"})
    assert answer.status_code == 412
    assert answer.json()["current"]["symptom"] == "Lambat"
    assert Ticket.objects.get().symptom == "Lambat"
    assert patch(colleague, ticket, {"symptom": "Putus-putus"}, match='"v2"').status_code == 200


def test_an_update_in_between_makes_nothing_stale(patch, post, agent, colleague, ticket):
    post(colleague, ticket, "updates", {"text": "Sedang dicek", "to": "customer", "channel": "call"})
    assert patch(agent, ticket, {"symptom": "Lambat"}).status_code == 200


def test_an_act_with_an_old_etag_is_refused_and_without_one_is_not(patch, post, agent, colleague, ticket):
    patch(agent, ticket, {"symptom": "Lambat"})
    said = {"reason": "Pelanggan mencari nomor ODP"}
    assert post(colleague, ticket, "pause", said, **{"If-Match": '"v1"'}).status_code == 412
    assert post(colleague, ticket, "pause", said).status_code == 200


@pytest.mark.parametrize("field", ["status", "kind", "team", "assignee"])
def test_what_has_an_act_of_its_own_is_refused_by_name(patch, agent, ticket, field):
    answer = patch(agent, ticket, {field: "solved", "symptom": "Lambat"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Ticket.objects.get().symptom == "Internet mati total"


def test_unknown_fields_change_nothing(patch, agent, ticket):
    answer = patch(agent, ticket, {"number": "T-9", "repeat_count": 7, "version": 9, "solution": "x", "opened_at": "2020-01-01"})
    assert (answer.status_code, answer["ETag"]) == (200, '"v1"')
    assert answer.json()["repeat_count"] == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contact_phone", "12"),
        ("region", 9),
        ("service_line", "tv"),
        ("symptom", ""),
        ("description", None),
        ("contact_email", "bukan"),
        ("criteria", "threat"),
        ("service_number", " "),
    ],
)
def test_a_wrong_value_is_refused_before_the_version_is_looked_at(patch, agent, ticket, field, value):
    answer = patch(agent, ticket, {field: value}, match='"v9"')
    assert answer.status_code == 400
    assert list(answer.json()["errors"])[0].startswith(field)


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_a_body_that_is_no_object_is_refused(patch, agent, ticket, body):
    assert patch(agent, ticket, body).status_code in (200, 400)
    assert Ticket.objects.get().version == 1


def test_a_solved_ticket_is_not_edited(patch, post, agent, ticket):
    post(agent, ticket, "solve", {"solution": "ONT diganti", "cause": "ONT rusak"})
    assert patch(agent, ticket, {"symptom": "Lambat"}, match="*").status_code == 409


@pytest.mark.req("HC-1")
def test_a_sign_that_shows_later_makes_it_hard(patch, agent, ticket):
    data = patch(agent, ticket, {"criteria": ["abusive_speech"]}).json()
    assert (data["kind"], data["criteria"]) == ("hard_complaint", ["abusive_speech"])


@pytest.mark.req("HC-1")
def test_repeat_reports_are_found_by_the_system_alone(patch, agent, ticket):
    assert patch(agent, ticket, {"criteria": ["repeat_report"]}).status_code == 400


@pytest.mark.req("HC-1")
def test_a_sign_is_not_taken_back_by_editing(patch, agent, hard_ticket):
    answer = patch(agent, hard_ticket, {"criteria": []}, match="*")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["criteria"])


@pytest.mark.req("HC-1")
def test_a_corrected_service_number_takes_its_reports_along(patch, agent, ticket, log):
    for _ in range(3):
        log(agent, service_number="152407777777")
    data = patch(agent, ticket, {"service_number": "152407777777"}).json()
    assert (data["service_number"], data["repeat_count"], data["kind"]) == ("152407777777", 3, "hard_complaint")
    assert Customer.objects.get(pk=data["customer"]).service_number == "152407777777"


@pytest.mark.req("HC-1")
@pytest.mark.parametrize("into", ["information", "request"])
def test_a_complaint_that_was_none_stops_counting(patch, agent, log, into):
    for _ in range(2):
        log(agent)
    wrong = log(agent)
    data = patch(agent, wrong, {"interaction": into}).json()
    assert (data["interaction"], data["repeat_count"]) == (into, 0)
    assert log(agent).repeat_count == 2  # the fourth complaint, had it been one


@pytest.mark.req("HC-1")
def test_information_that_is_a_complaint_counts_from_when_it_was_logged_and_the_rule_decides(patch, agent, log, forward):
    wrong = log(agent, interaction="information")
    forward(days=1)
    for _ in range(3):
        log(agent)
    data = patch(agent, wrong, {"interaction": "complaint"}).json()
    assert (data["repeat_count"], data["kind"], data["criteria"]) == (3, "hard_complaint", ["repeat_report"])
    forward(days=29, hours=1)
    assert log(agent).repeat_count == 3  # its own report is out of the window, the others' are not


@pytest.mark.req("HC-1")
def test_a_correction_that_is_corrected_counts_once_and_joined_reports_stay(patch, post, agent, ticket):
    post(agent, ticket, "repeat-reports", {"description": "Masih mati"})
    without = patch(agent, ticket, {"interaction": "request"}, match="*").json()
    assert without["repeat_count"] == 0 and ticket.reports.get().description == "Masih mati"
    again = patch(agent, ticket, {"interaction": "complaint"}, match="*").json()
    assert (again["repeat_count"], ticket.reports.count()) == (1, 2)


@pytest.mark.req("HC-1")
def test_a_number_and_a_contact_corrected_at_once_count_at_the_new_number(patch, agent, log):
    log(agent, service_number="152407777777")
    wrong = log(agent, interaction="request")
    data = patch(agent, wrong, {"service_number": "152407777777", "interaction": "complaint"}).json()
    assert (data["repeat_count"], log(agent, service_number="152407777777").repeat_count, log(agent).repeat_count) == (1, 2, 0)


@pytest.mark.req("HC-1", "HC-3")
def test_an_imported_ticket_never_counts(patch, support_hc, log, agent, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    loaded(table(row(7, opened=f"{now() - timedelta(days=2):%Y-%m-%d} 08:00")), support_hc)
    old = Ticket.objects.get()
    for into in ("request", "complaint"):
        assert patch(support_hc, old, {"interaction": into}, match="*").json()["repeat_count"] == 0
    assert log(agent, service_number="152407").repeat_count == 0


@pytest.mark.req("QM-2", "QM-3")
def test_the_history_keeps_before_and_after_and_personal_values_apart(patch, agent, ticket):
    patch(agent, ticket, {"symptom": "Lambat", "contact_phone": "0813 1111 2222"})
    entry = HistoryEntry.objects.get(act="ticket.edited")
    assert entry.facts == {"symptom": ["Internet mati total", "Lambat"]}
    assert list(entry.details.values_list("field", "after")) == [("contact_phone", "+6281311112222")]
    assert "1311112222" not in str(entry.facts) + str(entry.digests)
