"""Making policies: versions that are never edited; the newest active one of a kind serves new tickets (ESC-1, ESC-2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.history import record
from accounts.models import Person
from accounts.roles import require
from common.clock import now
from common.problems import Invalid
from common.text import clean
from escalation.models import Channel, Milestone, MilestoneName, Policy, Rung, Whom
from tickets.models import Kind

MOST_RUNGS = 12


@transaction.atomic
def create_policy(*, by: Person, name: str, kind: str, milestones: Sequence[Mapping[str, Any]], active: bool = True) -> Policy:
    """A new version of the policy of a kind. What runs keeps the version that it started with (ESC-2)."""
    require(by, "policy.edit")
    _check(kind, milestones)
    newest = Policy.objects.filter(kind=kind).aggregate(newest=Max("version"))["newest"] or 0
    policy = Policy.objects.create(name=clean(name, longest=120), kind=kind, version=newest + 1, active=active, created_at=now())
    for row in milestones:
        milestone = Milestone.objects.create(policy=policy, milestone=row["milestone"], seconds=row["seconds"])
        Rung.objects.bulk_create(
            Rung(milestone=milestone, order=order, **rung) for order, rung in enumerate(row["rungs"], start=1)
        )
    record(policy, "policy.created", by=by, facts={"kind": kind, "version": policy.version})
    return policy


def _check(kind: str, milestones: Sequence[Mapping[str, Any]]) -> None:
    if kind not in Kind.values:
        raise Invalid(_("Jenis tiket tidak dikenal."), errors={"kind": [_("Pilih salah satu dari daftar.")]})
    names = [row["milestone"] for row in milestones]
    if len(names) != len(set(names)) or not set(names) <= set(MilestoneName.values):
        raise Invalid(
            _("Setiap tonggak satu kali, dari daftar."), errors={"milestones": [_("Ada yang ganda atau tidak dikenal.")]}
        )
    rungs = [rung for row in milestones for rung in row["rungs"]]
    if any(len(row["rungs"]) > MOST_RUNGS for row in milestones):
        raise Invalid(_("Terlalu banyak anak tangga."), errors={"milestones": [_("Paling banyak 12 anak tangga.")]})
    _check_people({rung["whom"] for rung in rungs} - set(Whom.values))
    _check_channels({rung["channel"] for rung in rungs} - {"page"})


def _check_people(codes: set[str]) -> None:
    if missing := codes - set(Person.objects.filter(agent_code__in=codes, is_active=True).values_list("agent_code", flat=True)):
        sentence = _("Tidak ada orang aktif dengan kode %(codes)s.")
        raise Invalid(
            sentence, errors={"milestones": [sentence % {"codes": ", ".join(sorted(missing))}]}, codes=", ".join(missing)
        )


def _check_channels(slugs: set[str]) -> None:
    if missing := slugs - set(Channel.objects.filter(slug__in=slugs, active=True).values_list("slug", flat=True)):
        sentence = _("Tidak ada saluran aktif bernama %(slugs)s.")
        raise Invalid(
            sentence, errors={"milestones": [sentence % {"slugs": ", ".join(sorted(missing))}]}, slugs=", ".join(missing)
        )
