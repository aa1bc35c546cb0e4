"""Loads the test plugins that are about running tests, not about Kawal. The cast is in tests/conftest.py."""

pytest_plugins = [
    "tests.plugin_groups",
    "tests.plugin_browser",
    "tests.plugin_counts",
    "tests.plugin_database",
    "tests.plugin_examples",
    "tests.plugin_time",
    "tests.fakes.gowa",
]
