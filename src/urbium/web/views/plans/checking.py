"""Checking: the certificate of a plan, made beside the pages, so that no reader waits for it.

A national plan takes many seconds to be checked from its raw tables. The first page that asks starts the
check, in a process of its own, because it would hold the interpreter's lock; pages that come before it is
done say so.
"""

import multiprocessing
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from urbium.processes import begin, started
from urbium.reads import note_passing
from urbium.result import Result

_PATIENCE = 0.3
_running: dict[int, threading.Event] = {}
_lock = threading.Lock()


def checked(made: Any, patience: float = _PATIENCE) -> Any:  # noqa: ANN401 - urbium.plan.Plan, its Certificate
    """Return the certificate of a plan, or None while it is being made.

    Parameters
    ----------
    made : the plan; it keeps its certificate once it has one
    patience : seconds to wait for it
    """
    if "certificate" in vars(made):
        return made.certificate
    with _lock:
        done = _running.get(id(made))
        if done is None:
            done = _running[id(made)] = threading.Event()
            threading.Thread(target=_check, args=(made, done), daemon=True).start()
    if done.wait(patience):
        return made.certificate
    note_passing()
    return None


def _check(made: Any, done: threading.Event) -> None:  # noqa: ANN401 - urbium.plan.Plan
    """Make the certificate; the thread holds the plan, so its identity stays its own until the end."""
    try:
        if isinstance(made, Result):
            with suppress(OSError, EOFError):  # the process could not be had, or died: made here then
                vars(made)["certificate"] = _elsewhere(made)
        made.certificate  # noqa: B018 - made at first sight, and kept by the plan
    finally:
        done.set()
        with _lock:
            _running.pop(id(made), None)


def _elsewhere(plan: Any) -> Any:  # noqa: ANN401 - urbium.plan.Certificate
    """Make the certificate in another process, which ends with this one."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = started(_certify, plan, theirs, is_daemon=True)
    theirs.close()
    with ours:
        certificate = ours.recv()
    process.join()
    return certificate


def _certify(plan: Any, answer: Connection) -> None:  # noqa: ANN401 - urbium.plan.Plan
    begin()
    with answer:
        answer.send(plan.certificate)
