"""A filled sheet: what was pressed, checked against its form, and counted (QC-2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.problems import Invalid
from common.text import clean
from quality.models import CommentRule, Mark, Parameter, ScoringForm
from quality.scoring import Answer, Item, Score, count

LONGEST_COMMENT = 1_000
LAST_SECOND = 24 * 60 * 60


@dataclass(frozen=True)
class MarkBody:
    """One parameter's judgement as it was pressed. ``at_second``: where in the recording."""

    parameter: int
    answer: str
    root_cause: str = ""
    comment: str = ""
    at_second: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A checked sheet: its marks, not saved yet, and what it comes to."""

    marks: list[Mark]
    score: Score


def items_of(parameters: Iterable[Parameter]) -> list[Item]:
    return [Item(each.number, each.weight, each.critical) for each in parameters]


def checked_sheet(form: ScoringForm, given: Sequence[MarkBody]) -> Sheet:
    """The sheet counted, or ``Invalid`` with a sentence for each line that is wrong.

    Every parameter is judged, unless a critical one failed: that ends the sheet, and the rest may stay open.
    """
    parameters = {each.number: each for each in form.parameters.all()}
    pressed = {each.parameter: each for each in given if each.answer}
    if wrong := _wrong(parameters, given, pressed):
        raise Invalid(_("Lembar nilai belum lengkap."), errors={"marks": wrong})
    score = count(items_of(parameters.values()), {number: each.answer for number, each in pressed.items()})
    if score.unrated and not score.failed:
        names = ", ".join(str(number) for number in score.unrated)
        raise Invalid(_("Lembar nilai belum lengkap."), errors={"marks": [_missing(names)]})
    if not score.rated and not score.failed:
        raise Invalid(_("Lembar nilai belum lengkap."), errors={"marks": [_("Semua butir N/A: tidak ada yang dinilai.")]})
    return Sheet([_mark(each, pressed.get(number)) for number, each in parameters.items()], score)


def _missing(names: str) -> str:
    return gettext("Belum dinilai: butir %(names)s.") % {"names": names}


def _wrong(parameters: dict[int, Parameter], given: Sequence[MarkBody], pressed: dict[int, MarkBody]) -> list[Any]:
    numbers = [each.parameter for each in given]
    found: list[Any] = [
        gettext("Butir %(number)s tidak ada di formulir ini.") % {"number": number}
        for number in numbers
        if number not in parameters
    ]
    if len(numbers) != len(set(numbers)):
        found.append(_("Setiap butir dinilai sekali."))
    for number, each in pressed.items():
        if number in parameters:
            found += _wrong_mark(parameters[number], each)
    return found


def _wrong_mark(parameter: Parameter, mark: MarkBody) -> list[str]:
    what = {"number": parameter.number}
    found = []
    if mark.answer not in Answer.values or (mark.answer == Answer.NA and not parameter.may_be_na):
        found.append(gettext("Butir %(number)s tidak boleh N/A.") % what)
    needs = parameter.comment == CommentRule.ALWAYS or (parameter.comment == CommentRule.ON_NO and mark.answer == Answer.NO)
    if needs and not clean(mark.comment, longest=LONGEST_COMMENT):
        found.append(gettext("Butir %(number)s: tulis catatannya.") % what)
    if mark.root_cause and (mark.answer != Answer.NO or mark.root_cause not in parameter.root_causes):
        found.append(gettext("Butir %(number)s: akar masalah tidak ada di daftar.") % what)
    if mark.at_second is not None and not 0 <= mark.at_second <= LAST_SECOND:
        found.append(gettext("Butir %(number)s: tanda waktu di luar rekaman.") % what)
    return found


def _mark(parameter: Parameter, pressed: MarkBody | None) -> Mark:
    if pressed is None:
        return Mark(parameter=parameter)
    comment = clean(pressed.comment, longest=LONGEST_COMMENT)
    return Mark(
        parameter=parameter, answer=pressed.answer, root_cause=pressed.root_cause, comment=comment, at_second=pressed.at_second
    )
