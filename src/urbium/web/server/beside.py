"""Beside: what a server does meanwhile: jobs, feeds, notifications, letters; it ends with the server."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from urbium.errors import UrbiumError
from urbium.programme import Programme

_PATIENCE = 5.0
"""Seconds that the server waits, at its end, for the job at work to be let go."""


@contextmanager
def _running(run: Callable[[], object], stop: Callable[[], object]) -> Iterator[None]:
    """Run something in a thread meanwhile, and tell it to stop at the end."""
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(_PATIENCE)


@contextmanager
def jobs_beside(programme: Programme, url: str | Path, catalogue: Path | None) -> Iterator[None]:
    """Do the jobs of the programme meanwhile; the one at work at the end is free for whoever comes next."""
    from urbium.programme.worker import Worker  # noqa: PLC0415 - the stages load when a programme is served

    worker = Worker(url, catalogue=catalogue, store=programme.store)
    with _running(worker.run, worker.stop):
        yield


@contextmanager
def live_beside(programme: Programme) -> Iterator[None]:
    """Work in what feeds send meanwhile; what is at work at the end is free for whoever comes next."""
    is_over = threading.Event()
    with _running(lambda: programme.live.run(stop=is_over), is_over.set):
        yield


@contextmanager
def notifications_beside(programme: Programme) -> Iterator[None]:
    """Send meanwhile what is told of changes of entities."""
    thread = programme.context.run_notifier()
    try:
        yield
    finally:
        programme.context.notifier.stop()
        thread.join(_PATIENCE)


@contextmanager
def beside(send: Callable[[], object], seconds: float) -> Iterator[None]:
    """Send what waits again and again meanwhile: letters into a folder, new versions of data to addresses."""
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            with suppress(UrbiumError):  # somebody else writes for long: what is to be sent waits
                send()
            is_over.wait(seconds)

    with _running(look, is_over.set):
        yield
