"""Making sampling plans, drawing on schedule, and tapping what was drawn (QC-7).

The result of a plan: first what is risky, then what each agent still lacks, then as many at random of the rest.
"""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Counter, Person
from accounts.roles import require
from common import words
from common.clock import now
from common.problems import Conflict, Invalid
from common.text import clean
from outbound.models import CaringResult, ResultState
from quality.actions.evaluations import EvaluationBody, record_evaluation
from quality.actions.sheets import MarkBody
from quality.models import Check, Draw, Evaluation, Period, SamplingPlan, ScoringForm, Why

COUNTER = "draws"
MOST_CANDIDATES = 20_000
LENGTH = {Period.DAY: timedelta(days=1), Period.WEEK: timedelta(days=7)}
RULES = ("per_agent", "at_random", "large_amount", "new_agent_days", "after_return")
Picked = tuple[CaringResult, Why, str]


@transaction.atomic
def make_plan(*, by: Person | None, name: str, period: str = Period.WEEK, **rules: Any) -> SamplingPlan:
    """A plan that draws at the end of each period: in the night to Monday, or every night."""
    if by is not None:
        require(by, "sampling.edit")
    name = clean(name, longest=80)
    errors: dict[str, list[Any]] = {}
    if not name:
        errors["name"] = [_("Isian ini masih kosong.")]
    elif SamplingPlan.objects.filter(name=name).exists():
        errors["name"] = [_("Nama ini sudah dipakai rencana lain.")]
    if period not in Period.values:
        errors["period"] = [_("Pilih salah satu dari daftar.")]
    if not any(rules.get(rule) for rule in RULES):
        errors["per_agent"] = [_("Isi paling sedikit satu aturan.")]
    if errors:
        raise Invalid(_("Rencana belum lengkap."), errors=errors)
    plan = SamplingPlan.objects.create(name=name, period=period, next_draw_at=next_end(Period(period)), made_by=by, **rules)
    record(plan, "sampling.plan_made", by=by, facts={"period": period} | {rule: rules.get(rule) for rule in RULES}, first=True)
    return plan


@transaction.atomic
def switch_plan(plan: SamplingPlan, active: bool, *, by: Person) -> SamplingPlan:
    """Draw no more, or again. What was drawn stays."""
    require(by, "sampling.edit")
    plan = SamplingPlan.objects.select_for_update().get(pk=plan.pk)
    plan.active, plan.next_draw_at = active, next_end(Period(plan.period))
    plan.save(update_fields=["active", "next_draw_at"])
    record(plan, "sampling.plan_switched", by=by, facts={"active": active})
    return plan


def next_end(period: Period) -> datetime:
    """The next midnight of the house that ends a period: any, or that to Monday."""
    local = timezone.localtime(now())
    days = 1 if period == Period.DAY else 7 - local.weekday()
    return datetime.combine(local.date() + timedelta(days=days), time.min, timezone.get_default_timezone())


def draw_due_plans() -> int:
    """Draw by every plan whose period has ended; returns how many results were drawn. A period is drawn once."""
    due = SamplingPlan.objects.filter(active=True, next_draw_at__lte=now()).order_by("next_draw_at")
    return sum(_drawn(plan) for plan in list(due))


@transaction.atomic
def _drawn(plan: SamplingPlan) -> int:
    end = plan.next_draw_at
    following = next_end(Period(plan.period))
    if SamplingPlan.objects.filter(pk=plan.pk, next_draw_at=end, active=True).update(next_draw_at=following) != 1:
        return 0
    picked = pick(plan, candidates(end - LENGTH[Period(plan.period)], end), random.SystemRandom())
    Draw.objects.bulk_create(
        Draw(plan=plan, result=each, person=each.by, team=each.campaign.team, why=why, fact=fact[:120], drawn_at=now())
        for each, why, fact in picked
    )
    record(plan, "sampling.drawn", by=None, facts={"until": end.isoformat(), "results": [each.pk for each, *_why in picked]})
    Counter.grow(COUNTER)
    return len(picked)


def candidates(since: datetime, until: datetime) -> list[CaringResult]:
    """Calls of the period in which somebody was reached, not drawn and not on their way to a sheet by validation."""
    rows = CaringResult.objects.standing().filter(at__gte=since, at__lt=until, contacted=True, draw=None)
    rows = rows.exclude(state=ResultState.AWAITING_VALIDATION).exclude(validations__evaluation__isnull=False)
    return list(rows.select_related("by", "campaign__team", "prospect").order_by("id")[:MOST_CANDIDATES])


def pick(plan: SamplingPlan, results: Sequence[CaringResult], chance: random.Random) -> list[Picked]:
    """Which of the results this plan draws, and why: risk, then per agent, then at random. ``chance`` decides between equals."""
    shuffled = list(results)
    chance.shuffle(shuffled)
    picked: dict[int, Picked] = {}
    for each, why, fact in _risky(plan, shuffled):
        if len(picked) < plan.most_by_risk:
            picked.setdefault(each.pk, (each, why, fact))
    have: dict[int, int] = {}
    for each, *_why in picked.values():
        have[each.by_id] = have.get(each.by_id, 0) + 1
    for each in shuffled:
        if have.get(each.by_id, 0) < plan.per_agent and each.pk not in picked:
            have[each.by_id] = have.get(each.by_id, 0) + 1
            fact = gettext("%(count)s dari %(wanted)s untuk %(code)s") % {
                "count": have[each.by_id], "wanted": plan.per_agent, "code": each.by.agent_code,
            }  # fmt: skip
            picked[each.pk] = (each, Why.PER_AGENT, fact)
    rest = [each for each in shuffled if each.pk not in picked][: plan.at_random]
    fact = gettext("%(count)s dari %(all)s telepon") % {"count": len(rest), "all": len(results)}
    return [*picked.values(), *((each, Why.AT_RANDOM, fact) for each in rest)]


def _risky(plan: SamplingPlan, results: Sequence[CaringResult]) -> Iterable[Picked]:
    returned = _returned_before(results) if plan.after_return else {}
    for each in results:
        if plan.large_amount and (each.promised_amount or 0) >= plan.large_amount:
            yield each, Why.LARGE_AMOUNT, f"Rp{words.thousands(each.promised_amount or 0)}"
        elif plan.new_agent_days and each.at - each.by.created_at <= timedelta(days=plan.new_agent_days):
            yield each, Why.NEW_AGENT, gettext("mulai %(day)s") % {"day": words.day(each.by.created_at)}
        elif returned.get(each.prospect_id, each.pk) < each.pk:
            yield each, Why.AFTER_RETURN, gettext("pernah dikembalikan QC")


def _returned_before(results: Sequence[CaringResult]) -> dict[int, int]:
    """Of each account among these the first result that QC returned."""
    accounts = {each.prospect_id for each in results}
    rows = CaringResult.objects.filter(state=ResultState.RETURNED, prospect__in=accounts).order_by()
    return dict(rows.values_list("prospect").annotate(first=Min("pk")))


@transaction.atomic
def tap(draw: Draw, marks: Sequence[MarkBody], *, by: Person, form: ScoringForm | None = None, findings: str = "") -> Evaluation:
    """Fill the sheet of what was drawn; it goes into the ledger as a tapping (QC-5, QC-7)."""
    require(by, "evaluation.create")
    draw = Draw.objects.select_for_update(of=("self",)).select_related("person__team__leader", "result__prospect").get(pk=draw.pk)
    if draw.evaluation_id:
        raise Conflict(_("Sampel ini sudah dinilai."))
    form = form or ScoringForm.objects.published().filter(check_kind=Check.TAPPING).first()
    body = EvaluationBody(
        Check.TAPPING, draw.person, timezone.localdate(draw.result.at), form, marks, findings=findings,
        reference=f"{draw.plan.name}, {draw.result.prospect.service_number}"[:120],
    )  # fmt: skip
    draw.evaluation = record_evaluation(body, by=by)
    draw.save(update_fields=["evaluation"])
    Counter.grow(COUNTER)
    return draw.evaluation
