"""An evaluation as the sheet that its form is (F-18 for tapping)."""

from datetime import date

from django.utils import translation
from django.utils.timezone import localdate

from accounts.models import Procedure
from common import words
from quality.documents.paper import LANGUAGE, Cell, Form, Table
from quality.models import Dispute, Evaluation, Mark
from quality.scoring import Answer, shared_out

LEDGER = "PM-08 8.6"


def form_of(evaluation: Evaluation) -> Form:
    """The sheet with every judgement, the score, and the dispute with its answer where there was one."""
    with translation.override(LANGUAGE):
        scoring, (code, revision, effective_on) = evaluation.form, _header(evaluation)
        tables = [_marks(evaluation), _causes(evaluation)] if scoring else []
        if hasattr(evaluation, "dispute"):
            tables.append(_dispute(evaluation.dispute))
        return Form(
            title=scoring.name if scoring else str(evaluation.get_check_kind_display()),
            code=code,
            revision=revision,
            effective_on=effective_on,
            facts=_facts(evaluation),
            tables=[table for table in tables if table.rows],
            notes=[f"Temuan: {evaluation.findings}"] if evaluation.findings else [],
            signatures=[("Dinilai oleh (QC)", evaluation.by.online_name), ("Agen", evaluation.person.online_name), ("TL", "")],
        )


def _header(evaluation: Evaluation) -> tuple[str, str, date]:
    """Of the form that was filled in; a check without one stands on the manual of its day (QM-7)."""
    if scoring := evaluation.form:
        return scoring.code, scoring.revision, scoring.effective_on
    manual = Procedure.objects.of_day("PM-08", localdate(evaluation.finished_at))
    return LEDGER, manual.revision, manual.effective_on


def _facts(evaluation: Evaluation) -> list[tuple[str, Cell]]:
    person = evaluation.person
    facts: list[tuple[str, Cell]] = [
        ("Nomor lembar", str(evaluation)),
        ("Pemeriksaan", str(evaluation.get_check_kind_display())),
        ("Yang dinilai", f"{person.agent_code} {person.online_name}, {evaluation.team or '-'}"),
        ("Tanggal pelayanan", evaluation.performed_on),
        ("Dinilai", f"{evaluation.by.agent_code} {evaluation.by.online_name}, {words.moment_with_zone(evaluation.finished_at)}"),
    ]
    if evaluation.reference:
        facts.append(("Rujukan", evaluation.reference))
    if evaluation.ticket:
        facts.append(("Tiket", evaluation.ticket.number))
    if evaluation.form:
        facts += [("Formulir", f"{evaluation.form.short_code} versi {evaluation.form.version}, {evaluation.form.clause}")]
        facts += [("Hasil", _result(evaluation))]
    return facts


def _result(evaluation: Evaluation) -> str:
    said = f"{_number(evaluation.stands)} dari 100"
    if evaluation.corrected is not None:
        said += f" (sebelum banding {_number(evaluation.score)})"
    if evaluation.failed and evaluation.corrected is None:
        said += f", butir fatal gagal (tanpa aturan fatal {_number(evaluation.raw)})"
    return (
        f"{said}; {'lulus' if evaluation.passed else 'tidak lulus'}, batas {evaluation.form.pass_mark if evaluation.form else 0}"
    )


def _number(points: object) -> str:
    return str(points).replace(".", ",")


def _marks(evaluation: Evaluation) -> Table:
    marks: list[Mark] = list(evaluation.marks.all())
    shares = shared_out(evaluation.items(), {mark.parameter.number: mark.answer for mark in marks})
    rows: list[list[Cell]] = []
    strong: set[int] = set()
    section = ""
    for mark in marks:
        parameter = mark.parameter
        if parameter.section != section:
            section = parameter.section
            strong.add(len(rows))
            rows.append(["", section, "", "", "", ""])
        share = shares.get(parameter.number, 0)
        text = f"{parameter.text}{' (fatal)' if parameter.critical else ''}"
        given = f"{share / 100:.2f}" if mark.answer == Answer.YES else "0.00"
        rows.append(
            [str(parameter.number), text, str(parameter.weight), _hundredths(share), _answer(mark.answer), _number(given)]
        )
    rows.append(["", "Jumlah", "100", _hundredths(sum(shares.values())), "", _number(evaluation.raw)])
    strong.add(len(rows) - 1)
    head = ["No.", "Parameter", "Bobot", "Bobot berlaku", "Penilaian", "Nilai"]
    return Table("Penilaian", head, rows, [6, 50, 9, 13, 13, 9], frozenset({2, 3, 5}), frozenset(strong))


def _hundredths(share: int) -> str:
    return f"{share // 100},{share % 100:02}"


def _answer(answer: str) -> str:
    return str(Answer(answer).label) if answer else "tidak dinilai"


def _causes(evaluation: Evaluation) -> Table:
    """What was said beside the judgements: root causes, notes, and where in the recording."""
    rows: list[list[Cell]] = []
    for mark in evaluation.marks.all():
        if mark.root_cause or mark.comment or mark.at_second is not None:
            second = mark.at_second
            where = "" if second is None else f"{second // 60:02}.{second % 60:02}"
            rows.append([str(mark.parameter.number), where, mark.root_cause, mark.comment])
    return Table("Catatan per butir", ["No.", "Tanda", "Akar masalah", "Catatan"], rows, [6, 10, 24, 60])


def _dispute(dispute: Dispute) -> Table:
    rows: list[list[Cell]] = []
    for item in dispute.items.all():
        answer = "belum dijawab" if item.accepted is None else "diterima" if item.accepted else "ditolak"
        if item.accepted and item.answer:
            answer += f": {Answer(item.answer).label}"
        rows.append([str(item.parameter.number), item.reason, answer, item.reply])
    return Table("Banding", ["No.", "Alasan agen", "Jawaban TL", "Alasan TL"], rows, [6, 38, 18, 38])
