"""The OpenAPI document and its page."""

import pytest
from django.core.management import call_command


def test_the_document_validates_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_it_is_served_and_names_the_refusals(client, db):
    document = client.get("/api/v1/schema/").json()
    duty = document["paths"]["/api/v1/me/duty/"]["post"]
    assert {"400", "401", "403", "409", "422", "429"} <= set(duty["responses"])
    assert [each["name"] for each in duty["parameters"]] == ["Idempotency-Key"]
    assert "Problem" in document["components"]["schemas"]


def test_acts_say_what_they_take_and_answer_and_rows_what_may_be_empty(client, db):
    document = client.get("/api/v1/schema/").json()
    update = document["paths"]["/api/v1/tickets/{number}/updates/"]["post"]
    assert "requestBody" in update and "201" in update["responses"]
    shapes = document["components"]["schemas"]
    assert shapes["Escort"]["properties"]["owner"]["nullable"]
    assert "" in shapes["Callback"]["properties"]["ended_because"]["enum"]
    assert "format" not in shapes["WholeTicket"]["properties"]["contact_email"]


def test_the_page_is_for_people_who_signed_in(agent, sign_in, client):
    assert client.get("/api/v1/docs/").url.startswith("/login/")
    page = sign_in(agent).get("/api/v1/docs/")
    assert page.status_code == 200
    assert "'unsafe-inline'" in page["Content-Security-Policy"]


@pytest.mark.parametrize("url", ["/login/", "/me/"])
def test_no_other_page_may_write_styles(agent, sign_in, url):
    policy = sign_in(agent).get(url, follow=True)["Content-Security-Policy"]
    assert "unsafe" not in policy
