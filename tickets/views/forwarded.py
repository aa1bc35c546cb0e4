"""The list of tickets at their units, those to be chased first, each with one press to the chase (OB-4)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import Counter
from accounts.roles import may, require
from common import htmx
from tickets.models import Forwarding
from tickets.rail import mine_of
from tickets.views.base import person_of

MOST_SHOWN = 100
EVERY = 10  # seconds
TABS = {"due": _("Harus dikejar"), "mine": _("Milik saya"), "all": _("Semua di unit")}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The rows of one tab, followed live."""
    person = person_of(request)
    require(person, "forwarding.list")
    version = f"{Counter.read('tickets')}-{_due_by_now(request)}"
    if htmx.unchanged(request, version):
        return htmx.nothing_new()
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "due"
    seen = Forwarding.objects.visible_to(person)
    rows = seen.due() if tab == "due" else seen.open().filter(mine_of(person)) if tab == "mine" else seen.open()
    context = {
        "tab": tab,
        "tabs": TABS.items(),
        "rows": rows.select_related("ticket", "ticket__assignee").with_last_chase().by_urgency()[:MOST_SHOWN],
        "most": MOST_SHOWN,
        "may_chase": may(person, "ticket.chase"),
        "every": EVERY,
    }
    return htmx.live(request, "tickets/forwarded.html", {**context, "part": "rows"}, version=version)


def _due_by_now(request: HttpRequest) -> int:
    """How many are due: one becomes so by the clock alone."""
    return int(Forwarding.objects.visible_to(person_of(request)).due()[:MOST_SHOWN].count())
