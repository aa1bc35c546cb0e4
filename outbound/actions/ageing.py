"""Arrears move with time (CT-1): a bill that is still unpaid when the month turns is one month older."""

from datetime import date

from django.conf import settings
from django.db import transaction

from accounts.history import record
from outbound.actions.arriving import move
from outbound.actions.holding import let_go, lock_prospect
from outbound.models import Campaign, PaymentState, Prospect, ProspectState
from outbound.models.prospects import Ended
from outbound.reading import this_month

BATCH = 500
AGEING = (ProspectState.WAITING, ProspectState.DONE)  # those in hand or with QC are looked at when they are let go


def age_arrears(*, batch: int = BATCH) -> int:
    """Unpaid prospects whose bill is of an earlier month, brought to the present one; returns how many changed."""
    month = this_month()
    rows = Prospect.objects.filter(bill_month__lt=month, state__in=AGEING, campaign__active=True)
    rows = rows.exclude(payment_state=PaymentState.PAID).order_by("bill_month", "id")
    return sum(_aged(pk, month) for pk in list(rows.values_list("pk", flat=True)[:batch]))


@transaction.atomic
def _aged(pk: int, month: date) -> bool:
    prospect = lock_prospect(pk)
    older = (month.year - prospect.bill_month.year) * 12 + month.month - prospect.bill_month.month
    if older <= 0 or prospect.state not in AGEING or prospect.payment_state == PaymentState.PAID:
        return False
    before = prospect.arrears_months
    prospect.arrears_months, prospect.bill_month = before + older, month
    product = settings.ARREARS_PRODUCTS.get(prospect.arrears_months)
    campaign = prospect.campaign if product in (None, prospect.campaign.product) else _campaign_for(prospect, str(product))
    if product is None:
        let_go(prospect, ProspectState.ENDED)
        prospect.ended_because = Ended.TOO_OLD
    move(prospect, campaign)
    facts = {"arrears_months": [before, prospect.arrears_months], "campaign": campaign.pk, "bill_month": month.isoformat()}
    record(prospect, "prospect.aged", by=None, facts=facts)
    return True


def _campaign_for(prospect: Prospect, product: str) -> Campaign:
    """The team's newest open campaign of the product; where it has none, the prospect stays where it is until one is made."""
    found = Campaign.objects.active().filter(team=prospect.team_id, product=product).order_by("-id").first()
    return found or prospect.campaign
