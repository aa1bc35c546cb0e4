"""Is it alive, is it ready, and how much is there: for those who run Kawal and for the machines that watch it."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import ChannelError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from config.celery import app as celery_app
from escalation import health

Part = dict[str, Any]
FULL = 0.95  # of the broker's memory


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process lives; asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part answers, else 503; each part named with what is known of it."""
    parts = {"database": _asked(_database), "broker": _asked(_broker), "timers": _asked(health.timers)}
    ready = all(part["ok"] for part in parts.values())
    return JsonResponse({"ready": ready} | parts, status=200 if ready else 503)


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for the configured addresses alone. What came through a proxy is from none of them."""
    is_direct = "HTTP_X_FORWARDED_FOR" not in request.META
    if not is_direct or request.META.get("REMOTE_ADDR") not in settings.METRICS_ALLOWED_FROM:
        raise Http404
    registry = CollectorRegistry()
    for name, value in (health.figures() | _asked_figures()).items():
        Gauge(f"kawal_{name}", name.replace("_", " "), registry=registry).set(value)
    _labelled(registry, "part_last_tick_seconds", "part", health.ages())
    _labelled(registry, "channel_breaker_open", "channel", health.open_breakers())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _labelled(registry: CollectorRegistry, name: str, label: str, values: dict[str, float]) -> None:
    gauge = Gauge(f"kawal_{name}", name.replace("_", " "), [label], registry=registry)
    for each, value in values.items():
        gauge.labels(each).set(value)


def _asked_figures() -> dict[str, float]:
    """How many tasks wait in the broker; left out where it does not answer."""
    waiting = _asked(_queue)
    return {"broker_queue_length": float(waiting["length"])} if waiting["ok"] else {}


def _asked(part: Callable[[], Part]) -> Part:
    """What the part says of itself; a part that fails is not ready, and says why by the kind of its error alone."""
    try:
        return {"ok": True} | part()
    except Exception as error:  # whatever fails there, the answer must still name the part
        return {"ok": False, "error": type(error).__name__}


def _database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return {"kind": connection.vendor}


def _queue() -> Part:
    with celery_app.connection_for_read(connect_timeout=2) as broker:
        name, channel = settings.CELERY_TASK_DEFAULT_QUEUE, cast(Any, broker.default_channel)
        try:
            return {"length": channel.queue_declare(name, passive=True).message_count}
        except ChannelError:  # Redis keeps no queue that is empty
            return {"length": 0}


def _broker() -> Part:
    with celery_app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
        return {"kind": str(broker.transport.driver_type)} | _room(broker)


def _room(broker: Any) -> Part:
    """Whether Redis can take more: full, it lets nobody be woken."""
    if broker.transport.driver_type != "redis":
        return {}
    memory = broker.default_channel.client.info("memory")
    most, used = int(memory["maxmemory"]), int(memory["used_memory"])
    full = bool(most) and used >= most * FULL
    return {"memory_used_bytes": used, "memory_limit_bytes": most} | ({"ok": False, "error": "full"} if full else {})
