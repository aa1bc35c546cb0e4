"""A database of an installation that stood at escalation 0008, migrated to today: its policies get the chase of units (OB-4)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SCRIPT = """
import json
from datetime import timedelta
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
OLD = [
    ("escalation", "0008_application_problems"), ("outbound", "0004_scripts_in_one_home"), ("quality", "0003_retention_of_mail")
]
MigrationExecutor(connection).migrate(OLD)
apps, moment = MigrationExecutor(connection).loader.project_state(OLD).apps, timezone.now()
hours = apps.get_model("escalation", "Calendar").objects.create(name="24/7")
def policy(kind, version, days, **more):
    begins = None if days is None else moment + timedelta(days=days)
    head = {"name": kind, "kind": kind, "version": version, "in_force_from": begins, "counting": hours, "notifying": hours}
    made = apps.get_model("escalation", "Policy").objects.create(**head, created_at=moment, **more)
    goal = apps.get_model("escalation", "Milestone").objects.create(policy=made, milestone="solution", seconds=86400)
    apps.get_model("escalation", "Rung").objects.create(milestone=goal, order=1, after_seconds=600, whom="team_leader")
for version, days in enumerate((-90, -9, 7), start=1):
    policy("regular", version, days)
policy("regular", 1, None, region=5)
policy("hard_complaint", 1, None)
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
new = MigrationExecutor(connection).loader.project_state(executor.loader.graph.leaf_nodes()).apps
found = []
for each in new.get_model("escalation", "Policy").objects.order_by("kind", "region", "version"):
    goals = [[goal.milestone, goal.seconds, goal.rungs.count()] for goal in each.milestones.order_by("id")]
    days = each.in_force_from and (each.in_force_from - moment).days
    found.append([each.kind, each.region, each.version, days, goals])
print(json.dumps(found))
"""
SOLUTION, CHASE = ["solution", 86_400, 1], ["unit_silence", 7_200, 4]


@pytest.mark.req("OB-4", "ESC-2")
def test_policies_of_0008_get_the_chase_as_new_versions_and_keep_their_own(tmp_path):
    given = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    of_its_own = {**given, "DEBUG": "1", "KAWAL_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=TOP, env=of_its_own, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [
        ["hard_complaint", None, 1, None, [SOLUTION]],
        ["regular", None, 1, -90, [SOLUTION]],
        ["regular", None, 2, -9, [SOLUTION]],
        ["regular", None, 3, 7, [SOLUTION]],
        ["regular", None, 4, -9, [SOLUTION, CHASE]],
        ["regular", None, 5, 7, [SOLUTION, CHASE]],
        ["regular", 5, 1, None, [SOLUTION]],
        ["regular", 5, 2, None, [SOLUTION, CHASE]],
    ]
