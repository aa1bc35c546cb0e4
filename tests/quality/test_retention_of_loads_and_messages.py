"""Loads, settled differences and what was said about closed tickets: classes of the retention table without a term at first."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.db.models import Q
from django.utils import timezone

from accounts.history import broken_places
from common.clock import now
from escalation.actions import escorts
from escalation.actions.notifying import notify
from escalation.actions.together import dispatch_together
from escalation.models import DispatchLine, Event, InboundMessage, Message, Notification
from outbound.models import Difference, DifferenceState
from quality.actions import retention
from quality.models import RetentionRun, RetentionTerm
from tests.escalation.conftest import escort_of, hard, log  # noqa: F401 fixtures
from tests.escalation.gateway import TIAL, channel, dispatched, hook, sent  # noqa: F401 fixtures
from tests.fakes.gowa import message_event
from tests.tickets.imports import loaded, row, run_next, table
from tickets.actions.importing import load_tried
from tickets.models import ImportLoad, RefusedRow, Status, Ticket, TicketDifference, What

pytestmark = [pytest.mark.django_db, pytest.mark.req("QM-5")]
PURGED = ["loads", "differences", "messages"]


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT, settings.RETENTION_CAP_LEAST = tmp_path, 100


@pytest.fixture
def terms():
    RetentionTerm.objects.filter(record_class__in=PURGED).update(days=365)


def noon(days):
    return timezone.make_aware(datetime.combine(timezone.localdate(now()) - timedelta(days=days), time(12)))


def purge():
    run = retention.begin_run(by=None)
    retention.tick()
    return RetentionRun.objects.get(pk=run.pk)


def end_loads(days):
    ImportLoad.objects.update(created_at=noon(days), ended_at=noon(days))


def close(days, *tickets):
    which = Q(pk__in=[each.pk for each in tickets]) if tickets else Q()
    Ticket.objects.filter(which).update(status=Status.CLOSED, closed_at=noon(days))


@pytest.mark.parametrize("name", PURGED)
def test_without_a_term_it_is_kept_for_ever_and_an_administrator_sets_one(name, api, administrator, sign_in):
    term = RetentionTerm.objects.get(record_class=name)
    assert (term.days, retention.due_rows(name, timezone.localdate(now()))) == (None, [])
    assert api(administrator).post(f"/api/v1/retention-terms/{term.pk}/change/", {"days": 365}).status_code == 200
    page = sign_in(administrator).get("/retention/").text
    assert f'id="days-{term.pk}" name="days" inputmode="numeric" value="365"' in page


def test_a_load_goes_with_its_file_and_refused_rows_and_what_it_brought_stays(support_hc, terms):
    file = table(row(1), row(2, opened="kapan"))
    load = loaded(file, support_hc)
    path = Path(load.file.path)
    assert RefusedRow.objects.count() == 1 and path.exists()
    end_loads(365)
    assert purge().purged == {}
    end_loads(366)
    assert purge().purged == {"loads": 1}
    assert not (ImportLoad.objects.exists() or RefusedRow.objects.exists() or path.exists())
    assert Ticket.objects.count() == 1 and not list(broken_places())
    file.seek(0)
    assert loaded(file, support_hc).known == 1


def test_what_was_tried_stays_as_long_as_what_was_loaded_of_it_and_goes_with_it(support_hc, terms, monkeypatch):
    monkeypatch.setattr(retention, "STEP", 1)
    tried = loaded(table(row(1)), support_hc, is_try=True)
    load = load_tried(tried, live=False, by=support_hc)
    ImportLoad.objects.filter(pk=tried.pk).update(created_at=noon(900), ended_at=noon(900))
    assert purge().purged == {}  # it waits to be loaded
    run_next()
    assert purge().purged == {} and Path(load.file.path).exists()
    end_loads(366)
    assert purge().purged == {"loads": 2} and not Path(load.file.path).exists()


def test_a_hold_on_any_customer_keeps_every_file(support_hc, administrator, terms):
    loaded(table(row(1)), support_hc)
    end_loads(900)
    hold = retention.lay_hold("Sengketa", by=administrator, service_number="131172043918")
    assert purge().purged == {}
    retention.lift_hold(hold, by=administrator)
    assert purge().purged == {"loads": 1}


def test_settled_differences_go_and_open_ones_stay(hard, agreed, administrator, terms):  # noqa: F811
    old = {"system": "nossa", "what": What.STATUS, "ticket": hard, "found_at": noon(900)}
    TicketDifference.objects.create(number="IN1", settled_at=noon(366), **old)
    held = TicketDifference.objects.create(number="IN2", settled_at=noon(366), service_number="0614528817", **old)
    still = TicketDifference.objects.create(number="IN3", **old)
    settled = {"state": DifferenceState.SETTLED, "settled_at": noon(366)}
    of_result = {"system": "siska", "values": {"amount": [1, 2]}, "found_at": noon(900)}
    Difference.objects.create(result=agreed(), **of_result, **settled)
    again = Difference.objects.create(result=agreed(), **of_result, **settled | {"state": DifferenceState.OPEN})
    retention.lay_hold("Sengketa", by=administrator, service_number="0614528817")
    assert purge().purged == {"differences": 2}
    assert set(TicketDifference.objects.all()) == {held, still} and Difference.objects.get() == again


@pytest.fixture
def talk(sent, hook, support_hc):  # noqa: F811
    """One hard complaint of which a group was told, has answered, and whose people were told."""
    assert hook(message_event(TIAL, "Teknisi menuju ODP", replied_to_id=sent.gateway_id)) == 200
    assert InboundMessage.objects.get().ticket_id == sent.ticket_id
    notify([support_hc], Event.NOT_SENT, key="said", ticket=sent.ticket)
    return sent


def test_what_was_said_about_a_closed_ticket_goes_and_the_ticket_stays(talk, terms, sign_in, support_hc):
    close(366)
    told = Notification.objects.filter(ticket__isnull=False).count()
    assert purge().purged == {"messages": 2 + told}
    assert not (Message.objects.exists() or DispatchLine.objects.exists() or InboundMessage.objects.exists())
    assert not Notification.objects.filter(ticket__isnull=False).exists()
    desk = sign_in(support_hc)
    assert desk.get(f"/tickets/{talk.ticket.number}/").status_code == 200
    assert desk.get(f"/messages/{talk.pk}/").status_code == 404
    assert not list(broken_places())


def test_while_the_ticket_is_open_or_its_customer_held_every_word_stays(talk, terms, administrator):
    Message.objects.update(created_at=noon(900))
    InboundMessage.objects.update(received_at=noon(900))
    assert purge().purged == {}
    close(900)
    retention.lay_hold("Sengketa", by=administrator, service_number=talk.ticket.service_number)
    assert purge().purged == {} and Message.objects.exists() and InboundMessage.objects.exists()


def test_a_message_about_several_stays_for_the_one_that_is_open(log, agent, support_hc, administrator, terms):  # noqa: F811
    two = [log(agent, criteria=["threat"]) for _each in range(2)]
    for each in two:
        escorts.claim_escort(escort_of(each), by=support_hc)
    dispatch_together([escort_of(each).pk for each in two], by=support_hc)
    Message.objects.update(state="cancelled")
    close(900, two[0])
    purge()
    assert Message.objects.filter(together=True).count() == 1
    close(900)
    hold = retention.lay_hold("Sengketa", by=administrator, service_number=two[1].service_number)
    purge()
    assert Message.objects.filter(together=True).count() == 1
    retention.lift_hold(hold, by=administrator)
    purge()
    assert not Message.objects.exists()


def test_what_waits_to_be_sent_or_matched_is_never_purged(dispatched, hook, terms):  # noqa: F811
    hook(message_event(TIAL, "Tiket yang mana?"))
    InboundMessage.objects.update(received_at=noon(900))
    close(900)
    Notification.objects.all().delete()
    assert purge().purged == {}
    InboundMessage.objects.update(state="dismissed")
    assert purge().purged == {"messages": 1} and Message.objects.exists()
