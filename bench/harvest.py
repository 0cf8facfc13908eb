"""How long a nation takes to harvest the catalogues of its cities, on the loopback.

286 catalogues of 100 data sets each, as another urbium programme publishes them (DCAT in JSON-LD), and as
CKAN answers: harvested the first time, and again when nothing has changed.

    python bench/harvest.py [--catalogues 286] [--record]
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

import history
from urbium.model import City
from urbium.platform.dcat import catalogue_document
from urbium.platform.resources import Distribution, Resource
from urbium.programme import new
from urbium.programme.people.invitations import FOUNDER

SETS = 100


def resource(city: str, number: int) -> Resource:
    return Resource(
        title=f"Data set {number} of {city}",
        description="What it holds, in two lines of words, and where its limits are.",
        identifier=f"{city}/{number}",
        publisher=f"City {city}",
        contact="Data desk",
        email="data@example.org",
        themes=["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
        keywords=["one", "two", "three"],
        licence="https://creativecommons.org/licenses/by/4.0/",
        access_rights="PUBLIC",
        periodicity="MONTHLY",
        modified="2026-10-01",
        distributions=[
            Distribution(access_url=f"https://{city}.example.org/{number}.csv", media_type="text/csv")
        ],
    )


def package(one: Resource) -> dict[str, object]:
    return {
        "id": one.identifier, "title": one.title, "notes": one.description, "license_url": one.licence,
        "metadata_modified": one.modified, "organization": {"title": one.publisher},
        "tags": [{"name": word} for word in one.keywords],
        "resources": [{"url": form.access_url, "mimetype": form.media_type} for form in one.distributions],
    }  # fmt: skip


class Portal(ThreadingHTTPServer):
    """The catalogues of all cities, by address."""

    answers: Mapping[str, bytes]


class Cities(BaseHTTPRequestHandler):
    """Answers as each city: /CODE/catalogue.jsonld and /CODE/api/3/action/package_search."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, Portal)
        body = self.server.answers[self.path.partition("?")[0]]
        self.send_response(200)
        self.send_header("content-type", "application/ld+json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def answers(codes: list[str]) -> dict[str, bytes]:
    pages = {}
    for code in codes:
        resources = [resource(code, number) for number in range(SETS)]
        document = catalogue_document(
            [(str(number), code, one) for number, one in enumerate(resources)],
            address=f"https://{code}.example.org",
            title=code,
            publisher=code,
        )
        pages[f"/{code}/catalogue.jsonld"] = msgspec.json.encode(document)
        answer = {"success": True, "result": {"count": SETS, "results": [package(one) for one in resources]}}
        pages[f"/{code}/api/3/action/package_search"] = json.dumps(answer).encode()
    return pages


def harvested(codes: list[str], host: str, form: str, *, is_recorded: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, new(Path(folder) / "nation.db", nation="NLD") as nation:
        nation.register(
            cities=[City(code, {"en": code}, "municipality") for code in codes], by="b", reason="b"
        )
        nation.settings.change(by="b", reason="b", outbound_hosts=[f"{host} private"])
        nation.people.invite(FOUNDER, "olga", {"display": "O", "grants": [{"role": "office"}]})
        olga = nation.people.named("olga")
        for code in codes:
            address = f"http://{host}/{code}" + ("/catalogue.jsonld" if form == "urbium" else "")
            content = {"title": code, "address": address, "format": form}
            nation.casework.begin(FOUNDER, "harvest", code, content, city=code)
            nation.casework.act(olga, "harvest", code, "activate", version=1)
        for again in ("first", "again"):
            began, used = time.perf_counter(), time.process_time()
            outcomes = nation.harvests.run_all(codes, by="olga")
            seconds, processor = time.perf_counter() - began, time.process_time() - used
            wrong = [one for one in outcomes if one.failure or one.new + one.unchanged != SETS]
            if wrong:
                sys.exit(f"not harvested whole: {wrong[0]}")
            print(f"{form}, {again}: {seconds:.1f} s, {processor:.1f} s of processor")
            if is_recorded:
                figures = {"seconds": seconds, "processor_seconds": processor, "catalogues": len(codes)}
                case = f"{form} {again}"
                history.record("harvest", figures, case=case, units={"catalogues": "count"})
            if again == "first":
                began = time.perf_counter()
                rows = nation.resources.table().height
                print(f"  the page's table of {rows:,} resources: {time.perf_counter() - began:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalogues", type=int, default=286)
    history.add_option(parser)
    options = parser.parse_args()
    count = options.catalogues
    codes = [f"{number:04}" for number in range(1, count + 1)]
    with Portal(("127.0.0.1", 0), Cities) as server:
        server.answers = answers(codes)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{server.server_address[1]}"
        for form in ("urbium", "ckan"):
            harvested(codes, host, form, is_recorded=options.record)
        server.shutdown()


if __name__ == "__main__":
    main()
