"""The world behind the doors."""

import os

from tests.doors.world import arrears, by_day, called, escorted, gone, judged, loose, promised, tickets, world  # noqa: F401 fixtures

# Playwright's loop runs in the thread of the tests; without this Django takes their own queries for ones made inside the loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
