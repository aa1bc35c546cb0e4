"""Payments decide which promises to pay were kept (CT-8), and reminders watch over those that are open.

A promise is kept when what was paid from the day of the call up to its date reaches what was promised; it is broken when a day
of grace after its date has passed without that.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from common.clock import now
from escalation.actions.notifying import notify
from escalation.models import Event
from escalation.wording import Words
from outbound.actions.holding import COUNTER, let_go, lock_prospect, save
from outbound.models import (
    CaringResult,
    Payment,
    PaymentState,
    PromiseReminder,
    PromiseState,
    Prospect,
    ProspectState,
    ReminderKind,
    ResultState,
)
from outbound.models.prospects import Ended

BATCH = 200
MORNING = time(9)


def remind(result: CaringResult) -> None:
    """Lay the rows that watch this promise; those of earlier promises of the same prospect end."""
    forget(result.prospect)
    if result.promise_state != PromiseState.OPEN or result.promised_on is None:
        return
    zone = ZoneInfo(result.prospect.time_zone)
    moments = {
        ReminderKind.DUE: datetime.combine(result.promised_on, MORNING, zone),
        ReminderKind.BROKEN: datetime.combine(
            result.promised_on + timedelta(days=1 + settings.PROMISE_GRACE_DAYS), MORNING, zone
        ),
    }
    for kind, due_at in moments.items():
        PromiseReminder.objects.update_or_create(
            result=result, kind=kind, defaults={"due_at": due_at, "done_at": None, "outcome": ""}
        )


def forget(prospect: Prospect) -> None:
    """No reminder of this prospect is owed any more."""
    waiting = PromiseReminder.objects.filter(result__prospect=prospect, done_at=None)
    waiting.update(done_at=now(), outcome="cancelled")


def settle(prospect: Prospect) -> None:
    """What is paid, and whether the open promise is kept by it. The caller holds the prospect's lock."""
    _set_payment_state(prospect)
    for result in prospect.results.filter(promise_state=PromiseState.OPEN).select_related("campaign", "by", "reason"):
        called_on = timezone.localtime(result.at, ZoneInfo(prospect.time_zone)).date()
        paid = prospect.payments.filter(paid_on__gte=called_on, paid_on__lte=result.promised_on)
        if (paid.aggregate(all=Sum("amount"))["all"] or 0) >= (result.promised_amount or 0):
            _decide(result, PromiseState.KEPT, paid.latest("paid_on").paid_on)
            forget(prospect)


def _set_payment_state(prospect: Prospect) -> None:
    """From the payments since the bill's month began; a bill that is paid is not called about any more."""
    paid = prospect.payments.filter(paid_on__gte=prospect.bill_month).aggregate(all=Sum("amount"))["all"] or 0
    state = PaymentState.PAID if paid >= prospect.bill_amount else PaymentState.PARTLY if paid else prospect.payment_state
    prospect.payment_state, prospect.payment_checked_at = state, now()
    if state == PaymentState.PAID and prospect.state == ProspectState.WAITING:
        let_go(prospect, ProspectState.ENDED)
        prospect.ended_because = Ended.PAID
    save(prospect)


def _decide(result: CaringResult, state: PromiseState, paid_on: date | None = None) -> None:
    result.promise_state, result.paid_on = state, paid_on
    result.version += 1
    result.save(update_fields=["promise_state", "paid_on", "version"])
    record(result.prospect, f"promise.{state}", by=None, facts={"result": result.pk})
    Counter.grow("results")


def fire_reminders(*, batch: int = BATCH) -> int:
    """Every reminder whose moment has come, each once; returns how many. A bad one stops none of the others."""
    due = PromiseReminder.objects.filter(done_at=None, due_at__lte=now()).order_by("due_at", "id")
    return sum(_fired(pk) for pk in list(due.values_list("pk", flat=True)[:batch]))


@transaction.atomic
def _fired(pk: int) -> bool:
    reminder = PromiseReminder.objects.select_related("result__by", "result__prospect").get(pk=pk)
    prospect = lock_prospect(reminder.result.prospect_id)
    # The conditional UPDATE is what lets one worker fire it, on both databases.
    if PromiseReminder.objects.filter(pk=pk, done_at=None).update(done_at=now(), outcome="fired") != 1:
        return False
    result = CaringResult.objects.select_related("by", "campaign", "reason").get(pk=reminder.result_id)
    result.prospect = prospect
    if result.promise_state != PromiseState.OPEN:
        return False
    if reminder.kind == ReminderKind.BROKEN:
        _decide(result, PromiseState.BROKEN)
        _call_again(prospect, result)
    else:
        _tell([result.by], "promise-due", result, _("Hari ini janji bayar %(number)s."))
    return True


def _call_again(prospect: Prospect, result: CaringResult) -> None:
    """A broken promise is cared again, its own agent first; one that is worked or ended meanwhile is left alone."""
    if prospect.state in (ProspectState.DONE, ProspectState.VALIDATING) and result.state != ResultState.SENT_BACK:
        let_go(prospect, ProspectState.WAITING)
        prospect.for_person, prospect.due_at = result.by, now()
        prospect.own_until = now() + timedelta(minutes=settings.OWN_CALLBACK_MINUTES)
        save(prospect)
        Counter.grow(COUNTER)
    _tell([result.by], "promise-broken", result, _("Janji bayar %(number)s lewat, pembayaran belum tercatat."))


def _tell(people: Iterable[Person], key: str, result: CaringResult, sentence: object) -> None:
    text = Words(sentence, number=result.prospect.service_number)
    notify(people, Event.PAYMENT_PROMISE, key=f"{key}:{result.pk}", text=text)


def keep_payment(prospect: Prospect, paid_on: date, amount: int, reference: str) -> bool:
    """One payment, once; whether it was new."""
    _payment, made = Payment.objects.get_or_create(
        prospect=prospect,
        paid_on=paid_on,
        amount=amount,
        reference=reference,
        defaults={"team": prospect.team, "loaded_at": now()},
    )
    return made
