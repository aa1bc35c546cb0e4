"""The one place that tells the time, so that tests can travel."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in UTC.

    Where ``CLOCK_OFFSET_FILE`` is set, the number of seconds in that file is added: this is how a story forwards the
    time of every process at once. The file is read anew each time, because another process may have moved the clock.
    """
    moment = timezone.now()
    if not settings.CLOCK_OFFSET_FILE:
        return moment
    try:
        return moment + timedelta(seconds=float(Path(settings.CLOCK_OFFSET_FILE).read_text()))
    except (FileNotFoundError, ValueError):
        return moment
