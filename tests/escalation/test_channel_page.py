"""The bell in the page as a channel: people on duty are told once, and where nobody is the message is not lost (HC-5, OB-7)."""

import pytest

from accounts.models import Duty, Person
from escalation.actions import sending
from escalation.actions.channels import change_group, create_channel
from escalation.models import Group, Message, MessageState, Notification
from escalation.models.channels import Purpose
from tests.escalation.gateway import TIAL, dispatch, tial

pytestmark = pytest.mark.req("HC-5", "OB-7")


@pytest.fixture
def bell(db):
    return create_channel(by=None, slug="bell", name="Lonceng", kind="page")


@pytest.fixture
def told_in_page(bell, hard, support_hc):
    """``told_in_page("20001")`` lets the group of region 3 be these people, and a dispatch wait for them."""

    def dispatched(who: str) -> Message:
        change_group(tial(), by=None, changes={"channel": bell, "address": who})
        dispatch(hard, support_hc)
        return Message.objects.get()

    return dispatched


def who_was_told() -> list[Person]:
    return [each.person for each in Notification.objects.filter(event="message").order_by("person__agent_code")]


def goes(message: Message) -> Message:
    sending.send_due()
    message.refresh_from_db()
    return message


def off_duty(*people: Person) -> None:
    Person.objects.filter(pk__in=[each.pk for each in people]).update(duty=Duty.OFF)


@pytest.mark.parametrize(
    ("who", "codes"),
    [("support_hc", ["40001", "40002"]), ("20001", ["20001"]), ("supervisor, 20001", ["20001", "30001"])],
)
def test_who_is_meant_by_role_or_code_reads_it_at_the_bell(
    told_in_page, hard, team_leader, supervisor, second_support_hc, sign_in, who, codes
):
    message = goes(told_in_page(who))
    assert (message.state, bool(message.gateway_id)) == ("sent", True)
    assert [each.agent_code for each in who_was_told()] == codes
    told = Notification.objects.filter(event="message").latest("id")
    assert (told.ticket, told.text) == (hard, message.text[:300])
    assert hard.number in sign_in(told.person).get("/notifications/").content.decode()


def test_the_same_message_again_tells_nobody_twice(told_in_page, support_hc):
    message = goes(told_in_page("support_hc"))
    Message.objects.update(state=MessageState.QUEUED, doubtful=False, claimed_at=None, gateway_id="")
    assert goes(message).state == "sent"
    assert who_was_told() == [support_hc]


def test_a_worker_that_died_over_it_is_found_to_have_told_them(told_in_page, support_hc, forward):
    number = goes(told_in_page("support_hc")).gateway_id
    Message.objects.update(state=MessageState.SENDING, gateway_id="", sent_at=None)
    off_duty(support_hc)  # meanwhile: who would be told now is another
    forward(minutes=3)
    message = goes(Message.objects.get())
    assert (message.state, message.gateway_id, who_was_told()) == ("sent", number, [support_hc])


def test_one_that_died_before_has_told_nobody_and_is_sent(told_in_page, support_hc, forward):
    message = told_in_page("support_hc")
    Message.objects.update(state=MessageState.SENDING, claimed_at=message.created_at)
    forward(minutes=3)
    assert (goes(message).state, who_was_told()) == ("sent", [support_hc])


def test_who_is_off_duty_is_not_told_and_others_are(told_in_page, support_hc, second_support_hc):
    message = told_in_page("support_hc")
    off_duty(support_hc)
    assert (goes(message).state, who_was_told()) == ("sent", [second_support_hc])


def test_with_nobody_on_duty_it_waits_until_somebody_comes(told_in_page, team_leader, forward):
    message = told_in_page("20001")
    off_duty(team_leader)
    assert (goes(message).state, "bertugas" in message.problem) == ("queued", True)
    Person.objects.update(duty=Duty.ON)
    forward(minutes=1)
    assert (goes(message).state, who_was_told()) == ("sent", [team_leader])


def test_where_nobody_comes_people_hear_of_it_within_fifteen_minutes(told_in_page, team_leader, support_hc, forward):
    message = told_in_page("20001")
    off_duty(team_leader)
    for _ in range(15):
        forward(minutes=1)
        goes(message)
    assert message.state in ("failed", "to_send_by_hand") and who_was_told() == []
    assert Notification.objects.filter(person=support_hc, event__in=["not_sent", "by_hand"]).exists()


@pytest.mark.parametrize("who", ["99999", "nobody", "agent, 99999"])
def test_a_group_of_nobody_is_failed_at_once_and_a_person_is_told(told_in_page, support_hc, who):
    Person.objects.filter(role="agent").update(is_active=False)
    message = goes(told_in_page(who))
    assert (message.state, who in message.problem) == ("failed", True)
    assert Notification.objects.filter(person=support_hc, event="not_sent").exists()


def test_it_needs_no_gateway_beside_those_that_do(told_in_page, channel, log, agent, support_hc, gowa):
    """One pass sends through both."""
    message = told_in_page("support_hc")
    change_group(Group.objects.get(purpose=Purpose.TIAL_REG, region=4), by=None, changes={"channel": channel, "address": TIAL})
    dispatch(log(agent, criteria=["threat"], region=4), support_hc)
    gowa.expect(TIAL)
    assert (goes(message).state, len(gowa.messages)) == ("sent", 1)
