"""Migrations have names that people understand, and none is missing."""

import re

import pytest
from django.core.management import call_command

from tests.house.sources import FLOORS, TOP

NAMES = [file.stem for app in FLOORS for file in sorted((TOP / app / "migrations").glob("[0-9]*.py"))]


def test_every_migration_has_a_spoken_name() -> None:
    assert [name for name in NAMES if "_auto_" in name or not re.fullmatch(r"\d{4}_[a-z][a-z0-9]*(_[a-z0-9]+)*", name)] == []


def test_numbers_do_not_fork() -> None:
    numbers = [(app, file.name[:4]) for app in FLOORS for file in (TOP / app / "migrations").glob("[0-9]*.py")]
    assert len(numbers) == len(set(numbers))


@pytest.mark.django_db
def test_the_models_need_no_migration_that_is_not_there() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
