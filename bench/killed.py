"""What people notice when processes are killed: two that answer and two that do jobs, one killed every 20 s.

Two servers and two workers share one programme; in turn one of them is killed (SIGKILL) and started again at
once, as a supervisor of services does. None is killed while a server that was killed before is not back, and
told is how long a kill had to wait for that. People change an application each, one change after the other,
and read; a request that gets no answer, or one of 500 and above, is sent once more to the other server, as a
proxy does. Of a change whose answer was lost the person learns by its version whether it was made. Meanwhile
imports are asked for as jobs. At the end every change that was acknowledged must be there once, every job
must have stored its figures, and the sealed log must hold.

The database is SQLite's in a temporary folder, or the address of a place where there is no programme yet.

    python bench/killed.py [--seconds 600] [--every 20] [--users 10] [--database URL] [--json] [--record]
"""

import argparse
import asyncio
import base64
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

import history
import serve
import server
from urbium.access import Grant, Role
from urbium.programme.opening import open_programme

JOB_EVERY = 20.0
WRITES, PAUSE = 0.5, 0.5
PATIENCE = 1800.0
"""Seconds in which all is back at the end, and all jobs are done."""
HEAD = "city,variable,period,value,unit,source_id\n"
TARGETS = {"failed": 0, "errors": 0, "lost": 0, "twice": 0, "jobs_lost": 0}


@dataclass
class Seen:
    """What people met.

    Attributes
    ----------
    requests, retried : requests, and those of them that were sent once more
    failed : how the second attempt of a request failed, too
    errors : refusals, which nobody expects
    learned : changes whose answer was lost, and which had been made
    changes : by application, the changes that were acknowledged or learned
    jobs : the reasons of the jobs that were acknowledged
    waited : seconds that each kill waited until all was back
    """

    requests: int = 0
    retried: int = 0
    failed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    learned: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    jobs: list[str] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


class Fleet:
    """The processes that answer and that do jobs; those that have ended are started again."""

    def __init__(self, database: str) -> None:
        ports = [server.free_port() for _ in range(2)]
        self.bases = [f"http://127.0.0.1:{port}" for port in ports]
        self._commands = {
            f"server {place}": server.command(database, port) for place, port in enumerate(ports)
        } | {
            f"worker {place}": [sys.executable, "-m", "urbium", "work", "--database", database]
            for place in range(2)
        }
        self.names = [f"{kind} {place}" for place in range(2) for kind in ("server", "worker")]
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def keep(self) -> None:
        """Start what does not run."""
        for name, command in self._commands.items():
            if name not in self._running or self._running[name].poll() is not None:
                self._running[name] = subprocess.Popen(
                    command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )

    def kill(self, name: str) -> None:
        """Kill a process, and start it again."""
        self._running[name].kill()
        self._running[name].wait()
        self.keep()

    async def whole(self, patience: float = PATIENCE) -> float:
        """Wait until both servers answer; return for how many seconds."""
        began = time.monotonic()
        for base in self.bases:
            while not await asyncio.to_thread(server.answers, base):
                self.keep()
                assert time.monotonic() < began + patience, f"{base} is not back"
                await asyncio.sleep(0.2)
        return time.monotonic() - began

    def end(self) -> None:
        """End all processes."""
        for process in self._running.values():
            process.kill()
            process.wait()


class Caller:
    """Sends requests to one server, and once more to the other where that fails."""

    def __init__(self, bases: list[str], token: str, seen: Seen) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._clients = [httpx.AsyncClient(base_url=base, headers=headers, timeout=60.0) for base in bases]
        self._seen = seen

    async def ask(self, method: str, address: str, **more: Any) -> httpx.Response | None:  # noqa: ANN401 - httpx's
        """Return the answer; None where the second attempt failed, too."""
        self._seen.requests += 1
        began, failure = time.perf_counter(), ""
        for client in self._clients:
            self._seen.retried += bool(failure)
            try:
                answer = await client.request(method, address, **more)
            except httpx.HTTPError as error:
                failure = type(error).__name__
                continue
            if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                self._seen.milliseconds.append(1000 * (time.perf_counter() - began))
                return answer
            failure = str(answer.status_code)
        self._seen.failed.append(f"{failure} {address}")
        return None

    async def close(self) -> None:
        """Close the connections."""
        for client in self._clients:
            await client.aclose()


async def person(caller: Caller, code: str, draw: random.Random, *, until: float, seen: Seen) -> None:
    """Change an application again and again, and read it and others, until the time is over."""
    address = f"/api/applications/{code}"
    while time.monotonic() < until:
        if draw.random() < WRITES:
            await change(caller, address, seen)
        else:
            place = draw.choice((address, f"{address}/history", "/api/applications", "/desk"))
            answer = await caller.ask("GET", place)
            if answer is not None and answer.is_error:
                seen.errors.append(f"{answer.status_code} {place}")
        await asyncio.sleep(PAUSE)
    await caller.close()


async def change(caller: Caller, address: str, seen: Seen) -> None:
    """Make the next change of an application, or learn that it was made though no answer came."""
    number = seen.changes[address] + 1  # the version that the change is of, and its number
    body = {"changes": {"answers": {"aim": str(number)}}}
    answer = await caller.ask("POST", f"{address}/change", json=body, headers={"If-Match": f'"{number}"'})
    if answer is not None and answer.is_success:
        seen.changes[address] += 1
        return
    if answer is not None and answer.status_code not in {
        httpx.codes.CONFLICT,
        httpx.codes.PRECONDITION_FAILED,
    }:
        seen.errors.append(f"{answer.status_code} {address}: {answer.text[:200]}")
        return
    is_made = await caller.ask("GET", address)
    if is_made is not None and is_made.is_success and is_made.json()["version"] == number + 1:
        seen.changes[address] += 1
        seen.learned += 1


async def asker(caller: Caller, city: str, *, until: float, seen: Seen) -> None:
    """Ask for an import now and then."""
    number = 0
    while time.monotonic() < until:
        row = f"{city},population,{1900 + number},{90_000 + number},persons,ccsy\n"
        file = {"name": "a.csv", "content": base64.b64encode((HEAD + row).encode()).decode()}
        job = {"kind": "import", "request": {**file, "reason": f"job {number}"}}
        answer = await caller.ask("POST", "/api/jobs/begin", json=job)
        if answer is not None and answer.is_success:
            seen.jobs.append(f"job {number}")
        elif answer is not None:
            seen.errors.append(f"{answer.status_code} /api/jobs/begin: {answer.text[:200]}")
        number += 1
        await asyncio.sleep(JOB_EVERY)
    await caller.close()


async def killer(fleet: Fleet, every: float, *, until: float, seen: Seen) -> None:
    """Kill one process after the other, each when all servers are back."""
    for name in cycle(fleet.names):
        await asyncio.sleep(every)
        if time.monotonic() >= until:
            return
        seen.waited.append(await fleet.whole())
        fleet.kill(name)


async def run(fleet: Fleet, people: list[tuple[str, str]], token: str, options: argparse.Namespace) -> Seen:
    """Let everybody work while processes are killed."""
    await fleet.whole()
    seen, until = Seen(), time.monotonic() + options.seconds
    work = [asker(Caller(fleet.bases, token, seen), people[0][0], until=until, seen=seen)]
    for place, (city, secret) in enumerate(people):
        bases = fleet.bases if place % 2 else fleet.bases[::-1]
        caller = Caller(bases, secret, seen)
        work.append(person(caller, f"{city}-{place}", random.Random(place), until=until, seen=seen))
    await asyncio.gather(killer(fleet, options.every, until=until, seen=seen), *work)
    return seen


def kept(database: str, seen: Seen) -> dict[str, int]:
    """Return what is lost, and what was done twice, once all jobs have ended; the sealed log must hold."""
    with open_programme(database) as programme:
        olga, until = programme.people.named("olga"), time.monotonic() + PATIENCE
        while not all(job.has_ended for job in programme.jobs.listed(olga, most=10_000)):
            assert time.monotonic() < until, "jobs are not done"
            time.sleep(0.5)
        loads = Counter(programme.store.audit().filter(what="load", who="olga")["why"].to_list())
        missing: dict[str, int] = {}
        for address, count in seen.changes.items():
            application = programme.store.dossiers.one("application", address.rpartition("/")[2])
            missing[address] = count + 1 - (application.version if application else 0)
        programme.store.verify()
    return {
        "changes": seen.changes.total(),
        "lost": sum(max(number, 0) for number in missing.values()),
        "twice": sum(max(-number, 0) for number in missing.values()),
        "jobs": len(seen.jobs),
        "jobs_lost": sum(reason not in loads for reason in seen.jobs),
        "jobs_twice": sum(loads[reason] > 1 for reason in seen.jobs),
    }


def told(seen: Seen, after: Mapping[str, int]) -> dict[str, Any]:
    """Return the figures of a run."""
    return {
        "kills": len(seen.waited),
        "longest_wait_seconds": round(max(seen.waited, default=0.0), 1),
        "requests": seen.requests,
        "retried": seen.retried,
        "failed": len(seen.failed),
        "errors": len(seen.errors),
        "first_failures": sorted(set(seen.failed + seen.errors))[:5],
        "learned": seen.learned,
        **after,
        **server.percentiles("answer", seen.milliseconds),
    }


def main() -> int:
    """Serve, work, kill, and tell; return 1 when something is lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--every", type=float, default=20.0)
    parser.add_argument("--users", type=int, default=10)
    parser.add_argument("--database", default="")
    parser.add_argument("--json", action="store_true")
    history.add_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = options.database or str(Path(folder) / "killed.db")
        people = serve.founded(database, options.users, 0)
        with open_programme(database) as programme:
            token = programme.people.token(programme.people.named("olga"), "bench", Grant(Role.OFFICE))
        fleet = Fleet(database)
        fleet.keep()
        try:
            seen = asyncio.run(run(fleet, people, token, options))
            fleet.keep()
            figures = told(seen, kept(database, seen))
        finally:
            fleet.end()
    if options.record:
        case = f"{options.users} people, {options.seconds:g} s, a kill every {options.every:g} s, "
        history.record("killed", figures, case=case + server.engine(database))
    return history.conclude(figures, TARGETS, is_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
