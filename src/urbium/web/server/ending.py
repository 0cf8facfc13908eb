"""Ending: a server that is told to end does so in seconds, whatever is being drawn or sent.

What answers a request in a thread cannot be stopped; nobody waits for it any more.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

GRACE: Final = 3
"""Seconds for answers that are at work when the server is told to end."""


def end_within(seconds: float, code: int = 0) -> None:
    """End this process in so many seconds at the latest, with an exit code."""
    timer = threading.Timer(seconds, os._exit, [code])
    timer.daemon = True
    timer.start()


def end_within_after_signal(seconds: float) -> None:
    """End this process in so many seconds after SIGTERM or Ctrl-C; what hears of these now still does.

    Only the main thread can listen to signals: elsewhere, as in tests, nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _hearer(signal.getsignal(number), seconds))


def _hearer(following: Any, seconds: float) -> Any:  # noqa: ANN401 - as the module signal has them
    def hear(number: int, frame: FrameType | None) -> None:
        end_within(seconds, 128 + number)
        if callable(following):
            following(number, frame)

    return hear


@contextmanager
def ending_soon(seconds: float) -> Iterator[None]:
    """Leave the process that started those that answer some seconds, once they have ended."""
    try:
        yield
    finally:
        end_within(seconds)
