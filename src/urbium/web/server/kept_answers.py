"""Kept answers: what the public asks for is made once, kept until something of it changes, and sent to all.

A route is kept by its options (:data:`KEPT`, :data:`LARGE`). Only what is answered to somebody who has not
signed in is kept: whoever brings a session or a token has other rights, and is answered afresh each time. An
answer is kept with the kinds of things that were read while it was made, and is sent until one of them
changes, or the day. Then the last page is shown with its date while one maker makes the next. What is not
kept is made by few at once, and who comes when too many wait is told when to come again.

Processes that answer for one server find what another has made in a folder that only its account can enter,
gone with the server. What lies there is data and no code, and is believed as what is kept in memory is: while
nothing of it has changed.
"""

import asyncio
import gzip
import hashlib
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar, Final, cast

import msgspec
from anyio import CapacityLimiter, to_thread
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPRequestEvent, HTTPScope, Message, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState
from markupsafe import escape

from urbium.errors import UrbiumError
from urbium.files import write_whole
from urbium.programme import Programme
from urbium.reads import noting
from urbium.text import Text, coded, spoken, text
from urbium.web.rendering.words import moment
from urbium.web.server.sessions import check_origin, session

_OPTION: Final = "kept"
KEPT: Final = {_OPTION: "page"}
"""The option of a route whose answers to the public are kept: ``opt=PUBLIC | KEPT``."""
_LASTS: Final = "kept for"
MOMENTS: Final = KEPT | {_LASTS: 5.0}
"""The same for what shows what happens now: it is made again after so many seconds."""
LARGE: Final = {_OPTION: "file"}
"""The same for what takes seconds to make: documents, workbooks, money over many years."""
OPEN_FILE: Final = {_OPTION: "open file"}
"""The same for files of publications: readers ask for many at once, and few of them are made."""
_AT_ONCE: Final = {"page": 2, "file": 1, "open file": 1}
"""How many answers are made at once."""
_WAITING: Final = {"page": 100, "file": 4, "open file": 100}
"""How many are made or wait to be; more are refused."""
_LONGEST: Final = 20.0
"""Seconds that a reader waits for what nobody has been shown yet; it is made all the same."""
_TRIES: Final = 2
"""How often an answer is made at most where what it shows changes while it is made."""
_AGAIN: Final = 5
"""Seconds after which who was refused may ask again."""
_ROOM: Final = 64_000_000
"""Bytes of all answers that are kept, compressed."""
_LARGEST: Final = _ROOM // 8
_LOOKS: Final = 4
"""How many threads look at once whether something has changed."""
_MAIN: Final = b'<main id="main" class="wrap">'
"""What a notice stands behind in a page."""
_HEAD_ENDS: Final = b"</head>"
_ASK_AGAIN: Final = b'<meta name="again" content="%d">' % _AGAIN
"""What lets a page look for what comes after it: ``static/again.js``."""


class BusyError(UrbiumError):
    """So many large answers are being made that this one has to wait."""

    code = "busy"
    title = text("busy")
    status = HTTPStatus.SERVICE_UNAVAILABLE
    seconds: ClassVar[int] = _AGAIN

    def __init__(self, message: Text) -> None:
        remedy = text("try again in {seconds} seconds", seconds=self.seconds)
        super().__init__(message, remedy=remedy)


@dataclass(frozen=True)
class _Answer:
    """An answer as it is kept: compressed where it is large, with what it was made of."""

    lane: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    made: datetime
    of: Mapping[str, int | str]
    charts: frozenset[str]

    def is_valid(self, now: Mapping[str, int | str], lasts: float | None) -> bool:
        """Say whether nothing has changed of what it was made of, nor too many seconds have passed."""
        age = (datetime.now(UTC) - self.made).total_seconds()
        is_same = all(now.get(kind, 0) == change for kind, change in self.of.items())
        return is_same and (lasts is None or age < lasts)

    @property
    def is_packed(self) -> bool:
        """Whether its body is compressed."""
        return (b"content-encoding", b"gzip") in self.headers

    def plain(self) -> "_Answer":
        """Return it for a reader who takes nothing compressed."""
        return (
            self._with(zlib.decompress(self.body, wbits=31), b"content-encoding") if self.is_packed else self
        )

    def is_had_by(self, marks: str) -> bool:
        """Say whether a reader has it, by the marks (ETag) of what it has."""
        return any(name == b"etag" and value.decode() in marks for name, value in self.headers)

    def unchanged(self) -> "_Answer":
        """Return what is said to a reader who has it."""
        dropped = {b"content-length", b"content-encoding"}
        headers = tuple(pair for pair in self.headers if pair[0] not in dropped)
        return replace(self, status=HTTPStatus.NOT_MODIFIED, headers=headers, body=b"")

    def _with(self, body: bytes, *dropped: bytes) -> "_Answer":
        kept = [pair for pair in self.headers if pair[0] not in {b"content-length", *dropped}]
        headers = (*kept, (b"content-length", str(len(body)).encode()))
        return replace(self, headers=headers, body=body)

    @property
    def is_page(self) -> bool:
        """Whether it can say of when it is; programs, and who reads a file, would not see that."""
        return self.lane == "page" and (b"content-type", b"text/html; charset=utf-8") in self.headers

    @cached_property
    def as_of(self) -> "_Answer":
        """The page with a notice of when it was made."""
        before, main, after = self.plain().body.partition(_MAIN)
        said = text(
            "As of {at}. This page is being updated; reload it in a few seconds.",
            at=moment(self.made, self.made.tzinfo or UTC),
        )
        ready = text("Show the updated page")
        notice = (
            f'<p class="notice" role="status"><span data-waiting>{escape(said.render())}</span>'
            f'<a href="" data-ready hidden>{escape(ready.render())}</a></p>'
        )
        head = before.replace(_HEAD_ENDS, _ASK_AGAIN + _HEAD_ENDS, 1)
        body = b"".join((head, main, notice.encode(), after))
        return self._with(gzip.compress(body, 6)) if self.is_packed else self._with(body)


class KeptAnswers(ASGIMiddleware):
    """Answer the public from what is kept, and keep what is made.

    Parameters
    ----------
    office : the programme that is shown
    is_planning : says whether a plan is being made, which pages show besides what is stored
    has_charts : says whether the charts of a page can still be had by their keys
    patience : seconds that a reader waits for the next page before the last one is shown
    folder : where what is kept lies for all processes that answer for one server; in this one alone when None
    """

    scopes = (ScopeType.HTTP,)

    def __init__(
        self,
        office: Programme,
        *,
        is_planning: Callable[[], bool],
        has_charts: Callable[[Iterable[str]], bool],
        patience: float,
        folder: Path | None = None,
    ) -> None:
        self._office, self._is_planning, self._patience = office, is_planning, patience
        self._has_charts, self._folder = has_charts, folder
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._room = 0
        self._last = 0
        self._lock = threading.Lock()
        self._changes: dict[str, int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._making: dict[str, asyncio.Task[_Answer]] = {}

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Answer from what is kept, or make it; pass on what is not the public's, or not kept."""
        lane = scope["route_handler"].opt.get(_OPTION)
        asks: Request[Any, Any, Any] = scope["app"].request_class(scope)
        if lane is None or session().secret or asks.method not in {"GET", "HEAD"}:
            await next_app(scope, receive, send)
            return
        check_origin(asks)
        answer = await self._answer(cast("HTTPScope", scope), next_app, lane)
        if answer.is_had_by(asks.headers.get("if-none-match", "")):
            answer = answer.unchanged()
        elif "gzip" not in asks.headers.get("accept-encoding", ""):
            answer = await to_thread.run_sync(answer.plain, limiter=self._looks)
        body = b"" if asks.method == "HEAD" else answer.body
        await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _answer(self, scope: HTTPScope, next_app: ASGIApp, lane: str) -> _Answer:
        self._begin()
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        asked = (scope["scheme"], host, scope["path"], scope["query_string"], spoken())
        key = hashlib.sha256(msgspec.msgpack.encode(asked)).hexdigest()
        now = await to_thread.run_sync(self._now, limiter=self._looks)
        lasts, kept = scope["route_handler"].opt.get(_LASTS), self._answers.get(key)
        if self._folder is not None and (kept is None or not self._is_shown(kept, now, lasts)):
            newer = await to_thread.run_sync(self._of_others, self._folder / key, limiter=self._looks)
            kept = self._answers.get(key)  # it may have been made meanwhile
            if newer is not None and (kept is None or self._is_shown(newer, now, lasts)):
                kept = newer
                self._keep(key, kept)
        if kept is not None:
            self._answers.move_to_end(key)
            if self._is_shown(kept, now, lasts):
                return kept
        last = kept if kept is not None and kept.is_page else None
        task = self._making.get(key)
        if task is None:
            if sum(each.get_name() == lane for each in self._making.values()) >= _WAITING[lane]:
                if last is not None:
                    return await self._as_of(last)
                raise BusyError(
                    coded("web.kept.busy", "too many large responses are being prepared at the moment")
                )
            task = asyncio.create_task(self._made(key, lane, _alone(scope), next_app), name=lane)
            self._making[key] = task
            task.add_done_callback(lambda _: self._making.pop(key, None))
        await asyncio.wait({task}, timeout=max(_LONGEST, self._patience) if last is None else self._patience)
        if task.done():
            return task.result()
        if last is None:
            raise BusyError(
                coded("web.kept.being_made", "this content is being prepared; it is taking longer than usual")
            )
        return await self._as_of(last)

    def _is_shown(self, kept: _Answer, now: Mapping[str, int | str], lasts: float | None) -> bool:
        """Say whether an answer is shown as it is kept, with the charts that it leads to."""
        return kept.is_valid(now, lasts) and self._has_charts(kept.charts)

    @staticmethod
    def _of_others(path: Path) -> _Answer | None:
        """Return what a process of the same server has kept last; None where it has not, or is at it."""
        with suppress(OSError, msgspec.MsgspecError):
            return msgspec.msgpack.decode(path.read_bytes(), type=_Answer)
        return None

    async def _as_of(self, last: _Answer) -> _Answer:
        """Return the last page with its date; large ones take a while to write that into."""
        return await to_thread.run_sync(lambda: last.as_of, limiter=self._looks)

    def _begin(self) -> None:
        """Belong to the loop that answers: what waits in another is of an application that has ended."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._making = loop, {}
            self._turns = {lane: asyncio.Semaphore(most) for lane, most in _AT_ONCE.items()}
            self._looks = CapacityLimiter(_LOOKS)

    def _now(self) -> dict[str, int | str]:
        """Return the newest change of each kind of things, the day, and what else pages show."""
        with self._lock:
            self._last, changes = self._office.store.changes_since(self._last)
            self._changes |= changes
            state = repr((self._is_planning(), self._office.outdated()))
            return {**self._changes, "day": f"{self._office.settings.today()}", "state": state}

    async def _made(self, key: str, lane: str, scope: HTTPScope, next_app: ASGIApp) -> _Answer:
        """Make an answer at its turn, and keep it where it lasts."""
        async with self._turns[lane]:
            for _ in range(_TRIES):
                answer, is_lasting = await self._once(lane, _alone(scope), next_app)
                if answer.is_valid(await to_thread.run_sync(self._now, limiter=self._looks), None):
                    break
        if answer.status == HTTPStatus.OK and is_lasting and len(answer.body) <= _LARGEST:
            self._keep(key, answer)
            if self._folder is not None:
                await to_thread.run_sync(self._share, key, answer, limiter=self._looks)
        return answer

    async def _once(self, lane: str, scope: HTTPScope, next_app: ASGIApp) -> tuple[_Answer, bool]:
        """Make an answer; returns it, and whether it lasts."""
        parts: list[Any] = []

        async def receive() -> HTTPRequestEvent:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            parts.append(message)

        now = await to_thread.run_sync(self._now, limiter=self._looks)
        instant = datetime.now(await to_thread.run_sync(self._office.settings.zone, limiter=self._looks))
        with noting() as reads:
            await next_app(scope, receive, send)
        start: Any = parts[0]
        body = b"".join(part.get("body", b"") for part in parts[1:])
        of = {kind: now.get(kind, 0) for kind in (*reads.kinds, "day", "state")}
        headers, charts = tuple(start["headers"]), frozenset(reads.charts)
        return _Answer(lane, start["status"], headers, body, instant, of, charts), reads.lasts

    def _share(self, key: str, answer: _Answer) -> None:
        """Lay an answer into the folder; where there is no room, this process has it alone."""
        with suppress(UrbiumError):
            write_whole(cast("Path", self._folder) / key, msgspec.msgpack.encode(answer))

    def _keep(self, key: str, answer: _Answer) -> None:
        """Keep an answer in place of the last one, and drop those that were not asked for longest."""
        if (last := self._answers.pop(key, None)) is not None:
            self._room -= len(last.body)
        self._answers[key] = answer
        self._room += len(answer.body)
        while self._room > _ROOM:
            dropped, least = self._answers.popitem(last=False)
            self._room -= len(least.body)
            if self._folder is not None:
                (self._folder / dropped).unlink(missing_ok=True)


def _alone(scope: HTTPScope) -> HTTPScope:
    """Return a request as any reader would make it: without cookies, and for a compressed answer."""
    kept = [pair for pair in scope["headers"] if pair[0] == b"host"]
    said = [(b"accept-encoding", b"gzip"), (b"accept-language", spoken().encode())]
    alone: HTTPScope = {**scope, "method": "GET", "headers": [*kept, *said], "state": {}}
    # Litestar remembers headers and cookies of a request in its state; only who answers errors goes on
    ScopeState.from_scope(alone).exception_handlers = ScopeState.from_scope(scope).exception_handlers
    return alone
