"""How fast the context store of a place is: 100,000 entities written, found, summed over time, and told of.

Entities are made up: six attributes each, one of them a place. Everything is asked in one process, by the
functions that the addresses call; wall times and processor seconds are both told, for machines are busy.

    python bench/context_store.py [--entities 100000] [--record]
"""

import argparse
import gc
import http.server
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import history
from urbium.platform.context import Context, Query
from urbium.platform.context.conditions import read_condition
from urbium.platform.context.names import Contexts
from urbium.platform.context.notifier import Notifier
from urbium.platform.context.representations import Form
from urbium.platform.context.subscriptions import Rules
from urbium.platform.context.temporal import Span, evolution
from urbium.platform.outbound import AllowedHosts, fetch
from urbium.store import Store, Subscription

HOUR, START = 3_600_000_000, 1_767_225_600_000_000
CONDITIONS = ("occupancy>0.999", "occupancy>0.5", "temperature==12.3;status==free", 'name=="spot 77"')


def entity(number: int) -> dict[str, object]:
    """Return a made-up parking spot."""
    observed = "2026-01-01T00:00:00Z"
    return {
        "id": f"urn:ngsi-ld:ParkingSpot:{number}",
        "type": "ParkingSpot",
        "name": {"type": "Property", "value": f"spot {number}"},
        "status": {"type": "Property", "value": "free" if number % 3 else "taken", "observedAt": observed},
        "temperature": {"type": "Property", "value": number % 500 / 10, "observedAt": observed},
        "occupancy": {"type": "Property", "value": number * 7919 % 10007 / 10007, "observedAt": observed},
        "refParkingSite": {"type": "Relationship", "object": f"urn:ngsi-ld:ParkingSite:{number % 100}"},
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [4 + number % 1000 / 1000, 52 + number // 1000 / 1000]},
        },
    }


@contextmanager
def timed(figures: dict[str, float], name: str, count: int = 1) -> Iterator[None]:
    """Note wall and processor seconds, each of one of ``count``."""
    wall, processor = time.perf_counter(), time.process_time()
    yield
    figures[f"{name}_seconds"] = (time.perf_counter() - wall) / count
    figures[f"{name}_processor_seconds"] = (time.process_time() - processor) / count


def write(context: Context, count: int, figures: dict[str, float]) -> None:
    """Create entities by the thousand, and replace a thousand that are there."""
    rows = [entity(number) for number in range(count)]
    with timed(figures, "create_one", count):
        for start in range(0, count, 1000):
            context.upsert(rows[start : start + 1000])
    figures["created_per_second"] = 1 / figures["create_one_seconds"]
    figures["created_per_processor_second"] = 1 / figures["create_one_processor_seconds"]
    changed = [row | {"occupancy": {"type": "Property", "value": 2.0}} for row in rows[:1000]]
    with timed(figures, "batch_of_1000"):
        context.upsert(changed)


def find(context: Context, figures: dict[str, float]) -> None:
    """Ask for twenty entities of a type under each condition, again and again."""
    names = context.contexts.names()
    wanted = [
        Query(types=[names.expand("ParkingSpot")], condition=read_condition(q, names)) for q in CONDITIONS
    ]
    count = 200
    with timed(figures, "query", count * len(wanted)):
        for query in wanted * count:
            context.query(query)
    figures["queries_per_second"] = 1 / figures["query_seconds"]
    figures["queries_per_processor_second"] = 1 / figures["query_processor_seconds"]


def summed(context: Context, figures: dict[str, float]) -> None:
    """Sum 10,000 points of one attribute by the day."""
    for first in range(0, 10_000, 1000):
        for number in range(first, first + 1000):
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime((START + number * HOUR) / 1_000_000))
            flow = {"type": "Property", "value": number % 97 / 7, "observedAt": at}
            context.merge("urn:x:1", {"https://uri.etsi.org/ngsi-ld/default-context/flow": [flow]})
    names = context.contexts.names()
    span = Span(methods=("avg", "min", "max", "stddev", "totalCount"), period=24 * HOUR)
    query = Query(ids=["urn:x:1"], attributes=[names.expand("flow")])
    with timed(figures, "sum_10000_points", 10):
        for _ in range(10):
            for one, past in context.temporal(query, span):
                assert len(past) == 10_000
                evolution(one, past, names, span, Form())


def tell(store: Store, figures: dict[str, float], count: int = 200) -> None:
    """Change an entity and wait until a listener of this machine is told; note the time of 95 in 100."""
    heard = threading.Event()

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(204)
            self.end_headers()
            heard.set()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    allowed = AllowedHosts.read([f"127.0.0.1:{server.server_port} private"])

    def send(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        return fetch(
            url, allowed=allowed, limit=1000, timeout=5.0, headers=headers, method="POST", body=body
        ).status

    contexts = Contexts()
    rules = Rules(contexts)
    notifier = Notifier(store, rules, send)
    sender = threading.Thread(target=notifier.run, daemon=True)
    sender.start()
    content = (
        '{"type": "Subscription", "entities": [{"type": "Bell"}], "notification": {"endpoint": {"uri": '
        f'"http://127.0.0.1:{server.server_port}/"}}}}}}'
    )
    store.context.subscriptions.put(Subscription("urn:x:s", "0503", "bench", content, 1))
    context = Context(store, "0503", contexts=contexts, rules=rules, told=notifier.wake)
    times = []
    for number in range(count):
        heard.clear()
        began = time.perf_counter()
        context.upsert([{"id": "urn:x:bell", "type": "Bell", "rung": number}])
        heard.wait(10)
        times.append(time.perf_counter() - began)
    notifier.stop()
    sender.join()
    server.shutdown()
    figures["told_median_seconds"] = sorted(times)[count // 2]
    figures["told_p95_seconds"] = sorted(times)[count * 95 // 100]


def started(path: Path, figures: dict[str, float]) -> None:
    """Open the store in a fresh process and ask for one entity."""
    program = (
        "import sys; from urbium.store import Store; from urbium.platform.context import Context, Query\n"
        "with Store.open(sys.argv[1]) as s: assert Context(s, '0503').query(Query(), limit=1)"
    )
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures["start_seconds"] = time.perf_counter() - began
    figures["start_processor_seconds"] = (after.ru_utime + after.ru_stime) - (
        before.ru_utime + before.ru_stime
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=100_000)
    history.add_option(parser)
    options = parser.parse_args()
    gc.freeze()  # as the server does
    figures: dict[str, float] = {}
    steps: list[Callable[[Context], None]] = [
        lambda context: write(context, options.entities, figures),
        lambda context: find(context, figures),
        lambda context: summed(context, figures),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "place.db"
        with Store.open(path, create=True) as store:
            context = Context(store, "0503")
            context.upsert([{"id": "urn:x:1", "type": "Counter"}])
            for step in steps:
                step(context)
            tell(store, figures)
        started(path, figures)
        figures["file_mb"] = path.stat().st_size / 1e6
    figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    for name, value in figures.items():
        print(f"{name:<34}{value:12.5g}")
    if options.record:
        history.record("context_store", figures, case=f"{options.entities} entities")


if __name__ == "__main__":
    main()
