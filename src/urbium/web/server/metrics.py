"""Metrics: what Prometheus asks a server, with a token and where the office wants it; nothing of anybody.

Processes that answer for one server count in files of one folder, so that whichever is asked answers for all,
and one that ended is still counted. Needs the extra ``urbium[metrics]``. See ADR 0135.
"""

import hmac
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from anyio import to_thread
from litestar import Response
from litestar.types import Receive, Scope, Send

from urbium.errors import UrbiumError
from urbium.extras import needs
from urbium.programme import Programme
from urbium.programme.base.kept_store import facts_of

TOKEN: Final = "URBIUM_METRICS_TOKEN"  # noqa: S105 - the name of a variable
"""The variable of the environment that holds the token; without it nothing is counted."""
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which several processes count, as prometheus-client reads it."""
_ADDRESS: Final = "/metrics"
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.6, 1.0, 2.5, 5.0, 10.0, 30.0)
_REFUSED: Final = 401
_GAUGES: Final = {
    "entries": ("urbium_log_entries", "Entries of the audit log."),
    "instant": ("urbium_last_entry_timestamp_seconds", "When the last entry was written."),
    "last backup": ("urbium_last_backup_timestamp_seconds", "When the last backup was proved."),
    "store bytes": ("urbium_store_bytes", "Size of the store."),
    "free bytes": ("urbium_free_bytes", "Free space on the disk of the store."),
    "waiting jobs": ("urbium_jobs_waiting", "Jobs that nobody has begun."),
    "waiting letters": ("urbium_letters_waiting", "Letters that were not sent yet."),
    "failed letters": ("urbium_letters_failed", "Letters that could not be sent."),
    "waiting messages": ("urbium_messages_waiting", "Messages of feeds that were not worked in yet."),
}
"""What is read of the store, by the facts of its health."""


class Metrics:
    """Counts requests, and says how the store is.

    Parameters
    ----------
    office : the programme that is served
    token : who sends it is answered
    """

    def __init__(self, office: Programme, token: str) -> None:
        needs("metrics")
        from prometheus_client import CollectorRegistry, Counter, Histogram  # noqa: PLC0415 - an extra

        self._office, self._token = office, f"Bearer {token}".encode()
        self._here = CollectorRegistry()
        self._requests = Counter(
            "urbium_requests", "Requests answered.", ["method", "route", "status"], registry=self._here
        )
        self._seconds = Histogram(
            "urbium_request_seconds", "Seconds until an answer was sent.", ["route"], buckets=_SECONDS,
            registry=self._here,
        )  # fmt: skip

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    @staticmethod
    def is_asked(scope: Scope) -> bool:
        """Say whether a request asks for what was counted."""
        return scope["path"] == _ADDRESS and scope.get("method") == "GET"

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what was counted by all processes, and how the store is."""
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        is_right = hmac.compare_digest(given, self._token)
        content = await to_thread.run_sync(self._written) if is_right else b""
        answer = Response(
            content,
            status_code=200 if is_right else _REFUSED,
            media_type="text/plain; version=0.0.4; charset=utf-8",
            headers={"Cache-Control": "no-store"} | ({} if is_right else {"WWW-Authenticate": "Bearer"}),
        )
        request = scope["app"].request_class(scope)
        await answer.to_asgi_response(app=None, request=request)(scope, receive, send)

    def _written(self) -> bytes:
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - as above
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

        registry = self._here
        if folder := os.environ.get(FOLDER):
            registry = CollectorRegistry()
            MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        store = CollectorRegistry()
        store.register(self)
        return bytes(generate_latest(registry) + generate_latest(store))

    def collect(self) -> Iterator[Any]:
        """Yield how the store is; that it cannot be read, where it cannot."""
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - as above

        try:
            facts = facts_of(self._office.store)
        except UrbiumError:
            facts = {}
        yield GaugeMetricFamily("urbium_store_up", "Whether the store can be read.", value=float(bool(facts)))
        for fact, (name, words) in _GAUGES.items():
            value = facts.get(fact)
            if value is not None:
                number = value.timestamp() if hasattr(value, "timestamp") else value
                yield GaugeMetricFamily(name, words, value=float(number))


def folder_for_all(shared: Path) -> dict[str, str]:
    """Return what the environment of several processes says of where they count."""
    (shared / "metrics").mkdir()
    return {FOLDER: str(shared / "metrics")}
