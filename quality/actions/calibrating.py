"""Calibrating: ask reviewers, take their sheets blind, close, and show where they differ (QC-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import Role, require
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed
from escalation.actions.notifying import notify
from escalation.models import Event
from escalation.wording import Words
from outbound.models import CaringResult
from quality.actions.evaluations import require_other_team
from quality.actions.sheets import MarkBody, checked_sheet
from quality.models import Calibration, CalibrationSheet, Check, Parameter, ScoringForm
from quality.scoring import Answer

LEAST = 2


@transaction.atomic
def open_calibration(result: CaringResult, reviewers: Sequence[Person], *, by: Person) -> Calibration:
    """Ask two or more QC officers to score one call on the form in force. Nobody of the call's own team."""
    require(by, "calibration.open")
    chosen = {each.pk: each for each in reviewers}
    if len(chosen) < LEAST or any(each.role != Role.QUALITY_CONTROL for each in chosen.values()):
        raise Invalid(
            _("Pilih paling sedikit dua petugas QC."), errors={"reviewers": [_("Pilih paling sedikit dua petugas QC.")]}
        )
    for each in (by, *chosen.values()):
        require_other_team(result.by, by=each)
    form = ScoringForm.objects.published().filter(check_kind=Check.TAPPING).first()
    if form is None:
        raise Conflict(_("Tidak ada formulir tapping yang berlaku."))
    made = Calibration.objects.create(
        result=result, form=form, person=result.by, team=result.campaign.team, opened_by=by, opened_at=now()
    )
    CalibrationSheet.objects.bulk_create(CalibrationSheet(calibration=made, reviewer=each) for each in chosen.values())
    facts = {"result": result.pk, "reviewers": sorted(each.agent_code for each in chosen.values())}
    record(made, "calibration.opened", by=by, facts=facts, first=True)
    notify(
        chosen.values(),
        Event.EVALUATED,
        key=f"calibration-{made.pk}",
        text=Words(_("Kalibrasi %(number)s"), number=made),
        url=made.url,
    )
    return made


@transaction.atomic
def submit_sheet(calibration: Calibration, marks: Sequence[MarkBody], *, by: Person) -> Calibration:
    """One's own sheet, once; what the others pressed is not shown before it is closed."""
    require(by, "calibration.score")
    calibration = Calibration.objects.select_for_update().get(pk=calibration.pk)
    own = calibration.sheets.filter(reviewer=by).first()
    if own is None:
        raise NotAllowed(_("Anda tidak diminta menilai kalibrasi ini."))
    sheet = checked_sheet(calibration.form, marks)
    if calibration.closed_at or own.submitted_at:
        raise Conflict(_("Lembar ini sudah masuk atau kalibrasi sudah ditutup."))
    own.answers = {str(each.parameter.number): each.answer for each in sheet.marks}
    own.score, own.failed, own.submitted_at = sheet.score.points, sheet.score.failed, now()
    own.save()
    record(calibration, "calibration.scored", by=by)
    return calibration


@transaction.atomic
def close_calibration(calibration: Calibration, *, by: Person) -> Calibration:
    """End it: from now on all sheets and their differences are seen. Two sheets at least must be in."""
    require(by, "calibration.open")
    calibration = Calibration.objects.select_for_update().get(pk=calibration.pk)
    if calibration.opened_by_id != by.pk:
        raise NotAllowed(_("Kalibrasi ditutup oleh yang membukanya."))
    if calibration.closed_at:
        raise Conflict(_("Kalibrasi ini sudah ditutup."))
    if calibration.sheets.exclude(submitted_at=None).count() < LEAST:
        raise Conflict(_("Tunggu sampai paling sedikit dua lembar masuk."))
    calibration.closed_at = now()
    calibration.save(update_fields=["closed_at"])
    record(calibration, "calibration.closed", by=by)
    return calibration


@dataclass(frozen=True)
class Difference:
    """One parameter, what each reviewer pressed (in the order of the sheets), and whether they agree."""

    parameter: Parameter
    answers: list[Any]
    agrees: bool


def submitted(calibration: Calibration) -> list[CalibrationSheet]:
    """The sheets that are in; none before it is closed."""
    return [each for each in calibration.sheets.all() if each.submitted_at] if calibration.closed_at else []


def differences(calibration: Calibration) -> list[Difference]:
    """Parameter by parameter, once it is closed."""
    sheets, found = submitted(calibration), []
    for parameter in calibration.form.parameters.all() if sheets else []:
        pressed = [each.answers.get(str(parameter.number), "") for each in sheets]
        words = [Answer(value).label if value else "–" for value in pressed]
        found.append(Difference(parameter, words, len(set(pressed)) == 1))
    return found


def deviations(calibration: Calibration) -> list[tuple[CalibrationSheet, Decimal]]:
    """How far each sheet's score lies from the middle one."""
    sheets = submitted(calibration)
    middle = median(each.score or Decimal(0) for each in sheets) if sheets else Decimal(0)
    return [(each, (each.score or Decimal(0)) - middle) for each in sheets]
