"""Map names: which places of a map are named, and where, so that no name lies on another.

A map is shown at several enlargements: in the frame of a phone, on half a page, on a page, and enlarged
twice. For each of these levels names are placed for themselves, the most important place first; a name that
finds no room at any side of its place is not shown at that level.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LEVELS: Final = (0.42, 0.67, 1.0, 2.0, 5.0)
"""Pixels of a screen in a pixel of the picture, for which names are placed."""
GROWN: Final = (0.75, 0.9, 1.0, 1.25, 1.7)
"""By how much circles are larger at each of the levels than on a page."""
PAGE: Final = LEVELS.index(1.0)
"""The level of a file, and of a page before a style sheet chooses."""
SIZE: Final = 12.0
"""Of the letters, in pixels of the screen."""
_HEIGHT: Final = 14.0
_GAP: Final = 3.0
_APART: Final = 1.0
_NARROW, _WIDE = "ijl.,:;'|!()[] fItr-", "mwMW@%&"
_WIDTHS: Final = {"narrow": 0.36, "wide": 1.02, "capital": 0.78, "other": 0.62, "full": 1.02}
"""Of letters, in parts of their size: no letter of Arial, nor of the fonts that stand in for it, is wider."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels of the screen."""


@dataclass(frozen=True, slots=True)
class PlacedName:
    """A name where it is written.

    Parameters
    ----------
    row : of the place
    x, y : of its beginning, middle or end (``anchor``) on its base line, in pixels of the screen
    box : what it takes
    """

    row: int
    x: float
    y: float
    anchor: str
    box: Box


def width_of(name: str) -> float:
    """Return how many pixels a name takes at most.

    >>> width_of("Delft") < width_of("Rotterdam") < width_of("\u9e7f\u7279\u4e39\u9e7f\u7279\u4e39")
    True
    """
    return SIZE * sum(map(_part, name))


def _part(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDTHS["full"]
    plain = unicodedata.normalize("NFD", letter)[0]
    if plain in _NARROW:
        return _WIDTHS["narrow"]
    if plain in _WIDE:
        return _WIDTHS["wide"]
    return _WIDTHS["capital" if plain.isupper() else "other"]


class _Taken:
    """The boxes that are taken, by rows of the picture."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Box]] = {}

    def _over(self, box: Box) -> Iterator[list[Box]]:
        for row in range(int(box[1] // _HEIGHT), int(box[3] // _HEIGHT) + 1):
            yield self._rows.setdefault(row, [])

    def is_free(self, box: Box) -> bool:
        left, top, right, bottom = box
        return not any(
            left < other[2] + _APART and other[0] < right + _APART and top < other[3] and other[1] < bottom
            for row in self._over(box) for other in row
        )  # fmt: skip

    def take(self, box: Box) -> None:
        for row in self._over(box):
            row.append(box)


def placed_names(
    places: Sequence[tuple[str, float, float, float]],
    width: float,
    height: float,
    *,
    blocked: Sequence[Box] = (),
) -> list[PlacedName]:
    """Return the names that have room, in a picture of so many pixels.

    Parameters
    ----------
    places : name, x, y and radius of each place in pixels, the most important first
    blocked : boxes that no name may lie on

    >>> two = [("Delft", 50.0, 50.0, 4.0), ("The Hague", 52.0, 51.0, 6.0), ("Leiden", 51.0, 50.0, 3.0)]
    >>> [name.row for name in placed_names(two, 120, 100, blocked=[(0, 0, 120, 40), (0, 62, 120, 100)])]
    [0, 2]
    """
    taken = _Taken()
    for box in blocked:
        taken.take(box)
    named = []
    for row, (name, x, y, radius) in enumerate(places):
        circle = (x - radius, y - radius, x + radius, y + radius)
        long = width_of(name)
        for candidate in _sides(row, x, y, radius + _GAP, long) if name else ():
            left, top, right, bottom = candidate.box
            is_inside = left >= 0 and top >= 0 and right <= width and bottom <= height
            if is_inside and taken.is_free(candidate.box):
                taken.take(candidate.box)
                named.append(candidate)
                break
        taken.take(circle)  # of a place more important than those that follow
    return named


def _sides(row: int, x: float, y: float, away: float, long: float) -> Iterator[PlacedName]:
    """Yield where a name may stand: right of its place, left, above, below."""
    half, base = _HEIGHT / 2, SIZE * 0.35
    yield PlacedName(row, x + away, y + base, "start", (x + away, y - half, x + away + long, y + half))
    yield PlacedName(row, x - away, y + base, "end", (x - away - long, y - half, x - away, y + half))
    for middle in (y - away - half, y + away + half):
        box = (x - long / 2, middle - half, x + long / 2, middle + half)
        yield PlacedName(row, x, middle + base, "middle", box)
