"""A real Chromium and a real server with the demo programme.

In the quick run it opens the pages that are unlike each other, sorts a list and reports a problem; what
people do there, and the sweeps over all pages, are in the long run: a page in a browser takes a second.
"""

import shutil
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def serving(programme, **options):
    """Serve a programme on a free port of this machine; charts are drawn in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), **options)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=30)
    listener.close()


@pytest.fixture(scope="session")
def serve():
    """Return what serves any programme for the time of a block."""
    return serving


@pytest.fixture(scope="session")
def address(demo):
    """Serve the demo programme, in which everybody's place can be taken."""
    with serving(demo, is_demo=True) as address:
        yield address


@pytest.fixture(scope="module")  # its driver keeps an event loop running, beside which no other may begin
def chromium():
    """Start Chromium, or skip and say why."""
    if not CHROMIUM.exists():
        found = shutil.which("chromium") or "nothing of that name"
        pytest.skip(f"the browser tests need {CHROMIUM} (there is {found}); .ci/run installs it")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """One page in a fresh browser: what it asked for, and what it complained of."""

    def __init__(self, browser, address, **settings):
        self.context = browser.new_context(**settings)
        self.page = self.context.new_page()
        self.page.set_default_navigation_timeout(120_000)  # the first page makes all results of the demo
        self.address, self.asked, self.complaints = address, [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def become(self, who):
        """Take the place of one of the demo's people; nobody's is the public's."""
        self.context.request.post(f"{self.address}/demo/take-place", form={"code": who}, max_redirects=0)
        return self

    def open(self, path):
        self.page.goto(self.address + path, wait_until="load")
        return self.page


@pytest.fixture(scope="module")
def come(chromium, address):
    """Return what starts a visit with the settings of a browser context, which the caller closes."""

    def start(**settings):
        return Visit(chromium, address, **({"viewport": {"width": 1280, "height": 900}} | settings))

    return start


@pytest.fixture
def visit(come):
    """Return a function that starts a visit with the settings of a browser context."""
    visits = []

    def start(**settings):
        visits.append(come(**settings))
        return visits[-1]

    yield start
    for each in visits:
        each.context.close()
