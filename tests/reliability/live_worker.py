"""Receivers and workers of live values that may be killed, forked from a process that has imported all.

Run as ``python live_worker.py``. For each line ``ROLE ADDRESS SECRET FIRST`` on its input a child is forked
that says its number, and then receives messages (each is said once it is acknowledged) or works in what was
received, until it is killed; ``ended`` follows when it is gone. The parent touches no store.
"""

import os
import sys
import traceback
from datetime import timedelta

import urbium.measure
from feeds_of import BEGINS, hourly
from urbium.programme.opening import open_programme


def say(word: object) -> None:
    """Tell the test, at once and in one piece."""
    os.write(1, f"{word}\n".encode())


def receive(address: str, secret: str, first: int) -> None:
    """Take messages, each of one hour, and say each that is acknowledged."""
    with open_programme(address) as programme:
        hour = first
        while True:
            body = hourly(
                [float(hour)], begins=BEGINS + timedelta(hours=hour), sent=BEGINS + timedelta(days=60)
            )
            programme.feeds.receive(secret, "air", body)
            say(f"kept {hour}")
            hour += 1


def work(address: str) -> None:
    """Work in what was received."""
    with open_programme(address) as programme:
        say("works")
        programme.live.run()


def serve() -> None:
    """Fork a child for each line."""
    assert urbium.measure, "what the first message needs is imported before the first fork"
    for line in sys.stdin:
        role, address, secret, first = line.split()
        child = os.fork()
        if child == 0:
            try:
                os.setsid()
                say(os.getpid())
                receive(address, secret, int(first)) if role == "receive" else work(address)
            except BaseException:  # noqa: BLE001 - a child says what happened and goes no further
                traceback.print_exc()
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    serve()
