"""How fast the context store of a place is: 100,000 entities written, found, summed over time, and told of.

Entities are made up: six attributes each, one of them a place. Everything is asked in one process, by the
functions that the addresses call; wall times and processor seconds are both told, for machines are busy.

With ``--sensors`` it is about their past instead: so many of them send a value a minute for ``--days`` days,
which are then packed; the days up to thirty are packed without being sent, and what is kept is asked for.

    python bench/context_store.py [--entities 100000] [--record]
    python bench/context_store.py --sensors 200 [--days 2] [--database ADDRESS] [--record]
"""

import argparse
import gc
import http.server
import math
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

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
from urbium.store.context import blocks
from urbium.store.context.past import write_block
from urbium.store.database import Database
from urbium.store.queries import query_context as sql

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


# --- the past of sensors ------------------------------------------------------------------------------------

MONTH = 30
MINUTES = 1440
DAY = 24 * HOUR
FIRST_DAY = START // DAY


def value(sensor: int, minute: int) -> float:
    """Return a made-up number of a sensor: a wave, and what nobody can foretell."""
    return round(20 + 15 * math.sin(minute / 230 + sensor) + (sensor * 7919 + minute * 104_729) % 97 / 10, 1)


def reading(sensor: int, minute: int) -> dict[str, Any]:
    """Return a value of a sensor, as it is sent."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START / 1_000_000 + 60 * minute))
    sent = {"type": "Property", "value": value(sensor, minute), "unitCode": "GQ", "observedAt": at}
    return {"id": f"urn:ngsi-ld:Air:{sensor}", "type": "AirQualityObserved", "NO2": sent}


def send(context: Context, sensors: int, days: int, figures: dict[str, float]) -> None:
    """Send the values of some days, those of a minute in one batch."""
    seconds, minutes = 0.0, days * MINUTES
    for minute in range(minutes):
        batch = [reading(sensor, minute) for sensor in range(sensors)]
        began = time.process_time()
        context.upsert(batch)
        seconds += time.process_time() - began
    figures["taken_in_values_per_processor_second"] = sensors * minutes / seconds


def bare(sensors: int, figures: dict[str, float], minutes: int = 300) -> None:
    """Put values into a bare table of SQLite: a yardstick, which keeps no state and tells nobody."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(Path(folder) / "bare.db")) as connection,
    ):
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute(
            "create table v (sensor int, at int, number real, primary key (sensor, at)) without rowid"
        )
        began = time.process_time()
        for minute in range(minutes):
            rows = [(sensor, START + minute * 60_000_000, sensor / 10) for sensor in range(sensors)]
            with connection:
                connection.executemany("insert into v values (?, ?, ?)", rows)
        figures["bare_table_values_per_processor_second"] = sensors * minutes / (time.process_time() - began)


def bytes_of(place: str, table: str) -> int:
    """Return how many bytes a table has, with its indexes."""
    with Database(place, patience=30.0).reading() as connection:
        if connection.dialect.name == "postgresql":
            return int(sql.scalar(connection, "select pg_total_relation_size(?::regclass)", (table,)))
        size = (
            "select sum(pgsize) from dbstat where name in (select name from sqlite_master where tbl_name = ?)"
        )
        return int(sql.scalar(connection, size, (table,)))


def fill(database: Database, days: int) -> None:
    """Put the days up to thirty beside those that were sent, as the upkeep would have packed them."""
    with database.reading() as connection:
        keys = sql.read(
            connection, "select distinct entity_id, attribute_id from instance_block order by 1", ()
        )
    sent = reading(0, 0)["NO2"]
    template = blocks.entry_of(
        START, START, sent["value"], msgspec.json.encode(sent, order="sorted").decode()
    ).template
    for sensor, key in enumerate(keys):
        with database.writing() as connection:
            for day in range(days, MONTH):
                entries = [
                    blocks.Entry(at, at + 1_500_000 + minute % 977, value(sensor, minute), template)
                    for minute in range(day * MINUTES, (day + 1) * MINUTES)
                    for at in [START + minute * 60_000_000]
                ]
                write_block(
                    connection, (*key, 0, FIRST_DAY + day), blocks.Block(blocks.WHOLE, entries), START
                )


def ask(context: Context, store: Store, figures: dict[str, float]) -> None:
    """Ask for what is kept, as pages, clients and live rules do."""
    names = context.contexts.names()
    kind, attribute = names.expand("AirQualityObserved"), names.expand("NO2")
    query = Query(ids=["urn:ngsi-ld:Air:7"], attributes=[attribute])
    end = START + MONTH * DAY
    spans = {
        "newest": None,
        "day_of_one": Span(start=end - DAY, end=end, is_short=True),
        "hours_of_a_week": Span(
            end - 7 * DAY, end, methods=("avg", "min", "max"), period=HOUR, origin=end - 7 * DAY
        ),
        "days_of_a_month": Span(START, end, methods=("avg", "min", "max"), period=DAY, origin=START),
    }
    for name, span in spans.items():
        with timed(figures, name, 5):
            for _ in range(5):
                if span is None:
                    assert store.context.past.newest(context.tenant, kind, attribute)
                    continue
                for one, some in context.temporal(query, span):
                    evolution(one, some, names, span, Form())
    with timed(figures, "numbers_of_a_day"):
        assert store.context.past.numbers(context.tenant, attribute, type_=kind, start=end - DAY, end=end)
    with timed(figures, "hours_of_all_in_a_month"):
        assert store.context.past.numbers(
            context.tenant, attribute, type_=kind, start=START, end=end, may_sum=True
        )


def past_of_sensors(place: str, sensors: int, days: int, figures: dict[str, float]) -> None:
    """Send, pack, fill up to a month, ask, thin to hours, and ask again."""
    values = sensors * MINUTES
    with Store.open(place, create=True) as store:
        context = Context(store, "0503")
        send(context, sensors, days, figures)
        figures["row_bytes"] = bytes_of(place, "attribute_instance") / (values * days)
        with timed(figures, "pack", values * days):
            assert store.context.past.pack(now=START + days * DAY) == values * days
        figures["packed_values_per_processor_second"] = 1 / figures.pop("pack_processor_seconds")
        figures["packed_bytes"] = bytes_of(place, "instance_block") / (values * days)
        fill(Database(place, patience=30.0), days)
        figures["month_bytes"] = bytes_of(place, "instance_block") / (values * MONTH)
        ask(context, store, figures)
        (kept,) = store.context.past.kept()
        with timed(figures, "thin_a_day_of_one", sensors * MONTH):
            store.context.past.thin(kept, blocks.HOUR, before=START + MONTH * DAY, packed_before=2 * START)
        figures["hour_bytes"] = bytes_of(place, "instance_block") / (sensors * 24 * MONTH)
        hours: dict[str, float] = {}
        ask(context, store, hours)
        figures |= {f"thinned_{name}": value for name, value in hours.items()}


def show(figures: Mapping[str, float], options: argparse.Namespace, case: str) -> None:
    """Print the figures, and record them where that was asked for."""
    for name, value in figures.items():
        print(f"{name:<48}{value:12.5g}")
    if options.record:
        units = {name: "B" for name in figures if name.endswith("_bytes")}
        history.record("context_store", figures, case=case, units=units)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--sensors", type=int, default=0)
    parser.add_argument("--days", type=int, default=2)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; a file without it")
    history.add_option(parser)
    options = parser.parse_args()
    gc.freeze()  # as the server does
    figures: dict[str, float] = {}
    if options.sensors:
        bare(options.sensors, figures)
        with tempfile.TemporaryDirectory() as folder:
            place = options.database or str(Path(folder) / "place.db")
            past_of_sensors(place, options.sensors, options.days, figures)
        engine = "PostgreSQL" if options.database else "SQLite"
        show(figures, options, f"{options.sensors} sensors, a month of minutes, {engine}")
        return
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
    show(figures, options, f"{options.entities} entities")


if __name__ == "__main__":
    main()
