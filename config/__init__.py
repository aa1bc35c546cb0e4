"""Settings, URLs and the Celery application: wires everything, decides nothing."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
