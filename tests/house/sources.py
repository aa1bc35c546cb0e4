"""Where the project's own text is, for the tests that read it."""

import ast
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
FLOORS = ["common", "accounts", "tickets", "escalation", "outbound", "quality"]  # from the cellar up


@cache
def project_files() -> list[Path]:
    """Every file of the project: those that git follows and those that it would; without git, all but what tools leave."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    if shutil.which("git") and (TOP / ".git").exists():
        names = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout.splitlines()
        return [TOP / name for name in names if (TOP / name).is_file()]
    left_by_tools = re.compile(r"^(\.venv|var|\.\w+_cache|\.hypothesis|test-results)/|__pycache__|\.mo$")
    return [file for file in TOP.rglob("*") if file.is_file() and not left_by_tools.search(str(file.relative_to(TOP)))]


def python_files(*, tests: bool) -> list[Path]:
    """Python files without migrations: those of the tests, or all the others."""
    own = [file for file in project_files() if file.suffix == ".py" and "migrations" not in file.parts]
    return [file for file in own if (file.relative_to(TOP).parts[0] == "tests") is tests]


def functions(files: list[Path]) -> list[tuple[str, int]]:
    """The functions of the files with their numbers of lines."""
    return [
        (f"{file.relative_to(TOP)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for file in files
        for node in nodes(file)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@cache
def nodes(file: Path) -> list[ast.AST]:
    """All that stands in the file."""
    return list(ast.walk(ast.parse(file.read_text())))
