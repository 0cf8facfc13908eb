"""Watching: what an operator sees of requests: an id, a line in a log, counts by address and status.

Nothing is noted of who asks, nor of what: addresses are those of routes (``/cities/{code}``), without what
stands in their place and without a query. See ADR 0135.
"""

import json
import logging
import os
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from litestar.types import Message, Receive, Scope, Send

from urbium.programme import Programme
from urbium.web.server.metrics import TOKEN, Metrics

ACCESS: Final = "urbium.access"
"""The name of the log of requests."""
_LOG = logging.getLogger(ACCESS)
_ID: Final = b"x-request-id"
_PLAIN: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_NO_ROUTE, _OTHER = "none", "other"
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_FAILED: Final = 500
_id: ContextVar[str] = ContextVar("request_id", default="")


def route_of(scope: Scope) -> str:
    """Return the address of the route that answers a request, without what stands in its place."""
    return str(scope.get("path_template") or _NO_ROUTE)


class Watch:
    """Watches every request of an application.

    Parameters
    ----------
    metrics : counts them; nobody does when None
    has_log : whether each is a line in the log of requests
    has_proxy : whether the ids of a declared proxy (``X-Request-Id``) are taken
    """

    def __init__(
        self, metrics: Metrics | None = None, *, has_log: bool = False, has_proxy: bool = False
    ) -> None:
        self._metrics, self._has_log, self._has_proxy = metrics, has_log, has_proxy

    async def answer(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Let an application answer a request."""
        given = next((value for name, value in scope["headers"] if name == _ID), b"")
        request = given if self._has_proxy and _PLAIN.fullmatch(given) else secrets.token_hex(8).encode()
        status, size, begun = _FAILED, 0, time.perf_counter()

        async def send_watched(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (_ID, request)]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        token = _id.set(request.decode())
        try:
            if self._metrics is not None and self._metrics.is_asked(scope):
                await self._metrics.answer(scope, receive, send_watched)
            else:
                await app(scope, receive, send_watched)
        finally:
            seconds, route = time.perf_counter() - begun, route_of(scope)
            method = str(scope.get("method", ""))
            method = method if method in _METHODS else _OTHER
            if self._metrics is not None:
                self._metrics.note(method, route, status, seconds)
            if self._has_log:
                said = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4),
                        "bytes": size}  # fmt: skip
                words = " ".join(str(value) for value in said.values())
                _LOG.info("%s", words, extra={"said": said})
            _id.reset(token)


class JsonLines(logging.Formatter):
    """Writes each entry of a log as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return an entry as a line: when, how grave, where from, of which request, and what."""
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": _id.get(),
        }
        entry |= getattr(record, "said", None) or {"message": record.getMessage()}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in entry.items() if value != ""}, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """Writes each entry of a log as words, behind the id of its request."""

    def format(self, record: logging.LogRecord) -> str:
        """Return an entry as words."""
        words = super().format(record)
        return f"{_id.get()} {words}" if _id.get() else words


def log_settings(*, is_json: bool, has_requests: bool) -> dict[str, Any]:
    """Return how a server logs, as :func:`logging.config.dictConfig` takes it: to standard error."""
    kind = JsonLines if is_json else PlainLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": f"{__name__}.{kind.__name__}"}},
        "handlers": {
            "error": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "lines"}
        },
        "root": {"handlers": ["error"], "level": "WARNING"},
        "loggers": {ACCESS: {"level": "INFO" if has_requests else "WARNING"}},
    }


def watch_of(office: Programme, *, has_log: bool, has_proxy: bool) -> Watch:
    """Return what watches requests; they are counted where the environment holds a token for that."""
    token = os.environ.get(TOKEN, "")
    return Watch(Metrics(office, token) if token else None, has_log=has_log, has_proxy=has_proxy)
