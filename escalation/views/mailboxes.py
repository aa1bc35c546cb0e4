"""The administrator's pages for mailboxes: what is read where, and how it goes (EM-1)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Person
from accounts.roles import require
from common import htmx
from common.problems import Conflict, NotVisible, Problem
from escalation.actions import mailboxes
from escalation.mail_forms import MailboxForm, mailbox_initial
from escalation.models import Mailbox
from escalation.models.mail_desk import MailRule
from escalation.views.base import person_of

MOST = 100


def _administrator(request: HttpRequest) -> Person:
    person = person_of(request)
    require(person, "mailbox.edit")
    return person


def _visible(pk: int, person: Person) -> Mailbox:
    found = Mailbox.objects.visible_to(person).select_related("team", "channel").filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("Kotak surat ini tidak ada."))
    return found


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """All mailboxes with how they are, and the table of decisions."""
    person = _administrator(request)
    boxes = Mailbox.objects.visible_to(person).select_related("team", "channel")[:MOST]
    rules = MailRule.objects.select_related("handler", "template")[:MOST]
    return render(request, "escalation/mail/mailboxes.html", {"boxes": boxes, "rules": rules})


@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One mailbox, new or known."""
    person = _administrator(request)
    known = _visible(pk, person) if pk else None
    form = MailboxForm(request.POST or None, initial=mailbox_initial(known) if known else None, mailbox=known)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _saved(known, form, request.POST.get("version", ""), person)
        except Problem as problem:
            form.refuse(problem)
        else:
            htmx.toast(request, _("Kotak surat %(name)s disimpan.") % {"name": saved.name})
            return redirect("escalation:mailboxes")
    return _page(request, known, form)


def _page(request: HttpRequest, known: Mailbox | None, form: MailboxForm, **more: Any) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, "escalation/mail/mailbox.html", {"form": form, "mailbox": known, **more}, status=status)


def _saved(known: Mailbox | None, form: MailboxForm, version: str, person: Person) -> Mailbox:
    password = form.cleaned_data["password"]
    if known is None:
        return mailboxes.create_mailbox(by=person, password=password, **form.values())
    seen = int(version) if version.isdigit() else 0
    return mailboxes.change_mailbox(known, by=person, changes=form.values(), password=password, version=seen)


@require_POST
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch now: the way to see whether server, user and password are right."""
    person = _administrator(request)
    found = _visible(pk, person)
    try:
        mailboxes.fetch_now(found, by=person)
    except Conflict as problem:
        form = MailboxForm(initial=mailbox_initial(found), mailbox=found)
        return render(
            request, "escalation/mail/mailbox.html", {"form": form, "mailbox": found, "problem": problem}, status=problem.status
        )
    htmx.toast(request, _("%(name)s terbaca.") % {"name": found.name})
    return redirect("escalation:mailboxes")
