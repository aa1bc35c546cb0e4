"""Making and publishing versions of scoring forms (QC-2, QM-7)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.clock import now
from common.problems import Invalid
from common.text import clean
from quality.models import FORM_MOVES, Check, CommentRule, FormState, Parameter, ScoringForm

MOST_PARAMETERS = 60
MOST_CAUSES = 12


@dataclass(frozen=True)
class ParameterBody:
    """One parameter as it is asked for."""

    section: str
    text: str
    weight: int
    critical: bool = False
    may_be_na: bool = True
    comment: str = CommentRule.NEVER
    root_causes: Sequence[str] = ()


@dataclass(frozen=True)
class FormBody:
    """A whole version of a form."""

    check_kind: str
    code: str
    revision: str
    name: str
    clause: str
    effective_on: date
    pass_mark: int = 80
    parameters: Sequence[ParameterBody] = field(default_factory=list)


@transaction.atomic
def create_form(body: FormBody, *, by: Person | None) -> ScoringForm:
    """A new draft: the next version of its code. ``by`` None is the system itself, laying the first one."""
    if by is not None:
        require(by, "scoring_form.edit")
    _check(body)
    newest = ScoringForm.objects.filter(code=body.code).aggregate(newest=Max("version"))["newest"] or 0
    form = ScoringForm.objects.create(
        check_kind=body.check_kind, code=body.code, revision=body.revision, name=body.name, clause=body.clause,
        effective_on=body.effective_on, pass_mark=body.pass_mark, version=newest + 1, made_by=by, made_at=now(),
    )  # fmt: skip
    Parameter.objects.bulk_create(_parameters(form, body))
    if by is not None:
        record(form, "scoring_form.created", by=by, facts={"code": form.code, "version": form.version}, first=True)
    return form


@transaction.atomic
def change_form(form: ScoringForm, body: FormBody, *, by: Person) -> ScoringForm:
    """Another content for a draft; a published version is never edited, a new one is made."""
    require(by, "scoring_form.edit")
    form = ScoringForm.objects.select_for_update().get(pk=form.pk)
    _check(body)
    FORM_MOVES.require("edit", form.state)
    for name in ("check_kind", "revision", "name", "clause", "effective_on", "pass_mark"):
        setattr(form, name, getattr(body, name))
    form.save()
    form.parameters.all().delete()
    Parameter.objects.bulk_create(_parameters(form, body))
    record(form, "scoring_form.changed", by=by, facts={"version": form.version})
    return form


@transaction.atomic
def publish_form(form: ScoringForm, *, by: Person | None) -> ScoringForm:
    """From now on new sheets are filled on it; the version before is retired and stays for its own sheets."""
    if by is not None:
        require(by, "scoring_form.edit")
    form = ScoringForm.objects.select_for_update().get(pk=form.pk)
    FORM_MOVES.require("publish", form.state)
    total = sum(each.weight for each in form.parameters.all())
    if total != 100:
        raise Invalid(_("Jumlah bobot harus 100; sekarang %(total)s."), total=total)
    ScoringForm.objects.filter(code=form.code, state=FormState.PUBLISHED).update(state=FormState.RETIRED)
    form.state, form.published_at = FormState.PUBLISHED, now()
    form.save(update_fields=["state", "published_at"])
    if by is not None:
        record(form, "scoring_form.published", by=by, facts={"code": form.code, "version": form.version})
    return form


def _parameters(form: ScoringForm, body: FormBody) -> list[Parameter]:
    return [
        Parameter(
            form=form, number=number, section=each.section, text=each.text, weight=each.weight, critical=each.critical,
            may_be_na=each.may_be_na, comment=each.comment, root_causes=list(each.root_causes),
        )
        for number, each in enumerate(body.parameters, 1)
    ]  # fmt: skip


def _check(body: FormBody) -> None:
    """Every wrong field at once."""
    errors: dict[str, list[Any]] = {}
    for name, longest in (("code", 40), ("revision", 8), ("name", 160), ("clause", 120)):
        if not clean(getattr(body, name), longest=longest):
            errors[name] = [_("Isian ini masih kosong.")]
    if body.check_kind not in Check.values:
        errors["check_kind"] = [_("Pilih salah satu dari daftar.")]
    if not 0 <= body.pass_mark <= 100:
        errors["pass_mark"] = [_("Isi angka dari 0 sampai 100.")]
    if not 1 <= len(body.parameters) <= MOST_PARAMETERS:
        errors["parameters"] = [_("Isi 1 sampai 60 butir.")]
    if wrong := [line for number, each in enumerate(body.parameters, 1) for line in _wrong(number, each)]:
        errors["parameters"] = wrong
    if errors:
        raise Invalid(_("Formulir penilaian belum lengkap."), errors=errors)


def _wrong(number: int, each: ParameterBody) -> list[str]:
    found = []
    if not clean(each.section, longest=80) or not clean(each.text, longest=200):
        found.append(gettext("Butir %(number)s: isi bagian dan butirnya.") % {"number": number})
    if not 1 <= each.weight <= 100:
        found.append(gettext("Butir %(number)s: bobot dari 1 sampai 100.") % {"number": number})
    if each.comment not in CommentRule.values:
        found.append(gettext("Butir %(number)s: aturan catatan tidak dikenal.") % {"number": number})
    if len(each.root_causes) > MOST_CAUSES or any(not clean(cause, longest=60) for cause in each.root_causes):
        found.append(gettext("Butir %(number)s: paling banyak 12 akar masalah, masing-masing berisi.") % {"number": number})
    return found
