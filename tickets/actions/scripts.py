"""What is said to customers: a version is made, or no longer used; never edited (OB-3, QM-7)."""

from datetime import date
from typing import Any, NoReturn

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from tickets.models import Language, Script, ServiceLine
from tickets.scripting import Use, unknown_blanks, use_of

MOST_SECTIONS = 8
LONGEST_TITLE, LONGEST_TEXT = 80, 1_000


@transaction.atomic
def create_script(
    *,
    by: Person,
    use: str,
    clause: str,
    sections: Any,
    effective_from: date,
    service_line: str = "",
    language: str = Language.INDONESIAN,
) -> Script:
    """The next version, said from that day on; those before it stay to be read."""
    require(by, "script.edit")
    meant = use_of(use)
    if meant is None:
        _refuse("use", _("Pilih untuk apa naskah ini."))
    if service_line and service_line not in ServiceLine.values:
        _refuse("service_line", _("Layanan ini tidak dikenal."))
    if language not in Language.values:
        _refuse("language", _("Bahasa ini tidak dikenal."))
    values = {"clause": _required(clause, "clause"), "sections": checked_sections(meant, sections)}
    place = {"use": use, "service_line": service_line, "language": language}
    newest = Script.objects.select_for_update().filter(**place).order_by("-version").first()
    version = newest.version + 1 if newest else 1
    script = Script.objects.create(
        **place, **values, version=version, effective_from=effective_from, created_by=by, created_at=now()
    )
    facts = {**place, "version": version, "clause": values["clause"], "effective_from": effective_from.isoformat()}
    record(script, "script.created", by=by, facts=facts, first=True)
    return script


@transaction.atomic
def retire_script(script: Script, *, by: Person) -> Script:
    """Not said any more; the version before it serves again, else the script for all lines."""
    require(by, "script.edit")
    script = Script.objects.select_for_update().get(pk=script.pk)
    if not script.active:
        raise Conflict(_("Naskah ini sudah tidak dipakai."))
    script.active = False
    script.save(update_fields=["active"])
    record(script, "script.retired", by=by)
    return script


def checked_sections(use: Use, sections: Any) -> list[dict[str, Any]]:
    """The sections as they are kept; refused where one is empty or too long, or a blank that nobody fills in."""
    sound = isinstance(sections, list) and all(
        isinstance(each, dict) and str(each.get("text") or "").strip() for each in sections
    )
    if not sound or not sections:
        _refuse("sections", _("Tulis sedikitnya satu bagian, masing-masing dengan kalimatnya."))
    if len(sections) > MOST_SECTIONS:
        _refuse("sections", _("Paling banyak %(most)s bagian."), most=MOST_SECTIONS)
    kept = [
        {
            "title": clean(str(each.get("title") or ""), longest=LONGEST_TITLE),
            "text": clean(str(each["text"]), longest=LONGEST_TEXT),
            "must": bool(each.get("must")),
        }
        for each in sections
    ]
    if unknown := unknown_blanks(use, kept):
        known = " ".join(f"{{{name}}}" for name in use.blanks)
        said = _("Isian tidak dikenal di naskah ini: %(names)s. Yang dikenal: %(known)s.")
        _refuse("sections", said, names=", ".join(unknown)[:200], known=known)
    return kept


def _required(text: str, name: str) -> str:
    words = clean(text, longest=80)
    if not words:
        _refuse(name, _("Sebutkan pasalnya, misalnya P-06 5.7."))
    return words


def _refuse(field: str, sentence: Any, **values: Any) -> NoReturn:
    raise Invalid(sentence, errors={field: [str(sentence) % values if values else sentence]}, **values)
