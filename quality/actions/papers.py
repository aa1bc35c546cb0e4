"""Making papers as PDF and Excel with their hashes, releasing them to the client, and noting what leaves (QM-3)."""

import hashlib
import secrets

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict
from quality.documents import nonconformity as nonconformity_paper
from quality.documents import sheet
from quality.documents.drawing import DRAWN_BY, drawn
from quality.documents.paper import Form
from quality.models import Evaluation, Evidence, Nonconformity, Paper

COUNTER = "evidence"


def paper_of_sheet(evaluation: Evaluation, *, by: Person) -> Evidence:
    """The sheet as it is now, kept as evidence."""
    require(by, "evidence.make")
    evaluation = Evaluation.objects.shown().get(pk=evaluation.pk)
    form = sheet.form_of(evaluation)
    title = f"{form.title}, {evaluation}, {evaluation.person.agent_code}"
    return keep(Evidence(paper=Paper.SHEET, title=title[:200], evaluation=evaluation), form, by=by)


def paper_of_nonconformity(nonconformity: Nonconformity, *, by: Person) -> Evidence:
    """The evidence pack of a nonconformity: its way, its sheets, their hashes. The sheet is kept first, if there is one."""
    require(by, "evidence.make")
    nonconformity = Nonconformity.objects.shown().get(pk=nonconformity.pk)
    papers = [paper_of_sheet(nonconformity.evaluation, by=by)] if nonconformity.evaluation else []
    form = nonconformity_paper.form_of(nonconformity, papers)
    title = f"{nonconformity}: {nonconformity.title}"
    return keep(Evidence(paper=Paper.NONCONFORMITY, title=title[:200], nonconformity=nonconformity), form, by=by)


def keep(paper: Evidence, form: Form, *, by: Person) -> Evidence:
    """Draw the form, keep both files under names of our own, write their hashes down."""
    files = {ending: drawn(form, ending) for ending in DRAWN_BY}
    name = f"{now():%Y%m%d}-{secrets.token_hex(8)}"
    paper.made_by, paper.made_at = by, now()
    with transaction.atomic():
        for ending, content in files.items():
            getattr(paper, ending).save(f"{name}.{ending}", ContentFile(content), save=False)
            setattr(paper, f"{ending}_sha256", hashlib.sha256(content).hexdigest())
        paper.save()
        facts = {"paper": paper.paper, "pdf": paper.pdf_sha256, "xlsx": paper.xlsx_sha256}
        record(paper, "evidence.made", by=by, facts=facts, first=True)
    Counter.grow(COUNTER)
    return paper


@transaction.atomic
def release(evidence: Evidence, *, by: Person) -> Evidence:
    """Let the client reader see it (PM-08 8.6). There is no way back: what was shown was shown."""
    require(by, "evidence.release")
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.released_at:
        raise Conflict(_("Bukti ini sudah dirilis."))
    evidence.released_by, evidence.released_at, evidence.version = by, now(), evidence.version + 1
    evidence.save(update_fields=["released_by", "released_at", "version"])
    record(evidence, "evidence.released", by=by, facts={"pdf": evidence.pdf_sha256, "xlsx": evidence.xlsx_sha256})
    Counter.grow(COUNTER)
    return evidence


@transaction.atomic
def note_taken_out(evidence: Evidence, ending: str, *, by: Person) -> None:
    """Who took the file out, and when."""
    Evidence.objects.select_for_update().get(pk=evidence.pk)
    record(evidence, "evidence.taken_out", by=by, facts={"file": ending})


@transaction.atomic
def note_printed(evaluation: Evaluation, ending: str, *, by: Person) -> None:
    """The same of a sheet that is printed for the desk and not kept."""
    Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    record(evaluation, "evaluation.printed", by=by, facts={"file": ending})
