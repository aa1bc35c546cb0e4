"""Demo calls to customers in arrears: a campaign of 50 prospects, loaded as people load them, and results of three calls."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Person
from common.clock import now
from outbound import actions
from outbound.models import CallReason, Campaign, Product
from tickets.actions.importing import queue_load
from tickets.actions.loading import claim_load, run_load

PROSPECTS = 50
HEAD = "service_number,customer_name,contact_phone,arrears_months,bill_amount,bill_1,bill_2,bill_3,area,priority,best_hour"
FIRST = ("Bambang", "Sulastri", "Ketut", "Yohana", "Rudi", "Nurhayati", "Wahyu", "Maria", "Dedi", "Fitriani")
LAST = ("Sutrisno", "Wijaya", "Suryani", "Simanjuntak", "Hidayat")
AREAS = ("Laweyan, Solo", "Cicadas, Bandung", "Sukun, Malang", "Tembalang, Semarang", "Ubud, Gianyar")


def make(leader: Person, first: Person, second: Person) -> None:
    """The campaign of the leader's Tier-2 team; two agreed results wait for QC, one customer is called again tomorrow."""
    month = timezone.localtime(now())
    campaign = actions.create_campaign(f"Dapros CT-0 {month:%m-%Y}", Product.CT0, by=leader)
    _load(campaign, leader)
    for person in (first, second):
        prospect = actions.pick(by=person, campaign=campaign)
        if prospect:
            note = "Gajian tanggal 27, bayar lewat m-banking."
            actions.enter_result(
                prospect,
                by=person,
                reason=_reason("agree"),
                note=note,
                identity_checked=True,
                promised_on=month.date() + timedelta(days=3),
                promised_amount=prospect.bill_amount,
            )
    again = actions.pick(by=first, campaign=campaign)
    if again:
        actions.enter_result(again, by=first, reason=_reason("no-answer"))


def _load(campaign: Campaign, leader: Person) -> None:
    rows = "\n".join([HEAD, *map(_row, range(PROSPECTS))])
    queue_load(ContentFile(rows.encode(), name="dapros-ct0.csv"), "prospects", by=leader, target=campaign.pk)
    if load := claim_load():
        run_load(load)


def _row(number: int) -> str:
    name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST)]}"
    amount = 1_184_500 if number == 0 else 450_000 + 37_500 * (number % 24)
    area = AREAS[number % len(AREAS)]
    first, second = amount // 3 - 500 * (number % 9), amount // 3 + 1_000 * (number % 7)
    bills = f"{first},{second},{amount - first - second}"
    return f'13115001{number:04},{name},08571106{number:04},3,{amount},{bills},"{area}",{number % 3},{9 + number % 9}'


def _reason(code: str) -> CallReason:
    return CallReason.objects.get(code=code)
