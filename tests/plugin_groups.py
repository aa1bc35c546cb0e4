"""Which tests run: unmarked ones always, `servers` where PostgreSQL and Redis are given, `slow` when asked for. Of those that
drive a browser each shape takes one half, because each costs seconds: both together drive all, and the other half counts as slow.

What is left out is counted and printed. A skipped or excused test makes the run fail: tests are left out here, in the open, or
not at all.
"""

import os
import random
from collections import Counter
from zlib import crc32

import pytest
from django.conf import settings

SERVERS_GIVEN = bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
LEFT_OUT: Counter[str] = Counter()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kawal")
    group.addoption("--slow", action="store_true", help="run the slow tests only")
    group.addoption("--slow-sample", type=int, default=0, metavar="N", help="run a seeded sample of N slow tests only")
    group.addoption("--mails", metavar="FOLDER", help="mail files to feed in test_mail_ends.py, instead of our own odd ones")
    group.addoption("--seed", default="1", help="the seed of that sample")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps the wanted group. Runs in every xdist worker alike, so the choice depends on names and the seed alone."""
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        reason = left_out_because(item, config)
        LEFT_OUT.update([reason] if reason else [])
        (dropped if reason else kept).append(item)
    if size := config.getoption("--slow-sample"):
        sample = sample_of(kept, size, config.getoption("--seed"))
        LEFT_OUT["slow, not in the sample"] += len(kept) - len(sample)
        dropped += [item for item in kept if item not in sample]
        kept = [item for item in kept if item in sample]
    items[:] = kept
    if dropped:
        config.hook.pytest_deselected(items=dropped)


def sample_of(items: list[pytest.Item], size: int, seed: str) -> list[pytest.Item]:
    """So many of them: half of the faults and floods that are slow by themselves, the rest of the other shape's browsers."""
    dice, in_order = random.Random(seed), sorted(items, key=lambda item: item.nodeid)
    by_itself = [item for item in in_order if item.get_closest_marker("slow")]
    others = [item for item in in_order if item not in by_itself]
    first = dice.sample(by_itself, min((size + 1) // 2, len(by_itself)))
    return first + dice.sample(others, min(size - len(first), len(others)))


def left_out_because(item: pytest.Item, config: pytest.Config) -> str:
    """Why this test does not run now; empty when it does."""
    if item.get_closest_marker("servers") and not SERVERS_GIVEN:
        return "needs servers (DATABASE_URL and REDIS_URL)"
    only_slow = bool(config.getoption("--slow") or config.getoption("--slow-sample"))
    by_name = any(".py" in argument for argument in config.args)  # who asks for a file gets all of it
    others = not by_name and drives_browser(item) and not in_turn(item)
    is_slow = item.get_closest_marker("slow") is not None or others
    if is_slow and not only_slow:
        return "in a browser, in turn on the other shape" if others else "slow (make test-slow)"
    return "not slow" if only_slow and not is_slow else ""


def drives_browser(item: pytest.Item) -> bool:
    """Whether it opens one."""
    return "browser" in getattr(item, "fixturenames", ())


def in_turn(item: pytest.Item) -> bool:
    """Whether it belongs to this shape's half. By its name, which is the same in every process and order."""
    return crc32(f"{item.location[0]} {item.name}".encode()) % 2 == int(SERVERS_GIVEN)


@pytest.fixture(scope="session", autouse=True)
def own_cache(request: pytest.FixtureRequest) -> None:
    """Gives each xdist worker its own corner of a shared Redis cache, as pytest-django gives it its own database."""
    settings.CACHES["default"]["KEY_PREFIX"] = getattr(request.config, "workerinput", {}).get("workerid", "one")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hands the counts to the xdist controller; there, or without xdist, fails the run when a test was skipped or excused."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(LEFT_OUT)
    elif excused(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Takes the counts of the first xdist worker that ends; all collect the same tests."""
    counts = getattr(node, "workeroutput", {}).get("left_out")
    if counts and not LEFT_OUT:
        LEFT_OUT.update(counts)


def excused(config: pytest.Config) -> int:
    """How many tests were skipped or expected to fail."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return sum(len(reporter.stats.get(kind, [])) for kind in ("skipped", "xfailed", "xpassed")) if reporter else 0


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    database, broker = str(settings.DATABASES["default"]["ENGINE"]).rsplit(".", 1)[-1], settings.CELERY_BROKER_URL.split(":")[0]
    terminalreporter.write_line(f"Ran on {database}, broker {broker}.")
    for reason, count in sorted((+LEFT_OUT).items()):
        terminalreporter.write_line(f"Deselected: {count} {reason}")
    if config.getoption("--slow-sample"):
        terminalreporter.write_line(f"The sample's seed: {config.getoption('--seed')}")
    if count := excused(config):
        terminalreporter.write_line(f"FAILED: {count} skipped or excused; that is a defect, not a result.", red=True)
