"""What the pages of policies show: whom a policy serves, which version does so now, how many tickets keep an older one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from common.clock import now
from common.problems import NotVisible
from escalation.actions.policies import SCOPE
from escalation.models import Clock, ClockState, Milestone, MilestoneName, Policy, Rung, Scope, Trial
from escalation.simulating import Event, Happenings, simulate
from escalation.whom import words

LIVE = [ClockState.RUNNING, ClockState.PAUSED]
MOST_VERSIONS = 20
MOST_ROWS = 200


@dataclass(frozen=True)
class Step:
    """A rung in words."""

    after: int
    who: str
    channel: str
    repeat: int
    times: int
    all_must: bool


@dataclass(frozen=True)
class Ladder:
    """A milestone in words."""

    label: str
    minutes: int
    steps: list[Step] = field(default_factory=list)


def scope_words(policy: Policy) -> str:
    """Whom it serves beside its kind: *DGS, IndiHome, TREG 3, situs JKT*; all, where it names nothing."""
    parts = [
        policy.segment,
        policy.get_service_line_display() if policy.service_line else "",
        f"TREG {policy.region}" if policy.region else "",
        _("situs %(site)s") % {"site": policy.site.code} if policy.site else "",
    ]
    return ", ".join(filter(None, map(str, parts))) or _("semua tiket jenis ini")


def newest_versions() -> QuerySet[Policy]:
    """The newest version of each scope, most special first."""
    # As special as the outer row, so an empty region or site here is empty there too.
    same, here = Q(region=OuterRef("region")) | Q(region=None), Q(site=OuterRef("site")) | Q(site=None)
    plain = {name: OuterRef(name) for name in ("kind", "segment", "service_line", "specificity")}
    newer = Policy.objects.filter(same, here, version__gt=OuterRef("version"), **plain)
    return Policy.objects.filter(~Exists(newer)).select_related("site", "counting", "notifying").prefetch_related("milestones")


def versions_of(policy: Policy) -> QuerySet[Policy]:
    """All versions of its scope, newest first."""
    return Policy.objects.filter(**{name: getattr(policy, name) for name in SCOPE}).order_by("-version")


def with_ladders(pk: int) -> Policy:
    """The version with all that its page draws; 404 where there is none."""
    rungs = Prefetch("milestones__rungs", Rung.objects.order_by("order"))
    rows = Policy.objects.select_related("site", "counting", "notifying", "created_by", "confirmed_by")
    policy = rows.prefetch_related(Prefetch("milestones", Milestone.objects.order_by("pk")), rungs).filter(pk=pk).first()
    if policy is None:
        raise NotVisible(_("Kebijakan ini tidak ada."))
    return policy


def ladders(policy: Policy) -> list[Ladder]:
    """Its milestones and rungs in words, names looked up in two statements at most."""
    milestones = list(policy.milestones.all())
    names = words({rung.whom for row in milestones for rung in row.rungs.all()})
    return [
        Ladder(
            str(row.get_milestone_display()),
            row.seconds // 60,
            [
                Step(
                    rung.after_seconds // 60,
                    names[rung.whom],
                    by_what(rung.whom, rung.channel),
                    rung.repeat_seconds // 60,
                    rung.repeat_times,
                    rung.all_must_acknowledge,
                )
                for rung in row.rungs.all()
            ],
        )
        for row in milestones
    ]


def by_what(whom: str, channel: str) -> str:
    """By what a rung tells, in words; a group is written to in its own channel."""
    if channel != "page":
        return channel
    return _("pesan ke grup") if whom.startswith("group") else _("halaman ini")


def serving_now(policies: Iterable[Policy], at: datetime | None = None) -> dict[tuple[Any, ...], Policy]:
    """Of each scope the version that serves now, if any: the newest that is on and in force."""
    moment, found = at or now(), dict[tuple[Any, ...], Policy]()
    for policy in sorted(policies, key=lambda each: -each.version):
        if policy.active and (policy.in_force_from is None or policy.in_force_from <= moment):
            found.setdefault(scope_of(policy), policy)
    return found


def scope_of(policy: Policy) -> tuple[Any, ...]:
    """What makes two rows versions of one policy."""
    return (policy.kind, policy.segment, policy.service_line, policy.region, policy.site_id)


def running(policies: Sequence[Policy]) -> dict[int, int]:
    """How many tickets run by each of these versions; what lives is few, however many have ended."""
    rows = Clock.objects.filter(state__in=LIVE, policy__in=policies).values_list("policy_id")
    return dict(rows.annotate(tickets=Count("ticket", distinct=True)).order_by())


def serves_instead(policy: Policy) -> Policy | None:
    """What serves the tickets of this scope when this version is off."""
    scope = Scope(policy.kind, policy.segment, policy.service_line, policy.region, [policy.site_id] if policy.site_id else [])
    return Policy.objects.serving(scope, now()).exclude(pk=policy.pk).first()


def serving(scope: Scope, at: datetime) -> Policy | None:
    """The version that would serve such a ticket, with all that is needed to walk through it."""
    found = Policy.objects.serving(scope, at).values_list("pk", flat=True).first()
    return with_ladders(found) if found else None


@dataclass(frozen=True)
class Row:
    """One thing that would happen, in words."""

    event: Event
    milestone: str
    who: str
    channel: str


def simulated(policy: Policy, happens: Happenings, zone: str) -> list[Row]:
    """Everything that would happen, in order, at most MOST_ROWS."""
    events = simulate(policy, happens, zone)[:MOST_ROWS]
    names = words({event.whom for event in events if event.whom})
    labels = dict(MilestoneName.choices)
    return [
        Row(
            event,
            str(labels[event.milestone]),
            names.get(event.whom, ""),
            by_what(event.whom, event.channel) if event.order else "",
        )
        for event in events
    ]


def trial_words(trial: Trial) -> dict[str, Any]:
    """The result of a try as its page draws it: milestones and people in words, hours beside each other."""
    result = trial.result
    if not result:
        return {}
    labels = dict(MilestoneName.choices)
    names = words({rung["whom"] for row in result["milestones"] for rung in row["rungs"] if rung["whom"]})
    milestones = [
        {**row, "label": labels[row["milestone"]], "rungs": [{**r, "who": names.get(r["whom"], "")} for r in row["rungs"]]}
        for row in result["milestones"]
    ]
    pairs = zip(range(24), result["hours"]["would"], result["hours"]["did"], strict=True)
    hours = [{"hour": f"{hour:02d}", "would": would, "did": did} for hour, would, did in pairs if would or did]
    return {"found": result, "milestones": milestones, "hours": hours}
