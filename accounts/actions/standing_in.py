"""Naming a stand-in TL for a time (OB-7). Lock order: the two people, by key."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person, StandIn
from accounts.roles import Role, require
from accounts.signals import stand_in_ended, stand_in_named
from common.clock import now
from common.problems import Conflict, Invalid, NotAllowed, NotVisible


@transaction.atomic
def name_stand_in(leader: Person, person: Person, starts_at: datetime | None, ends_at: datetime, *, by: Person) -> StandIn:
    """From then until then ``person`` acts as TL of what ``leader`` leads; a TL names for oneself, a supervisor for the site."""
    require(by, "stand_in.name")
    leader, person = _locked(leader, person)
    _require_may_name(leader, by)
    _require_fit(leader, person)
    begins, moment = starts_at or now(), now()
    _require_length(begins, ends_at, moment)
    if StandIn.objects.unended(moment).filter(leader=leader).exists():
        raise Conflict(_("%(name)s sudah punya pengganti. Akhiri dulu yang itu."), name=leader.online_name)
    if StandIn.objects.unended(moment).filter(person=person).exists():
        raise Conflict(_("%(name)s sudah menjadi pengganti TL lain."), name=person.online_name)
    made = StandIn.objects.create(leader=leader, person=person, starts_at=begins, ends_at=ends_at, named_by=by, named_at=moment)
    person.stand_in = made
    person.save(update_fields=["stand_in"])
    facts = {"leader": leader.agent_code, "starts_at": begins.isoformat(), "ends_at": ends_at.isoformat()}
    record(person, "person.named_stand_in", by=by, facts=facts)
    stand_in_named.send(StandIn, stand_in=made)
    return made


def _locked(leader: Person, person: Person) -> tuple[Person, Person]:
    keys = {leader.pk, person.pk}
    rows = Person.objects.select_for_update(of=("self",), no_key=True).select_related("team").filter(pk__in=keys)
    found = {each.pk: each for each in rows.order_by("pk")}
    return found[leader.pk], found[person.pk]


def _require_may_name(leader: Person, by: Person) -> None:
    if leader.role != Role.TEAM_LEADER or not leader.is_active:
        said = _("Pengganti hanya untuk TL yang aktif.")
        raise Invalid(said, errors={"leader": [said]})
    same_site = leader.team and by.team and leader.team.site_id == by.team.site_id
    if by.pk != leader.pk and not (by.role == Role.SUPERVISOR and same_site):
        raise NotAllowed(_("TL menunjuk penggantinya sendiri; supervisor menunjuk untuk TL di situsnya."))


def _require_fit(leader: Person, person: Person) -> None:
    led = person.team is not None and person.team.leader_id == leader.pk
    site = person.team and leader.team and person.team.site_id == leader.team.site_id
    fits = (person.role == Role.AGENT and led) or (person.role == Role.TEAM_LEADER and site and person.pk != leader.pk)
    if not fits or not person.is_active:
        said = _("Pilih agen dari tim TL itu, atau TL lain di situs yang sama.")
        raise Invalid(said, errors={"person": [said]})


def _require_length(begins: datetime, ends_at: datetime, moment: datetime) -> None:
    if ends_at <= begins or ends_at <= moment:
        said = _("Waktu berakhirnya harus setelah mulai, dan belum lewat.")
    elif ends_at - begins > timedelta(days=settings.STAND_IN_MOST_DAYS):
        said = _("Terlalu lama. Tunjuk lagi setelah itu berakhir.")
    else:
        return
    raise Invalid(said, errors={"ends_at": [said]})


@transaction.atomic
def end_stand_in(stand_in: StandIn, *, by: Person) -> StandIn:
    """Before its time: by the TL, a supervisor of the site, or who stands in."""
    require(by, "stand_in.end")
    if not StandIn.objects.visible_to(by).filter(pk=stand_in.pk).exists():
        raise NotVisible(_("Penunjukan ini tidak ada, atau bukan untuk Anda."))
    person = _locked(stand_in.person, stand_in.person)[0]
    found = StandIn.objects.select_for_update(of=("self",)).shown().get(pk=stand_in.pk)
    if found.is_over:
        raise Conflict(_("Penunjukan ini sudah berakhir."))
    found.ended_at = now()
    found.save(update_fields=["ended_at"])
    record(person, "person.stand_in_ended", by=by, facts={"leader": found.leader.agent_code})
    stand_in_ended.send(StandIn, stand_in=found)
    return found
