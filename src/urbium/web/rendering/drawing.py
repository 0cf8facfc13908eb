"""Drawing: charts for pages, drawn in other processes and kept by their content.

The renderer holds the interpreter's lock while it draws, so it never runs in the process that answers
requests. The same specification is drawn once, however many readers ask for it.
"""

import asyncio
import json
import logging
import multiprocessing
import os
import pickle
import re
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from urbium import charts
from urbium.files import write_whole
from urbium.processes import begin
from urbium.reads import note_chart, note_passing

_KEPT = 2400
"""Drawings that are kept, packed: 286 cities with eight charts each, some 15 kB a chart."""
_SPECIFICATIONS = 4000
_TRIES = 2
_PATIENCE = 60.0
_LOG = logging.getLogger(__name__)
_Made = TypeVar("_Made")
_FONT = re.compile(r' font-family="[^"]*"')
_IDS = re.compile(r'(id="|url\(#|href="#)([A-Za-z]+_?\d+)')


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as a page needs it: the picture, and the plain Vega from which a script makes it live.

    ``svg`` and ``vega`` are empty when the drawing processes failed: the page says so and shows the rest.
    """

    svg: str
    vega: str
    key: str
    is_apart: bool = False  # at an address of its own, drawn when it is asked for

    @property
    def is_drawn(self) -> bool:
        """Whether there is a picture, or an address of one."""
        return self.is_apart or bool(self.svg)


class Drawer:
    """Draws specifications in a pool of processes and keeps the latest few hundred.

    Parameters
    ----------
    executor : where drawing runs; a pool of two processes, started at the first chart, when left out
    folder : where specifications lie for all processes that answer for one server: who is shown a page by one
        may ask another for its charts; in this one alone when left out
    """

    def __init__(self, executor: Executor | None = None, folder: Path | None = None) -> None:
        self._executor = executor
        self._folder = folder
        self._lock = threading.Lock()
        self._is_own = executor is None
        self._kept: OrderedDict[str, Future[tuple[bytes, bytes]]] = OrderedDict()
        self._module: Future[bytes] | None = None
        self._apart: OrderedDict[str, bytes] = OrderedDict()

    def apart(self, spec: Mapping[str, Any]) -> Drawing:
        """Return a drawing at an address of its own: the page is answered at once, and the picture later.

        The specification is kept (packed, the latest few thousand) until a reader asks for its picture.
        """
        key = charts.content_hash(spec)
        note_chart(key)
        packed = zlib.compress(pickle.dumps(dict(spec)), 1)
        with self._lock:
            self._apart[key] = packed
            self._apart.move_to_end(key)
            old = [self._apart.popitem(last=False)[0] for _ in range(len(self._apart) - _SPECIFICATIONS)]
        if self._folder is not None:
            for each in old:
                (self._folder / each).unlink(missing_ok=True)
            if not (self._folder / key).exists():
                write_whole(self._folder / key, packed)
        return Drawing(svg="", vega="", key=key, is_apart=True)

    def has(self, keys: Iterable[str]) -> bool:
        """Say whether all drawings apart of these keys can still be had, and count them as asked for."""
        with self._lock:
            absent = [key for key in keys if key not in self._apart]
            for key in keys:
                if key in self._apart:
                    self._apart.move_to_end(key)
        return all(self._folder is not None and (self._folder / key).exists() for key in absent)

    def _specification(self, key: str) -> Mapping[str, Any]:
        """Return the specification of a drawing apart; raise KeyError when it is not known (any more)."""
        packed = self._apart.get(key)
        if packed is None and self._folder is not None and key.isalnum():
            with suppress(OSError):
                packed = (self._folder / key).read_bytes()
        if packed is None:
            raise KeyError(key)
        spec: Mapping[str, Any] = pickle.loads(zlib.decompress(packed))  # noqa: S301 - our own
        return spec

    async def drawn(self, key: str) -> tuple[str, str] | None:
        """Return picture and Vega of a drawing apart, waiting in no thread; None when it cannot be had.

        Raises KeyError for a key that is not known (any more).
        """
        for _ in range(_TRIES):
            with self._lock:
                pool = self._pool()
            try:
                with self._lock:
                    waiting = self._begun(pool, key, lambda: self._specification(key))
                drawing = asyncio.shield(asyncio.wrap_future(waiting))
                return _unpacked(await asyncio.wait_for(drawing, _PATIENCE))
            except BrokenExecutor:
                self._replace(pool)
            except (TimeoutError, CancelledError):
                return None
        return None

    def _begun(
        self, pool: Executor, key: str, spec: Callable[[], Mapping[str, Any]]
    ) -> "Future[tuple[bytes, bytes]]":
        """Return the drawing of a key, begun unless it is kept; call it with the lock held."""
        if key in self._kept and not _failed(self._kept[key]):
            self._kept.move_to_end(key)
        else:
            self._kept[key] = pool.submit(_draw, dict(spec()))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]

    def draw(self, spec: Mapping[str, Any]) -> Drawing:
        """Return the drawing of a specification; the same one is drawn once.

        A drawing process that dies takes its pool with it: it is replaced, and the drawing asked for once
        more. Raises InputError when the specification cannot be drawn.
        """
        key = charts.content_hash(spec)

        drawn = self._insist(lambda pool: self._begun(pool, key, lambda: spec))
        if drawn is None:
            note_passing()
            return Drawing(svg="", vega="", key=key[:12])
        svg, vega = _unpacked(drawn)
        return Drawing(svg=inline(svg, key[:8]), vega=vega, key=key[:12])

    def made(self, make: Callable[..., _Made], *given: object) -> _Made | None:
        """Return what a function makes in a drawing process; None when the processes failed."""
        return self._insist(lambda pool: pool.submit(make, *given))

    def module(self) -> bytes | None:
        """Return the browser's module, built once and kept on disk; None when the processes failed."""
        return self._insist(self._module_from)

    def warm(self) -> None:
        """Start the processes and build the module, without waiting for either."""
        with self._lock, suppress(BrokenExecutor):  # who asks first tries again
            self._module_from(self._pool())

    def _module_from(self, pool: Executor) -> Future[bytes]:
        if self._module is None or _failed(self._module):
            self._module = pool.submit(charts.bundle)
        return self._module

    def _insist(self, ask: Callable[[Executor], Future[_Made]]) -> _Made | None:
        """Return what a pool makes, asking a new one once when the pool breaks; None when that fails too."""
        for _ in range(_TRIES):
            with self._lock:
                pool = self._pool()
            try:
                with self._lock:
                    waiting = ask(pool)
                return waiting.result(timeout=_PATIENCE)
            except BrokenExecutor:
                _LOG.warning("a drawing process died; %s", "starting others" if self._is_own else "no other")
                self._replace(pool)
            except (TimeoutError, CancelledError):
                _LOG.warning("a drawing took over %s seconds", _PATIENCE)
                return None
        return None

    def _replace(self, broken: Executor) -> None:
        """Put a broken pool of our own away, unless another thread has done so already."""
        with self._lock:
            if self._is_own and self._executor is broken:
                broken.shutdown(wait=False)
                self._executor = None

    def close(self) -> None:
        """End the processes."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def _pool(self) -> Executor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                max_workers=min(2, os.cpu_count() or 1),
                mp_context=multiprocessing.get_context("spawn"),
                initializer=begin,
            )
        return self._executor


def inline(svg: str, key: str) -> str:
    """Fit a picture to stand inside a page: its ids are its own, and its type is the page's.

    >>> inline('<svg><clipPath id="clip0"/><text font-family="x">1</text></svg>', "a1")
    '<svg><clipPath id="a1-clip0"/><text>1</text></svg>'
    """
    return _IDS.sub(rf"\g<1>{key}-\g<2>", _FONT.sub("", svg))


def _draw(spec: dict[str, Any]) -> tuple[bytes, bytes]:
    """Draw in a worker: the picture, and the Vega as JSON that may stand inside a script element; packed."""
    vega = charts.compiled(spec)
    text = json.dumps(vega, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return zlib.compress(charts.render(vega), 6), zlib.compress(text.encode(), 6)


def _unpacked(drawn: tuple[bytes, bytes]) -> tuple[str, str]:
    picture, vega = (zlib.decompress(part).decode() for part in drawn)
    return picture, vega


def _failed(future: Future[Any]) -> bool:
    return future.done() and (future.cancelled() or future.exception() is not None)
