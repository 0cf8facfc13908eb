"""Worker: does the jobs of a programme, one at a time, each in a process of its own.

The worker holds the lease and beats; the process computes. The result is stored in the same change that ends
the job, and only while the worker still holds it. When the process dies the job is free at once; when the
worker dies, it is when the lease runs out.
"""

import logging
import math
import secrets
import threading
import time
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any, Final

from urbium.clock import present
from urbium.errors import ConflictError, UrbiumError
from urbium.processes import begin, started
from urbium.programme.job_kinds import Report, prepare
from urbium.programme.jobs import acting, asked_of
from urbium.programme.opening import open_programme
from urbium.programme.programme import Programme
from urbium.store import Job, Store
from urbium.text import say
from urbium.text.advice import on_page, setting_of

_SECOND: Final = 1_000_000
_LOOK: Final = 0.5
"""Seconds between two looks for a job."""
_REPORT: Final = 0.5
"""Seconds between two notes of how far a job is."""
_ASK: Final = 60.0
"""Seconds between two looks for catalogues that are due."""
_BEAT: Final = 2.0
"""Seconds, at most, between two beats: so soon a job that was cancelled stops."""
_LOG = logging.getLogger(__name__)


class Worker:
    """Does the jobs of the programme stored at ``url``.

    Parameters
    ----------
    url : the store
    catalogue : a folder of tables over those of urbium
    lease : seconds for which a job is held without a beat
    store : the store, where it is open already
    harvests : whether it asks for a harvest of the catalogues that are due, too
    """

    def __init__(
        self,
        url: str | Path,
        *,
        catalogue: Path | None = None,
        lease: float = 30.0,
        store: Store | None = None,
        harvests: bool = True,
    ) -> None:
        self._url = url
        self._store = store
        self._catalogue = catalogue
        self._lease = lease
        self._stop = threading.Event()
        self._asks_at = 0.0 if harvests else math.inf

    def stop(self) -> None:
        """Take no more jobs, and let go of the one at work, which is then free for another worker."""
        self._stop.set()

    def run(self, *, until_idle: bool = False) -> int:
        """Do jobs until stopped, or until none waits; return how many were begun."""
        count = 0
        with Store.open(self._url) if self._store is None else nullcontext(self._store) as store:
            while not self._stop.is_set():
                self._ask_for_harvests(store)
                try:
                    job = store.jobs.lease(secrets.token_hex(8), now=present(), until=self._until())
                except UrbiumError as error:  # the store cannot be reached for a while
                    _LOG.warning("no job can be taken: %s", error)
                    job = None
                if job is not None:
                    count += 1
                    self._do(store, job)
                elif until_idle:
                    break
                else:
                    self._stop.wait(_LOOK)
        return count

    def _ask_for_harvests(self, store: Store) -> None:
        """Ask now and then for a job that harvests the catalogues that are due."""
        if time.monotonic() < self._asks_at:
            return
        self._asks_at = time.monotonic() + _ASK
        with suppress(UrbiumError):  # the store cannot be reached for a while, or somebody else writes
            Programme(store).harvests.ask_when_due()

    def _do(self, store: Store, job: Job) -> None:
        """Have a job done, beating meanwhile; end its process when the job is no longer ours."""
        process = started(perform, self._url, self._catalogue, job.id, job.worker)
        try:
            while process.is_alive():
                process.join(min(self._lease / 3, _BEAT))
                if process.is_alive() and (self._stop.is_set() or not self._beat(store, job)):
                    process.kill()
                    process.join()
            self._let_go(store, job)
        finally:
            process.kill()
            process.join()

    def _beat(self, store: Store, job: Job) -> bool:
        with suppress(ConflictError):  # somebody else writes for long: the lease may hold all the same
            return store.jobs.beat(job.id, job.worker, until=self._until())
        return True

    def _let_go(self, store: Store, job: Job) -> None:
        """Free a job whose process has ended without finishing it."""
        if store.jobs.beat(job.id, job.worker, until=0):
            _LOG.warning("the process of job %s ended before the job did", job.id)

    def _until(self) -> int:
        return present() + int(self._lease * _SECOND)


def perform(url: str | Path, catalogue: Path | None, id: str, worker: str) -> None:  # noqa: A002 - as in the table
    """Do a job that a worker holds; run in a process of its own."""
    begin()
    with open_programme(url, catalogue=catalogue) as programme:
        do(programme, id, worker)


def do(programme: Programme, id: str, worker: str) -> None:  # noqa: A002 - as in the table
    """Do a job of a programme as long as the worker holds it."""
    job = programme.store.jobs.one(id)
    if job is not None and (job.state, job.worker) == ("running", worker):
        with suppress(ConflictError):  # the job was cancelled, or given to another worker
            _perform(programme, job, worker)


def _perform(programme: Programme, job: Job, worker: str) -> None:
    """Make what is asked, and store it in the change that ends the job; or note why that is not possible."""
    jobs = programme.store.jobs
    try:
        actor = acting(job, programme.people.named(job.account))
        finish = prepare(programme, job.kind, actor, asked_of(job), _reporter(programme, job.id, worker))
        with programme.store.together():
            jobs.demand_held(job.id, worker)
            jobs.finish(job.id, worker, answer=finish(), now=present())
    except UrbiumError as error:
        said = error.problem() | {
            "remedy": say(on_page(error.remedy)),  # nobody asks for it by command
            "setting": setting_of(error.remedy),
        }
        jobs.finish(job.id, worker, answer={"problem": said}, now=present(), has_failed=True)


def _reporter(programme: Programme, id: str, worker: str) -> Report:  # noqa: A002 - as in the table
    """Return what notes how far a job is, now and then, and says whether it is to end with what it has."""
    last, is_stopping = 0.0, False

    def report(progress: Mapping[str, Any]) -> bool:
        nonlocal last, is_stopping
        if time.monotonic() - last < _REPORT:
            return is_stopping
        last = time.monotonic()
        with suppress(ConflictError):  # somebody else is writing: the next note says more
            programme.store.jobs.report(id, worker, progress, now=present())
            job = programme.store.jobs.one(id, is_whole=False)
            is_stopping = job is not None and job.is_stopping
        return is_stopping

    return report
