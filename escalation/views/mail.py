"""The e-mail agents' worklist: the list on the left, one mail on the right (EM-1 to EM-6)."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Counter, Person
from common import htmx
from common.problems import Conflict, Invalid, NotVisible
from escalation import mail_pane
from escalation.actions import mail_answers, mail_items
from escalation.actions.mail_items import Classed, require_handles_mail
from escalation.mail_forms import AnswerForm, CheckForm, ClassifyForm, ForwardForm, MailTicketForm
from escalation.models import MailItem
from escalation.models.mail import MailState
from escalation.views.base import paged, person_of

MOST_ROWS = 50
EVERY = 8
TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "new": (gettext_lazy("Baru"), (MailState.NEW,)),
    "mine": (gettext_lazy("Saya"), (MailState.IN_PROGRESS,)),
    "others": (gettext_lazy("Rekan"), (MailState.IN_PROGRESS,)),
    "waiting": (gettext_lazy("Menunggu"), (MailState.WAITING_CUSTOMER,)),
    "quarantine": (gettext_lazy("Karantina"), (MailState.QUARANTINED,)),
    "done": (gettext_lazy("Selesai"), (MailState.DONE,)),
}
OLDEST, NEWEST = ("last_in_at", "id"), ("-id",)


def _which(tab: str, person: Person) -> Q:
    which = Q(state__in=TABS[tab][1])
    if tab == "mine":
        return which & Q(holder=person)
    return which & ~Q(holder=person) if tab == "others" else which


def tab_of(item: MailItem, person: Person) -> str:
    """Where an item stands."""
    if item.state == MailState.IN_PROGRESS:
        return "mine" if item.holder_id == person.pk else "others"
    return next(name for name, (_label, states) in TABS.items() if item.state in states)


def _listed(request: HttpRequest, person: Person, tab: str) -> dict[str, Any]:
    visible = MailItem.objects.visible_to(person)
    rows = visible.filter(_which(tab, person)).select_related("holder", "ticket").defer("troubleshooting", "guess")
    page = paged(request, rows, NEWEST if tab in ("quarantine", "done") else OLDEST, MOST_ROWS)
    counted = ("new", "mine", "waiting")
    counts = visible.open().aggregate(**{name: Count("pk", filter=_which(name, person)) for name in counted})
    return {
        "part": "rows",
        "every": EVERY,
        "tab": tab,
        "tabs": [(name, label, counts.get(name, 0)) for name, (label, _states) in TABS.items()],
        "page": page,
        "here": f"{reverse('escalation:mail')}?tab={tab}",
    }


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The page, or its list alone for live.js. 204 while nothing changed."""
    person = person_of(request)
    require_handles_mail(person)
    version = Counter.read("mail")
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    asked = request.GET.get("tab", "new")
    context = _listed(request, person, asked if asked in TABS else "new")
    return htmx.live(request, "escalation/mail/page.html", context, version=version)


def _visible(pk: int, person: Person) -> MailItem:
    require_handles_mail(person)
    rows = MailItem.objects.visible_to(person).select_related(
        "mailbox", "holder", "ticket", "rule__template", "rule__handler__group"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("Surat ini tidak ada atau bukan milik tim Anda."))
    return found


def _page(
    request: HttpRequest, item: MailItem, person: Person, *, status: int = 200, problem: Any = None, **forms: Any
) -> HttpResponse:
    pane = mail_pane.read(item, person, **forms)
    context = {
        **_listed(request, person, tab_of(item, person)),
        "pane": pane,
        "problem": problem,
        "version": Counter.read("mail"),
    }
    return render(request, "escalation/mail/page.html", context, status=status)


@require_GET
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail beside the list."""
    person = person_of(request)
    return _page(request, _visible(pk, person), person)


@require_GET
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes by itself: the parts on their way, and whether more has come."""
    person = person_of(request)
    found = _visible(pk, person)
    if not htmx.wants_part(request):
        return redirect(found.url)
    pane = mail_pane.read(found, person)
    if htmx.unchanged(request, pane.version):
        return htmx.nothing_new()
    return htmx.live(request, "escalation/mail/page.html", {"part": "news", "pane": pane}, version=pane.version)


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the one that waits longest."""
    person = person_of(request)
    require_handles_mail(person)
    taken = mail_items.claim_next(by=person)
    if taken is None:
        htmx.toast(request, _("Tidak ada surat yang menunggu diambil."))
        return redirect("escalation:mail")
    htmx.toast(request, _("%(number)s Anda pegang.") % {"number": taken.number})
    return redirect(taken.url)


SIMPLE: dict[str, tuple[Callable[..., MailItem], Any]] = {
    "claim": (mail_items.claim_mail, gettext_lazy("%(number)s Anda pegang.")),
    "release": (mail_items.release_mail, gettext_lazy("%(number)s dilepas.")),
    "quarantine": (mail_items.quarantine, gettext_lazy("%(number)s masuk karantina; isinya tetap tersimpan.")),
    "accept": (mail_items.accept, gettext_lazy("%(number)s masuk daftar kerja.")),
    "dismiss": (mail_items.dismiss, gettext_lazy("%(number)s selesai tanpa jawaban; isinya tetap tersimpan.")),
}


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A button without words."""
    person = person_of(request)
    found = _visible(pk, person)
    if name not in SIMPLE:
        raise NotVisible(_("Tidak ada."))
    function, said = SIMPLE[name]
    try:
        changed = function(found, by=person)
    except (Invalid, Conflict) as problem:
        return _page(request, _visible(pk, person), person, status=problem.status, problem=problem)
    htmx.toast(request, said % {"number": changed.number})
    return redirect(found.url)


def _done(
    request: HttpRequest, pk: int, name: str, form: Any, function: Callable[[MailItem, Person], MailItem], said: str
) -> HttpResponse:
    """An act with a form: done and said, or the page again with every typed word and what was refused."""
    person = person_of(request)
    found = _visible(pk, person)
    if form.is_valid():
        try:
            changed = function(found, person)
        except (Invalid, Conflict) as problem:
            form.refuse(problem)
            return _page(request, _visible(pk, person), person, status=problem.status, **{name: form})
        htmx.toast(request, said % {"number": changed.number, "ticket": changed.ticket or ""})
        return redirect(found.url)
    return _page(request, found, person, status=400, **{name: form})


@require_POST
def classify(request: HttpRequest, pk: int) -> HttpResponse:
    """Segment and kind of contact."""
    form = ClassifyForm(request.POST, auto_id="classify-%s")
    return _done(
        request, pk, "classify", form, lambda item, by: mail_items.classify(item, Classed(**form.said()), by=by),
        _("%(number)s ditentukan. Langkah berikutnya di bawah."),
    )  # fmt: skip


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """How the service is."""
    form = CheckForm(request.POST, auto_id="check-%s")
    return _done(
        request, pk, "check", form, lambda item, by: mail_items.troubleshoot(item, by=by, **form.cleaned_data),
        _("Hasil cek %(number)s dicatat."),
    )  # fmt: skip


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer, or with the other button a question for which the mail waits."""
    form, wait = AnswerForm(request.POST, auto_id="answer-%s"), "wait" in request.POST
    said = _("%(number)s menunggu jawaban pelanggan.") if wait else _("%(number)s dijawab.")
    return _done(
        request, pk, "answer", form, lambda item, by: mail_answers.answer(item, by=by, wait=wait, **form.cleaned_data), said
    )  # fmt: skip


@require_POST
def forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Education, forwarding and coordination group at once."""
    form = ForwardForm(request.POST, auto_id="forward-%s")
    return _done(
        request, pk, "forward", form, lambda item, by: mail_answers.forward(item, by=by, **form.cleaned_data),
        _("%(number)s: edukasi, penerusan dan kabar grup sudah dibuat; buktinya di bawah."),
    )  # fmt: skip


@require_POST
def open_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """A ticket from the mail."""
    form = MailTicketForm(request.POST, auto_id="ticket-%s")
    return _done(
        request, pk, "ticket", form, lambda item, by: mail_answers.open_ticket(item, by=by, **form.cleaned_data),
        _("%(ticket)s dibuka dari %(number)s; nomornya dikirim ke pelanggan."),
    )  # fmt: skip


@require_POST
def part(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """A person sent this part, or it is to go again."""
    person = person_of(request)
    found = _visible(pk, person)
    again = "retry" in request.POST
    try:
        (mail_answers.retry_part if again else mail_answers.mark_part_sent)(found, key, by=person)
    except (Invalid, Conflict) as problem:
        return _page(request, _visible(pk, person), person, status=problem.status, problem=problem)
    htmx.toast(request, _("Dikirim ulang.") if again else _("Bukti kirim dicatat."))
    return redirect(found.url)
