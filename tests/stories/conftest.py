"""The harness; and that browser stories run beside Django in one thread."""

import os

from tests.stories.harness import house, story  # noqa: F401 fixtures

# Playwright's loop runs in the thread of the tests; without this Django takes their own queries for ones made inside the loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
