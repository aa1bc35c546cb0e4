"""The Celery application. A task only wakes work that stands as rows in the database; losing every task loses nothing."""

import gc
import os
import sys
from typing import Any

from celery import Celery
from celery.signals import task_prerun, worker_ready
from django.db import close_old_connections

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
broker.install()
app = Celery("kawal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery would close the connection to the database before and after every task; opening one costs more than most tasks.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize


@task_prerun.connect
def look_at_connections(**_: Any) -> None:
    """As before every request: a connection that broke or is too old makes way for a new one."""
    close_old_connections()


@worker_ready.connect
def settle(**_: Any) -> None:
    """Set aside all that was loaded: looking through it for garbage, again and again, is a tenth of what firing costs."""
    gc.collect()
    gc.freeze()
