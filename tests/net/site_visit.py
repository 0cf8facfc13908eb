"""A visit of the public pages: from the first page, along every link, each route by a few representatives."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from laws import Breach, of_page
from litestar import Litestar
from litestar.testing import TestClient
from page_reader import read_page

from urbium.programme import Programme
from urbium.web import create_app
from urbium.web.drawing import Drawer

__all__ = ["Routes", "client_of", "visit"]

HOST = "http://127.0.0.1"
APART = re.compile(r"^/(?:static/|vega/|sign-out|schema|notice|about/how-good)")
"""What is the same for every programme."""
BEGIN = ("/", "/programme", "/publications", "/verify", "/sign-in", "/nation", "/plan", "/indices")


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
def client_of(programme: Programme, **more: Any) -> Iterator[TestClient[Litestar]]:  # noqa: ANN401 - of create_app
    """Open a client of a programme's app in this process."""
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), **more)
    with TestClient(app, base_url=HOST, raise_server_exceptions=False) as client:
        yield client


def visit(programme: Programme, allowed: str, *, each: int, most: int = 10_000) -> list[Breach]:
    """Follow every link of the public pages, ``each`` so many addresses of a route; return what is broken."""
    with client_of(programme) as client:
        return list(_breaches(client, Routes(client.app), allowed, each, most))


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
                if link.startswith(("/", "?")) and not link.startswith("//"):
                    following = page.at(link)
                    if following not in met and not APART.match(following):
                        met.add(following)
                        waiting.append((following, address))
