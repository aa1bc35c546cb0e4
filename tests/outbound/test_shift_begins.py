"""Signing in leads to the start of shift, once, where something waits that is this person's own (OB-7)."""

import pytest
from django.test import Client

from accounts.actions.shift_notes import leave_note
from accounts.models import Person
from tests.conftest import PASSWORD
from tests.tickets.conftest import FORM
from tickets import actions

pytestmark = [pytest.mark.django_db, pytest.mark.req("OB-7")]


@pytest.fixture
def led_to():
    """Where this person lands who signs in by the page, perhaps sent there from an address."""

    def arrives(person: Person, asked: str = "") -> str:
        address = f"/login/?next={asked}" if asked else "/login/"
        return Client().post(address, {"username": person.agent_code, "password": PASSWORD})["Location"]

    return arrives


def test_nothing_waits_and_one_is_home(led_to, agent):
    assert led_to(agent) == "/"


@pytest.mark.parametrize("asked", ["", "/"])
def test_own_tickets_are_seen_first_once_a_shift(led_to, agent, forward, asked):
    actions.log_ticket(actions.Intake(**FORM), by=agent)
    assert led_to(agent, asked) == "/shift/"
    forward(hours=7)
    assert led_to(agent, asked) == "/"
    forward(hours=8)
    assert led_to(agent, asked) == "/shift/"


def test_an_address_that_was_asked_for_goes_first(led_to, agent):
    ticket = actions.log_ticket(actions.Intake(**FORM), by=agent)
    assert led_to(agent, ticket.url) == ticket.url


def test_a_note_leads_there_until_it_was_there_to_be_seen(led_to, agent, colleague, forward):
    leave_note(by=colleague, text="Hujan besar di Bandung, ODP banyak mati.")
    assert led_to(agent) == "/shift/"
    forward(hours=9)
    assert led_to(agent) == "/"


def test_ones_own_note_and_work_of_others_do_not(led_to, agent, colleague, stranger):
    leave_note(by=agent, text="Sudah saya sampaikan.")
    actions.log_ticket(actions.Intake(**FORM), by=colleague)
    assert led_to(agent) == led_to(stranger) == "/"


def test_what_everybody_shares_does_not(led_to, quality_control, client_reader, administrator):
    assert {led_to(each) for each in (quality_control, client_reader, administrator)} == {"/"}
