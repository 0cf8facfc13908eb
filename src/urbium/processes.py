"""Processes: what a process that was started for heavy work owes to the one that started it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Final, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
_SPAWN: Final = multiprocessing.get_context("spawn")


class Processes(ProcessPoolExecutor):
    """Processes for heavy work that leave Ctrl-C to the process that starts them, and end with it.

    Parameters
    ----------
    most : how many there are at most; one a core when left out
    """

    def __init__(self, most: int | None = None) -> None:
        super().__init__(most, mp_context=_SPAWN, initializer=begin)

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Have a function called; the first call starts the processes."""
        with _deaf():
            return super().submit(fn, *args, **kwargs)


def started(work: Callable[..., object], *words: object, is_daemon: bool = False) -> SpawnProcess:
    """Start a process that does some work, which calls :func:`begin` first; return it."""
    process = _SPAWN.Process(target=work, args=words, daemon=is_daemon)
    with _deaf():
        process.start()
    return process


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C while they load; :func:`begin` has them hear it no more."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where Ctrl-C reaches who has the console
        yield
        return
    resource_tracker.ensure_running()  # which starts with the first process, and would lift the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it, even when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # what it starts later may hear it
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
