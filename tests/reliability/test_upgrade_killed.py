"""An upgrade that is killed leaves the store as it was, and the next one brings it up to date."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from old_stores import make_old_store, rows_of
from seeds import a_few_of
from urbium.errors import ConflictError
from urbium.store import Store

UPGRADER = Path(__file__).with_name("upgrader.py")
STATEMENTS = (30, 20, 3, *(number for number in range(1, 30) if number not in (3, 20)))  # of some 39


@pytest.fixture(scope="module")
def upgrader():
    """Return what upgrades a store, dying before a statement, and tells how that ended."""
    with subprocess.Popen(
        [sys.executable, str(UPGRADER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def run(url, number):
            process.stdin.write(f"{number} {url}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield run
        process.stdin.close()


@pytest.mark.parametrize("number", a_few_of(STATEMENTS, 3))
def test_a_killed_upgrade_leaves_the_store_as_it_was_and_the_next_one_ends(address, upgrader, number):
    make_old_store(address, "5")
    before = rows_of(address)

    ended = upgrader(address, number)

    assert ended == -signal.SIGKILL
    assert rows_of(address) == before
    with pytest.raises(ConflictError, match="schema version 5"):
        Store.open(address)
    Store.upgrade(address)
    columns, rows = before
    _, after = rows_of(address, columns)
    assert {**after, "audit": rows["audit"]} == rows
    with Store.open(address) as store:
        store.verify()
