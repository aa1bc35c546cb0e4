"""Finds the Chromium for the browser tests, or brings one, and says where it is.

python -m tools.chromium      prints the path; exits 1 with a sentence when there is none to be had
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these a headless Chromium asks the outside world for updates at each start, and as root refuses to start at all.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def in_path() -> str | None:
    """The Chromium that the PATH names."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def driver_starts() -> bool:
    """Whether the Node that comes with Playwright runs here; a bare Debian lacks a library that it needs."""
    node, _ = compute_driver_executable()
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0


def own() -> str | None:
    """The Chromium that Playwright has downloaded for itself."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install(packages: list[str]) -> None:
    """Installs Debian's packages where that is possible and allowed."""
    if not packages or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    tell(f"Installing for the browser tests: {' '.join(packages)} ...")
    for command in (["update"], ["-y", "--no-install-recommends", "install", *packages]):
        apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *command]
        subprocess.run(apt, stdout=subprocess.DEVNULL, check=False)


def tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def main() -> int:
    """Prints the path of a Chromium that is there now."""
    install([*(["chromium"] if not in_path() else []), *(["libatomic1"] if not driver_starts() else [])])
    if not driver_starts():
        tell("The browser tests need Playwright, and its driver does not start: it lacks libatomic (Debian: libatomic1).")
        return 1
    found = in_path() or own()
    if not found:
        tell("No Chromium found: asking Playwright for its own ...")
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
        found = own()
    if not found:
        tell("The browser tests need Chromium, and none could be found or installed. Put chromium or google-chrome into the PATH")
        tell("(Debian: apt-get install chromium), then run this again.")
        return 1
    print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
