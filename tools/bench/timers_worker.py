"""One worker of the timers' bench: says that it is ready, waits for the word, and fires until nothing is due."""

import sys

import django


def main(mode: str) -> None:
    """``engine`` fires as Kawal does, ``floor`` writes the same rows bare."""
    django.setup()
    from config.celery import settle  # noqa: PLC0415 the settings are read now
    from escalation.actions import timers  # noqa: PLC0415
    from tools.bench.timers import outbox  # noqa: PLC0415
    from tools.bench.timers_floor import drain  # noqa: PLC0415

    statement = outbox()
    timers.tick()  # nothing is due yet; a worker that lives has its connection
    settle()
    print("ready", flush=True)
    sys.stdin.readline()
    if mode == "engine":
        timers.tick()
    else:
        drain(statement)


if __name__ == "__main__":
    main(sys.argv[1])
