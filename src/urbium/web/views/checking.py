"""Checking: the certificate of a plan, made beside the pages, so that no reader waits for it.

A national plan takes seconds to be checked from its raw tables. The first page that asks starts the check;
pages that come before it is done say so.
"""

import threading
from typing import Any

__all__ = ["checked"]

_PATIENCE = 0.4
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
    return made.certificate if done.wait(patience) else None


def _check(made: Any, done: threading.Event) -> None:  # noqa: ANN401 - urbium.plan.Plan
    """Make the certificate; the thread holds the plan, so its identity stays its own until the end."""
    try:
        made.certificate  # noqa: B018 - made at first sight, and kept by the plan
    finally:
        done.set()
        with _lock:
            _running.pop(id(made), None)
