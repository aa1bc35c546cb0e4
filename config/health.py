"""Is it alive, is it ready, and how much is there: for those who run Kawal and for the machines that watch it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from config.celery import app as celery_app
from escalation import health

Part = dict[str, Any]


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
    for name, value in health.figures().items():
        Gauge(f"kawal_{name}", name.replace("_", " "), registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


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


def _broker() -> Part:
    with celery_app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
        return {"kind": str(broker.transport.driver_type)}
