"""The callback list: what waits in due order, and the way to the next one (PM-5)."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import Counter, Person
from accounts.roles import Role, may, require
from common import htmx
from common.clock import now
from outbound import actions
from outbound.actions.base import COUNTER
from outbound.models import CALLBACK_OPEN, Callback, CallbackAttempt, CallbackState, Outcome, Satisfaction
from tickets.personal import on_page
from tickets.views.base import person_of

MOST_SHOWN = 100
TABS: dict[str, tuple[Any, list[str]]] = {
    "": (gettext_lazy("Menunggu"), list(CALLBACK_OPEN)),
    "dihentikan": (gettext_lazy("Dihentikan"), [CallbackState.GIVEN_UP]),
    "selesai": (pgettext_lazy("callback", "Selesai"), [CallbackState.DONE]),
}


def listing(request: HttpRequest) -> HttpResponse:
    """What waits, what was given up, what is done; for live.js its rows when something changed."""
    person = person_of(request)
    require(person, "callback.list")
    # What falls due by itself changes the list too, without an act that grows the counter.
    due = Callback.objects.visible_to(person).due()[:MOST_SHOWN].count()
    version = f"{Counter.read(COUNTER)}-{due}"
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    context = context_of(person, request.GET.get("tab", ""))
    return htmx.live(request, "outbound/list.html", {**context, **saved(request), "part": "rows", "every": 8}, version=version)


def context_of(person: Person, tab: str) -> dict[str, Any]:
    """The rows of one tab and what stands above them."""
    tab = tab if tab in TABS else ""
    rows = _rows(person, tab)
    return {
        "tab": tab,
        "tabs": [(name, label) for name, (label, _states) in TABS.items()],
        "rows": [{"callback": row, "customer": on_page("customer_name", row.ticket.customer_name, person)} for row in rows],
        "held": [row for row in rows if row.is_held_by(person)],
        "today": today_of(person),
        "may_claim": may(person, "callback.claim"),
        "may_report": may(person, "callback.report"),
    }


def _rows(person: Person, tab: str) -> list[Callback]:
    rows: QuerySet[Callback] = Callback.objects.visible_to(person).filter(state__in=TABS[tab][1]).shown()
    return list(rows.order_by("due_at", "id")[:MOST_SHOWN] if tab == "" else rows.order_by("-done_at", "-id")[:MOST_SHOWN])


def today_of(person: Person) -> dict[str, int]:
    """Today's tries and what customers said of the service (QM-6): a Tier-2 agent's own, else those that this person sees."""
    midnight = timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    tries = CallbackAttempt.objects.filter(at__gte=midnight)
    if person.role == Role.OUTBOUND_AGENT:
        tries = tries.filter(by=person)
    else:
        tries = tries.filter(callback__in=Callback.objects.visible_to(person))
    said = {value: Count("id", filter=Q(satisfaction=value)) for value in Satisfaction.values}
    return tries.aggregate(all=Count("id"), reached=Count("id", filter=Q(outcome=Outcome.REACHED)), **said)


def saved(request: HttpRequest) -> dict[str, Any]:
    """The draft of the callback whose result was just saved: the browser's own copy is no longer needed."""
    number = request.GET.get("saved", "")
    return {"draft_of_saved": f"callback-{int(number)}" if number.isdecimal() and len(number) < 10 else ""}


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """The next one that is due, in the cockpit; the list again when there is none."""
    callback = actions.claim_next(by=person_of(request))
    if callback:
        return redirect(callback.url)
    htmx.toast(request, _("Tidak ada callback yang jatuh tempo."))
    return redirect("outbound:list")
