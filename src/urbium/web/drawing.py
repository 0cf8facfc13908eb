"""Drawing: charts for pages, drawn in other processes and kept by their content.

The renderer holds the interpreter's lock while it draws, so it never runs in the process that answers
requests. The same specification is drawn once, however many readers ask for it.
"""

import json
import multiprocessing
import os
import re
import signal
import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

from urbium import charts

__all__ = ["Drawer", "Drawing"]

_KEPT = 400
_PATIENCE = 60.0
_FONT = re.compile(r' font-family="[^"]*"')
_IDS = re.compile(r'(id="|url\(#|href="#)([A-Za-z]+_?\d+)')


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as a page needs it: the picture, and the plain Vega from which a script makes it live."""

    svg: str
    vega: str
    key: str


class Drawer:
    """Draws specifications in a pool of processes and keeps the latest few hundred.

    Parameters
    ----------
    executor : where drawing runs; a pool of two processes, started at the first chart, when left out
    """

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = executor
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Future[tuple[str, str]]] = OrderedDict()
        self._module: Future[bytes] | None = None

    def draw(self, spec: Mapping[str, Any]) -> Drawing:
        """Return the drawing of a specification; the same one is drawn once.

        Raises InputError when it cannot be drawn.
        """
        key = charts.content_hash(spec)
        with self._lock:
            if key in self._kept and not _failed(self._kept[key]):
                self._kept.move_to_end(key)
            else:
                self._kept[key] = self._pool().submit(_draw, dict(spec))
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            waiting = self._kept[key]
        svg, vega = waiting.result(timeout=_PATIENCE)
        return Drawing(svg=inline(svg, key[:8]), vega=vega, key=key[:12])

    def module(self) -> bytes:
        """Return the browser's module, built once and kept on disk."""
        with self._lock:
            if self._module is None or _failed(self._module):
                self._module = self._pool().submit(charts.bundle)
            waiting = self._module
        return waiting.result(timeout=_PATIENCE)

    def warm(self) -> None:
        """Start the processes and build the module, without waiting for either."""
        with self._lock:
            if self._module is None:
                self._module = self._pool().submit(charts.bundle)

    def close(self) -> None:
        """End the processes."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def _pool(self) -> Executor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                max_workers=min(2, os.cpu_count() or 1),
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
            )
        return self._executor


def inline(svg: str, key: str) -> str:
    """Fit a picture to stand inside a page: its ids are its own, and its type is the page's.

    >>> inline('<svg><clipPath id="clip0"/><text font-family="x">1</text></svg>', "a1")
    '<svg><clipPath id="a1-clip0"/><text>1</text></svg>'
    """
    return _IDS.sub(rf"\g<1>{key}-\g<2>", _FONT.sub("", svg))


def _draw(spec: dict[str, Any]) -> tuple[str, str]:
    """Draw in a worker: the picture, and the Vega as JSON that may stand inside a script element."""
    vega = charts.compiled(spec)
    text = json.dumps(vega, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return charts.render(vega).decode(), text


def _begin() -> None:
    """Leave Ctrl-C to the server, and end with it, even when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _failed(future: Future[Any]) -> bool:
    return future.done() and (future.cancelled() or future.exception() is not None)
