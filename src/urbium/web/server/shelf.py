"""Shelf: files that were sent and checked, until their sender stores them or an hour has passed.

They lie on the disk, with what reading them gave, so that every process which answers for one server finds
them: who sends a file to one may be answered by another.
"""

import pickle
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from urbium.files import write_whole

_LASTS: Final = 3600.0
_MOST: Final = 40
_LONGEST_NAME: Final = 120
_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_NOTE: Final = "kept.pickle"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on the shelf: who sent it, where it lies, what reading it gave, and since when."""

    account: str
    path: Path
    reading: Any
    since: float


class Shelf:
    """Files by a key that only their sender is told.

    Parameters
    ----------
    clock : the present in seconds
    folder : where they lie; one of its own, gone when the shelf is cleared, when left out
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, folder: Path | None = None) -> None:
        self._clock = clock
        self._folder, self._is_own = folder, folder is None
        self._lock = threading.Lock()

    def put(self, account: str, name: str, content: bytes, read: Callable[[Path], Any]) -> str:
        """Keep a file with what reading it gives, and return its key; what ``read`` raises keeps nothing."""
        key = secrets.token_urlsafe(16)
        place = self._made() / key
        place.mkdir(mode=0o700)
        try:
            path = place / "file" / _plain(name)
            path.parent.mkdir()
            write_whole(path, content)
            kept = Kept(account, path, read(path), self._clock())
            write_whole(place / _NOTE, pickle.dumps(kept))
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        self._tidy()
        return key

    def get(self, account: str, key: str) -> Kept | None:
        """Return a file that an account has sent; None when there is none (any more)."""
        self._tidy()
        kept = self._noted(key) if _KEY.fullmatch(key) else None
        return kept if kept is not None and kept.account == account else None

    def drop(self, key: str) -> None:
        """Take a file from the shelf."""
        if self._folder is not None and _KEY.fullmatch(key):
            shutil.rmtree(self._folder / key, ignore_errors=True)

    def clear(self) -> None:
        """Take every file from a shelf that no other process shares."""
        with self._lock:
            if self._is_own and self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def _made(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="urbium-"))
            return self._folder

    def _noted(self, key: str) -> Kept | None:
        if self._folder is None:
            return None
        with suppress(OSError):  # another process may have taken it from the shelf meanwhile
            kept: Kept = pickle.loads((self._folder / key / _NOTE).read_bytes())  # noqa: S301 - our own
            return kept
        return None

    def _tidy(self) -> None:
        """Take from the shelf what has lain there for an hour, and the oldest of too many."""
        notes = self._folder.glob(f"*/{_NOTE}") if self._folder is not None else ()
        keys = [path.parent.name for path in notes]
        since = {key: kept.since for key in keys if (kept := self._noted(key)) is not None}
        ordered = sorted(since, key=since.__getitem__)
        old = [key for key in ordered if since[key] < self._clock() - _LASTS]
        for key in {*old, *ordered[: max(0, len(ordered) - _MOST)]}:
            self.drop(key)


def _plain(name: str) -> str:
    """Return a name without folders, of characters that any file system takes.

    >>> _plain("../../etc/figures of 2027.csv")
    'figures of 2027.csv'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign if sign.isalnum() or sign in " .-_()" else "_" for sign in last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return (
        f"{(stem or 'file')[: _LONGEST_NAME - 8]}{dot}{ending[:7]}"
        if dot
        else plain[:_LONGEST_NAME] or "file"
    )
