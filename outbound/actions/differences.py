"""Differences to other systems go to the agent, who looks and settles them (CT-7)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.clock import now
from common.problems import Conflict, NotVisible
from common.text import clean
from outbound.models import Difference, DifferenceState


@transaction.atomic
def settle_difference(difference: Difference, *, by: Person, note: str = "") -> Difference:
    """The agent has put it right where it was wrong: here by a correction, or in the other system."""
    require(by, "difference.settle")
    if not Difference.objects.visible_to(by).filter(pk=difference.pk).exists():
        raise NotVisible(_("Selisih ini tidak ada, atau tidak untuk Anda lihat."))
    difference = Difference.objects.select_for_update(of=("self",)).select_related("result__prospect").get(pk=difference.pk)
    if difference.state != DifferenceState.OPEN:
        raise Conflict(_("Selisih ini sudah dibereskan."))
    difference.state, difference.settled_by, difference.settled_at = DifferenceState.SETTLED, by, now()
    difference.note = clean(note, longest=300)
    difference.save()
    facts = {"difference": difference.pk, "result": difference.result_id, "system": difference.system}
    record(difference.result.prospect, "difference.settled", by=by, facts=facts)
    return difference
