"""Processes that do the work of people and may be killed, forked from one that has imported everything once.

Run as ``python worker.py``. A line of its input is ``WORK ADDRESS NUMBER``: a child is forked that opens the
store and says its number, then ``did N`` for each piece of work that is acknowledged, until it is killed.
``write`` makes version after version of a dossier, together with one of a second dossier; ``enter`` sets a
password and begins a session; ``migrate`` makes a store where there is none, or upgrades an older one.
"""

import os
import sys
import traceback
from itertools import count

import alembic.command  # noqa: F401 - slow to import, and what a migration needs

from urbium.model.dossiers import Dossier
from urbium.store import Credential, Store, Ticket


def say(word: object) -> None:
    """Tell the test, at once and in one piece."""
    os.write(1, f"{word}\n".encode())


def write(address: str, start: int) -> None:
    """Change two dossiers in one entry, again and again."""
    with Store.open(address) as store:
        for number in count(start + 1):
            pair = [store.dossiers.one("application", code) for code in ("left", "right")]
            changed = [
                Dossier(
                    **{name: getattr(one, name) for name in one.__struct_fields__}
                    | {"content": {"n": number}}
                )
                for one in pair
            ]
            store.dossiers.record(changed, by="worker", what="write", reason="to be killed")
            say(f"did {number}")


def enter(address: str, start: int) -> None:
    """Set a password and begin a session, again and again."""
    with Store.open(address) as store:
        for number in count(start + 1):
            store.accounts.set_credential(
                "ann", Credential(password=f"hash {number}"), by="ann", what="set password", reason="test"
            )
            store.accounts.add_ticket(
                f"digest {number}",
                Ticket("session", "ann", number, number + 10**9, number, {}),
                what="sign in",
                reason="test",
            )
            say(f"did {number}")


def migrate(address: str, start: int) -> None:
    """Make a store where there is none, or upgrade the one that is there."""
    Store.open(address, create=True).close()
    say(f"did {start + 1}")


def serve() -> None:
    """Fork a child for each line; the parent itself never touches a store, so a fork is safe."""
    works = {"write": write, "enter": enter, "migrate": migrate}
    for line in sys.stdin:
        work, address, number = line.split()
        child = os.fork()
        if child == 0:
            try:
                say(os.getpid())
                works[work](address, int(number))
            except BaseException:  # noqa: BLE001 - a child says what happened and goes no further
                traceback.print_exc()
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    serve()
