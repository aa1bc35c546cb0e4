"""Prospects arrive by the file (CT-1): new ones, ones whose arrears moved with time, and ones that are known.

A customer has one place in a team. A newer bill moves it, with its history, to the campaign that loads it; the newest load
decides where a customer who waits is worked. What was agreed for the same bill is not called again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.history import Act, record, record_first
from accounts.models import Person
from accounts.roles import may
from common import bulk
from common.clock import now
from common.problems import Invalid
from common.words import thousands
from outbound.actions.holding import COUNTER, let_go
from outbound.models import Campaign, DoNotCall, PaymentState, Prospect, ProspectState
from outbound.models.prospects import Ended
from outbound.reading import PROSPECTS, USUAL, require_product, this_month
from tickets.actions.kinds import Good, LoadKind, Sorted
from tickets.mapping import ReadyMapping, row_values
from tickets.models import ImportLoad

TAKEN_OVER = (
    "customer_name",
    "contact_phone",
    "area",
    "arrears_months",
    "bill_amount",
    "bills",
    "bill_month",
    "payment_state",
    "priority",
)
CLOSED = (ProspectState.DONE, ProspectState.ENDED)


class ProspectLoads(LoadKind):
    """Prospects of one campaign, which is the load's target."""

    name, act, shape, usual, counters = "prospects", "campaign.import", PROSPECTS, USUAL, (COUNTER,)

    def seen_by(self, person: Person) -> Q:
        """Those of the campaigns of the own teams, for who loads them."""
        return Q(target__in=Campaign.objects.visible_to(person).values("id")) if may(person, self.act) else Q(pk__in=[])

    def read(self, load: ImportLoad, mapping: ReadyMapping, cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """The values of a row; its own service number is the number by which it is known, whatever column the mapping names."""
        _number, values = row_values(mapping, cells)
        if missing := [str(field.label) for name, field in PROSPECTS.fields.items() if field.needed and name not in values]:
            raise Invalid(_("Pemetaan belum mengisi: %(names)s."), names=", ".join(missing))
        require_product(values["arrears_months"], _campaign(load).product)
        if values.get("payment_state") == PaymentState.PAID:
            raise Invalid(_("sudah lunas"))
        values["bill_month"] = values.get("bill_month") or this_month()
        if not values.get("time_zone"):
            values["time_zone"] = _campaign(load).team.site.time_zone
        return values["service_number"], values

    def sort(self, load: ImportLoad, system: str, rows: Sequence[Good]) -> Sorted:
        phones = [each.values["contact_phone"] for each in rows]
        not_to_call = set(DoNotCall.objects.filter(phone__in=phones).values_list("phone", flat=True))
        there = _there(_campaign(load), [each.number for each in rows])
        fresh: dict[str, dict[str, Any]] = {}
        refused: list[tuple[Good, str]] = []
        for each in rows:
            if each.values["contact_phone"] in not_to_call:
                refused.append((each, _("pelanggan minta jangan ditelepon lagi")))
            elif each.number in fresh:
                if fresh[each.number] != each.values:
                    refused.append((each, _("nomor layanan ini sudah ada di file ini dengan isian lain")))
            elif _is_news(there.get(each.number), each.values, load):
                fresh[each.number] = each.values
        return Sorted(fresh, refused)

    def write(self, load: ImportLoad, system: str, fresh: Mapping[str, dict[str, Any]]) -> None:
        campaign = _campaign(load)
        there = _there(campaign, list(fresh), lock=True)
        made = [_new(values, campaign) for number, values in fresh.items() if number not in there]
        bulk.insert(made)
        record_first(_arrived(prospect, load) for prospect in made)
        for number, prospect in there.items():
            _renew(prospect, fresh[number], campaign, load)
        if made:
            Campaign.objects.filter(pk=campaign.pk).update(prospect_count=F("prospect_count") + len(made))

    def begin_words(self, load: ImportLoad) -> str:
        return _("Muat %(count)s dapros") % {"count": thousands(load.loaded)}

    def done_words(self, load: ImportLoad) -> str:
        return _("%(count)s dapros siap ditelepon.") % {"count": thousands(load.loaded)}

    def home(self, load: ImportLoad) -> str:
        return reverse("outbound:campaign", args=[load.target])


def _campaign(load: ImportLoad) -> Campaign:
    """The campaign of a load, read once."""
    kept: Campaign | None = getattr(load, "campaign_of_load", None)
    if kept is None:
        kept = Campaign.objects.select_related("team__site").get(pk=load.target or 0)
        setattr(load, "campaign_of_load", kept)  # noqa: B010 the model of the floor below knows no campaigns
    return kept


def _there(campaign: Campaign, numbers: Sequence[str], *, lock: bool = False) -> dict[str, Prospect]:
    rows = Prospect.objects.filter(team=campaign.team_id, service_number__in=numbers).order_by("id")
    if lock:
        rows = rows.select_for_update()
    return {prospect.service_number: prospect for prospect in rows}


def _is_news(before: Prospect | None, values: Mapping[str, Any], load: ImportLoad) -> bool:
    """Whether the row says something new: another customer, a newer bill, grown arrears, or a waiting one for this campaign."""
    if before is None:
        return True
    if before.ended_because == Ended.DO_NOT_CALL or values["bill_month"] < before.bill_month:
        return False
    grown = (values["bill_month"], values["arrears_months"]) > (before.bill_month, before.arrears_months)
    return grown or (before.campaign_id != load.target and before.state == ProspectState.WAITING)


def _new(values: Mapping[str, Any], campaign: Campaign) -> Prospect:
    checked_at = now() if values.get("payment_state") else None
    return Prospect(**values, campaign=campaign, team=campaign.team, payment_checked_at=checked_at, created_at=now())


def _arrived(prospect: Prospect, load: ImportLoad) -> Act:
    facts = {"load": load.pk, "campaign": prospect.campaign_id, "arrears_months": prospect.arrears_months}
    return Act(prospect, "prospect.arrived", load.by, facts)


def _renew(prospect: Prospect, values: Mapping[str, Any], campaign: Campaign, load: ImportLoad) -> None:
    """The newer bill, in the campaign that loads it; a finished prospect is worked again, one in hand stays in hand."""
    before = (prospect.arrears_months, prospect.bill_month)
    personal = {
        name: (getattr(prospect, name), values[name])
        for name in ("customer_name", "contact_phone")
        if getattr(prospect, name) != values[name]
    }
    for name in TAKEN_OVER:
        if name in values:
            setattr(prospect, name, values[name])
    facts = {
        "load": load.pk,
        "arrears_months": [before[0], prospect.arrears_months],
        "bill_month": prospect.bill_month.isoformat(),
    }
    if prospect.bill_month > before[1] and prospect.state in CLOSED:
        work_again(prospect)
    move(prospect, campaign)
    record(prospect, "prospect.renewed", by=load.by, facts={**facts, "campaign": campaign.pk}, personal=personal)


def work_again(prospect: Prospect) -> None:
    """A finished prospect owes a new bill: it waits from the beginning."""
    let_go(prospect, ProspectState.WAITING)
    prospect.attempts, prospect.ended_because, prospect.due_at = 0, "", None
    prospect.for_person = prospect.own_until = None


def move(prospect: Prospect, campaign: Campaign) -> None:
    """Into this campaign, saved; both counts follow."""
    if prospect.campaign_id != campaign.pk:
        Campaign.objects.filter(pk=prospect.campaign_id).update(prospect_count=F("prospect_count") - 1)
        Campaign.objects.filter(pk=campaign.pk).update(prospect_count=F("prospect_count") + 1)
        prospect.campaign = campaign
    prospect.version += 1
    prospect.save()
