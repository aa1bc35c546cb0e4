"""Whether a password is right, the same way for page and token: failures are counted, and too many close the door for a while."""

from datetime import timedelta

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.backends import People
from accounts.models import Person
from common.clock import now

AWAITED = "awaits_second_factor"


def await_second_factor(request: HttpRequest, person: Person) -> None:
    """The password was right: keep in the session whose code is awaited, and since when. Nobody is signed in by it."""
    request.session[AWAITED] = {"person": person.pk, "since": now().timestamp(), "proof": person.get_session_auth_hash()}


def awaited(request: HttpRequest) -> Person | None:
    """Whose code is awaited here; None when nobody's, too late, or another password or second factor came in between."""
    kept = request.session.get(AWAITED, {})
    if not 0 <= now().timestamp() - kept.get("since", 0) < settings.SECOND_FACTOR_MINUTES * 60:
        return None
    person = People().get_user(kept["person"])
    if person is None or not constant_time_compare(person.get_session_auth_hash(), kept["proof"]):
        return None
    person.backend = "accounts.backends.People"
    return person


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
