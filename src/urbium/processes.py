"""Processes: what a process that was started for heavy work owes to the one that started it."""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait

__all__ = ["begin"]


def begin() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it, even when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
