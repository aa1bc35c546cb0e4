"""Every sentence of the pages has its English one, nothing is left for later, no machine's paths or addresses are inside."""

import ast
import gettext
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

from tests.house.sources import TOP, nodes, project_files, python_files

CATALOGUE = TOP / "locale" / "en" / "LC_MESSAGES" / "django.po"
TRANSLATING = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
READABLE = {".py", ".html", ".css", ".js", ".md", ".txt", ".toml", ".in", ".json", ".sql", ".yml", ".svg", ""}
HERE = Path(__file__)
pytestmark = pytest.mark.xdist_group("house")  # one process reads the files once


def text_files() -> list[Path]:
    return [file for file in project_files() if file.suffix in READABLE and "vendor" not in file.parts]


def places(pattern: str, files: list[Path]) -> list[str]:
    others = [file for file in files if file != HERE]
    found = [(file, number, line) for file in others for number, line in enumerate(file.read_text().splitlines(), 1)]
    return [f"{file.relative_to(TOP)}:{number}: {line.strip()}" for file, number, line in found if re.search(pattern, line)]


def test_nothing_is_left_for_later() -> None:
    assert places(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError", text_files()) == []


def test_no_path_of_one_machine_is_inside() -> None:
    assert places(r"(?<![\w.}~-])/(work|root|farm|home)/", text_files()) == []


def test_no_address_of_a_registry_is_inside() -> None:
    assert (
        places(r"index-url|find-links|trusted-host|https?://[^ ]*(pypi|pythonhosted|npmjs|registry|mirror)", text_files()) == []
    )


def test_no_test_is_skipped_or_excused() -> None:
    assert places(r"mark\.(skip|xfail)|pytest\.(skip|xfail|importorskip)\(|assert True\b", python_files(tests=True)) == []


def words_of_templates() -> set[str]:
    """The msgids of the templates, through Django's own preparation for xgettext."""
    templates = [file for file in project_files() if file.suffix in {".html", ".txt"} and "templates" in file.parts]
    found: set[str] = set()
    for file in templates:
        prepared = templatize(file.read_text(), origin=str(file))
        for literal in re.findall(rf"(?:(?<!p)gettext\(|pgettext\({LITERAL},\s*)({LITERAL})", prepared):
            found.add(ast.literal_eval(literal))
    return found


def words_of_code() -> set[str]:
    """The msgids of the Python code: first argument of the gettext functions, second where the first is a context."""
    calls = [
        node
        for file in python_files(tests=False)
        for node in nodes(file)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATING
    ]
    arguments = [call.args[1 if getattr(call.func, "id", "").lstrip("n").startswith("p") else 0] for call in calls]
    return {node.value for node in arguments if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    assert CATALOGUE.exists(), "make messages makes it"
    return polib.pofile(str(CATALOGUE))


def test_every_sentence_of_pages_and_code_is_in_the_catalogue(catalogue: polib.POFile) -> None:
    assert (words_of_templates() | words_of_code()) - {entry.msgid for entry in catalogue if not entry.obsolete} == set()


def test_every_sentence_has_its_english_one(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_placeholders_survive_the_translation(catalogue: polib.POFile) -> None:
    holes = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
    pairs = [(entry.msgid, entry.msgstr) for entry in catalogue if entry.msgstr]
    assert [pair for pair in pairs if set(holes.findall(pair[0])) != set(holes.findall(pair[1]))] == []


def test_the_compiled_catalogue_is_in_step(catalogue: polib.POFile) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    fresh = {entry.msgid: entry.msgstr for entry in catalogue if entry.msgstr and not entry.msgctxt}
    assert {msgid: compiled.gettext(msgid) for msgid in fresh} == fresh
