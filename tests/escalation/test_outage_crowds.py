"""An outage of 500 tickets is solved, each once, and two who join one ticket at once share it out (HC-8). On PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from os import getloadavg
from time import perf_counter, process_time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.history import broken_places
from accounts.models import HistoryEntry
from escalation.actions import outage_steps, outages
from escalation.models import OutageStep, OutageTicket
from outbound.models import Callback
from tests.workers import eventually, house_worker
from tickets.actions import Intake, log_ticket
from tickets.models import Ticket

pytestmark = [
    pytest.mark.servers,
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("HC-8"),
    pytest.mark.xdist_group("crowd"),
]


def logged(by, count: int, *, hard_every: int = 2) -> list[Ticket]:
    return [
        log_ticket(
            Intake(
                service_number=f"1311599{number:05}", service_line="indihome", customer_name="Lilis Karlinawati",
                reporter_name="Lilis Karlinawati", contact_phone="0813-1122-2290", symptom="Internet mati",
                description="Mati sejak pagi.", region=3, area="Garut Kota", criteria=[] if number % hard_every else ["threat"],
            ),
            by=by,
        )
        for number in range(count)
    ]  # fmt: skip


def in_threads(act, things):
    def one(thing):
        try:
            return act(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(one, things))


def test_a_ticket_that_two_join_at_once_is_under_one(agent, support_hc, second_support_hc):
    tickets = [each.number for each in logged(agent, 6)]
    both = [(outages.open_outage(name, by=by).outage, by) for name, by in (("A", support_hc), ("B", second_support_hc))] * 3
    made = in_threads(lambda each: outages.join_outage(each[0], tickets, by=each[1]), both)
    assert OutageTicket.objects.standing().count() == 6
    assert all(len(each.joined) + len(each.refused) == 6 for each in made)


def test_many_workers_do_each_step_once(agent, support_hc):
    tickets = [each.number for each in logged(agent, 24)]
    outage = outages.open_outage("Garut", by=support_hc, tickets=tickets).outage
    outages.tell_outage(outage, "Splicing", by=support_hc)
    outages.solve_outage(outage, "Kabel disambung", by=support_hc)
    while OutageStep.objects.filter(state="waiting").exists():
        in_threads(lambda _: outage_steps.work(), range(4))
    assert (Callback.objects.count(), HistoryEntry.objects.filter(act="ticket.solved").count()) == (24, 24)
    assert set(OutageStep.objects.values_list("state", flat=True)) == {"done"}


def test_a_batch_costs_statements_by_the_batch_and_not_by_the_ticket(agent, support_hc):
    tickets = [each.number for each in logged(agent, 100)]
    outage = outages.open_outage("Garut", by=support_hc, tickets=tickets).outage
    outage_steps.work(seconds=60)
    outages.solve_outage(outage, "Kabel disambung", by=support_hc)
    with CaptureQueriesContext(connection) as asked:
        begun, cpu = perf_counter(), process_time()
        outage_steps.work(seconds=60)
        took, cpu = perf_counter() - begun, process_time() - cpu
    print(f"100 solved in {took:.2f} s, {cpu:.2f} s of them ours, {len(asked)} statements, load {getloadavg()[0]:.1f}")
    assert Callback.objects.count() == 100
    assert len(asked) <= 100  # two batches of fifty; a ticket alone takes some forty
    assert cpu < 2  # so that five hundred take less than ten seconds of one processor
    assert list(broken_places()) == []


@pytest.mark.slow
def test_five_hundred_are_solved_each_once_while_the_page_shows_how_far(agent, support_hc, sign_in, tmp_path):
    tickets = [each.number for each in logged(agent, 500)]
    outage = outages.open_outage("Garut", by=support_hc, tickets=tickets).outage
    outage_steps.work(seconds=60)
    browser = sign_in(support_hc)
    with house_worker(tmp_path):
        outages.tell_outage(outage, "Splicing", by=support_hc)
        eventually(lambda: not OutageStep.objects.filter(state="waiting").exists())  # the worker has come up
        begun = perf_counter()
        assert browser.post(f"{outage.url}solve/", {"text": "Kabel disambung"}).status_code == 302
        answered = perf_counter() - begun
        seen = set()

        def over():
            page = browser.get(outage.url).content.decode().split("Splicing")[0]
            seen.add("sedang berjalan" in page)
            return "500 dari 500 tiket" in page

        eventually(over, within=240)
        took = perf_counter() - begun
    print(f"answered in {answered:.2f} s, 500 solved in {took:.1f} s, load {getloadavg()[0]:.1f}")
    assert (Callback.objects.count(), Ticket.objects.filter(status="solved").count()) == (500, 500)
    assert seen == {True, False}
    assert list(broken_places()) == []
