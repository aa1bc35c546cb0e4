"""The tickets behind what QC judges: read, covered, never of the own team; and a nonconformity from a ticket's page (QC-6)."""

import pytest

from accounts.models import Person
from escalation.models import Notification
from quality.models import Evaluation, Nonconformity
from tests.quality.conftest import as_json
from tickets.actions import Intake, log_ticket

pytestmark = pytest.mark.req("QC-6", "QC-8")
API = "/api/v1"


@pytest.fixture
def ticket(agent):
    return log_ticket(
        Intake(
            service_number="131159904126",
            service_line="indihome",
            customer_name="Lilis Karlinawati",
            reporter_name="Lilis Karlinawati",
            contact_phone="0813-1122-2290",
            symptom="Internet putus-putus",
            description="Kamar belakang putus tiap lima menit.",
            region=3,
        ),
        by=agent,
    )


@pytest.fixture
def judge(api, quality_control, f18):
    """``judge(ticket, "10001")`` is the answer to a tapping of that person's call about it."""

    def judged(ticket, person, by=quality_control):
        body = {"check": "tapping", "person": person, "performed_on": "2026-01-05", "ticket": ticket.number,
                "form": f18.pk, "marks": as_json()}  # fmt: skip
        return api(by).post(f"{API}/evaluations/", body)

    return judged


def test_a_ticket_is_read_once_it_stands_behind_a_sheet_and_then_covered(ticket, judge, api, sign_in, quality_control):
    program, page = api(quality_control), sign_in(quality_control)
    assert program.get(f"{API}/tickets/{ticket.number}/").status_code == page.get(ticket.url).status_code == 404
    assert judge(ticket, "10001").status_code == 201
    said = program.get(f"{API}/tickets/{ticket.number}/").json()
    assert (said["customer_name"], said["contact_phone"][-4:]) == ("Lilis K.", "2290")
    words = page.get(ticket.url).text
    for secret in ("Lilis Karlinawati", "81311222290", "1122-2290"):
        assert secret not in words and secret not in program.get(f"{API}/tickets/{ticket.number}/history/").text
    assert [row["number"] for row in program.get(f"{API}/tickets/").json()["results"]] == [ticket.number]


def test_it_is_only_read(ticket, judge, api, sign_in, quality_control):
    assert judge(ticket, "10001").status_code == 201
    program = api(quality_control)
    for act, body in {"updates": {"text": "x", "to": "internal", "channel": "call"}, "solve": {"solution": "x", "cause": "y"},
                      "close": {"solution": "x", "cause": "y"}, "escalate": {}}.items():  # fmt: skip
        assert program.post(f"{API}/tickets/{ticket.number}/{act}/", body).status_code == 403, act
    assert program.patch(f"{API}/tickets/{ticket.number}/", {"symptom": "x"}).status_code == 403


def test_a_ticket_of_another_team_than_the_judged_person_is_not_named(ticket, judge, stranger):
    refused = judge(ticket, stranger.agent_code)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["ticket"])
    assert not Evaluation.objects.exists()


def test_never_the_own_teams(ticket, judge, api, quality_control, agent):
    assert judge(ticket, "10001").status_code == 201
    Person.objects.filter(pk=quality_control.pk).update(team=agent.team)
    insider = api(Person.objects.get(pk=quality_control.pk))
    assert insider.get(f"{API}/tickets/{ticket.number}/").status_code == 404
    assert insider.get(f"{API}/tickets/").json()["results"] == []


def test_the_supervisor_raises_a_nonconformity_on_the_tickets_page(ticket, sign_in, supervisor, team_leader, quality_control):
    page, address = sign_in(supervisor), f"/tickets/{ticket.number}/nonconformity/"
    assert "Buat ketidaksesuaian" in page.get(ticket.url).text
    asked = page.get(f"{ticket.url}?act=nonconformity").text
    assert "Internet putus-putus" in asked and "(10001)" in asked and 'value="10001" selected' in asked
    refused = page.post(address, {"title": "Janji lewat", "description": "", "person": "10001"})
    assert (refused.status_code, "Janji lewat" in refused.text, "masih kosong" in refused.text) == (400, True, True)
    made = page.post(address, {"title": "Janji lewat", "description": "Tiga jam tanpa kabar.", "person": "10001"})
    found = Nonconformity.objects.get()
    assert (made.url, found.ticket, found.person, found.team) == (found.url, ticket, ticket.logged_by, ticket.team)
    assert Notification.objects.filter(person=team_leader, event="nonconformity").count() == 1
    assert str(found) in page.get(ticket.url).text
    assert ticket.number in sign_in(quality_control).get(ticket.url).text  # QC reads what stands behind it


@pytest.mark.parametrize("body", [{"person": "60001"}, {"title": "x" * 161}, {"title": "\x00", "description": "\x00"}, {}])
def test_what_is_wrong_in_the_dialog_is_said_there(ticket, sign_in, supervisor, body):
    answer = sign_in(supervisor).post(f"/tickets/{ticket.number}/nonconformity/", {"title": "a", "description": "b"} | body)
    assert (answer.status_code, Nonconformity.objects.count()) == ((302, 1) if not body else (400, 0))


@pytest.mark.parametrize("who", ["agent", "team_leader", "support_hc", "administrator", "client_reader"])
def test_nobody_else_has_the_button(ticket, sign_in, request, who):
    page = sign_in(request.getfixturevalue(who))
    assert "Buat ketidaksesuaian" not in page.get(ticket.url).text
    assert page.post(f"/tickets/{ticket.number}/nonconformity/", {"title": "a", "description": "b"}).status_code == 403


def test_by_the_api_it_names_whose_service_it_was(ticket, api, supervisor):
    body = {"title": "Janji", "description": "Lewat", "ticket": ticket.number, "person": "10001"}
    made = api(supervisor).post(f"{API}/nonconformities/", body)
    assert (made.status_code, made.json()["person"], made.json()["ticket"]) == (201, "10001", ticket.number)


def test_never_of_the_own_service(api, supervisor, quality_control):
    body = {"title": "Janji", "description": "Lewat", "person": quality_control.agent_code}
    assert api(quality_control).post(f"{API}/nonconformities/", body).status_code == 403
