"""A page of a release before a person: in the Chromium of the system, from a folder or from a plain web server.

Playwright only drives it: no browser is downloaded. Nothing leaves this machine: names of other hosts lead nowhere, and
what a page asks for elsewhere is recorded. A program that is missing is an error that says what to install.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Response, sync_playwright

# Playwright adds --headless and a new profile.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
# What is shown at 200 % of a window of 1280 is laid out as in one of 640; a sheet of A4 has 19 cm between its margins.
WIDE, PHONE, ZOOMED, SHEET = (1280, 800), (320, 640), (640, 400), (718, 1000)
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_ONLY_VIOLATIONS = {"resultTypes": ["violations"], "preload": False}
_SHOWN = 3
_TALLEST = 4_000


class MissingProgramError(Exception):
    """A program of the system that these tests need is not there; the message says what to install."""


def find_program(names: tuple[str, ...], package: str, path: str | None = None) -> str:
    """Where the first of these programs is, on the search path or on ``path``.

    Raises:
        MissingProgramError: none is there; it is in the Debian package ``package``.
    """
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    raise MissingProgramError(
        f"{names[0]} is needed to try the pages of a release, and it is not on the search path: install it "
        f"(Debian and Ubuntu: apt-get install {package})"
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of the system, with a profile of its own that goes with it."""
    program = find_program(_CHROMIUM, "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing of a request: what went wrong is seen in the browser."""


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """The address of what ``python -m http.server`` is in ``folder``, on a free loopback port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Visit:
    """A page that was opened, and what was wrong meanwhile: ``left`` are the addresses outside ``home``."""

    page: Page
    home: str
    left: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Write down what the page asks for and complains about from here on."""
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("requestfailed", lambda request: self.errors.append(f"{request.url}: {request.failure}"))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: said.type in ("error", "warning") and self.errors.append(said.text))

    def _asked(self, request: Request) -> None:
        # What a page makes itself (a picture for a download) is asked for by these, and goes nowhere.
        if not request.url.startswith((self.home, "data:", f"blob:{self.home}", "blob:null")):
            self.left.append(request.url)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.url}: {response.status}")

    def laid_out(self, size: tuple[int, int]) -> int:
        """How wide the page becomes in a window of this size, in pixels."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        width: int = self.page.evaluate("document.scrollingElement.scrollWidth")
        return width

    def sticks_out(self, size: tuple[int, int]) -> list[str]:
        """What makes the page wider than a window of this size; nothing when it fits."""
        if self.laid_out(size) <= size[0]:
            return []
        found: list[str] = self.page.evaluate(_STICKS_OUT, size[0])
        return found or ["the page is wider than its window, though no element is"]


# The innermost elements beyond the right edge that lie in no box that scrolls or cuts by itself.
_STICKS_OUT = """width => {
  const held = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
  return [...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > width + 0.5 && !held(e))
    .filter((e, _, all) => ![...e.children].some(c => all.includes(c))).slice(0, 5)
    .map(e => e.tagName.toLowerCase() + '.' + e.getAttribute('class') + ' ' + e.textContent.trim().slice(0, 60)); }"""


@contextmanager
def opened(
    browser: Browser, address: str, home: str, *, size: tuple[int, int] = WIDE, **settings: Any
) -> Iterator[Visit]:
    """Open ``address`` in a window of its own; ``settings`` are those of a Playwright context (``color_scheme``)."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="nl-NL", timezone_id="Europe/Amsterdam", **settings
    )
    try:
        visit = Visit(context.new_page(), home)
        visit.watch()
        visit.page.goto(address)
        yield visit
    finally:
        context.close()


def axe_violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds wrong (only by ``rules``, if there are any): per rule a sentence with the first places."""
    options = _ONLY_VIOLATIONS | ({"runOnly": {"type": "rule", "values": [*rules]}} if rules else {})
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {each['help']} ({len(each['nodes'])}: {_places(each['nodes'])})" for each in found]


def _places(nodes: list[dict[str, Any]]) -> str:
    return "; ".join(f"{' '.join(map(str, node['target']))} {node['html'][:120]}" for node in nodes[:_SHOWN])


def save_forms(visit: Visit, folder: Path) -> list[Path]:
    """Save what a person looks at, as ``<name of the page>-<form>``: every form in which the page is to be right."""
    page, saved = visit.page, []
    name = unquote(page.url.removeprefix(visit.home)).strip("/").removesuffix(".html").replace("/", "-")

    def save(form: str, width: int) -> None:
        # As much as a person looks at, and as a picture can hold.
        visit.laid_out((width, min(_TALLEST, visit.page.evaluate("document.scrollingElement.scrollHeight"))))
        saved.append(folder / f"{name}-{form}.png")
        page.screenshot(path=saved[-1])

    for form, size in {"wide": WIDE, "phone": PHONE, "zoomed": ZOOMED}.items():
        visit.laid_out(size)
        save(form, size[0])
    page.emulate_media(color_scheme="dark")
    save("dark", WIDE[0])
    page.emulate_media(color_scheme="light", forced_colors="active")
    save("contrast", WIDE[0])
    page.emulate_media(forced_colors="none")
    saved.append(folder / f"{name}-print.pdf")
    page.pdf(path=saved[-1], format="A4")
    return saved


def pictures_folder() -> Path | None:
    """Where a person wants the pictures of the pages (``SCREENSHOTS`` in the environment), if anywhere."""
    wanted = os.environ.get("SCREENSHOTS", "")
    if not wanted:
        return None
    folder = Path(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
