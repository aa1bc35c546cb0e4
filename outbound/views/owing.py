"""From the ticket page: what Tier-2 must tell the customer goes into the list (PM-4)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.roles import require
from common import htmx
from common.problems import Conflict, Invalid
from outbound import actions
from outbound.forms import OweForm
from tickets.views import page
from tickets.views.base import person_of, whole


@require_POST
def owe(request: HttpRequest, number: str) -> HttpResponse:
    """A callback made; the dialog again with every word when it is refused."""
    person = person_of(request)
    require(person, "callback.create")
    ticket = whole(number, person)
    form = OweForm(ticket, request.POST, auto_id="callback-%s")
    if not form.is_valid():
        return page.refused(request, ticket, "callback", form=form)
    values = form.cleaned_data
    try:
        actions.create_callback(ticket, values["information"], by=person, purpose=values["purpose"], due_at=form.moment())
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return page.refused(request, ticket, "callback", form=form, problem=problem)
    htmx.toast(request, _("Masuk daftar callback. Tier-2 menyampaikannya."))
    return redirect(ticket.url)
