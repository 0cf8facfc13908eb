"""What tests of the platform share: a server of catalogues, a resource, a harvest that has begun."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from people_of import actor
from urbium.platform.resources import Distribution, Resource
from urbium.programme.people.invitations import FOUNDER

CITY = "0503"
TREES = Resource(
    title="Trees",
    description="Every tree of the city with its place.",
    nature="dataset",
    identifier="trees",
    publisher="City of Delft",
    contact="Data desk",
    email="data@example.org",
    themes=["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
    keywords=["park", "tree"],
    licence="https://creativecommons.org/licenses/by/4.0/",
    access_rights="PUBLIC",
    periodicity="WEEKLY",
    issued="2020-01-01",
    modified="2026-01-02",
    temporal_start="2020",
    spatial="Delft",
    version="1.2",
    landing_page="https://data.example.org/trees",
    distributions=[
        Distribution(
            access_url="https://data.example.org/trees.csv",
            download_url="https://data.example.org/trees.csv",
            media_type="text/csv",
            format="CSV",
            licence="https://creativecommons.org/licenses/by/4.0/",
            size=1200,
        )
    ],
)


class Portal:
    """Catalogues that a server of this machine answers with: content and ETag by path; it counts requests."""

    def __init__(self):
        self.answers, self.asked, self.status = {}, [], 200

    def say(self, path, content, *, kind="application/ld+json", etag=""):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.answers[path] = (body, kind, etag)


@contextmanager
def portal():
    """Serve catalogues on the loopback; yields the portal with its address."""
    held = Portal()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            held.asked.append(self.path)
            answer = held.answers.get(self.path)
            found = answer(self) if callable(answer) else answer
            if found is None or held.status != 200:
                self.send_error(404 if held.status == 200 else held.status)
                return
            body, kind, etag = found
            same = etag and self.headers.get("if-none-match") == etag
            self.send_response(304 if same else 200)
            self.send_header("content-type", kind)
            if etag:
                self.send_header("etag", etag)
            self.send_header("content-length", "0" if same else str(len(body)))
            self.end_headers()
            self.wfile.write(b"" if same else body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        held.host = f"127.0.0.1:{server.server_address[1]}"
        held.address = f"http://{held.host}"
        yield held
        server.shutdown()


def harvested(programme, address, *, form="dcat", code="delft", city=CITY):
    """Let a catalogue be harvested: one of the office enters it, another lets it begin."""
    host = address.partition("//")[2].partition("/")[0]
    programme.settings.change(by="test", reason="test", outbound_hosts=[f"{host} private"])
    content = {"title": "Delft", "address": address, "format": form}
    case = programme.casework
    case.begin(FOUNDER, "harvest", code, content, city=city)
    return case.act(actor(programme, "olga"), "harvest", code, "activate", version=1)
