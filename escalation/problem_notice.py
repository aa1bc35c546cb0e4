"""The banner that everybody sees while an application does not work, and the place where all of them stand."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import notices, places
from accounts.models import Person
from accounts.roles import Role, may
from escalation.models import AppProblem

MOST_NAMED = 3
HANDLING = (Role.SUPERVISOR, Role.SUPPORT_HC, Role.ADMINISTRATOR)


def _which(person: Person) -> QuerySet[AppProblem]:
    return AppProblem.objects.open() if may(person, "problem.list") else AppProblem.objects.none()


def _told(person: Person) -> Sequence[AppProblem]:
    return list(AppProblem.objects.open().select_related("site")[:MOST_NAMED])


def register() -> None:
    """Once, when the apps are ready."""
    notices.register(notices.Notice("problems", 5, "escalation/parts/problem_notice.html", _which, _told))
    places.register(HANDLING, _("Aplikasi"), "escalation:problems", "offline", order=84, minor=True)
