"""Interrupt: Ctrl-C is heard until the command has ended.

What Ctrl-C raises is lost where it falls into code that forgives every error, as a library's does while it
calls back, and becomes another error where it falls into a compiled module that loads. So it is raised again
until the command ends, and a fault after it is taken for its trace.
"""

import signal
import threading
from types import FrameType, TracebackType
from typing import Final, Self

_AGAIN: Final = 2.0
"""Seconds until Ctrl-C is raised again: more than it takes to put away what was begun."""


class Interrupt:
    """What hears Ctrl-C within a ``with``, unless this process was started deaf, as behind a shell.

    Raises
    ------
    KeyboardInterrupt : at its end, where Ctrl-C was pressed and anything but a clean end came of it
    """

    def __enter__(self) -> Self:
        self._is_heard = False
        self._before = signal.getsignal(signal.SIGINT)
        self._listens = threading.current_thread() is threading.main_thread() and self._before in (
            signal.SIG_DFL,
            signal.default_int_handler,
        )
        if self._listens:
            signal.signal(signal.SIGINT, self._hear)
        return self

    def _hear(self, _signal: int, _frame: FrameType | None) -> None:
        if not self._is_heard and hasattr(signal, "setitimer"):  # Windows has none: there, one presses again
            signal.signal(signal.SIGALRM, self._hear)
            signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AGAIN)
        self._is_heard = True
        raise KeyboardInterrupt

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._is_heard and hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
        if self._listens:
            signal.signal(signal.SIGINT, self._before)
        if self._is_heard and isinstance(error, Exception):
            raise KeyboardInterrupt from error
