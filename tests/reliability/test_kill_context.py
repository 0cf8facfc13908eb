"""``kill -9`` while entities are written: what was acknowledged is there, once, and told of once."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from seeds import a_few_of
from urbium.platform.context import Context, Query
from urbium.store import Store, Subscription

WRITER = """
import sys
from urbium.platform.context import Context
from urbium.store import Store

with Store.open(sys.argv[1]) as store:
    context = Context(store, "0503")
    for number in range(int(sys.argv[2]), 1_000_000):
        at = f"2026-01-01T{number // 3600% 24:02}:{number // 60% 60:02}:{number % 60:02}Z"
        flow = {"type": "Property", "value": number, "observedAt": at}
        one = {"id": f"urn:x:{number}", "type": "Spot", "free": number}
        context.upsert([one, {"id": "urn:x:all", "type": "Spots", "flow": flow}])
        print(number, flush=True)
"""
CONTENT = (
    '{"type":"Subscription","entities":[{"type":"Spot"}],'
    '"notification":{"endpoint":{"uri":"https://listener.example.org"}}}'
)


@pytest.fixture
def path(address):
    with Store.open(address, create=True) as store:
        store.context.subscriptions.put(Subscription("urn:x:s", "0503", "ann", CONTENT, 1))
    return address


def killed(path, first, wait):
    """Write from a number on, kill the writer after a while, and return the last number acknowledged."""
    with subprocess.Popen([sys.executable, "-c", WRITER, path, str(first)], stdout=subprocess.PIPE) as writer:
        said = writer.stdout.readline()
        time.sleep(wait)
        os.kill(writer.pid, signal.SIGKILL)
        lines = [said, *writer.stdout.readlines()]
    return int([line for line in lines if line.endswith(b"\n")][-1])


@pytest.mark.parametrize("seed", a_few_of(range(40), 1))
def test_what_was_acknowledged_before_a_kill_is_there_once_and_is_told_once(path, seed):
    draw = random.Random(seed)
    last = -1
    for _ in range(2 if seed == 0 else 1):
        last = killed(path, last + 1, draw.uniform(0.0, 0.5))
    with Store.open(path) as store:
        context = Context(store, "0503")
        entities = context.query(Query(types=[context.contexts.names().expand("Spot")]), limit=1_000_000)
        flows = [number for _, _, number in context.instances(attribute="flow")]
        told = sum(store.context.subscriptions.count("urn:x:s").values())
        store.verify()
    numbers = [int(one["id"].rpartition(":")[2]) for one in entities]

    assert set(range(last + 1)) <= set(numbers)
    assert len(numbers) == len(set(numbers)) == told
    assert sorted(flows) == sorted(numbers)
    assert len(numbers) <= last + 1 + (2 if seed == 0 else 1)  # one that was stored and not acknowledged
