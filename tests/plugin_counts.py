"""Query counts: what a page may ask of the database stands in tests/<app>/query_counts.json, where a reviewer sees it change."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

WRITE = os.environ.get("KAWAL_WRITE_COUNTS") == "1"
# The frame around a transaction differs between the databases and says nothing about the page.
FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@pytest.fixture
def query_count(request: pytest.FixtureRequest) -> Callable[[str], AbstractContextManager[None]]:
    """`with query_count("queue page"): client.get(...)` fails unless the number of statements is the reviewed one.

    After a change that is meant: KAWAL_WRITE_COUNTS=1 pytest tests/<app>, and read the difference.
    """
    book = request.path.parent / "query_counts.json"

    @contextmanager
    def counting(name: str) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        statements = [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(FRAME)]
        counts = json.loads(book.read_text()) if book.exists() else {}
        if WRITE:
            write(book, counts | {name: len(statements)})
            return
        listing = "\n".join(f"{number}. {sql}" for number, sql in enumerate(statements, 1))
        reviewed = counts.get(name)
        assert reviewed == len(statements), f"{name}: {len(statements)} statements, {reviewed} reviewed:\n{listing}"

    return counting


def write(book: Path, counts: dict[str, int]) -> None:
    book.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")
