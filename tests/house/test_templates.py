"""Every template keeps to the strict policy, and names only icons and classes that exist."""

import re
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["common", "accounts", "tickets", "escalation", "outbound", "quality"]
TEMPLATES = sorted(chain((ROOT / "templates").rglob("*.html"), *((ROOT / app).glob("templates/**/*.html") for app in APPS)))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text()))
NAMES = [str(path.relative_to(ROOT)) for path in TEMPLATES]
FORBIDDEN = {
    "a style attribute (take a class of app.css)": r"\sstyle\s*=",
    "a style block (static/css)": r"<style",
    "a script without a file (static/js)": r"<script(?![^>]*\bsrc=)",
    "an event attribute (a hook of docs/pages.md)": r"\son[a-z]+\s*=",
    "hx-on or eval (HX-Trigger and a listener)": r"hx-on|hx-vars|\bjs:",
    "something from another host": r"(?:src|href)=[\"']https?://",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=NAMES)
def test_a_template_holds_nothing_that_the_policy_forbids(template):
    text = template.read_text()
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]
    assert not found, f"{template.name} has {found}"


@pytest.mark.parametrize("template", TEMPLATES, ids=NAMES)
def test_a_template_draws_only_icons_of_the_sprite(template):
    named = set(re.findall(r'{%\s*icon "([\w-]+)"', template.read_text()))
    assert named <= SYMBOLS, f"not in static/img/icons.svg: {named - SYMBOLS}"


@pytest.mark.parametrize("template", TEMPLATES, ids=NAMES)
def test_a_form_that_posts_carries_the_key(template):
    """Without it every browser is refused, while the tests' own, which has no key to check, gets through."""
    forms = re.findall(r'<form\b[^<]*method="post".*?(?:</form>|\Z)', template.read_text(), re.S)
    assert [form[:120] for form in forms if "csrf_token" not in form and "csrfmiddlewaretoken" not in form] == []


def test_pies_gauges_and_ticks_have_a_class_for_every_step():
    css = (ROOT / "static/css/app.css").read_text()
    missing = [f".{name}-{step}" for name in ("p", "at", "v") for step in range(0, 101, 5) if f".{name}-{step} {{" not in css]
    assert not missing


@pytest.mark.parametrize("script", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_a_script_is_small_and_evaluates_nothing(script):
    text = script.read_text()
    assert len(text.splitlines()) <= 200
    assert not re.search(r"\beval\(|new Function|document\.write|https?://", text)
