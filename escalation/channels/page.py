"""The bell in the page, as a channel: what a group would get is told to the people of a role, or to persons by their code."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Duty, Person
from accounts.roles import Role
from escalation.actions.notifying import notify
from escalation.channels.port import Abilities, Outgoing, PermanentFailure, Session, TemporaryFailure
from escalation.channels.reading import fingerprint
from escalation.models import Channel, Event, Notification
from tickets.models import Ticket

ABILITIES = Abilities(
    sends=True, looks=True, tells_session=True, address=gettext_lazy("peran atau kode orang, dengan koma: support_hc, 20001")
)


def send(channel: Channel, out: Outgoing) -> str:
    """Tell each of them who is on duty; the same message again tells nobody twice."""
    wanted = [each.strip() for each in out.address.split(",") if each.strip()]
    known = Q(role__in=[each for each in wanted if each in Role.values]) | Q(agent_code__in=wanted)
    people = Person.objects.filter(known, is_active=True)
    if not people.exists():
        raise PermanentFailure(_("Tidak ada orang dengan peran atau kode %(who)s.") % {"who": out.address})
    present = list(people.filter(duty=Duty.ON))
    if not present:
        raise TemporaryFailure(_("Tidak ada yang sedang bertugas."))
    ticket = Ticket.objects.by_number(out.tickets[0]).first() if out.tickets else None
    notify(present, Event.MESSAGE, key=_key(channel, out), ticket=ticket, text=out.text)
    return _key(channel, out)


def look_for(channel: Channel, out: Outgoing, since: datetime) -> str | None:
    """Whether anybody was told."""
    told = Notification.objects.filter(key__startswith=f"{_key(channel, out)}:", created_at__gte=since)
    return _key(channel, out) if told.exists() else None


def session(_channel: Channel) -> Session:
    """It is the house itself."""
    return Session(ok=True)


def _key(channel: Channel, out: Outgoing) -> str:
    return f"page:{channel.pk}:{fingerprint(out.key)[:40]}"
