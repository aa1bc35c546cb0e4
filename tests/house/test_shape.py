"""Small files, small functions: a newcomer reads one in one look."""

from statistics import median, quantiles

import pytest

from tests.house.sources import TOP, functions, python_files

pytestmark = pytest.mark.xdist_group("house")  # one process reads the files once


def lengths() -> list[int]:
    return [lines for _, lines in functions(python_files(tests=False))]


def test_no_function_is_over_50_lines() -> None:
    assert [pair for pair in functions(python_files(tests=False)) if pair[1] > 50] == []


def test_no_file_is_over_400_lines() -> None:
    sizes = {str(file.relative_to(TOP)): len(file.read_text().splitlines()) for file in python_files(tests=False)}
    assert {name: lines for name, lines in sizes.items() if lines > 400} == {}


def test_half_of_the_functions_have_at_most_8_lines() -> None:
    assert median(lengths()) <= 8


def test_nine_of_ten_functions_have_at_most_30_lines() -> None:
    assert quantiles(lengths(), n=10)[-1] <= 30


def test_half_of_the_tests_have_at_most_10_lines() -> None:
    assert median(lines for name, lines in functions(python_files(tests=True)) if ":test_" in name) <= 10


def test_common_stays_a_small_cellar_without_models() -> None:
    modules = [file for file in (TOP / "common").glob("*.py") if file.name not in {"__init__.py", "apps.py"}]
    assert len(modules) <= 17, "common is for plumbing that several floors need: move what one floor alone needs up there"
    assert not (TOP / "common" / "models.py").exists()


def test_no_alarm_goes_only_to_administrators_on_duty() -> None:
    """Where none is there it would reach nobody: ``on_duty_or_all``, in escalation/actions/notifying.py."""
    assert [file for file in python_files(tests=False) if "on_duty(Role.ADMINISTRATOR)" in file.read_text()] == []
