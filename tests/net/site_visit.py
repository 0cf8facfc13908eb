"""A visit of the public pages: from the first page, along every link, each route by a few representatives."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from laws import Breach, of_page
from page_reader import read_page
from urbium.programme import Programme
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer
from urbium.web.views.plans import checking

HOST = "http://127.0.0.1"
APART = re.compile(r"^/(?:static/|vega/|sign-out|schema|notice|about/how-good)")
"""What is the same for every programme."""
_LONG = re.compile(r"^/about/(?:sources|assumptions)")
"""Lists of all that urbium declares: read where several addresses of a route are."""
MENU = ("/nation", "/cities", "/plan", "/plan/money", "/indices", "/data")
BEGIN = ("/", "/cities", "/programme", "/publications", "/verify", "/sign-in", "/nation", "/plan", "/indices")


class Routes:
    """Tells which route answers at an address, so that of a thousand cities a few stand for all."""

    def __init__(self, app: Litestar) -> None:
        paths = sorted({route.path for route in app.routes}, key=lambda path: (path.count("{"), -len(path)))
        self._patterns = [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"), path) for path in paths]

    def of(self, address: str) -> str:
        """Return the route of an address with the names of its query."""
        parts = urlsplit(address)
        path = next((path for pattern, path in self._patterns if pattern.match(parts.path)), parts.path)
        names = sorted({name for name, _ in parse_qsl(parts.query)})
        return path + (f"?{'&'.join(names)}" if names else "")


@contextmanager
def client_of(programme: Programme, **more: Any) -> Iterator[TestClient[Litestar]]:
    """Open a client of a programme's app in this process."""
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), **more)
    with TestClient(app, base_url=HOST, raise_server_exceptions=False) as client, plans_checked_here():
        yield client


@contextmanager
def plans_checked_here() -> Iterator[None]:
    """Let plans be checked in this process: those of a net are so small that a second process costs more."""

    def no_other_process(_plan: object) -> None:
        raise EOFError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "_elsewhere", no_other_process)
        yield


def visit(programme: Programme, allowed: str, *, each: int, most: int = 10_000) -> list[Breach]:
    """Follow every link of the public pages, ``each`` so many addresses of a route; return what is broken."""
    with client_of(programme) as client:
        codes = programme.cities()["code"].to_list()
        unlinked = _unlinked(client, {*MENU, *(f"/cities/{quote(code)}" for code in codes)})
        return [*unlinked, *_breaches(client, Routes(client.app), allowed, each, most)]


def _unlinked(client: TestClient, wanted: set[str]) -> Iterator[Breach]:
    """The first page and the ranking, all pages of it, lead to every city and to the pages of the stages."""
    linked, waiting = set[str](), ["/", "/cities", "/plan", "/data"]
    while waiting:
        address = waiting.pop()
        page = read_page(address, client.get(address).text)
        following = {page.at(link) for link in page.links} - linked
        linked |= following
        waiting += [link for link in following if re.fullmatch(r"/cities\?.*page=\d+.*", link)]
    for address in sorted(wanted - linked):
        yield Breach("the first pages lead there", address, "no link")


def _breaches(client: TestClient, routes: Routes, allowed: str, each: int, most: int) -> Iterator[Breach]:
    waiting, met, visited = deque((address, "menu") for address in BEGIN), set(BEGIN), Counter()
    while waiting and most > 0:
        address, linked_from = waiting.popleft()
        route = routes.of(address)
        if visited[route] >= each:
            continue
        visited[route] += 1
        most -= 1
        answer = client.get(address, follow_redirects=False)
        kind = answer.headers.get("content-type", "")
        place = f"{address} (linked from {linked_from})"
        markup = answer.text if kind.startswith("text") or "json" in kind or "svg" in kind else ""
        yield from of_page(place, answer.status_code, kind, markup, allowed)
        if kind.startswith("text/html"):
            page = read_page(address, markup)
            for link in page.links:
                following = page.at(link) if link.startswith(("/", "?")) else ""
                is_left_out = APART.match(following) or (each == 1 and _LONG.match(following))
                is_new = following not in met and not link.startswith("//")
                if following and is_new and not is_left_out:
                    met.add(following)
                    waiting.append((following, address))
