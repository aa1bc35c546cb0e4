"""Call reasons are the administrator's data (CT-4). What a reason meant is kept in the history; results keep what was said."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.problems import Invalid
from outbound.models import CallReason

REASON_FIELDS = (
    "parent", "code", "name", "name_en", "contacted", "agreed", "callback", "unworkable", "do_not_call", "needs_date",
    "needs_amount", "needs_note", "retry_minutes", "active", "order",
)  # fmt: skip


@transaction.atomic
def create_reason(*, by: Person | None, **fields: Any) -> CallReason:
    """A new reason, or without ``parent`` a group of them."""
    return _save(CallReason(), fields, by, "reason.created")


@transaction.atomic
def change_reason(reason: CallReason, *, by: Person | None, changes: Mapping[str, Any]) -> CallReason:
    """Change what a reason means from now on; results that name it stay as they were entered."""
    return _save(CallReason.objects.select_for_update().get(pk=reason.pk), changes, by, "reason.changed")


def _save(reason: CallReason, values: Mapping[str, Any], by: Person | None, act: str) -> CallReason:
    if by is not None:
        require(by, "reason.edit")
    is_new = reason.pk is None
    facts = {name: [_said(getattr(reason, name, None)), _said(value)] for name, value in values.items() if name in REASON_FIELDS}
    for name, value in values.items():
        setattr(reason, name, value)
    require_sense(reason)
    reason.save()
    record(reason, act, by=by, facts=facts, first=is_new)
    return reason


def _said(value: Any) -> Any:
    return value.pk if isinstance(value, CallReason) else value


def require_sense(reason: CallReason) -> None:
    """Refuse meanings that exclude each other, and a third level."""
    errors: dict[str, list[Any]] = {}
    if reason.parent_id and (reason.parent_id == reason.pk or (reason.parent and reason.parent.parent_id)):
        errors["parent"] = [_("Reason call hanya dua tingkat.")]
    if reason.agreed and not reason.contacted:
        errors["agreed"] = [_("Agree hanya mungkin bila tersambung.")]
    if (reason.needs_date or reason.needs_amount) and not reason.agreed:
        errors["needs_date"] = [_("Janji bayar hanya untuk hasil agree.")]
    if sum((reason.agreed, reason.callback, reason.unworkable, reason.do_not_call)) > 1:
        errors["agreed"] = [_("Pilih satu arti saja: agree, callback, tidak dapat dikerjakan, atau jangan ditelepon.")]
    if errors:
        raise Invalid(_("Arti reason call ini tidak mungkin."), errors=errors)
