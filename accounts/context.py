"""What every page knows about the person."""

from typing import Any

from django.http import HttpRequest

from accounts.models import Person


def person(request: HttpRequest) -> dict[str, Any]:
    """``theme`` and ``sound``."""
    user = getattr(request, "user", None)
    if not isinstance(user, Person):
        return {"theme": "", "sound": False}
    return {"theme": user.theme, "sound": user.sound}
