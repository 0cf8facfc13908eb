"""Workers of jobs that may be killed, forked from a process that has imported everything once.

Run as ``python job_worker.py LEASE``. For each address on its input a child is forked that says its number,
and then does the jobs of the programme there, each in a process that it forks in turn (a server starts one
anew, which takes seconds), until it is killed; ``ended`` follows when it is gone. What dies with its parent,
and what a lease lets happen, is as in a server. The parent touches no store, so a fork is safe.
"""

import multiprocessing
import os
import sys
import traceback

import urbium.sources
from urbium.programme.worker import Worker


def say(word: object) -> None:
    """Tell the test, at once and in one piece."""
    os.write(1, f"{word}\n".encode())


def work(address: str, lease: float) -> None:
    """Do jobs, as the leader of a group of processes."""
    os.setsid()
    say(os.getpid())
    Worker(address, lease=lease, harvests=False).run()  # what looks for them begins threads, and it forks


def serve(lease: float) -> None:
    """Fork a worker for each address."""
    assert urbium.sources, "what reads files is imported before the first fork"
    fork = multiprocessing.get_context("fork")
    multiprocessing.get_context = lambda _: fork
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                work(line.strip(), lease)
            except BaseException:  # noqa: BLE001 - a child says what happened and goes no further
                traceback.print_exc()
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    serve(float(sys.argv[1]))
