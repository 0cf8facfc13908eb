"""Patience: how long a client may take to send a request, and how many may be at it at once.

A client that sends half a request holds a connection, and with it a descriptor of the process. Here it has
seconds for the head and for the body; and where many wait at once, the one that has waited longest is let go.
"""

import asyncio
import resource
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, ClassVar, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as Base
else:
    Base = AutoHTTPProtocol

HEAD_SECONDS: Final = 10.0
BODY_SECONDS: Final = 120.0
_MOST: Final = 1000


def _most_waiting() -> int:
    """Return how many connections may wait for the rest of a request: a third of the descriptors."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else max(min(soft // 3, _MOST), 1)


class PatientProtocol(Base):
    """The protocol of the server, with an end to its patience."""

    waiting: ClassVar[OrderedDict["PatientProtocol", None]] = OrderedDict()
    most: ClassVar[int] = _most_waiting()
    head_seconds: ClassVar[float] = HEAD_SECONDS
    body_seconds: ClassVar[float] = BODY_SECONDS

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as asyncio hands it over
        """Begin to wait for the first request."""
        self._end: asyncio.TimerHandle | None = None
        self._has_head = False
        super().connection_made(transport)
        self._wait(self.head_seconds)

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait on for what is missing."""
        super().data_received(data)
        cycle: Any = self.cycle
        is_between = cycle is None or cycle.response_complete
        if not is_between and not cycle.more_body:
            self._stop_waiting()
        elif is_between:
            if self._end is None or self._has_head:
                self._wait(self.head_seconds)
        elif self._end is None or not self._has_head:
            self._wait(self.body_seconds)
        self._has_head = not is_between

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._end = asyncio.get_running_loop().call_later(seconds, self._give_up)
        self.waiting[self] = None
        if len(self.waiting) > self.most:
            next(iter(self.waiting))._give_up()  # noqa: SLF001 - one of our own kind

    def _stop_waiting(self) -> None:
        self.waiting.pop(self, None)
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _give_up(self) -> None:
        self._stop_waiting()
        if self.transport is not None:
            self.transport.abort()
