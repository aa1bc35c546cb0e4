"""The Celery application. A task only wakes work that stands as rows in the database; losing every task loses nothing."""

import os

from celery import Celery

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
broker.install()
app = Celery("kawal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
