"""Arrears calls under load (CT-1, CT-2, CT-5): the load of a file, 200 agents who pick at once, the export of 100,000 results.

``python -m tools.bench.arrears`` on the scratch database of ``make bench``; sizes by BENCH_PROSPECTS and BENCH_AGENTS.
"""

import os
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

ROWS = int(os.environ.get("BENCH_PROSPECTS", "100000"))
AGENTS = int(os.environ.get("BENCH_AGENTS", "200"))
AT_ONCE = 32  # as many as four workers of eight threads
GOALS = {"load": 300, "pick p95": 1, "export": 60}  # seconds
MEMORY = {"load": 512, "export": 300}  # MB of the whole process, with what came before


def main() -> None:
    """Everything, in one run; each figure beside its goal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tools.bench.settings")
    import django  # noqa: PLC0415 the settings are named only now

    django.setup()
    show("load", timed(load), f"{ROWS:,} rows")
    worked = time.process_time()
    waits = pick()
    each = (time.process_time() - worked) / len(waits) * 1000
    p50, p95 = statistics.median(waits) * 1000, sorted(waits)[int(len(waits) * 0.95)] * 1000
    print(f"pick       p50 {p50:.0f} ms  p95 {p95:.0f} ms, {each:.0f} ms CPU each  (goal {GOALS['pick p95']} s)", flush=True)
    show("export", timed(export), f"{ROWS:,} results")


def timed(act: Callable[[], None]) -> tuple[float, float]:
    """Seconds on the clock, and of this process's CPU: on a busy machine only the second says much."""
    began, worked = time.monotonic(), time.process_time()
    act()
    return time.monotonic() - began, time.process_time() - worked


def show(name: str, seconds: tuple[float, float], what: str) -> None:
    """One line: what it took, the goal, and the most memory this process ever had."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    clock, cpu = seconds
    goals = f"goal {GOALS[name]} s, {MEMORY[name]} MB"
    print(f"{name:<10} {clock:6.1f} s, {cpu:.1f} s CPU, at most {memory:.0f} MB  ({goals})  {what}", flush=True)


def load() -> None:
    """A CSV of prospects through the very engine of the worker."""
    from django.core.files.base import ContentFile  # noqa: PLC0415

    from accounts.models import Person  # noqa: PLC0415
    from outbound import actions  # noqa: PLC0415
    from tickets.actions.importing import queue_load  # noqa: PLC0415
    from tickets.actions.loading import claim_load, run_load  # noqa: PLC0415

    leader = Person.objects.get(agent_code="20001")
    campaign = actions.create_campaign(f"Bench {time.time():.0f}", "ct0", by=leader)
    first = int(time.time()) % 10_000 * 1_000_000
    rows = (f"14{first + n:012},Pelanggan {n},0812{n:08},3,{350_000 + n % 900}" for n in range(ROWS))
    head = "service_number,customer_name,contact_phone,arrears_months,bill_amount"
    file = ContentFile("\n".join([head, *rows]).encode(), name="bench.csv")
    queue_load(file, "prospects", by=leader, target=campaign.pk)
    claimed = claim_load()
    assert claimed  # noqa: S101 it was queued a line above
    done = run_load(claimed)
    print(f"           loaded {done.loaded:,}, known {done.known:,}, refused {done.refused:,}")


def pick() -> list[float]:
    """200 agents pick at once; how long each waited. Each must hold another row."""
    from django.db import connection  # noqa: PLC0415

    from accounts.models import Duty, Person, Team  # noqa: PLC0415
    from outbound import actions  # noqa: PLC0415
    from outbound.models import Prospect  # noqa: PLC0415

    team = Team.objects.get(name="Tier-2 Outbound")
    people = []
    for number in range(AGENTS):
        usual = {"online_name": f"Bench {number}", "role": "outbound_agent", "team": team, "duty": Duty.ON}
        people.append(Person.objects.get_or_create(agent_code=f"58{number:04}", defaults=usual)[0])
    Prospect.objects.held().update(state="waiting", held_by=None, lease_until=None)

    def one(person: Person) -> tuple[float, int | None]:
        try:
            began = time.monotonic()
            taken = actions.pick(by=person)
            return time.monotonic() - began, taken.pk if taken else None
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(one, people))
    got = [pk for _wait, pk in answers if pk]
    print(f"           {len(got)} picked, {len(set(got))} different rows")
    return [wait for wait, _pk in answers]


def export() -> None:
    """All results of a campaign that has as many results as prospects, as an Excel file."""
    from accounts.models import Person  # noqa: PLC0415
    from common import bulk  # noqa: PLC0415
    from common.clock import now  # noqa: PLC0415
    from outbound import actions  # noqa: PLC0415
    from outbound.models import CallReason, Campaign, CaringResult, Prospect  # noqa: PLC0415

    campaign = Campaign.objects.latest("id")
    leader, agent = Person.objects.get(agent_code="20001"), Person.objects.get(agent_code="50001")
    reason = CallReason.objects.get(code="paid")
    if not CaringResult.objects.filter(campaign=campaign).exists():
        keys = Prospect.objects.filter(campaign=campaign).values_list("pk", flat=True)
        usual = {"campaign": campaign, "reason": reason, "contacted": True, "agreed": False, "by": agent, "at": now()}
        bulk.insert([CaringResult(prospect_id=key, note="Sudah bayar kemarin", **usual) for key in keys])
    began = time.monotonic()
    file, _name = actions.export_results(campaign, "MyCX", by=leader)
    print(f"           {file.seek(0, 2) / 1024 / 1024:.1f} MB written in {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
