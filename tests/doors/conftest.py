"""The world behind the doors."""

import os

from tests.doors.world import (  # noqa: F401 fixtures
    arrears,
    by_day,
    called,
    escorted,
    forwarded,
    gone,
    handed,
    judged,
    loose,
    mailed,
    promised,
    taught,
    tickets,
    world,
)

# Playwright's loop runs in the thread of the tests; without this Django takes their own queries for ones made inside the loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
