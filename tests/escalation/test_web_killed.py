"""The web dies before each single statement of an act: all of it is there or nothing, and asking again does it once (F5)."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Count

from accounts.history import broken_places
from accounts.models import HistoryEntry, IdempotentAnswer
from common.clock import now
from escalation.actions.raising import raise_super_emergency
from escalation.models import Clock, Promise, PromiseSlot, PromiseWarning
from tests.dying import killed
from tests.tickets.conftest import FORM
from tests.tickets.imports import row, table
from tests.tickets.test_import_pages import picks
from tickets.models import ImportLoad, Ticket

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MOST_STATEMENTS = 200


def deaths(act, check):
    """Die before the first statement, before the second, and so on, until one goes through; ``check(n)`` after each."""
    for after in range(MOST_STATEMENTS):
        if not killed(partial(act, after), after):
            return after
        check(after)
    raise AssertionError("it has no end")


@pytest.mark.req("HC-2", "ESC-3")
def test_a_ticket_is_logged_whole_or_not_at_all_and_asking_again_logs_it_once(api, agent):
    def create(turn):
        form = FORM | {"service_number": f"1524077{turn:05}"}
        return api(agent).post("/api/v1/tickets/", form, headers={"Idempotency-Key": f"mati-{turn}"})

    def check(turn):
        there = Ticket.objects.filter(service_number=f"1524077{turn:05}").count()
        logged = HistoryEntry.objects.filter(act="ticket.logged").count()
        assert (there, IdempotentAnswer.objects.filter(key=f"mati-{turn}").count()) in ((0, 0), (1, 1))
        assert create(turn).status_code in (200, 201)
        assert Ticket.objects.filter(service_number=f"1524077{turn:05}").count() == 1
        assert HistoryEntry.objects.filter(act="ticket.logged").count() == logged + 1 - there

    turns = deaths(create, check)
    assert turns > 10
    assert set(Ticket.objects.values_list("service_number").annotate(n=Count("pk")).values_list("n", flat=True)) == {1}
    clocks = set(Ticket.objects.annotate(n=Count("clock_rows")).values_list("n", flat=True))
    assert len(clocks) == 1 and 0 not in clocks
    assert list(broken_places()) == []


@pytest.mark.req("PM-1")
def test_a_promise_is_made_with_its_slot_and_warnings_or_not_at_all(api, log, agent, team_leader, settings):
    settings.PROMISE_SLOTS = 1
    ticket = raise_super_emergency(log(agent), "Media", by=team_leader)
    due = (now() + timedelta(hours=4)).isoformat()

    def promise(turn):
        body = {"ticket": ticket.number, "promised_to": "Ibu Sri", "what": f"Menyala lagi {turn}", "due_at": due}
        return api(team_leader).post("/api/v1/promises/", body)

    def check(turn):
        promised = list(Promise.objects.order_by("pk").values_list("what", "made_at"))
        whole = ([what for what, _at in promised], PromiseSlot.objects.count(), PromiseWarning.objects.count() > 0)
        assert whole in (([], 0, False), ([f"Menyala lagi {turn}"], 1, True)), promised
        PromiseWarning.objects.all().delete()
        PromiseSlot.objects.all().delete()
        Promise.objects.all().delete()
        assert not Promise.objects.exists()

    assert deaths(promise, check) > 10
    assert (Promise.objects.count(), PromiseSlot.objects.count()) == (1, 1)
    assert list(broken_places()) == []


@pytest.mark.req("HC-3")
def test_a_file_is_taken_in_and_loaded_or_not_at_all(sign_in, support_hc, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    desk = sign_in(support_hc)

    def upload(_turn):
        return desk.post("/imports/new/", {"file": SimpleUploadedFile("ekspor.csv", table(row(1), row(2)).read())})

    def check(_turn):
        for load in ImportLoad.objects.all():
            assert load.file.storage.exists(str(load.file.name))

    assert deaths(upload, check) > 3
    newest = ImportLoad.objects.order_by("-pk")[:1].get()
    assert desk.post(f"/imports/{newest.pk}/map/", picks()).status_code == 302
    assert Ticket.objects.count() == 0 and Clock.objects.count() == 0
