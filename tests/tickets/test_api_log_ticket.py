"""``POST tickets/``: logging a ticket (HC-1, HC-2)."""

from uuid import uuid4

import pytest

from tests.tickets.conftest import E164, FORM
from tickets.models import Report, Ticket

URL = "/api/v1/tickets/"
SIGNS = ["threat", "abusive_speech", "refuses_agent", "refuses_to_end"]
REQUIRED = ["service_number", "service_line", "customer_name", "reporter_name", "contact_phone", "symptom", "description"]
TEXTS = {"service_number": 40, "customer_name": 200, "reporter_name": 200, "symptom": 200, "description": 10_000, "area": 120}
SCRIPTS = ["marah 😡👨‍👩‍👧", "مرحبا \u202eabc\u202c", "<b>&amp;'\"--", "e\u0301 ÿ 中文", "a\tb\nc"]


@pytest.mark.req("HC-2")
def test_it_logs_a_ticket_with_the_required_fields_alone(api, agent):
    answer = api(agent).post(URL, {name: FORM[name] for name in REQUIRED})
    assert answer.status_code == 201
    assert answer["Location"].endswith(f"/api/v1/tickets/{answer.data['number']}/")
    assert (answer["ETag"], answer.data["status"], answer.data["kind"]) == ('"v1"', "open", "regular")
    assert api(agent).get(answer["Location"]).json() == answer.json()


def test_the_answer_has_every_field_of_the_contract(api, agent, team):
    data = api(agent).post(URL, FORM).json()
    assert data | FORM | {"contact_phone": E164, "number": data["number"]} == data
    assert data["assignee"] == {"agent_code": "10001", "name": "Sari"}
    assert (data["team"], data["interaction"], data["channel"]) == (team.name, "complaint", "call")
    assert data["holder"] == {"kind": "agent", "name": "Sari", "since": data["opened_at"]}
    assert (data["repeat_count"], data["criteria"], data["outside_references"], data["escort"]) == (0, [], {}, None)
    assert data["region"] is None and data["solved_at"] is None and isinstance(data["clocks"], list)


@pytest.mark.req("HC-1")
@pytest.mark.parametrize("sign", SIGNS)
def test_one_sign_makes_it_hard(api, agent, sign):
    data = api(agent).post(URL, {**FORM, "criteria": [sign]}).json()
    assert (data["kind"], data["criteria"]) == ("hard_complaint", [sign])


@pytest.mark.req("HC-7")
def test_a_hard_complaint_waits_for_support_hc_and_nobody_yet(api, agent):
    holder = api(agent).post(URL, {**FORM, "criteria": ["threat"]}).json()["holder"]
    assert (holder["kind"], holder["name"]) == ("support_hc", "")


@pytest.mark.parametrize("criteria", [["repeat_report"], ["rude"], "threat", [1], [None], {"a": 1}, ["threat"] * 9])
def test_signs_that_are_not_the_agents_are_refused(api, agent, criteria):
    answer = api(agent).post(URL, {**FORM, "criteria": criteria})
    assert answer.status_code == 400
    assert [name for name in answer.json()["errors"] if name.startswith("criteria")]


@pytest.mark.parametrize("field", REQUIRED)
def test_a_required_field_that_is_empty_is_named(api, agent, field):
    program = api(agent)
    empty: list[object] = [None, "", "   ", [], {}]
    for value in empty:
        answer = program.post(URL, {**FORM, field: value})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_every_wrong_field_is_named_at_once(api, agent):
    wrong = {"contact_phone": "abc", "region": 8, "service_line": "tv", "segment": "XX", "contact_email": "bukan", "symptom": ""}
    answer = api(agent).post(URL, {**FORM, **wrong})
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) >= {"region", "service_line", "segment", "symptom"}
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(("field", "value"), [("contact_phone", "0812-345"), ("contact_email", "bukan"), ("region", 0)])
def test_a_wrong_value_is_refused_beside_its_field(api, agent, field, value):
    assert list(api(agent).post(URL, {**FORM, field: value}).json()["errors"]) == [field]


@pytest.mark.parametrize(("field", "longest"), TEXTS.items())
def test_a_text_that_is_too_long_is_refused(api, agent, field, longest):
    assert api(agent).post(URL, {**FORM, field: "x" * (longest + 1)}).status_code == 400
    assert api(agent).post(URL, {**FORM, field: "x" * longest}).status_code == 201


def test_ten_megabytes_are_refused_in_words(api, agent):
    answer = api(agent).post(URL, {**FORM, "description": "x" * 10_000_000})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["description"])


@pytest.mark.parametrize("text", SCRIPTS, ids=ascii)
def test_any_script_is_stored_as_it_came(api, agent, text):
    said = dict.fromkeys(["customer_name", "reporter_name", "symptom", "description", "area"], text)
    data = api(agent).post(URL, FORM | said).json()
    assert data | said == data


@pytest.mark.parametrize("escaped", ["\\u0000", "\\ud83d", "\\udc00x"])
def test_what_no_database_can_store_is_refused(api, agent, escaped):
    program = api(agent)
    for field in [*TEXTS, "contact_phone", "contact_email", "service_line"]:
        body = b'{"%s": "abc%s"}' % (field.encode(), escaped.encode())
        assert program.post(URL, body, content_type="application/json").status_code == 400


def test_status_kind_team_and_strange_fields_are_not_taken_from_the_body(api, agent, other_team, team):
    strange = {"status": "closed", "kind": "super_emergency", "team": other_team.name, "repeat_count": 9, "id": 1, "x": "y"}
    data = api(agent).post(URL, {**FORM, **strange}).json()
    assert (data["status"], data["kind"], data["team"], data["repeat_count"]) == ("open", "regular", team.name, 0)


@pytest.mark.req("HC-2")
def test_a_double_click_makes_one_ticket(api, agent):
    body = {**FORM, "intake_key": str(uuid4())}
    first, second = api(agent).post(URL, body), api(agent).post(URL, body)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["number"] == second.json()["number"]
    assert (Ticket.objects.count(), Report.objects.count()) == (1, 1)


def test_an_intake_key_of_somebody_else_is_refused(api, agent, colleague):
    body = {**FORM, "intake_key": str(uuid4())}
    api(agent).post(URL, body)
    assert api(colleague).post(URL, body).status_code == 409


def test_the_same_idempotency_key_logs_once(api, agent):
    answers = [api(agent).post(URL, FORM, headers={"Idempotency-Key": "a1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Ticket.objects.count() == 1
    other = api(agent).post(URL, {**FORM, "symptom": "lain"}, headers={"Idempotency-Key": "a1"})
    assert other.status_code == 422


def test_region_segment_and_area_come_from_the_known_customer(api, agent):
    api(agent).post(URL, {**FORM, "region": 3, "segment": "DBS", "area": "Bandung"})
    data = api(agent).post(URL, FORM).json()
    assert (data["region"], data["segment"], data["area"]) == (3, "DBS", "Bandung")


@pytest.mark.parametrize("spelling", ["+62 812-2045-7731", "62812 2045 7731", "0062.812.2045.7731", "(0812) 20457731"])
def test_phones_come_in_any_usual_form_and_go_out_as_e164(api, agent, spelling):
    assert api(agent).post(URL, {**FORM, "contact_phone": spelling}).json()["contact_phone"] == E164


def test_logging_stays_within_its_statements(api, agent, query_count):
    client = api(agent)
    with query_count("log a ticket by API"):
        client.post(URL, FORM)


def test_what_lists_show_is_kept_in_the_language_of_the_house(api, agent):
    api(agent).post(URL, FORM, headers={"Accept-Language": "en"})
    assert Ticket.objects.get().last_word == "Tiket dicatat"
