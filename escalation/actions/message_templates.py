"""What an administrator does to the words that groups read (HC-5). ``by`` None is the system's own hand."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.problems import Conflict, Invalid
from common.text import require_lengths
from escalation.group_words import BLANKS, ONE_LINE, blanks_in
from escalation.models import MessageTemplate

TAKEN = _("Sudah ada templat aktif untuk ini. Ubah yang itu, atau matikan dulu.")


@transaction.atomic
def create_template(*, by: Person | None, **fields: Any) -> MessageTemplate:
    """New words for a use, a kind or a purpose. 400 for a blank that nothing fills, and where such words stand already."""
    return _saved(MessageTemplate(), fields, by)


@transaction.atomic
def change_template(template: MessageTemplate, *, by: Person | None, changes: Mapping[str, Any]) -> MessageTemplate:
    """Change them; the version grows, and what was sent before keeps its words."""
    return _saved(MessageTemplate.objects.select_for_update().get(pk=template.pk), changes, by)


def _saved(template: MessageTemplate, values: Mapping[str, Any], by: Person | None) -> MessageTemplate:
    if by is not None:
        require(by, "channel.edit")
    require_lengths(template, values)
    known = template.pk is not None
    facts = {name: [getattr(template, name) if known else None, value] for name, value in values.items()}
    for name, value in values.items():
        setattr(template, name, value)
    require_sense(template)
    template.version += known
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as twice:  # somebody else wrote one for the same scope meanwhile
        raise Conflict(TAKEN) from twice
    record(template, "message_template.changed" if known else "message_template.created", by=by, facts=facts)
    return template


def require_sense(template: MessageTemplate) -> None:
    """400 for words that are empty, too long, on several lines where one is wanted, with a blank that nothing fills, or twice."""
    text = template.text.strip()
    problems: list[Any] = []
    blanks = BLANKS.get(template.use, ())
    if not text:
        problems.append(_("Isian ini masih kosong."))
    if template.use in ONE_LINE and "\n" in text:
        problems.append(_("Tulis dalam satu baris."))
    if unknown := blanks_in(text) - set(blanks):
        names = ", ".join(f"{{{name}}}" for name in blanks)
        said = _("Tidak dikenal: %(unknown)s. Yang dikenal di sini: %(names)s.")
        problems.append(said % {"unknown": ", ".join(f"{{{name}}}" for name in sorted(unknown)), "names": names})
    errors = {"text": problems} if problems else {}
    if template.active and _others(template).exists():
        errors["use"] = [TAKEN]
    if errors:
        raise Invalid(_("Ada isian yang perlu diperbaiki."), errors=errors)


def _others(template: MessageTemplate) -> Any:
    scope = {"use": template.use, "kind": template.kind, "purpose": template.purpose}
    return MessageTemplate.objects.filter(active=True, **scope).exclude(pk=template.pk)
