"""A nonconformity with its whole way and the hashes of what proves it, as the evidence pack for the client (PM-08 8.7)."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.timezone import localdate

from accounts.models import HistoryEntry, Procedure
from common import words
from quality.documents.paper import LANGUAGE, Cell, Form, Table, text_of
from quality.models import Evidence, Improvement, Nonconformity


def form_of(nonconformity: Nonconformity, papers: Sequence[Evidence]) -> Form:
    """``papers``: the sheets that belong to it, named with their hashes."""
    manual = Procedure.objects.of_day("PM-08", localdate(nonconformity.raised_at))
    with translation.override(LANGUAGE):
        return Form(
            title="Pengendalian Ketidaksesuaian",
            code=manual.code,
            revision=manual.revision,
            effective_on=manual.effective_on,
            facts=_facts(nonconformity),
            tables=[_way(nonconformity), *_proofs(nonconformity, papers)],
            notes=[],
            signatures=[
                ("Diidentifikasi oleh", nonconformity.raised_by.online_name),
                ("Diverifikasi oleh", _verifier(nonconformity)),
            ],
        )


def _facts(nonconformity: Nonconformity) -> list[tuple[str, Cell]]:
    person, evaluation = nonconformity.person, nonconformity.evaluation
    facts: list[tuple[str, Cell]] = [
        ("Nomor", str(nonconformity)),
        ("Ketidaksesuaian", nonconformity.title),
        ("Uraian", nonconformity.description),
        ("Klausul", nonconformity.clause or "PM-08 8.7"),
        ("Status", str(nonconformity.get_state_display())),
        ("Diidentifikasi", f"{nonconformity.raised_by.online_name}, {words.moment_with_zone(nonconformity.raised_at)}"),
    ]
    if person:
        facts.append(("Personel yang melayani", f"{person.agent_code} {person.online_name}, {nonconformity.team or '-'}"))
    if nonconformity.ticket:
        facts.append(("Tiket", nonconformity.ticket.number))
    if evaluation:
        facts.append(("Lembar penilaian", f"{evaluation}, nilai {text_of(evaluation.stands)}"))
    return facts


def _way(nonconformity: Nonconformity) -> Table:
    rows = [_improvement(each) for each in nonconformity.improvements.all()]
    head = ["Ke", "Penyebab", "Perbaikan", "Penanggung jawab", "Batas", "Verifikasi"]
    return Table("Tindakan perbaikan dan verifikasi", head, rows, [5, 22, 27, 14, 12, 20])


def _improvement(each: Improvement) -> list[Cell]:
    verified = "belum"
    if each.verified_by and each.verified_at:
        verdict = "efektif" if each.effective else "tidak efektif"
        verified = f"{verdict}, {each.verified_by.online_name} {words.moment(each.verified_at)}: {each.verification}"
    return [str(each.round), each.cause, each.action, each.owner.online_name, words.moment(each.due_at), verified]


def _verifier(nonconformity: Nonconformity) -> str:
    last = list(nonconformity.improvements.all())[-1:]
    return last[0].verified_by.online_name if last and last[0].verified_by else ""


def _proofs(nonconformity: Nonconformity, papers: Sequence[Evidence]) -> list[Table]:
    """Hashes: of the papers, and of the newest row of this matter's own chained history."""
    rows: list[list[Cell]] = []
    for paper in papers:
        rows += [[f"{paper.title} (PDF)", paper.pdf_sha256], [f"{paper.title} (Excel)", paper.xlsx_sha256]]
    chain = HistoryEntry.objects.filter(subject_kind="nonconformity", subject_id=nonconformity.pk).order_by("-sequence").first()
    if chain:
        rows.append([f"Riwayat {nonconformity}, baris {chain.sequence}", chain.hash])
    return [Table("Bukti (SHA-256)", ["Bukti", "Hash"], rows, [34, 66])] if rows else []
