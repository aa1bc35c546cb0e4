"""Files that leave: always as an attachment, never shown by the browser on our own address (S6), and always noted."""

from django.http import FileResponse, HttpResponse

from accounts.models import Person
from quality.actions.papers import note_printed, note_taken_out
from quality.documents import sheet
from quality.documents.drawing import drawn
from quality.models import Evaluation, Evidence

TYPES = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}


def evidence_file(evidence: Evidence, ending: str, person: Person) -> FileResponse:
    """One of a paper's two files."""
    note_taken_out(evidence, ending, by=person)
    kept = evidence.pdf if ending == "pdf" else evidence.xlsx
    name = f"bukti-{evidence.pk}.{ending}"
    return FileResponse(kept.open("rb"), as_attachment=True, filename=name, content_type=TYPES[ending], headers=GUARDS)


def sheet_file(evaluation: Evaluation, ending: str, person: Person) -> HttpResponse:
    """A sheet printed for the desk."""
    form = sheet.form_of(evaluation)
    content = drawn(form, ending)
    note_printed(evaluation, ending, by=person)
    code = evaluation.form.short_code if evaluation.form else evaluation.check_kind
    named = {"Content-Disposition": f'attachment; filename="{code}-{evaluation}.{ending}"'}
    return HttpResponse(content, content_type=TYPES[ending], headers=GUARDS | named)
