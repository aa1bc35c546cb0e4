"""What an administrator lays down for arrears calls: rules for entries, columns of exports."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.problems import Invalid
from outbound.exporting import FIELDS
from outbound.models import ExportLayout, ResultRule

ACT = "reason.edit"
Thing = TypeVar("Thing", ResultRule, ExportLayout)


@transaction.atomic
def create_rule(*, by: Person, **fields: Any) -> ResultRule:
    """A rule for what is entered from now on."""
    return _kept(ResultRule(), fields, by, "rule.created")


@transaction.atomic
def change_rule(rule: ResultRule, *, by: Person, changes: Mapping[str, Any]) -> ResultRule:
    """Another limit, on or off; what was entered before keeps what was found then."""
    return _kept(ResultRule.objects.select_for_update().get(pk=rule.pk), changes, by, "rule.changed")


@transaction.atomic
def create_layout(*, by: Person, **fields: Any) -> ExportLayout:
    """Columns in which another system takes results."""
    require_columns(fields.get("columns"))
    return _kept(ExportLayout(), fields, by, "layout.created")


@transaction.atomic
def change_layout(layout: ExportLayout, *, by: Person, changes: Mapping[str, Any]) -> ExportLayout:
    """Other columns from the next export on."""
    require_columns(changes.get("columns", layout.columns))
    return _kept(ExportLayout.objects.select_for_update().get(pk=layout.pk), changes, by, "layout.changed")


def require_columns(columns: Any) -> None:
    """Refuse what is no list of titles with known fields."""
    sound = isinstance(columns, list) and columns and all(isinstance(each, dict) and each.get("title") for each in columns)
    if not sound:
        _refuse("columns", _('Tulis daftar kolom: [{"title": "ND", "field": "service_number"}].'))
    if unknown := sorted({str(each.get("field")) for each in columns} - set(FIELDS)):
        words = {"names": ", ".join(unknown)[:200], "known": ", ".join(FIELDS)}
        _refuse("columns", _("Isian tidak dikenal: %(names)s. Yang dikenal: %(known)s."), **words)


def _refuse(field: str, sentence: Any, **values: Any) -> None:
    raise Invalid(sentence, errors={field: [str(sentence) % values if values else sentence]}, **values)


def _kept(thing: Thing, values: Mapping[str, Any], by: Person, act: str) -> Thing:
    require(by, ACT)
    is_new = thing.pk is None
    facts = {name: [getattr(thing, name, None), value] for name, value in values.items()}
    for name, value in values.items():
        setattr(thing, name, value)
    thing.save()
    record(thing, act, by=by, facts=facts, first=is_new)
    return thing
