"""How fast ``urbium serve`` answers many people who read and write at once.

A server of its own serves a programme of 277 cities with dossiers; a hundred people, each with a token,
read lists, dossiers, pages of the desk and histories, and one request in ten changes an application, each
person in a city. Each waits a second between requests, as people do; they come once all workers have begun.
Told are requests, how many a second, errors, the 50th and 95th percentile of reads and of writes in
milliseconds, and how much the server's memory grew after the first third. ``--years`` stores that many years
of 300 variables first: 40 are 3.3 million figures, and take minutes. The targets are of five minutes with
those, on PostgreSQL, with two workers. A hundred people who wait a second ask for some 95 requests in one;
``--pause 1.9`` makes it 50.

The people are a Python program on the same processors, and it takes its share of them: told is the processor
time in milliseconds a request of the server (its processes together, without PostgreSQL) and of the people.
What a person waits for includes the time in which the program of the people is not at its turn.

    python bench/serve.py [--seconds 30] [--users 100] [--years 0] [--workers 1] [--pause 1]
                          [--database URL] [--json]

The scenario ``readers`` is the public at the pages of a programme that is there, such as the demo's: of
every five pages three are of cities, drawn by lot among all, and two of the other public pages; nobody has
signed in, and nothing changes. Every door is asked for once before, which waits until the server
has made what pages show. Told is besides how many pages a second were answered, and what was refused.

    python bench/serve.py readers --database demo.db [--seconds 60] [--users 20] [--workers 1] [--record]
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

import history
import index
import load
import server
from urbium.access import Grant, Role
from urbium.model import City, Source
from urbium.programme import Programme, new
from urbium.programme.people.invitations import FOUNDER
from urbium.store import FileStamp
from urbium.web.pages import DOORS, ROWS

WRITES, PAUSE = 0.1, 1.0
TARGETS = {"read_p95": 150.0, "write_p95": 300.0, "requests_a_second": 50.0, "errors": 0, "growth": 2.0}
CITY_SHARE = 0.6
_TLS = httpx.create_ssl_context()
"""Made once for all people: a hundred of their own would keep this program from measuring for two seconds."""
READER_TARGETS = {"pages_p95": 1000.0, "pages_a_second": 15.0, "errors": 0}


@dataclass
class Seen:
    """What the people of a run met: milliseconds of reads, writes and city pages, and what went wrong."""

    read: list[float] = field(default_factory=list)
    write: list[float] = field(default_factory=list)
    city: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def founded(database: str, users: int, years: int) -> list[tuple[str, str]]:
    """Make the programme and return city and token of each person."""
    with new(database, nation="NLD", currency="EUR", name="Load") as programme:
        cities = [
            City(code, {"en": f"City {code}"}, "municipality", province={"en": f"Land {place % 30}"})
            for place, code in enumerate(index.city_codes())
        ]
        programme.register(cities=cities, by="bench", reason="load")
        if years:
            _remember(programme, years)
        office = programme.people.invite
        for code in ("olga", "oscar"):
            office(FOUNDER, code, {"display": code, "grants": [{"role": "office"}]})
            programme.people.take_place(code)
        cases = programme.casework
        cases.begin(programme.people.named("olga"), "round", "call", {"title": "Call"})
        cases.act(programme.people.named("oscar"), "round", "call", "publish", version=1)
        people = []
        for place in range(users):
            code, city = f"user{place}", cities[place % len(cities)].code
            grant = {"role": "officer", "scope": "city", "code": city}
            office(FOUNDER, code, {"display": code, "grants": [grant]})
            programme.people.take_place(code)
            actor = programme.people.named(code)
            cases.begin(
                actor, "application", f"{city}-{place}", {"title": f"Of {place}"}, city=city, parent="call"
            )
            token = programme.people.token(actor, "bench", Grant(Role.OFFICER, "city", city))
            people.append((city, token))
        return people


def _remember(programme: Programme, years: int) -> None:
    """Store so many years of figures."""
    programme.store.add_sources([Source("u4ssc", "bench", "bench")], by="bench", reason="history")
    stamp = FileStamp("panel.xlsx", "00" * 32)
    programme.store.record(load.cells(years), by="bench", reason="history", file=stamp)


async def person(
    base: str, place: int, who: tuple[str, str], *, until: float, seen: Seen, pause: float = PAUSE
) -> None:
    """Read and write as one person until the time is over."""
    (city, token), draw = who, random.Random(place)
    code, version = f"{city}-{place}", 1
    await asyncio.sleep(draw.uniform(0.0, pause))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60.0, verify=_TLS) as client:
        while time.monotonic() < until:
            is_write = draw.random() < WRITES
            began = time.perf_counter()
            try:
                if is_write:
                    body = {"changes": {"answers": {"aim": f"text {draw.random()}"}}}
                    mark = {"If-Match": f'"{version}"'}
                    answer = await client.post(f"/api/applications/{code}/change", json=body, headers=mark)
                    version += answer.is_success
                else:
                    address = draw.choice(
                        (
                            "/desk",
                            "/desk/applications",
                            f"/desk/applications/{code}",
                            "/api/applications",
                            f"/api/applications/{code}",
                            f"/api/applications/{code}/history",
                            "/api/rounds",
                        )
                    )
                    answer = await client.get(address)
                if answer.status_code >= 400:
                    seen.errors.append(f"{answer.status_code} {answer.request.url.path}")
            except httpx.HTTPError as error:
                seen.errors.append(type(error).__name__)
            (seen.write if is_write else seen.read).append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(pause)


async def reader(base: str, place: int, cities: list[str], *, until: float, seen: Seen) -> None:
    """Read public pages until the time is over, with a second of thought between them."""
    draw = random.Random(place)
    pages = [
        row.address for row in ROWS.values() if "{" not in row.address and row.name not in {"why", "compare"}
    ]
    await asyncio.sleep(draw.uniform(0.0, PAUSE))
    async with httpx.AsyncClient(base_url=base, timeout=120.0, verify=_TLS) as client:
        while time.monotonic() < until:
            is_city = draw.random() < CITY_SHARE
            address = f"/cities/{draw.choice(cities)}" if is_city else draw.choice(pages)
            began = time.perf_counter()
            try:
                answer = await client.get(address)
                if answer.status_code >= 400:
                    seen.errors.append(f"{answer.status_code} {address}")
            except httpx.HTTPError as error:
                seen.errors.append(type(error).__name__)
            (seen.city if is_city else seen.read).append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(PAUSE)


async def _got(client: httpx.AsyncClient, address: str) -> httpx.Response:
    """Return an answer, asked for again where the server says when."""
    while (answer := await client.get(address)).status_code == httpx.codes.SERVICE_UNAVAILABLE:  # noqa: ASYNC110
        await asyncio.sleep(float(answer.headers["retry-after"]))
    return answer.raise_for_status()


async def read(base: str, users: int, seconds: float, process: int) -> dict[str, object]:
    """Let the public read for so many seconds and return what came of it."""
    began = time.perf_counter()
    async with httpx.AsyncClient(base_url=base, timeout=600.0) as client:
        cities = [row["city"] for row in (await _got(client, "/api/cities")).json()]
        for address, _ in DOORS.values():
            await _got(client, address)
    seen, first = Seen(), time.perf_counter() - began
    served, asked, start = server.processor_time(process), time.process_time(), time.monotonic()
    until = start + seconds
    await asyncio.gather(*(reader(base, place, cities, until=until, seen=seen) for place in range(users)))
    count = len(seen.city) + len(seen.read)
    return {
        "first_pages_seconds": round(first, 1),
        "pages": count,
        "pages_a_second": round(count / (time.monotonic() - start), 2),
        "server_ms": round(1000 * (server.processor_time(process) - served) / count, 2),
        "people_ms": round(1000 * (time.process_time() - asked) / count, 2),
        "errors": len(seen.errors),
        "first_errors": sorted(set(seen.errors))[:5],
        **server.percentiles("city", seen.city),
        **server.percentiles("pages", seen.city + seen.read),
        "memory_mb": round(server.memory(process), 1),
    }


async def run(
    base: str, people: list[tuple[str, str]], seconds: float, process: int, pause: float = PAUSE
) -> dict[str, object]:
    """Let everybody work for so many seconds and return what came of it."""
    seen, start = Seen(), time.monotonic()
    until = start + seconds
    work = [
        asyncio.create_task(person(base, place, one, until=until, seen=seen, pause=pause))
        for place, one in enumerate(people)
    ]
    served, asked = server.processor_time(process), time.process_time()
    await asyncio.sleep(seconds / 3)
    before = server.memory(process)
    await asyncio.gather(*work)
    after = server.memory(process)
    requests = len(seen.read) + len(seen.write)
    return {
        "requests": requests,
        "requests_a_second": round(requests / (time.monotonic() - start), 1),
        "server_ms": round(1000 * (server.processor_time(process) - served) / requests, 2),
        "people_ms": round(1000 * (time.process_time() - asked) / requests, 2),
        "errors": len(seen.errors),
        "first_errors": sorted(set(seen.errors))[:5],
        **server.percentiles("read", seen.read),
        **server.percentiles("write", seen.write),
        "memory_mb": round(after, 1),
        "growth": round(100 * (after / before - 1), 1),
    }


def main() -> None:
    """Serve, work, and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenario", nargs="?", choices=("work", "readers"), default="work")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--users", type=int, help="100, or 20 readers, when left out")
    parser.add_argument("--years", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between a person's requests")
    parser.add_argument("--database", default="")
    parser.add_argument("--json", action="store_true")
    history.add_option(parser)
    given = parser.parse_args()
    is_reading = given.scenario == "readers"
    if is_reading and not given.database:
        parser.error("readers need a programme: --database demo.db, as urbium demo makes it")
    users = given.users or (20 if is_reading else 100)
    with tempfile.TemporaryDirectory() as folder:
        database = given.database or str(Path(folder) / "load.db")
        people = [] if is_reading else founded(database, users, given.years)
        with server.served(database, given.workers) as (base, process):
            work = (
                read(base, users, given.seconds, process)
                if is_reading
                else run(base, people, given.seconds, process, given.pause)
            )
            measured = asyncio.run(work)
    if given.record:
        engine = ", PostgreSQL" if server.engine(database) == "PostgreSQL" else ""
        years = f", {given.years} years" if given.years else ""
        pause = "" if given.pause == PAUSE else f", {given.pause:g} s between requests"
        case = (
            f"{given.scenario}: {users} people, {given.workers} workers, {given.seconds:g} s"
            f"{years}{engine}{pause}"
        )
        history.record("serve", measured, case=case)
    measured["targets"] = READER_TARGETS if is_reading else TARGETS
    sys.stdout.write(json.dumps(measured, indent=None if given.json else 1) + "\n")


if __name__ == "__main__":
    main()
