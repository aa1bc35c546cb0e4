"""Loaded into a real Celery worker by ``-I tests.faults``: kills the worker's process at a named place, once, when armed.

The place to die at stands in the file named by FAULT_FILE; the file is taken away first, so the next attempt lives.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from escalation.actions import clocks, timers
from tests.faults_places import PLACES

FAULT_FILE = Path(os.environ["FAULT_FILE"])


def _mortal(place: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if FAULT_FILE.exists() and FAULT_FILE.read_text() == place:
            FAULT_FILE.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)

    return wrapped


for name in PLACES:
    home = clocks if name == "show" else timers
    setattr(home, name, _mortal(name, getattr(home, name)))
