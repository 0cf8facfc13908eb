"""Attempts are counted by all processes of a store together, and one that is killed loses nothing."""

import os
import signal
import subprocess
import sys

from urbium.store import Store

SECOND = 1_000_000
TRIER = """
import sys, time
from urbium.store import Store
store = Store.open(sys.argv[1])
for _ in range(int(sys.argv[2])):
    store.attempts.count("sign in", {"10.0.0.1": 100}, now=1_000_000, since=0)
print("counted", flush=True)
time.sleep(60)
"""


def test_two_processes_count_together_and_one_that_is_killed_loses_nothing(url):
    with Store.open(url, create=True) as store:
        others = [
            subprocess.Popen([sys.executable, "-c", TRIER, url, "7"], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        for other in others:
            assert other.stdout.readline() == "counted\n"
            os.kill(other.pid, signal.SIGKILL)
            other.wait()
            other.stdout.close()

        counts = [store.attempts.count("sign in", {"10.0.0.1": 15}, now=SECOND, since=0) for _ in range(2)]

    assert counts == [False, True]


def test_attempts_up_to_an_instant_are_forgotten_by_kind(store):
    for now in (1, 2, 3):
        store.attempts.count("sign in", {"ann": 9}, now=now, since=0)
        store.attempts.count("report", {"ann": 9}, now=now, since=0)

    assert not store.attempts.count("sign in", {"ann": 2}, now=4, since=2)
    assert store.attempts.count("report", {"ann": 2}, now=4, since=1)


def test_whoever_goes_on_trying_is_refused_on_and_fills_no_store(store):
    bounds = {"10.0.0.1": 3}
    results = [store.attempts.count("sign in", bounds, now=now, since=0) for now in range(1, 40)]
    after = store.attempts.count("sign in", bounds, now=90, since=60)

    assert results == [False] * 3 + [True] * 36
    assert not after  # what is not tried for a while is forgotten


def test_one_name_that_is_over_its_bound_is_enough(store):
    store.attempts.count("sign in", {"10.0.0.1": 300, "olga": 1}, now=1, since=0)

    assert store.attempts.count("sign in", {"10.0.0.1": 300, "olga": 1}, now=2, since=0)
    assert not store.attempts.count("sign in", {"10.0.0.1": 300, "carl": 1}, now=3, since=0)


def test_nothing_of_who_tried_can_be_read_in_the_store(url):
    with Store.open(url, create=True) as store:
        store.attempts.count("sign in", {"10.20.30.40": 3}, now=1, since=0)
        rows = store._database
        with rows.reading() as connection:
            kept = connection.exec_driver_sql("select * from attempt").all()

    assert len(kept) == 1
    assert "10.20.30.40" not in str(kept)
