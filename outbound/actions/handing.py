"""Calls that change hands at the end of a shift (OB-7). Left to themselves they go back to where everybody takes from."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.holding import MOST, Held
from accounts.models import Person
from accounts.roles import MAY, Role
from common.clock import now
from common.problems import Conflict
from outbound.actions.base import give_ball, lock_callback, own_until, require_may_work, touch
from outbound.actions.holding import let_go, lock_prospect, save
from outbound.actions.working import lease_end, put_back
from outbound.models import Callback, CallbackState, Prospect, ProspectState
from tickets.actions.handing import titled


class Callbacks:
    """Calls in hand, and those that are one's own."""

    name, label, icon = "callback", _("Callback"), "phone"

    def held_by(self, person: Person) -> Sequence[Held]:
        in_hand = Q(state=CallbackState.CLAIMED, claimed_by=person)
        rows = Callback.objects.open().filter(in_hand | Q(for_person=person)).select_related("ticket").in_due_order()[:MOST]
        return [Held(row.pk, f"{row.get_purpose_display()} {titled(row.ticket)}", "", row.url, row.due_at) for row in rows]

    def may_take(self, person: Person) -> bool:
        return person.role in MAY["callback.claim"]

    def hand(self, thing: int, giver: Person, to: Person) -> None:
        callback = self._held(thing, giver)
        require_may_work(callback, by=to)
        if callback.claimed_by_id == giver.pk:
            callback.claimed_by, callback.lease_until = to, lease_end()
            give_ball(callback, to)
        if callback.for_person_id == giver.pk:
            callback.for_person = to
            callback.own_until = max(own_until(callback) or now(), now() + timedelta(minutes=settings.OWN_CALLBACK_MINUTES))
        touch(callback, "claimed_by", "lease_until", "for_person", "own_until")
        facts = {"callback": callback.pk, "person": [giver.agent_code, to.agent_code]}
        record(callback.ticket, "callback.handed_over", by=to, facts=facts)

    def fall(self, thing: int, giver: Person, leader: Person) -> None:
        """To the list of all."""
        callback = self._held(thing, giver)
        callback.for_person = callback.own_until = None
        touch(callback, "for_person", "own_until")
        if callback.claimed_by_id == giver.pk:
            put_back(callback)
        record(callback.ticket, "callback.let_fall", by=None, facts={"callback": callback.pk, "person": giver.agent_code})

    def _held(self, thing: int, giver: Person) -> Callback:
        callback = lock_callback(Callback.objects.get(pk=thing))
        if not callback.is_open or giver.pk not in (callback.claimed_by_id, callback.for_person_id):
            raise Conflict(_("tidak lagi dipegang %(name)s."), name=giver.online_name)
        return callback


class Prospects:
    """The customer in arrears on the screen, and those whom one promised to call again."""

    name, label, icon = "prospect", _("Dapros"), "phone"

    def held_by(self, person: Person) -> Sequence[Held]:
        mine = Q(state=ProspectState.HELD, held_by=person) | Q(state=ProspectState.WAITING, for_person=person)
        rows = Prospect.objects.filter(mine).select_related("campaign").order_by(F("due_at").asc(nulls_first=True), "id")[:MOST]
        return [Held(row.pk, f"{row.campaign.name} #{row.pk}", str(row.product.label), row.url, row.due_at) for row in rows]

    def may_take(self, person: Person) -> bool:
        return person.role == Role.OUTBOUND_AGENT

    def hand(self, thing: int, giver: Person, to: Person) -> None:
        """It waits as the other's own, due as before or now; one customer at a time is on a screen."""
        prospect = self._held(thing, giver)
        if prospect.team_id != to.team_id:
            raise Conflict(_("hanya Tier-2 dalam tim kampanyenya yang dapat menerimanya."))
        let_go(prospect, ProspectState.WAITING)
        prospect.for_person, prospect.due_at = to, prospect.due_at or now()
        prospect.own_until = max(prospect.due_at, now()) + timedelta(minutes=settings.OWN_CALLBACK_MINUTES)
        save(prospect)
        record(prospect, "prospect.handed_over", by=to, facts={"person": [giver.agent_code, to.agent_code]})

    def fall(self, thing: int, giver: Person, leader: Person) -> None:
        """To the pool of the team."""
        prospect = self._held(thing, giver)
        let_go(prospect, ProspectState.WAITING)
        prospect.for_person = prospect.own_until = None
        save(prospect)
        record(prospect, "prospect.let_fall", by=None, facts={"person": giver.agent_code})

    def _held(self, thing: int, giver: Person) -> Prospect:
        prospect = lock_prospect(thing)
        mine = prospect.is_held_by(giver) or (prospect.state == ProspectState.WAITING and prospect.for_person_id == giver.pk)
        if not mine:
            raise Conflict(_("tidak lagi dipegang %(name)s."), name=giver.online_name)
        return prospect
