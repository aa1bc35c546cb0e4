"""Makes .venv and installs one locked list into it, telling each step. Plain standard library: it runs before anything is there.

python3 tools/install.py runtime|dev
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
LOG = VENV / "install.log"
NEWEST_LINES = 25


def main(name: str) -> int:
    """Installs requirements/<name>.txt with its hashes; answers with an exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - it runs before the right Python is certain
        print(f"Kawal needs Python 3.11 or newer; this is {sys.version.split()[0]}. Choose another: make PYTHON=python3.12 run")
        return 1
    started = time.monotonic()
    if not (VENV / "bin" / "python").exists():
        print("Making a virtual environment in .venv ...", flush=True)
        if subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False).returncode:
            print("Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv")
            return 1
    wanted = TOP / "requirements" / f"{name}.txt"
    total = len(re.findall(r"^[\w.-]+(\[.*\])?==", wanted.read_text(), re.MULTILINE))
    print(f"Installing {total} packages, each checked against its hash (a minute or less) ...", flush=True)
    status = install(wanted, total)
    if status:
        print(f"The installation failed. The end of {LOG.relative_to(TOP)}:\n")
        print("\n".join(LOG.read_text().splitlines()[-NEWEST_LINES:]))
        return status
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)
    return 0


def install(wanted: Path, total: int) -> int:
    """Runs pip, one line a package for the person who waits; all that pip says is kept in the log."""
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip += ["--progress-bar", "off", "--require-hashes", "-r", str(wanted)]
    seen = 0
    with LOG.open("w") as log, subprocess.Popen(pip, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker: stdout is a pipe
        for line in process.stdout:
            log.write(line)
            package = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
            if package:
                seen += 1
                print(f"  {seen}/{total} {package[1]}", flush=True)
            elif line.startswith("Installing collected"):
                print("  unpacking ...", flush=True)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
