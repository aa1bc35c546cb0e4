"""Registering procedures (QM-7). A revision is never changed or deleted: the next one is registered beside it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person, Procedure
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean

LONGEST = {"short": 12, "code": 60, "title": 200, "revision": 8}


@transaction.atomic
def register_procedure(
    *,
    by: Person | None,
    short: str,
    code: str,
    title: str,
    effective_on: date,
    revision: str = "",
    revised_on: date | None = None,
) -> Procedure:
    """Enter a document, or a new revision of one. ``by`` None is the system, laying those of the first day."""
    if by is not None:
        require(by, "procedure.edit")
    given = {"short": short, "code": code, "title": title, "revision": revision}
    words = {name: clean(text, longest=LONGEST[name]) for name, text in given.items()}
    empty: dict[str, list[Any]] = {
        name: [_("Isian ini masih kosong.")] for name, text in words.items() if not text and name != "revision"
    }
    if empty:
        raise Invalid(_("Ada isian yang perlu diperbaiki."), errors=empty)
    if Procedure.objects.filter(code=words["code"], revision=words["revision"]).exists():
        raise Conflict(_("Revisi ini sudah terdaftar."))
    dates = {"effective_on": effective_on, "revised_on": revised_on}
    made = Procedure.objects.create(**words, **dates, registered_by=by, registered_at=now())
    facts = {**words, **{name: day and day.isoformat() for name, day in dates.items()}}
    record(made, "procedure.registered", by=by, facts=facts, first=True)
    return made
