"""What people are told about handing over, standing in, and taking over (OB-7)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Handover, HandoverState, StandIn
from accounts.roles import Role
from common.words import nearby
from escalation.actions.notifying import notify, on_duty_or_all
from escalation.models import Event
from escalation.wording import Words

ASKED = {
    True: _("%(name)s sudah pulang, yang dipegangnya: %(count)s."),
    False: _("%(name)s menyerahkan %(count)s."),
}
ANSWERS = {
    HandoverState.ACCEPTED: _("%(name)s menerima serah terima Anda."),
    HandoverState.DECLINED: _("%(name)s tidak menerima; semuanya tetap pada Anda."),
}


def handover_offered(handover: Handover) -> None:
    """The receiver is asked."""
    text = Words(ASKED[handover.by_itself], name=handover.giver.online_name, count=handover.items.count())
    notify([handover.receiver], Event.HANDOVER, key=f"handover:{handover.pk}", text=text, url=reverse("handovers"))


def handover_answered(handover: Handover) -> None:
    """The giver hears what became of it; who withdraws it knows already, and so does the receiver's list."""
    if said := ANSWERS.get(HandoverState(handover.state)):
        key, text = f"handover-answer:{handover.pk}", Words(said, name=handover.receiver.online_name)
        notify([handover.giver], Event.HANDOVER_ANSWERED, key=key, text=text, url=reverse("handovers"))


def handover_fell(handover: Handover) -> None:
    """Who leads the giver has it now. A parked one is an alarm."""
    key = f"handover-fell:{handover.pk}"
    if handover.fell_to is None:
        stuck = Words(_("Serah terima tersangkut."))
        notify(on_duty_or_all(Role.ADMINISTRATOR), Event.ALARM, key=key, text=stuck, url=reverse("handovers"))
        return
    text = Words(_("Serah terima %(name)s tidak diterima; sekarang pada Anda."), name=handover.giver.online_name)
    notify([handover.fell_to], Event.HANDOVER, key=key, text=text, url=reverse("handovers"))


def stand_in_named(stand_in: StandIn) -> None:
    """Both know, unless they did it themselves."""
    text = Words(
        _("%(person)s menggantikan %(leader)s sampai %(until)s."),
        person=stand_in.person.online_name,
        leader=stand_in.leader.online_name,
        until=nearby(stand_in.ends_at),
    )
    people = [each for each in (stand_in.person, stand_in.leader) if each.pk != stand_in.named_by_id]
    notify(people, Event.STAND_IN, key=f"stand-in:{stand_in.pk}", text=text, url=reverse("handovers"))


def stand_in_ended(stand_in: StandIn) -> None:
    """Both know."""
    text = Words(_("%(person)s tidak lagi menggantikan %(leader)s."), person=stand_in.person, leader=stand_in.leader)
    key = f"stand-in-ended:{stand_in.pk}"
    notify([stand_in.person, stand_in.leader], Event.STAND_IN, key=key, text=text, url=reverse("handovers"))
