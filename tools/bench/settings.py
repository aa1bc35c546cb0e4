"""The settings of a running Kawal, with the floors mounted beside it and the statements of each answer counted."""

from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE, REST_FRAMEWORK, TEMPLATES

ROOT_URLCONF = "tools.bench.urls"
MIDDLEWARE = ["tools.bench.counting.count_statements", *MIDDLEWARE]
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": []}
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")  # type: ignore[attr-defined]
CALLING_HOURS = (0, 24)  # what is measured must not depend on the hour
