"""Installations from before the units of regular tickets were chased (OB-4) get that milestone as a new version of their policies.

A policy that ever had it stays as it is: its administrator has decided. What runs keeps the version that it started with.
"""

from typing import Any

from django.db import migrations
from django.utils import timezone

MILESTONE = {"milestone": "unit_silence", "seconds": 120 * 60}
LADDER = [(0, "holder"), (600, "team_leader"), (1200, "supervisor"), (3600, "group")]
HEAD = ("name", "kind", "segment", "service_line", "region", "site_id", "in_force_from", "counting_id", "notifying_id", "clause")
RUNG = ("order", "after_seconds", "whom", "channel", "repeat_seconds", "repeat_times", "all_must_acknowledge")


def add(apps: Any, _schema_editor: Any) -> None:
    """For each scope the version that serves and those that will, each copied in its order with the milestone added."""
    scopes: dict[tuple[Any, ...], list[Any]] = {}
    for policy in apps.get_model("escalation", "Policy").objects.filter(kind="regular").order_by("version"):
        scope = (policy.segment, policy.service_line, policy.region, policy.site_id)
        scopes.setdefault(scope, []).append(policy)
    for versions in scopes.values():
        if not any(policy.milestones.filter(milestone=MILESTONE["milestone"]).exists() for policy in versions):
            newest = versions[-1].version
            for number, policy in enumerate(_serving(versions), start=newest + 1):
                _copied(apps, policy, number)


def _serving(versions: list[Any]) -> list[Any]:
    on = [policy for policy in versions if policy.active]
    begun = [policy for policy in on if policy.in_force_from is None or policy.in_force_from <= timezone.now()]
    return [policy for policy in on if not begun or policy.version >= begun[-1].version]


def _copied(apps: Any, policy: Any, number: int) -> None:
    """The same with the milestone: unconfirmed, because nobody agreed to its minutes yet."""
    head = {name: getattr(policy, name) for name in HEAD}
    copy = apps.get_model("escalation", "Policy").objects.create(**head, version=number, created_at=timezone.now())
    rows = apps.get_model("escalation", "Milestone").objects
    rung = apps.get_model("escalation", "Rung")
    for old in policy.milestones.order_by("id"):
        row = rows.create(policy=copy, milestone=old.milestone, seconds=old.seconds)
        kept = [{name: getattr(each, name) for name in RUNG} for each in old.rungs.order_by("order")]
        rung.objects.bulk_create(rung(milestone=row, **values) for values in kept)
    row = rows.create(policy=copy, **MILESTONE)
    rung.objects.bulk_create(
        rung(milestone=row, order=order, after_seconds=after, whom=whom) for order, (after, whom) in enumerate(LADDER, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("escalation", "0008_application_problems")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
