"""Taking an act back a moment later, instead of asking before it: only while nobody else has acted on the ticket since."""

from django.utils.translation import gettext_lazy as _

from accounts.models import HistoryEntry, Person
from common.problems import Conflict
from common.words import hm
from tickets.models import Ticket


def require_untouched(ticket: Ticket, after: int, *, by: Person) -> None:
    """Refuse when another person has acted on the locked ticket after this place of its history; what clocks do is no act."""
    rows = HistoryEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk, sequence__gt=after, by__isnull=False)
    since = rows.exclude(by=by).select_related("by").order_by("sequence").first()
    if since and since.by:
        sentence = _("Tidak diurungkan: %(name)s sudah mengerjakan %(number)s pukul %(time)s. Lihat riwayatnya dulu.")
        raise Conflict(sentence, name=since.by.online_name, number=ticket.number, time=hm(since.at))
