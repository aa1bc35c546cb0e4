"""What an administrator lays down for arrears calls: scripts in versions, rules for entries, columns of exports."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from outbound.exporting import FIELDS
from outbound.models import ExportLayout, ResultRule, Script
from outbound.scripting import unknown_blanks

ACT = "reason.edit"
Thing = TypeVar("Thing", ResultRule, ExportLayout)


@transaction.atomic
def create_script(*, by: Person, product: str, clause: str, sections: Any, effective_from: Any, **_version: Any) -> Script:
    """A new version, spoken from now on; the versions before it stay to be read (QM-7)."""
    require(by, ACT)
    require_sections(sections)
    before = Script.objects.select_for_update().filter(product=product)
    newest = before.order_by("-version").first()
    before.filter(active=True).update(active=False)
    script = Script.objects.create(
        product=product, version=newest.version + 1 if newest else 1, clause=clause, sections=sections,
        effective_from=effective_from, created_by=by, created_at=now(),
    )  # fmt: skip
    record(script, "script.created", by=by, facts={"product": product, "version": script.version, "clause": clause}, first=True)
    return script


def change_script(script: Script, *, by: Person, changes: Mapping[str, Any]) -> Script:
    """Never: what was spoken stays as it was."""
    if changes:
        raise Conflict(_("Naskah tidak diubah. Buat versi baru."))
    return script


def require_sections(sections: Any) -> None:
    """Refuse what is no list of titles and texts, and blanks that nobody fills in."""
    sound = isinstance(sections, list) and sections and all(isinstance(each, dict) and each.get("text") for each in sections)
    if not sound:
        _refuse("sections", _('Tulis daftar bagian: [{"title": "Salam", "text": "…", "must": false}].'))
    if unknown := unknown_blanks(sections):
        _refuse("sections", _("Isian tidak dikenal di naskah: %(names)s."), names=", ".join(unknown))


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
