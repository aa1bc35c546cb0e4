"""One worker of the timers' bench: says that it is ready, waits for the word, and fires until nothing is due."""

import sys
from functools import partial

import django


def main(mode: str) -> None:
    """``engine`` fires as Kawal does, ``floor`` writes the same rows bare."""
    django.setup()
    from django.db import transaction  # noqa: PLC0415 the settings are read now

    from config.celery import settle  # noqa: PLC0415
    from escalation.actions import timers  # noqa: PLC0415
    from escalation.models import ClockRung  # noqa: PLC0415
    from tools.bench.timers import outbox  # noqa: PLC0415
    from tools.bench.timers_floor import drain  # noqa: PLC0415

    statement = outbox()
    fire = timers.tick if mode == "engine" else partial(drain, statement)
    with transaction.atomic():  # a worker that lives has fired before; here it leaves no trace
        one = ClockRung.objects.filter(state="waiting")[:1].values("pk")
        ClockRung.objects.filter(pk__in=one).update(due_at="2020-01-01T00:00:00Z")
        fire()
        transaction.set_rollback(True)
    settle()
    print("ready", flush=True)
    sys.stdin.readline()
    fire()


if __name__ == "__main__":
    main(sys.argv[1])
