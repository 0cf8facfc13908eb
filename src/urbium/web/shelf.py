"""Shelf: files that were sent and checked, until their sender stores them or an hour has passed."""

import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from urbium.files import write_whole

__all__ = ["Kept", "Shelf"]

_LASTS: Final = 3600.0
_MOST: Final = 40
_LONGEST_NAME: Final = 120


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
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, Kept] = {}
        self._lock = threading.Lock()

    def put(self, account: str, name: str, content: bytes, read: Callable[[Path], Any]) -> str:
        """Keep a file with what reading it gives, and return its key; what ``read`` raises keeps nothing."""
        folder = Path(tempfile.mkdtemp(prefix="urbium-"))
        try:
            path = folder / _plain(name)
            write_whole(path, content)
            reading = read(path)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        key = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[key] = Kept(account, path, reading, self._clock())
            self._tidy()
        return key

    def get(self, account: str, key: str) -> Kept | None:
        """Return a file that an account has sent; None when there is none (any more)."""
        with self._lock:
            self._tidy()
            kept = self._kept.get(key)
        return kept if kept is not None and kept.account == account else None

    def drop(self, key: str) -> None:
        """Take a file from the shelf."""
        with self._lock:
            self._remove(key)

    def clear(self) -> None:
        """Take every file from the shelf."""
        with self._lock:
            for key in list(self._kept):
                self._remove(key)

    def _tidy(self) -> None:
        old = [key for key, kept in self._kept.items() if kept.since < self._clock() - _LASTS]
        for key in [*old, *list(self._kept)[: max(0, len(self._kept) - len(old) - _MOST)]]:
            self._remove(key)

    def _remove(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            shutil.rmtree(kept.path.parent, ignore_errors=True)


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
