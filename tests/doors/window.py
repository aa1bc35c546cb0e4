"""A browser that looks at the pages of the test's own database: this process answers it, without a server."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe*.js")).read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOST = "http://localhost"  # which browsers trust without TLS
WIDE, NARROW = (1366, 768), (390, 844)
# What axe does not see: a page wider than its window, words that spill out of their box, targets too small for a thumb.
SPILLS = """() => {
  const wide = document.documentElement.clientWidth, whole = document.documentElement.scrollWidth, found = new Set();
  if (whole > wide) found.add(`wider than the window: ${whole} > ${wide}`);
  for (const part of document.querySelectorAll("body *")) {
    if (part.closest("svg, option, [hidden], .sr, .visually-hidden")) continue;
    const box = part.getBoundingClientRect(), style = getComputedStyle(part);
    if (!box.width || !part.checkVisibility({visibilityProperty: true}) || style.display === "inline") continue;
    const what = [part.tagName.toLowerCase(), ...part.classList].join(".");
    if (part.clientWidth && part.scrollWidth > part.clientWidth + 1 && style.overflowX === "visible")
      found.add(`spills: ${what} "${part.textContent.trim().slice(0, 40)}"`);
    const pressed = part.matches("a, button, input:not([type=hidden]), select, summary") && !part.closest("label, p");
    if (pressed && (box.height < 24 || box.width < 24))
      found.add(`small target: ${what} ${Math.round(box.width)}x${Math.round(box.height)}`);
  }
  return [...found].slice(0, 8);
}"""


@dataclass
class Window:
    """One browser's page; whose it is changes with the cookies of ``client``. Playwright calls ``answer`` in a context of its
    own, where Django would open another connection, which does not see the test's rows: ``own`` is the test's."""

    page: Page
    client: Client
    own: Context
    size: tuple[int, int]
    noise: list[str] = field(default_factory=list)

    def findings(self, path: str) -> list[str]:
        """What axe, a ruler and the console say of the page at this path."""
        self.noise.clear()
        self.page.goto(HOST + path, wait_until="load")
        self.page.evaluate(AXE)
        # As high as the page: what sticks to the window's edge lies over nothing then, as after scrolling.
        whole = self.page.evaluate("() => Math.min(document.documentElement.scrollHeight, 8000)")
        width, height = self.size
        self.page.set_viewport_size({"width": width, "height": max(whole, height)})
        ran: Any = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        said = [f"axe {each['id']} ({len(each['nodes'])}): {each['nodes'][0]['html'][:160]}" for each in ran["violations"]]
        self.page.set_viewport_size({"width": width, "height": height})
        measured: list[str] = self.page.evaluate(SPILLS)
        return said + measured + self.noise

    def title(self) -> str:
        """The page's title, without the number of news before it."""
        return self.page.title().rpartition(") ")[2]

    def hear(self, said: ConsoleMessage) -> None:
        """Keeps what the console says, but that a page which is not there, or not for this person, is just that."""
        if said.type in ("error", "warning") and said.location["url"] != self.page.url:
            self.noise.append(f"console: {said.text}")

    def answer(self, route: Route) -> None:
        """Gives the browser what this process has for it."""
        request = route.request
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != HOST:
            self.noise.append(f"asks another host: {request.url}")
            route.abort()
        elif parts.path.startswith("/static/"):
            found = finders.find(parts.path.removeprefix("/static/"))
            route.fulfill(path=str(found)) if found else route.fulfill(status=404)
        else:
            route.fulfill(**self.own.run(self._ask, request))

    def _ask(self, request: Request) -> dict[str, Any]:
        sent = {name: value for name, value in request.headers.items() if name not in ("cookie", "host")}
        path = request.url.removeprefix(HOST)
        if request.method == "GET":
            answer: Any = self.client.get(path, headers=sent, follow=True)
        else:
            kind = request.headers.get("content-type", "")
            answer = self.client.generic(request.method, path, request.post_data or "", kind, headers=sent)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return {
            "status": answer.status_code,
            "headers": {name: str(value) for name, value in answer.headers.items()},
            "body": body,
        }


@contextmanager
def window(browser: Browser, size: tuple[int, int], scheme: Any, language: str) -> Iterator[Window]:
    """A window of this size in this colour scheme, which asks for this language."""
    narrow = size == NARROW
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        locale=language,
        is_mobile=narrow,
        has_touch=narrow,
        reduced_motion="reduce",
    )
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    looked = Window(context.new_page(), client, copy_context(), size)
    looked.page.on("console", looked.hear)
    looked.page.on("pageerror", lambda error: looked.noise.append(f"script: {error}"))
    context.route("**/*", looked.answer)
    try:
        yield looked
    finally:
        context.close()
