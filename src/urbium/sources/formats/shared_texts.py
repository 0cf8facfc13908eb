"""Shared texts of a workbook: how long each is, so that what the cells hold is counted before it is read.

A workbook keeps each text once and cells name it by its number: a text of a megabyte that many cells name
fills the memory of a reader many times over, from a file of a few kilobytes.
"""

import re

import numpy as np
from numpy.typing import NDArray

_ITEM = re.compile(rb"<(?:[^\s<>/:!?]+:)?si(?=[\s/>])")


def bytes_of_text(piece: bytes) -> int:
    """Return how many bytes of a stretch of XML stand outside its tags.

    >>> bytes_of_text(b'<c r="A1"><v>12.5</v></c>')
    4
    """
    return int(_texts(piece)[1].sum())


class SharedTexts:
    """The lengths of the shared texts of a workbook, in bytes, by their number."""

    def __init__(self) -> None:
        self._lengths: list[NDArray[np.int64]] = []
        self._table: NDArray[np.int64] | None = None
        self._longest = 0
        self.is_hiding = False

    def scan(self, piece: bytes) -> None:
        """Take in the next stretch of the part; it starts and ends between tags."""
        starts = np.array([match.start() for match in _ITEM.finditer(piece)], dtype=np.int64)
        tags, lengths = _texts(piece)
        owner = np.searchsorted(starts, tags, side="right")
        sums = np.bincount(owner, weights=lengths, minlength=len(starts) + 1).astype(np.int64)
        self.is_hiding |= b"<!" in piece or piece.find(b"<?", 10) >= 0
        if self._lengths:
            self._lengths[-1][-1] += sums[0]
        if len(starts):
            self._lengths.append(sums[1:])
        self._table = None

    def length(self, number: bytes) -> int:
        """Return the bytes of the text of that number; of the longest one where it is no number of a text."""
        if self._table is None:
            self._table = np.concatenate([*self._lengths, np.zeros(0, dtype=np.int64)])
            self._longest = int(self._table.max(initial=0))
        place = int(number) if number.isdigit() and len(number) < 9 else -1  # noqa: PLR2004 - fits a list
        return int(self._table[place]) if 0 <= place < len(self._table) else self._longest


def _texts(piece: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the tags of a stretch begin, and how many bytes of text follow each."""
    data = np.frombuffer(piece, dtype=np.uint8)
    begins, ends = np.flatnonzero(data == ord("<")), np.flatnonzero(data == ord(">"))
    closing = np.searchsorted(ends, begins)
    padded = np.append(ends, len(data) - 1)
    following = np.append(begins[1:], len(data))
    return begins, np.maximum(following - padded[closing] - 1, 0)
