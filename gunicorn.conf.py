"""How gunicorn begins, read from the folder that it starts in. Workers are forked from one process that has loaded everything, so
that they share its memory: a worker of its own would hold a quarter more."""

import gc

from django.urls import resolve

preload_app = True


def when_ready(_arbiter: object) -> None:
    """Before the first worker: read the addresses and all that they import, and let no collection touch what is shared."""
    resolve("/healthz")
    gc.collect()
    gc.freeze()
