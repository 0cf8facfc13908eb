"""Drawing: charts for pages, drawn in other processes and kept by their content.

The renderer holds the interpreter's lock while it draws, so it never runs in the process that answers
requests. The same specification is drawn once for each width that a reader asks for, however many they are.
"""

import asyncio
import hashlib
import json
import logging
import os
import pickle
import re
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from urbium import charts
from urbium.charts.chart_files import Caption, file_of
from urbium.charts.frame import language_of
from urbium.charts.layout import WIDTHS, laid_out
from urbium.charts.readings import reading
from urbium.files import write_whole
from urbium.processes import Processes
from urbium.reads import note_chart, note_passing
from urbium.text import language, spoken

_KEPT = 4800
"""Drawings that are kept, packed: pictures and specifications of 286 cities with eight charts each."""
_FILES = 100
"""Files of charts that are kept; a picture of one may take a megabyte."""
_KEY = 40
"""Letters of the key of a chart."""
_SPECIFICATIONS = 4000
_LAID_OUT = re.compile(r"([0-9a-f]{40})-(" + "|".join(map(str, WIDTHS)) + r")\.(svg|json)")
_AS_FILE = re.compile(r"([0-9a-f]{40})(\.svg|\.png|\.csv|-metadata\.json)")
_TRIES = 2
_PATIENCE = 60.0
_LOG = logging.getLogger(__name__)
_Made = TypeVar("_Made")
_AS_WIDE = b'<svg font-size-adjust="ch-width 0.556" '
"""A picture is laid out with the widths of Arial: whichever font its reader has is made as wide."""
_UNSAID = re.compile(r' (?:font-family|aria-roledescription)="[^"]*"')
"""What a picture within a page does not say: its font, and what marks are called, which is English."""
_IDS = re.compile(r'(id="|url\(#|href="#)([A-Za-z]+_?\d+)')


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as a page needs it: where its pictures are, and what its figures say.

    A map whose circles are links stands in the page itself, as ``svg``, with the plain Vega from which a
    script makes it live; both are empty when the drawing processes failed: the page says so and shows the
    rest. Every other chart is drawn when a reader asks for it, for the width of the frame that shows it.
    """

    key: str
    finding: str = ""
    svg: str = ""
    vega: str = ""
    is_inside: bool = False
    has_data: bool = True
    name: Callable[[str], None] = lambda _: None
    """Say what the chart shows, for its files."""

    @property
    def is_drawn(self) -> bool:
        """Whether there is a picture, or an address of one."""
        return bool(self.svg) or not self.is_inside

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths of the pictures at addresses of their own."""
        return WIDTHS[:1] if self.is_inside else WIDTHS


class _Latest:
    """What a pool was asked for latest, by name: each begun once, and ``most`` of them kept.

    Its reader holds the drawer's lock.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Future[bytes]] = OrderedDict()

    def begun(self, pool: Executor, name: str, job: Callable[[], tuple[Any, ...]]) -> Future[bytes]:
        """Return what goes by a name, begun unless it is kept."""
        if name in self._kept and not _failed(self._kept[name]):
            self._kept.move_to_end(name)
        else:
            self._kept[name] = pool.submit(*job())
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return self._kept[name]


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
        self._drawings, self._files = _Latest(_KEPT), _Latest(_FILES)
        self._module: Future[bytes] | None = None
        self._apart: OrderedDict[str, bytes] = OrderedDict()

    def apart(self, spec: Mapping[str, Any]) -> Drawing:
        """Return a drawing at an address of its own: the page is answered at once, and the picture later.

        The specification is kept (packed, the latest few thousand) until a reader asks for its picture.
        """
        key = charts.content_hash(spec)[:_KEY]
        note_chart(key)
        self._lay_down(key, zlib.compress(pickle.dumps(dict(spec)), 1))
        more = spec.get("usermeta", {})
        return Drawing(
            key,
            finding=str(more.get("finding", "")),
            has_data="/vega-lite/" in str(spec.get("$schema")) or "columns" in more,
            name=lambda label: self._lay_down(f"{key}.{spoken()}", label.encode()),
        )

    def _lay_down(self, name: str, packed: bytes) -> None:
        """Keep what a chart is made of, for all processes; a chart that was not asked for longest goes."""
        with self._lock:
            self._apart[name] = packed
            self._apart.move_to_end(name)
            old = [self._apart.popitem(last=False)[0] for _ in range(len(self._apart) - 2 * _SPECIFICATIONS)]
        if self._folder is not None:
            for each in old:
                (self._folder / each).unlink(missing_ok=True)
            if not (self._folder / name).exists():
                write_whole(self._folder / name, packed)

    def has(self, keys: Iterable[str]) -> bool:
        """Say whether all drawings apart of these keys can still be had, and count them as asked for."""
        with self._lock:
            absent = [key for key in keys if key not in self._apart]
            for key in keys:
                if key in self._apart:
                    self._apart.move_to_end(key)
        return all(self._folder is not None and (self._folder / key).exists() for key in absent)

    def _kept_part(self, name: str) -> bytes:
        """Return what was laid down under a name; raise KeyError when it is not there (any more)."""
        packed = self._apart.get(name)
        if packed is None and self._folder is not None:
            with suppress(OSError):
                packed = (self._folder / name).read_bytes()
        if packed is None:
            raise KeyError(name)
        return packed

    def _specification(self, key: str) -> dict[str, Any]:
        spec: dict[str, Any] = pickle.loads(zlib.decompress(self._kept_part(key)))  # noqa: S301 - our own
        return spec

    async def drawn(self, name: str) -> bytes | None:
        """Return a picture, or the specification of a live one, packed; None when it cannot be had.

        Parameters
        ----------
        name : the key of a chart, a width, and ``svg`` or ``json``: ``KEY-340.svg``

        Raises KeyError for a name that is not known (any more).
        """
        match = _LAID_OUT.fullmatch(name)
        if match is None:
            raise KeyError(name)
        key, width, kind = match.groups()
        return await self._waited(
            lambda pool: self._drawings.begun(
                pool, name, lambda: (_laid_out, self._specification(key), int(width), kind)
            )
        )

    async def file(self, name: str, source: str) -> bytes | None:
        """Return a chart as a file that says what it shows and whence it is; None when it cannot be had.

        Parameters
        ----------
        name : the key of a chart and an ending: ``KEY.svg``, ``KEY.png``, ``KEY.csv`` and, about that,
            ``KEY-metadata.json``
        source : whence it is and under which licence, in words

        Raises KeyError for a name that is not known (any more).
        """
        match = _AS_FILE.fullmatch(name)
        if match is None:
            raise KeyError(name)
        key, ending = match.groups()
        spec, caption = self._specification(key), self.caption(key, source)
        return await self._waited(
            lambda pool: self._files.begun(
                pool, f"{name} {caption}", lambda: (file_of, spec, ending, caption)
            )
        )

    def sources(self, key: str) -> Sequence[str]:
        """Return the sources that a chart names; none where it names none.

        Raises KeyError for a key that is not known (any more).
        """
        named: Sequence[str] = self._specification(key).get("usermeta", {}).get("sources", ())
        return named

    def caption(self, key: str, source: str) -> Caption:
        """Return what a chart shows, in the language that is spoken, and whence it is.

        Raises KeyError for a key that is not known (any more).
        """
        spec, label = self._specification(key), ""
        with suppress(KeyError):
            label = self._kept_part(f"{key}.{spoken()}").decode()
        return Caption.of(spec, label, source)

    async def _waited(self, ask: Callable[[Executor], Future[bytes]]) -> bytes | None:
        for _ in range(_TRIES):
            with self._lock:
                pool = self._pool()
            try:
                with self._lock:
                    waiting = ask(pool)
                return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(waiting)), _PATIENCE)
            except BrokenExecutor:
                self._replace(pool)
            except (TimeoutError, CancelledError):
                return None
        return None

    def draw(self, spec: Mapping[str, Any]) -> Drawing:
        """Return the drawing of a specification: inside the page where its marks are links, otherwise apart.

        A drawing process that dies takes its pool with it: it is replaced, and the drawing asked for once
        more. Raises InputError when a specification that stands in the page cannot be drawn.
        """
        drawing = self.apart(spec)
        if not any("href" in mark.get("encode", {}).get("update", {}) for mark in spec.get("marks", ())):
            return drawing
        width = spec["width"]
        parts = [
            self._insist(
                lambda pool, kind=kind: self._drawings.begun(  # type: ignore[misc]
                    pool, f"{drawing.key}.{kind}", lambda: (_laid_out, dict(spec), width, kind)
                )
            )
            for kind in ("svg", "json")
        ]
        if None in parts:
            note_passing()
            return replace(drawing, is_inside=True)
        svg, vega = (zlib.decompress(part).decode() for part in parts if part is not None)
        return replace(drawing, svg=inline(svg, drawing.key[:8]), vega=vega, is_inside=True)

    def placed(self, spec: Mapping[str, Any]) -> Drawing:
        """Return a map of places, drawn in the page itself: it takes less time than to hand it over."""
        drawing = self.apart(spec)
        svg = charts.drawn_map(spec, levels=range(len(charts.LEVELS)))
        return replace(drawing, svg=inline(svg, drawing.key[:8]), is_inside=True)

    def made(self, make: Callable[..., bytes], *given: object) -> bytes | None:
        """Return the file that a function makes in a drawing process; None when the processes failed.

        The same of the same is made once, and the latest are kept. What differs by language, by what its
        reader may see, or by a change of the store is made of something else.
        """
        name = hashlib.sha256(pickle.dumps((make, given))).hexdigest()
        return self._insist(lambda pool: self._files.begun(pool, name, lambda: (make, *given)))

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
            self._executor = Processes(min(2, os.cpu_count() or 1))
        return self._executor


def inline(svg: str, key: str) -> str:
    """Fit a picture to stand inside a page: its ids are its own, and its type is the page's.

    >>> inline('<svg><clipPath id="clip0"/><text font-family="x">1</text></svg>', "a1")
    '<svg><clipPath id="a1-clip0"/><text>1</text></svg>'
    """
    return _IDS.sub(rf"\g<1>{key}-\g<2>", _UNSAID.sub("", svg))


def _laid_out(spec: dict[str, Any], width: int, kind: str) -> bytes:
    """Draw in a worker: a picture, or the Vega as JSON that may stand inside a script element; packed."""
    laid = laid_out(spec, width)
    if kind == "svg":
        return zlib.compress(charts.render(laid).replace(b"<svg ", _AS_WIDE, 1), 6)
    with language(language_of(spec)):
        vega = charts.compiled(laid) | {"usermeta": {"reading": reading(spec)}}
    text = json.dumps(vega, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return zlib.compress(text.encode(), 6)


def _failed(future: Future[Any]) -> bool:
    return future.done() and (future.cancelled() or future.exception() is not None)
