"""The page of handing over: what one is asked to take, what one holds, what waits for an answer; and standing in (OB-7)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth import logout
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, holding
from accounts.actions.handovers import unoffered
from accounts.forms import StandInForm
from accounts.models import Duty, Handover, Person, StandIn
from accounts.roles import Role, may, require
from common import htmx
from common.problems import Conflict, Invalid, NotVisible, Problem

MOST_PEOPLE = 300
RECENT = 10
THEN = ("off", "out")  # what follows once everything is handed over: off duty, or signed out


@dataclass(frozen=True)
class Group:
    """The things of one kind in one's hands."""

    kind: holding.Holding
    things: Sequence[holding.Held]


def _me(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _groups(person: Person) -> list[Group]:
    """What one holds and has offered to nobody, by kind."""
    found: dict[str, Group] = {}
    for kind, each in unoffered(person):
        found.setdefault(kind.name, Group(kind, []))
        cast("list[holding.Held]", found[kind.name].things).append(each)
    return list(found.values())


def _people(person: Person, groups: Sequence[Group]) -> list[tuple[Any, list[Person]]]:
    """Whom one may ask, those on duty first: colleagues in the same work, and who leads."""
    leader = actions.leader_of(person)
    wanted = Q(role=person.role) | Q(pk=leader.pk if leader else 0)
    rows = Person.objects.filter(wanted, is_active=True).exclude(pk=person.pk).select_related("team")[:MOST_PEOPLE]
    fit = holding.takers([group.kind.name for group in groups], list(rows))
    fit.sort(key=lambda each: (each.team_id != person.team_id, each.online_name))
    there = [each for each in fit if each.duty == Duty.ON]
    return [(_("Sedang bertugas"), there), (_("Tidak bertugas"), [each for each in fit if each.duty != Duty.ON])]


def _context(request: HttpRequest) -> dict[str, Any]:
    person = _me(request)
    seen = Handover.objects.visible_to(person).shown()
    waiting = list(seen.waiting().order_by("-id")[:100])
    groups = _groups(person)
    leads = may(person, "stand_in.name")
    stand_ins = StandIn.objects.visible_to(person).shown().order_by("-id")[:RECENT]
    then = request.POST.get("then") or request.GET.get("then", "")
    return {
        "asked": [each for each in waiting if each.receiver_id == person.pk],
        "given": [each for each in waiting if each.giver_id == person.pk],
        "of_team": [each for each in waiting if person.pk not in (each.giver_id, each.receiver_id)],
        "answered": seen.exclude(state="offered").filter(Q(giver=person) | Q(receiver=person)).order_by("-id")[:RECENT],
        "groups": groups,
        "held": sum(len(group.things) for group in groups),
        "people": _people(person, groups) if groups else [],
        "leader": actions.leader_of(person) if then else None,
        "then": then if then in THEN else "",
        "picked": request.POST.getlist("things"),
        "typed": request.POST,
        "stand_ins": stand_ins if leads or any(stand_ins) else [],
        "stand_in_form": StandInForm(person) if leads else None,
    }


@require_http_methods(["GET", "POST"])
def handovers(request: HttpRequest) -> HttpResponse:
    """The page; POST offers what is ticked to the person who was chosen."""
    require(_me(request), "handover.list" if request.method != "POST" else "handover.offer")
    if request.method != "POST":
        return render(request, "accounts/handovers.html", _context(request))
    try:
        made = _offered(request)
    except (Invalid, Conflict) as problem:
        context = _context(request) | {"problem": problem}
        return render(request, "accounts/handovers.html", context, status=problem.status)
    htmx.toast(request, _("Ditawarkan kepada %(name)s.") % {"name": made.receiver.online_name})
    return _then(request)


def _offered(request: HttpRequest) -> Handover:
    things = [_thing(value) for value in request.POST.getlist("things")]
    if not things:
        raise Invalid(_("Centang dulu yang diserahkan."))
    to = Person.objects.filter(agent_code=request.POST.get("to", "").replace("\x00", ""), is_active=True)
    receiver = to.select_related("team").first()
    if receiver is None:
        raise Invalid(_("Pilih kepada siapa."))
    return actions.offer_handover(by=_me(request), to=receiver, note=request.POST.get("note", ""), things=things)


def _thing(value: str) -> tuple[str, int]:
    kind, _colon, number = value.partition(":")
    if holding.kind(kind) is None or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Invalid(_("Pilihan ini tidak dikenal."))
    return kind, int(number)


def _then(request: HttpRequest) -> HttpResponse:
    """Off duty or out of the house, where that is what the person was about to do."""
    if request.POST.get("then") == "off":
        actions.set_duty(_me(request), by=_me(request), duty=Duty.OFF)
    if request.POST.get("then") == "out":
        logout(request)
        return redirect("login")
    return redirect("handovers")


def asks_first(request: HttpRequest, then: str) -> HttpResponse | None:
    """Who goes with something in hand is asked once to whom it goes (OB-7); None where there is nothing to ask."""
    person = request.user
    if not isinstance(person, Person) or person.duty == Duty.OFF or "sure" in request.POST or not unoffered(person):
        return None
    return redirect(reverse("handovers", query={"then": then}))


def _answered(request: HttpRequest, pk: int, act: str, do: Callable[[Handover, Person], Handover], said: str) -> HttpResponse:
    person = _me(request)
    require(person, act)
    handover = Handover.objects.visible_to(person).filter(pk=pk).first()
    if handover is None:
        raise NotVisible(_("Serah terima ini tidak ada, atau bukan untuk Anda."))
    try:
        done = do(handover, person)
    except Conflict as problem:
        return render(request, "accounts/handovers.html", _context(request) | {"problem": problem}, status=problem.status)
    stayed = [item.outcome for item in done.items.all() if item.outcome]
    htmx.toast(request, " ".join([said, *stayed]))
    return redirect("home" if request.POST.get("from") == "board" else "handovers")


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it."""
    return _answered(
        request, pk, "handover.answer", lambda found, by: actions.accept_handover(found, by=by), _("Sekarang Anda yang pegang.")
    )


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no."""
    reason = request.POST.get("reason", "")
    return _answered(
        request,
        pk,
        "handover.answer",
        lambda found, by: actions.decline_handover(found, by=by, reason=reason),
        _("Tidak Anda terima."),
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep it after all."""
    return _answered(
        request, pk, "handover.offer", lambda found, by: actions.withdraw_handover(found, by=by), _("Tetap Anda pegang.")
    )


@require_POST
def name_stand_in(request: HttpRequest) -> HttpResponse:
    """Name who acts as TL for a time."""
    person = _me(request)
    require(person, "stand_in.name")
    form = StandInForm(person, request.POST)
    status = 400
    if form.is_valid():
        try:
            actions.name_stand_in(*form.asked(), by=person)
            htmx.toast(request, _("Pengganti ditunjuk."))
            return redirect("handovers")
        except Problem as problem:
            form.refuse(problem)
            status = problem.status
    return render(request, "accounts/handovers.html", _context(request) | {"stand_in_form": form}, status=status)


@require_POST
def end_stand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """End it before its time."""
    person = _me(request)
    require(person, "stand_in.end")
    found = StandIn.objects.visible_to(person).shown().filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("Penunjukan ini tidak ada, atau bukan untuk Anda."))
    actions.end_stand_in(found, by=person)
    htmx.toast(request, _("Penunjukan diakhiri."))
    return redirect("handovers" if person.role != Role.AGENT else "home")
