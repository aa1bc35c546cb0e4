"""Whether a password is right, the same way for page and token: failures are counted, and too many close the door for a while."""

from datetime import timedelta

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest

from common.clock import now


def address(request: HttpRequest) -> str:
    """From where the request comes, as the server in front of us says it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def attempts_left(request: HttpRequest, agent_code: str) -> int:
    """How many wrong passwords for this code are left to this address."""
    failed = _attempts(request, agent_code).aggregate(sum=Sum("failures_since_start"))["sum"] or 0
    return max(0, int(settings.AXES_FAILURE_LIMIT) - failed)


def seconds_locked(request: HttpRequest, agent_code: str) -> int:
    """How long this address must wait before it may try this code again."""
    pause = get_cool_off() or timedelta()
    last = _attempts(request, agent_code).aggregate(last=Max("attempt_time"))["last"]
    return max(1, int((last + pause - now()).total_seconds())) if last else int(pause.total_seconds())


def _attempts(request: HttpRequest, agent_code: str) -> QuerySet[AccessAttempt]:
    attempts: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(username=agent_code, ip_address=address(request))
    return attempts
