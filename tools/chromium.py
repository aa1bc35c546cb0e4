"""Finds the Chromium for the browser tests, or brings one, and says where it is.

python -m tools.chromium      prints the path; exits 1 with a sentence when there is none to be had
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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


def find() -> str | None:
    """The Chromium that is on this machine: one from the PATH, else Playwright's own."""
    if found := in_path():
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def bring() -> str | None:
    """Installs Debian's package where that is possible and allowed, else lets Playwright download its own."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("No Chromium found: installing Debian's package ...", file=sys.stderr, flush=True)
        for command in ("apt-get -qq update", "apt-get -qq -y --no-install-recommends install chromium"):
            subprocess.run(["env", "DEBIAN_FRONTEND=noninteractive", *command.split()], stdout=subprocess.DEVNULL, check=False)
        if found := in_path():
            return found
    print("No Chromium found: asking Playwright for its own ...", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    return find()


def main() -> int:
    """Prints the path of a Chromium that is there now."""
    found = find() or bring()
    if found is None:
        print(
            "The browser tests need Chromium, and none could be found or installed."
            " Put chromium or google-chrome into the PATH (Debian: apt-get install chromium), then run this again.",
            file=sys.stderr,
        )
        return 1
    print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
