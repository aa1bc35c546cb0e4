"""On the embedded default the tests work on a database file, as a running Kawal does: each thread and process has its own
connection, and the settings for them (WAL, IMMEDIATE) are tried too. A database in memory would be one connection for all."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a process on the tests' own embedded database gets as its ``KAWAL_DATA``; its broker is the one of this process."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "broker").symlink_to(settings.BROKER_DIR, target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, data_folder: Path) -> None:
    """Where the file lies. On servers pytest-django's own names for parallel databases stay as they are."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(data_folder / "kawal.sqlite3")
