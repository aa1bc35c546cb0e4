"""The people named in the originals' sign-off blocks are real: no text of ours and no name that the demo puts together is theirs.

They stand here as hashes alone, of the lower-cased name without its full stops.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from itertools import product

import pytest

from tests.house.sources import TOP
from tests.house.test_words import text_files

pytestmark = pytest.mark.xdist_group("house")  # one process reads the files once
REAL = {
    "fb3b6fdaa757ebd8a6ef3943ee0f3e2346e711b7ac1c794835c14ff8a731e831",
    "a99f23dc783d6af8c90a6e52c3bcf7a0a8faa77e7fcdf12f771c2a1a1f71ce99",
    "a9ccfc35860786d3655e96acfad56df653fdbc2d7e59390f9956e566191acd5d",
    "642616bb049a4242a015ac9a8c30a942467fafc5415425890cd54921d60da16c",
    "b25ba248c89bf9bbdb5c1a18726ab44c47080b4458c89e90e607712cc23a98c1",
    "563137dad775d8d5fbd13fc6e40fe1c46fe0bf13a8b92940c54a112a1d3f6535",
    "152f3462030d4ed0d0c213a8de8810d26a824ab9911e2741c9949269a4bf9024",
    "862230135cf3815f70c83bec83b8cb9cc869c64f2ed2e7ce201dc72b02e6feee",
}
WORD = re.compile(r"[A-Za-z]+")


def real_ones(names: Iterable[tuple[str, ...]]) -> list[str]:
    said = {" ".join(name).lower() for name in names}
    return [name for name in said if sha256(name.encode()).hexdigest() in REAL]


def neighbours(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(text)
    return {*zip(words, words[1:], strict=False), *zip(words, words[1:], words[2:], strict=False)}


@pytest.mark.req("QM-3")
def test_no_text_names_them() -> None:
    assert [file.name for file in text_files() if real_ones(neighbours(file.read_text()))] == []


@pytest.mark.req("QM-3")
def test_no_two_words_of_the_demo_together_name_them() -> None:
    demo = " ".join(file.read_text() for file in (TOP / "config").glob("demo*.py"))
    words = {word for word in WORD.findall(demo) if word[0].isupper()}
    assert len(words) > 100
    assert real_ones(product(words, words)) == []
