"""Listening: a thread for each feed whose source is listened to; of several processes one hears a source."""

import threading
import time
from contextlib import suppress
from typing import Final

from urbium.errors import UrbiumError
from urbium.model.dossiers import Dossier
from urbium.programme.platform.feeds import Feeds
from urbium.store import InboxStore
from urbium.store.queues.leases import PATIENCE

_SECOND: Final = 1_000_000
_LEASE: Final = 60 * _SECOND
_QUIET: Final = 2.0
_PATIENCE: Final = 10.0
"""Seconds for which a source is waited for that is not heard yet."""


class Listening:
    """The sources that are listened to.

    Parameters
    ----------
    feeds : where messages come from
    inbox : where it is noted who listens
    """

    def __init__(self, feeds: Feeds, inbox: InboxStore) -> None:
        self._feeds, self._inbox = feeds, inbox
        self._ears: dict[str, _Ear] = {}

    def look(self) -> None:
        """Listen to the sources of all open feeds, as they are now, and to no others."""
        feeds = self._feeds.heard()
        for code, ear in list(self._ears.items()):
            if not ear.thread.is_alive() or feeds.get(code) != ear.feed:
                ear.is_over.set()
                del self._ears[code]
        for code, feed in feeds.items():
            if code not in self._ears:
                self._ears[code] = _Ear(feed, self._feeds, self._inbox)

    def settle(self) -> None:
        """Wait until every source was heard, or failed, and has been quiet for two seconds."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if all(ear.is_settled for ear in self._ears.values()):
                return
            time.sleep(0.1)

    def stop(self) -> None:
        """Listen to nothing any more."""
        for ear in self._ears.values():
            ear.is_over.set()
        for ear in self._ears.values():
            ear.thread.join(_QUIET)
        self._ears.clear()


class _Ear:
    """One source, as long as its feed stays what it is."""

    def __init__(self, feed: Dossier, feeds: Feeds, inbox: InboxStore) -> None:
        self.feed, self._feeds, self._inbox = feed, feeds, inbox
        self.is_over = threading.Event()
        self._heard: float | None = None
        self._worker, self._until = "", 0
        self._failed = True  # as long as nobody knows better
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @property
    def is_settled(self) -> bool:
        return self._heard is not None and time.monotonic() - self._heard > _QUIET

    def _run(self) -> None:
        attempts = 0
        while not self.is_over.is_set():
            failure: UrbiumError | None = None
            try:
                if not self._holds():
                    self._heard = self._heard or time.monotonic()  # another process hears it
                    self.is_over.wait(1.0)
                    continue
                self._feeds.listen(self.feed, self._holds, self._note)
                attempts = 0
            except UrbiumError as error:
                failure, attempts = error, attempts + 1
            wait = PATIENCE["broker"].wait(attempts) / _SECOND if failure else 0.0
            self._free(failure)
            self._heard = self._heard or time.monotonic()
            self.is_over.wait(wait)

    def _holds(self) -> bool:
        """Say whether this thread is the one that listens; it says so to others for a minute."""
        now = self._feeds.clock()
        if self.is_over.is_set():
            return False
        if now < self._until - _LEASE // 2:
            return True
        self._end(now)
        self._worker = self._inbox.begin_look(self._name, now=now, until=now + _LEASE)
        self._until = now + _LEASE if self._worker else 0
        return bool(self._worker)

    @property
    def _name(self) -> str:
        return f"{self.feed.code} broker"  # no code of a feed holds a blank

    def _note(self, count: int) -> None:
        if self._heard is None or count:
            self._heard = time.monotonic()
        if self._failed:
            self._feeds.note_failure(self.feed.code, None)
            self._failed = False

    def _free(self, failure: UrbiumError | None) -> None:
        with suppress(UrbiumError):  # nobody can write now: who listens is free when the minute is over
            self._end(self._feeds.clock())
            if failure is not None:
                self._feeds.note_failure(self.feed.code, failure)
                self._failed = True

    def _end(self, now: int) -> None:
        if self._worker:
            self._inbox.end_look(self._name, self._worker, now=now, due=now, failure="", findings="")
            self._worker, self._until = "", 0
