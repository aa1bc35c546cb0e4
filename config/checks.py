"""System checks: what the settings of one machine may get wrong, said before the first request instead of after it."""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from config.celery import app as celery_app


@register(Tags.database)
def servers(**_kwargs: object) -> list[CheckMessage]:
    """DATABASE_URL is PostgreSQL and REDIS_URL is Redis, or neither is given."""
    return [
        *_unless(
            not settings.DATABASE_URL or urlsplit(settings.DATABASE_URL).scheme in {"postgres", "postgresql"},
            Error("DATABASE_URL must begin with postgres:// (or be empty for the embedded database).", id="kawal.E001"),
        ),
        *_unless(
            not settings.REDIS_URL or urlsplit(settings.REDIS_URL).scheme in {"redis", "rediss"},
            Error("REDIS_URL must begin with redis:// or rediss:// (or be empty for the embedded broker).", id="kawal.E002"),
        ),
    ]


@register(deploy=True)
def schedule(**_kwargs: object) -> list[CheckMessage]:
    """Each beat wakes a task that exists: a slip in a name would silently stop the timers."""
    celery_app.loader.import_default_modules()
    wanted = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    missing = sorted(wanted - set(celery_app.tasks))
    return [Error(f"CELERY_BEAT_SCHEDULE wakes {name}, which is no task.", id="kawal.E003") for name in missing]


@register(Tags.security, deploy=True)
def scaled_out(**_kwargs: object) -> list[CheckMessage]:
    """Several processes share what one process may keep to itself."""
    return [
        *_unless(
            not settings.DATABASE_URL or bool(settings.REDIS_URL),
            Warning("With DATABASE_URL give REDIS_URL too: broker and limits would be per machine.", id="kawal.W001"),
        ),
        *_unless(
            not settings.CLOCK_OFFSET_FILE,
            Warning("CLOCK_OFFSET_FILE moves the clock; it is for tests.", id="kawal.W002"),
        ),
    ]


@register(Tags.caches, deploy=True)
def broker_keeps_all(**_kwargs: object) -> list[CheckMessage]:
    """A Redis that throws keys away when it is full throws away the queue's, and says nothing."""
    if not settings.REDIS_URL:
        return []
    try:
        with celery_app.connection_for_read(connect_timeout=2) as broker:
            client = cast(Any, broker.default_channel).client
            policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "")
    except Exception as problem:
        return [Warning(f"REDIS_URL does not answer ({type(problem).__name__}).", id="kawal.W003")]
    said = f"Redis has maxmemory-policy {policy}: set noeviction, or it may forget what wakes the workers."
    return list(_unless(policy == "noeviction", Error(said, id="kawal.E004")))


def _unless(fine: bool, message: CheckMessage) -> Iterator[CheckMessage]:
    if not fine:
        yield message
