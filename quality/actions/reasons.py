"""The usual reasons for a return; data of the administrator."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from quality.models import ReturnReason


@transaction.atomic
def create_reason(*, by: Person, code: str, name: str, active: bool = True) -> ReturnReason:
    """A new one."""
    require(by, "return_reason.edit")
    reason = ReturnReason.objects.create(code=code, name=name, active=active)
    record(reason, "return_reason.created", by=by, facts={"code": code, "name": name}, first=True)
    return reason


@transaction.atomic
def change_reason(reason: ReturnReason, *, by: Person, changes: Mapping[str, Any]) -> ReturnReason:
    """Other words for it, or no longer offered; what was returned keeps its words."""
    require(by, "return_reason.edit")
    reason = ReturnReason.objects.select_for_update().get(pk=reason.pk)
    for name, value in changes.items():
        setattr(reason, name, value)
    reason.save()
    record(reason, "return_reason.changed", by=by, facts=dict(changes))
    return reason
