"""Loaded into a real Celery worker by ``-I tests.faults``: kills the worker's process at a named place, once, when armed.

The place to die at stands in the file named by FAULT_FILE; the file is taken away first, so the next attempt lives. A place is a
function by its dotted name, as ``escalation.actions.firing.record_all``; the process dies before it runs, or after it with ``+``.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from tests.faults_places import PLACES

FAULT_FILE = Path(os.environ["FAULT_FILE"])


def _die_at(place: str) -> None:
    if FAULT_FILE.exists() and FAULT_FILE.read_text() == place:
        FAULT_FILE.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def _mortal(place: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        _die_at(place)
        result = function(*args, **kwargs)
        _die_at(place + "+")
        return result

    return wrapped


def _home(place: str) -> tuple[Any, str]:
    """What holds the function, and its name there: a module, or a thing in a module."""
    home, _, name = place.rpartition(".")
    return resolve_name(home), name


for name in PLACES:
    holder, attribute = _home(name)
    setattr(holder, attribute, _mortal(name, getattr(holder, attribute)))
