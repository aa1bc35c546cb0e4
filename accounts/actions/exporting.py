"""What leaves as a file is in the history (QM-3)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.history import record
from accounts.models import Person
from accounts.roles import require


@transaction.atomic
def note_export(what: str, *, by: Person, filters: Mapping[str, Any], rows: int, act: str) -> None:
    """Write into the person's history that something was taken out: what, and how long it was. ``act`` is what allows it."""
    require(by, act)
    person = Person.objects.select_for_update().get(pk=by.pk)
    record(person, f"{what}.exported", by=by, facts={"filters": dict(filters), "rows": rows})
