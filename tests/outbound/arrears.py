"""Customers in arrears for tests: a campaign with prospects, and the calls that an agent makes."""

from datetime import date
from typing import Any

from django.db.models import F
from django.utils.timezone import localdate

from accounts.models import Person
from common.clock import now
from outbound import actions
from outbound.models import CallReason, Campaign, CaringResult, Product, Prospect

MONTH = {Product.CT0: 3, Product.PRANPC: 2}


def prospects_of(campaign: Campaign, count: int = 1, **fields: Any) -> list[Prospect]:
    """New prospects that wait in the campaign."""
    known = Prospect.objects.count()
    usual = {
        "customer_name": "Bambang Sutrisno",
        "arrears_months": MONTH[Product(campaign.product)],
        "bill_amount": 1_184_500,
        "bill_month": this_month(),
    }
    made = [
        Prospect(
            campaign=campaign,
            team=campaign.team,
            service_number=f"1311500{known + number:05}",
            contact_phone=f"+62857{known + number:08}",
            created_at=now(),
            **(usual | fields),
        )
        for number in range(count)
    ]
    Campaign.objects.filter(pk=campaign.pk).update(prospect_count=F("prospect_count") + count)
    return [Prospect.objects.get(pk=row.pk) for row in Prospect.objects.bulk_create(made)]


def this_month() -> date:
    return localdate(now()).replace(day=1)


def reason(code: str) -> CallReason:
    return CallReason.objects.get(code=code)


def taken(by: Person) -> Prospect:
    """The next one, in this person's hand."""
    prospect = actions.pick(by=by)
    assert prospect, "none is left"
    return prospect


def agree(prospect: Prospect, by: Person, **values: Any) -> CaringResult:
    """The customer promises to pay today; the prospect must be in the agent's hand."""
    said = {"promised_on": localdate(now()), "promised_amount": 1_184_500, **values}
    return actions.enter_result(prospect, by=by, reason=reason("agree"), **said)
