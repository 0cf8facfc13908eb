"""Receivers and workers of live values are killed: what was acknowledged is kept, and counts once."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import urbium
from feeds_of import open_feed
from people_of import actor, staffed
from seeds import PARTS_OF_KILLS
from urbium.platform.absorbing import readings

SCRIPT = Path(__file__).with_name("live_worker.py")


@pytest.fixture(scope="module")
def children():
    """Return the process that starts receivers and workers."""
    folder = SCRIPT.parents[1] / "programme"
    environment = os.environ | {"PYTHONPATH": str(folder)}
    with subprocess.Popen(
        [sys.executable, str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        yield process
        process.stdin.close()


def begin(children, role, address, secret, first=0):
    children.stdin.write(f"{role} {address} {secret} {first}\n")
    children.stdin.flush()
    return int(children.stdout.readline())


def killed_receiver(children, address, secret, first, draw):
    """Kill a receiver within one of its messages and return the hours that it acknowledged."""
    child = begin(children, "receive", address, secret, first)
    kept, wanted = [], draw.randint(1, 6)
    while len(kept) < wanted:
        kept.append(int(children.stdout.readline().removeprefix("kept ")))
    time.sleep(draw.uniform(0.0, 0.01))
    os.killpg(child, signal.SIGKILL)
    rest = iter(children.stdout.readline, "ended\n")
    return [*kept, *(int(line.removeprefix("kept ")) for line in rest)]


def killed_worker(children, address, secret, draw):
    child = begin(children, "work", address, secret)
    assert children.stdout.readline() == "works\n"
    time.sleep(draw.uniform(0.0, 0.25))
    os.killpg(child, signal.SIGKILL)
    assert children.stdout.readline() == "ended\n"


def survived(children, address, times, seed):
    draw = random.Random(seed)
    with staffed(address) as programme:
        programme.people.take_place("carl")
        open_feed(programme, "air", "AirQualityObserved", {}, connector="notified")
        secret = programme.feeds.token(actor(programme, "carl"), "air")
    kept = []
    for _ in range(times):
        kept += killed_receiver(children, address, secret, max(kept, default=-1) + 1, draw)
        killed_worker(children, address, secret, draw)
    with urbium.open(address) as programme:
        now = programme.feeds.clock
        programme.feeds.clock = lambda: now() + 600_000_000  # the leases of the dead are over
        programme.live.run(until_idle=True)
        programme.store.inbox.retry("air")  # what was at work in three deaths
        programme.live.run(until_idle=True)
        stored = readings(programme.store, "0503", "AirQualityObserved", "NO2", first=0, last=2**60)
        hours = [one.number for one in stored]
        assert len(set(kept)) == len(kept)
        assert set(kept) <= set(map(int, hours)), "an acknowledged message is lost"
        assert len(hours) == len(set(hours)), "a message counts twice"
        assert programme.store.inbox.health()["air"].counts == {"done": len(hours)}
        (mean,) = programme.observations(variables=["no2_monthly_mean"], periods=["2026-03"])["value"]
        in_march = [hour for hour in hours if hour < 31 * 24]
        assert mean == pytest.approx(sum(in_march) / len(in_march))
        programme.store.verify()
    return len(kept)


def test_what_is_acknowledged_is_kept_and_counts_once_whoever_is_killed(children, address):
    assert survived(children, address, 2, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS_OF_KILLS)
def test_of_many_kills_none_loses_a_message_or_counts_it_twice(children, address, part):
    times = 30 if address.startswith("postgresql") else 150
    assert survived(children, address, times // part, seed=2)
