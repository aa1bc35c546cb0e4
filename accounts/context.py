"""What every page knows about the person."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Person
from accounts.places import shown_to


def person(request: HttpRequest) -> dict[str, Any]:
    """``theme``, ``sound`` and ``places``; the places ask their counts only on pages that draw the rail."""
    user = getattr(request, "user", None)
    if not isinstance(user, Person):
        return {"theme": "", "sound": False, "places": []}
    return {"theme": user.theme, "sound": user.sound, "places": SimpleLazyObject(lambda: shown_to(user, request.path))}
