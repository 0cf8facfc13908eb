"""Processes: what a process that was started for heavy work owes to the one that started it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import wait


def begin() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it, even when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def end_with_starter(last: Callable[[], object] = lambda: None) -> None:
    """End with the process that holds the other end of this one's standard input, even when that is killed.

    Parameters
    ----------
    last : what is done before
    """
    threading.Thread(target=_end_with_input, args=(last,), daemon=True).start()


def _end_with_input(last: Callable[[], object]) -> None:
    while os.read(0, 1):
        pass
    last()
    os._exit(1)


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
