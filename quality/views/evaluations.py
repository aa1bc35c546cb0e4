"""The ledger of the five checks: list, one sheet, entering one, dispute and answer (QC-5, QC-7)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Person
from accounts.roles import may, require
from common import htmx
from common.clock import now
from common.problems import NotAllowed, NotVisible, Problem
from escalation.views.base import paged, person_of
from quality import looking_up
from quality.actions import evaluations
from quality.actions.papers import paper_of_sheet
from quality.filters import EvaluationFilter
from quality.forms import EvaluationForm, lines_of, marks_posted
from quality.models import Check, Dispute, DisputeState, Evaluation, ScoringForm
from quality.scoring import Answer
from quality.serving import sheet_file

PAGE = 50


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What was judged, the newest on top; narrowed by check, or to open disputes."""
    person = person_of(request)
    require(person, "evaluation.list")
    tab = request.GET.get("tab", "")
    rows = EvaluationFilter(request.GET, Evaluation.objects.visible_to(person), request=request).qs
    if tab == "banding":
        rows = rows.filter(dispute__state=DisputeState.OPEN)
    elif tab in Check.values:
        rows = rows.filter(check_kind=tab)
    page = paged(request, rows.select_related("form", "person", "team", "by", "dispute"), ("-id",), PAGE)
    tabs = [("", _("Semua")), ("banding", _("Banding")), *Check.choices]
    context = {"page": page, "tab": tab, "tabs": tabs, "may_create": may(person, "evaluation.create")}
    links = {"newer_url": page.newer_url, "older_url": page.older_url}
    return render(request, "quality/evaluations.html", context | links)


def found(pk: int, person: Person) -> Evaluation:
    """The evaluation that this person sees; 404 otherwise."""
    evaluation = Evaluation.objects.visible_to(person).shown().filter(pk=pk).first()
    if evaluation is None:
        raise NotVisible(_("Penilaian ini tidak ada atau tidak untuk Anda lihat."))
    return evaluation


@require_GET
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet, with what may be done about it."""
    person = person_of(request)
    require(person, "evaluation.list")
    return shown(request, found(pk, person))


def shown(request: HttpRequest, evaluation: Evaluation, problem: Problem | None = None) -> HttpResponse:
    person = person_of(request)
    raised: Dispute | None = getattr(evaluation, "dispute", None)
    own = evaluation.person_id == person.pk and may(person, "evaluation.dispute")
    context = {
        "evaluation": evaluation,
        "marks": list(evaluation.marks.all()),
        "dispute": raised,
        "may_dispute": own and raised is None and evaluation.form and now() <= evaluations.dispute_until(evaluation),
        "dispute_until": evaluations.dispute_until(evaluation),
        "may_answer": raised is not None and raised.state == DisputeState.OPEN and _may_answer(evaluation, person),
        "may_make_paper": may(person, "evidence.make"),
        "may_read_ticket": looking_up.reads_ticket(person, evaluation.ticket_id),
        "may_raise": may(person, "nonconformity.create"),
        "answers": Answer.choices,
        "typed": request.POST,
        "problem": problem,
    }
    return render(request, "quality/evaluation.html", context, status=problem.status if problem else 200)


def _may_answer(evaluation: Evaluation, person: Person) -> bool:
    try:
        require(person, "evaluation.answer_dispute")
        evaluations.require_may_answer(evaluation, by=person)
    except NotAllowed:
        return False
    return True


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a check: which one and by which form stands in the address."""
    person = person_of(request)
    require(person, "evaluation.create")
    check = request.GET.get("check", Check.TAPPING)
    check = check if check in Check.values else Check.TAPPING
    scoring = _scoring(request, check)
    form = EvaluationForm(request.POST or None, initial={"performed_on": timezone.localdate(now()), **_from(request)})
    if request.method == "POST" and form.is_valid():
        try:
            made = evaluations.record_evaluation(_body(form, check, scoring, request), by=person)
            htmx.toast(request, _("%(sheet)s tersimpan.") % {"sheet": made})
            return redirect(made.url)
        except Problem as problem:
            form.refuse(problem)
    context = {
        "form": form, "check": check, "checks": Check.choices, "scoring": scoring,
        "lines": lines_of(scoring, request.POST) if scoring else [],
        "scorings": ScoringForm.objects.published().filter(check_kind=check),
    }  # fmt: skip
    return render(request, "quality/evaluation_new.html", context, status=400 if form.errors else 200)


def _from(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name][:20] for name in ("person", "ticket") if name in request.GET}


def _scoring(request: HttpRequest, check: str) -> ScoringForm | None:
    """The form that the address names, else the newest of this check; ``form=0`` is in words alone."""
    asked = request.GET.get("form", "")
    rows = ScoringForm.objects.published().filter(check_kind=check).prefetch_related("parameters")
    if asked == "0":
        return None
    return (rows.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None) or rows.first()


def _body(form: EvaluationForm, check: str, scoring: ScoringForm | None, request: HttpRequest) -> evaluations.EvaluationBody:
    values: dict[str, Any] = form.cleaned_data
    served_by = looking_up.person_coded(values["person"])
    return evaluations.EvaluationBody(
        check_kind=check,
        person=served_by,
        performed_on=values["performed_on"],
        form=scoring,
        marks=marks_posted(scoring, request.POST) if scoring else [],
        findings=values["findings"],
        reference=values["reference"],
        ticket=looking_up.ticket_of_service(values["ticket"], served_by, person_of(request)),
    )


@require_POST
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticked questions with their reasons."""
    person = person_of(request)
    require(person, "evaluation.dispute")
    sheet = found(pk, person)
    numbers = [each.parameter.number for each in sheet.marks.all() if f"dispute-{each.parameter.number}" in request.POST]
    try:
        evaluations.dispute(sheet, [(number, request.POST.get(f"reason-{number}", "")) for number in numbers], by=person)
    except Problem as problem:
        return shown(request, sheet, problem)
    htmx.toast(request, _("Banding dikirim ke TL."))
    return redirect(sheet.url)


@require_POST
def answer_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """The TL's answers, one for each question."""
    person = person_of(request)
    require(person, "evaluation.answer_dispute")
    sheet = found(pk, person)
    items = sheet.dispute.items.all() if hasattr(sheet, "dispute") else []
    answers = [_answer(request, item.parameter.number) for item in items]
    try:
        evaluations.answer_dispute(sheet, answers, by=person)
    except Problem as problem:
        return shown(request, sheet, problem)
    htmx.toast(request, _("Banding dijawab. Nilai yang berlaku %(score)s.") % {"score": found(pk, person).stands})
    return redirect(sheet.url)


def _answer(request: HttpRequest, number: int) -> evaluations.DisputeAnswer:
    accepted = request.POST.get(f"verdict-{number}", "") != "no"
    stands = request.POST.get(f"verdict-{number}", "")
    return evaluations.DisputeAnswer(number, accepted, request.POST.get(f"reply-{number}", ""), stands if accepted else Answer.NO)


@require_GET
def printed(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """The sheet as the official form, PDF or Excel; noted in its history."""
    person = person_of(request)
    require(person, "evaluation.list")
    return sheet_file(found(pk, person), ending, person)


@require_POST
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the sheet as evidence."""
    person = person_of(request)
    require(person, "evidence.make")
    return redirect(paper_of_sheet(found(pk, person), by=person).url)
