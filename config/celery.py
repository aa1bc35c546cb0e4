"""The Celery application. A task only wakes work that stands as rows in the database; losing every task loses nothing."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
broker.install()
app = Celery("kawal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def settle(**_: Any) -> None:
    """Set aside all that was loaded: looking through it for garbage, again and again, is a tenth of what firing costs."""
    gc.collect()
    gc.freeze()
