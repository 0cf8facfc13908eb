"""``kill -9`` while people work: what was acknowledged stays, and nothing is there by half."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from seeds import PARTS_OF_KILLS
from urbium.errors import ConflictError
from urbium.model.dossiers import Dossier
from urbium.store import Store

WORKER = Path(__file__).with_name("worker.py")
LONGEST = 0.25
"""Seconds after which a worker is killed at the latest; it then has done some pieces of work."""


@pytest.fixture(scope="module")
def workers():
    """Return the process that starts workers."""
    process = subprocess.Popen(
        [sys.executable, str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield process
        process.stdin.close()


def founded(address):
    with Store.open(address, create=True) as store:
        made = [Dossier(kind="account", code="ann", state="active", content={})]
        made += [
            Dossier(kind="application", code=code, state="draft", content={"n": 0})
            for code in ("left", "right")
        ]
        store.dossiers.record(made, by="ann", what="found", reason="test")


def word(workers):
    line = workers.stdout.readline()
    assert line, "the workers' parent has ended"
    return line.strip()


def kill(child):
    with suppress(ProcessLookupError):  # it was done before
        os.kill(child, signal.SIGKILL)


def killed(workers, work, address, start, seconds, *, has_begun=False):
    """Start a worker, kill it some seconds later (after work has begun), and return what it acknowledged."""
    workers.stdin.write(f"{work} {address} {start}\n")
    workers.stdin.flush()
    child = int(word(workers))
    said = [word(workers)] if has_begun else []
    timer = threading.Timer(seconds, kill, [child])
    timer.start()
    said += list(iter(lambda: word(workers), "ended"))
    timer.join()
    return [int(one.removeprefix("did ")) for one in said]


def check_written(store, acknowledged, did):
    """Both dossiers are of the last piece of work that was acknowledged, or both of the one after it."""
    del did
    left, right = (store.dossiers.one("application", code) for code in ("left", "right"))
    assert left.content == right.content, "half a change is stored"
    number = left.content["n"]
    assert number in (acknowledged, acknowledged + 1)
    assert left.version == right.version == number + 1
    return number


def check_entered(store, acknowledged, did):
    """The password is of the last piece of work, or of the next one; every session told is there."""
    credential = store.accounts.credential("ann")
    number = int(credential.password.removeprefix("hash ")) if credential else 0
    assert number in (acknowledged, acknowledged + 1)
    sessions = {int(digest.removeprefix("digest ")) for digest in store.accounts.tickets("ann", "session")}
    assert did <= sessions
    entries = store.audit().filter(what="set password").height
    assert entries == number, "a password was set and the audit log does not say so"
    return number


CHECKS = {"write": check_written, "enter": check_entered}


def kill_often(workers, work, address, times, seed):
    draw, number, reached = random.Random(seed), 0, 0
    did = set()
    for place in range(times):
        seconds = draw.uniform(0.0, LONGEST)
        said = killed(workers, work, address, number, seconds, has_begun=place % 2 == 1)
        did |= set(said)
        acknowledged = max([number, *said])
        with Store.open(address) as store:
            # A server may still commit what the killed worker sent: a write of our own waits for its lock.
            store.dossiers.record(
                [Dossier(kind="account", code=f"waiting-{place}", state="active", content={})],
                by="ann", what="wait", reason="test",
            )  # fmt: skip
            number = CHECKS[work](store, acknowledged, did)
        reached += number > acknowledged
    with Store.open(address) as store:
        store.verify()
    assert number > 0, "no worker was given the time to do anything"
    sys.stderr.write(
        f"{work}: {times} kills, {number} pieces of work, {reached} stored and not yet acknowledged\n"
    )


@pytest.mark.parametrize("work", CHECKS)
def test_what_was_acknowledged_before_a_kill_stays_and_nothing_is_there_by_half(work, workers, address):
    founded(address)
    kill_often(workers, work, address, 4, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("work", CHECKS)
@pytest.mark.parametrize("part", PARTS_OF_KILLS)
def test_of_many_kills_none_loses_what_was_acknowledged(work, workers, address, part):
    founded(address)
    times = 50 if address.startswith("postgresql") else 120
    kill_often(workers, work, address, times // part, seed=2)


def migrated(workers, address, seconds):
    """Kill a worker that makes a store; whatever is left of it can be opened, made or made whole."""
    did = killed(workers, "migrate", address, 0, seconds)
    founded(address)
    with Store.open(address) as store:
        store.verify()
        assert store.audit().filter(what="make store").height == 1
    return bool(did)


def test_a_store_whose_making_was_killed_is_made_whole(workers, place):
    for seconds in (0.02, 0.1):
        migrated(workers, place(), seconds)


@pytest.mark.long
def test_of_many_kills_while_a_store_is_made_none_leaves_half_of_it(workers, place):
    draw = random.Random(3)
    times = 15 if place().startswith("postgresql") else 30
    ended = [migrated(workers, place(), draw.uniform(0.0, LONGEST)) for _ in range(times)]
    assert not all(ended), "every store was made before it was killed"


def test_sixteen_who_change_one_dossier_lose_nothing(address):
    founded(address)
    with Store.open(address, patience=60) as store:

        def add_one(_):
            while True:
                one = store.dossiers.one("application", "left")
                content = {"n": one.content["n"] + 1}
                changed = Dossier(
                    **{name: getattr(one, name) for name in one.__struct_fields__} | {"content": content}
                )
                try:
                    store.dossiers.record([changed], by="one of many", what="write", reason="at once")
                except ConflictError:
                    time.sleep(0.001)
                    continue
                return

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(add_one, range(48)))
        left = store.dossiers.one("application", "left")
        assert (left.content["n"], left.version) == (48, 49)
        store.verify()
