"""Who announces what, and who hears it, stands in docs/signals.md; code and page must agree.

After a change that is meant: KAWAL_WRITE_DOCS=1 pytest tests/house/test_signals.py, and read the difference.
"""

import os
from importlib import import_module
from importlib.util import find_spec

from django.dispatch import Signal

from tests.house.sources import FLOORS, TOP

PAGE = TOP / "docs" / "signals.md"
HEAD = """# Signals: what is announced, and who hears it

A lower floor never calls a higher one; it announces, and the higher one listens. Both run in the same transaction. What a signal
means and carries stands beside it in `<app>/signals.py`; a receiver is a few lines in `<app>/receivers.py` that call one action
of its own app. A house test compares this page with the code.

"""


def announced() -> dict[str, Signal]:
    modules = [import_module(f"{app}.signals") for app in FLOORS if find_spec(f"{app}.signals")]
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in sorted(vars(module).items())
        if isinstance(value, Signal) and not name.startswith("_")
    }


def heard_by(signal: Signal) -> list[str]:
    sync, asynchronous = signal._live_receivers(None)  # Django has no public door for this
    return sorted(f"{receiver.__module__}.{receiver.__qualname__}" for receiver in [*sync, *asynchronous])


def lines() -> list[str]:
    table = {name: heard_by(signal) for name, signal in announced().items()}
    return [f"- `{name}` -> {', '.join(f'`{who}`' for who in hearers) or 'nobody'}" for name, hearers in table.items()]


def test_the_page_of_signals_agrees_with_the_code() -> None:
    if os.environ.get("KAWAL_WRITE_DOCS") == "1":
        PAGE.write_text(HEAD + "\n".join(lines()) + "\n")
    assert [line for line in PAGE.read_text().splitlines() if line.startswith("- `")] == lines()


def test_only_receivers_on_higher_floors_listen() -> None:
    heard = [(name, who) for name, signal in announced().items() for who in heard_by(signal)]
    apps = [(name.split(".")[0], who.split(".")[0], who.split(".")[1]) for name, who in heard]
    assert [entry for entry in apps if entry[2] != "receivers" or FLOORS.index(entry[1]) <= FLOORS.index(entry[0])] == []
