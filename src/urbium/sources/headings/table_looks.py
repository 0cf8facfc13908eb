"""What a table of somebody else looks like: its rows of headings, how its figures are written, its periods.

What is said here is a guess from the first rows, written into a draft that a person looks at.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.errors import UrbiumError
from urbium.periods import Period
from urbium.sources.formats.grid import CellKind, Grid, plain_text
from urbium.sources.formats.typed_figures import PLAIN, Signs
from urbium.sources.headings.header_rows import DEEPEST, headings_of

MOST: Final = 0.8
"""A column holds figures or periods when four fifths of its cells do."""

_LOOKED_AT: Final = 2_000
_MOST_HEADS: Final = 3
_MOST_LETTERS: Final = 4
"""Longer words in a column of figures are those of totals and notes, not words for a figure not known."""

_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_SIGNS: Final = (PLAIN, Signs(",", "."), Signs(".", ","), Signs(" ", ","), Signs("'", "."), Signs(" ", "."))
"""How nations write figures, the plain form first."""

_FLAG = re.compile(r"^[\d.,\s]*\d\s*([a-z]{1,3})$")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|2[01]\d\d)(?!\d)")
_PLACES: Final = (r"(\d{4})$", r"^(\d{4})", r"(\d{4})")
_LETTERS: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Cells:
    """The filled cells of a column that are looked at: what they hold, and which are typed as texts."""

    texts: list[str]
    typed: list[str]


@dataclass(frozen=True, slots=True)
class Written:
    """How the figures of a table are written: their signs, and the words that stand for none.

    ``is_doubtful``: the texts are figures by other signs too, and mean other numbers then.
    """

    signs: Signs = PLAIN
    missing: tuple[str, ...] = ()
    is_doubtful: bool = False


def find_table(grid: Grid) -> tuple[int, int] | None:
    """Return the last row of headings (from 1) and their number, or None where there is no table.

    The headings are the first row with nearly as many texts as the fullest of the first rows, or with periods
    above all columns but the first. Rows above it belong to them where they stand above cells that are empty,
    or that repeat each other; rows below it where a cell is merged down into them.
    """
    height = min(DEEPEST, grid.frame.height)
    most = max((sum(map(bool, grid.row(row))) for row in range(height)), default=0)
    if most < 2 or height < 2:  # noqa: PLR2004 - a name and a figure, below headings
        return None
    for last in range(1, height + 1):
        heads = _heads(grid, last)
        headings = headings_of(grid, last, heads)
        words = [heading for heading in headings if heading]
        is_headless = sum(map(is_period, words)) > 1 and not headings[0] and len(words) == most - 1
        if (len(words) >= max(2, MOST * most) or is_headless) and len(set(words)) > 1:
            further = max(
                (area[2] - last + 1 for area in grid.merged if area[0] < last <= area[2]), default=0
            ) or int(_goes_on(grid, last))
            return (last, heads) if further >= _MOST_HEADS else (last + further, heads + further)
    return None


def _goes_on(grid: Grid, last: int) -> bool:
    """Whether the row below one of headings belongs to it: words or periods, and nothing below the first."""
    below = grid.row(last)
    filled = [word for word in below if word]
    is_of_words = all(is_period(word) or _LETTERS.search(word) for word in filled)
    is_wide = len(filled) >= MOST * (len([word for word in headings_of(grid, last) if word]) - 1)
    return len(filled) > 1 and not below[0] and bool(grid.row(last - 1)[0]) and is_of_words and is_wide


def _heads(grid: Grid, last: int) -> int:
    """Return how many rows down to ``last`` are headings together."""
    heads = 1
    while heads < min(last, _MOST_HEADS):
        lower = headings_of(grid, last, heads)
        above = headings_of(grid, last - heads)
        raw = [word for word in grid.row(last - heads - 1) if word]
        is_filled = any(word and not below for word, below in zip(above, lower, strict=True))
        filled = [word for word in lower if word]
        if len(set(raw)) < 2 or not (is_filled or len(set(filled)) < len(filled)):  # noqa: PLR2004 - two groups
            break
        heads += 1
    return heads


def sampled(grid: Grid, last: int, columns: Iterable[int]) -> dict[int, Cells]:
    """Return the filled cells below the headings of each column that has any."""
    cells = {}
    for column in columns:
        shown = grid.frame[str(column)].slice(last, _LOOKED_AT)
        kinds = grid.kind(column).slice(last, _LOOKED_AT)
        pairs = [
            (plain_text(cell), kind)
            for cell, kind in zip(shown, kinds, strict=True)
            if cell is not None and plain_text(cell)
        ]
        if pairs:
            cells[column] = Cells(
                [text for text, _ in pairs], [text for text, kind in pairs if kind == CellKind.TEXT]
            )
    return cells


def written(columns: Iterable[Cells], usual: Signs = PLAIN) -> Written:
    """Return how figures typed as texts are written; ``usual`` are the signs of the nation, where in doubt.

    >>> columns = [["14.002,6", "..", "815"], ["2,5", "11,0", "9,75"]]
    >>> look = written(Cells(column, column) for column in columns)
    >>> look.signs, look.missing
    (Signs(thousands='.', decimal=',', strip=()), ('..',))
    """
    flags: Counter[str] = Counter()
    texts: list[str] = []
    words: dict[str, None] = {}
    for column in columns:
        said = [text for text in column.texts if any(map(str.isalnum, text))]
        if not said or sum(any(map(str.isdigit, text)) for text in said) * 2 < len(said):
            continue
        numbers = [text for text in column.typed if any(map(str.isdigit, text))]
        words |= dict.fromkeys(
            text
            for text in column.typed
            if text not in numbers and len(_LETTERS.findall(text)) <= _MOST_LETTERS
        )
        flagged = {text: match[1] for text in numbers if (match := _FLAG.match(text))}
        flags.update("".join(flagged.values()))
        texts += numbers
    strip = tuple(sorted(flags))
    candidates = {
        signs: _numbers(texts, Signs(signs.thousands, signs.decimal, strip))
        for signs in dict.fromkeys((*_SIGNS[:1], usual, *_SIGNS[1:]))
    }
    counts = {signs: numbers.count() for signs, numbers in candidates.items()}
    best = [signs for signs, count in counts.items() if count == max(counts.values())]
    signs = usual if usual in best and usual.decimal != "." else best[0]
    is_doubtful = any(candidates[other].to_list() != candidates[signs].to_list() for other in best)
    if candidates[signs].to_list() == candidates[_SIGNS[0]].to_list():
        signs = _SIGNS[0]
    missing = tuple(_without(word, strip) for word in words)
    return Written(
        Signs(signs.thousands, signs.decimal, strip), tuple(dict.fromkeys(filter(None, missing))), is_doubtful
    )


def is_numeric(texts: Sequence[str], look: Written) -> bool:
    """Whether most of the texts of a column are figures, but for those that say there is none.

    A cell of a number stands among them plainly written, whatever signs the typed ones have.
    """
    figures = [text for text in texts if text not in look.missing]
    numbers = _numbers(figures, look.signs).fill_null(_numbers(figures, _SIGNS[1]))
    return bool(figures) and numbers.count() >= MOST * len(figures)


def is_period(cell: str) -> bool:
    """Whether a text is a year, a quarter, a month or a day as it is read."""
    try:
        return _FIRST_YEAR <= Period.parse(cell.strip().removesuffix("年")).year <= _LAST_YEAR
    except UrbiumError:
        return False


def year_pattern(texts: Sequence[str]) -> str:
    r"""Return the pattern of the year in texts that each hold one, and no period that is read as it is.

    >>> year_pattern(["31/12/2020", "31/12/2021"]), year_pattern(["2020", "2021"]), year_pattern(["a", "b"])
    ('(\\d{4})$', '', '')
    """
    if not texts or all(map(is_period, texts)):
        return ""
    with_year = [text for text in texts if len(_YEAR.findall(text)) == 1]
    if len(with_year) < MOST * len(texts):
        return ""
    return next(
        pattern for pattern in _PLACES
        if all((match := re.search(pattern, text)) and _YEAR.fullmatch(match[1]) for text in with_year)
        or pattern == _PLACES[-1]
    )  # fmt: skip


def _numbers(texts: Sequence[str], signs: Signs) -> pl.Series:
    return pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}).select(signs.numbers(pl.col("text")))[
        "text"
    ]


def _without(word: str, strip: Iterable[str]) -> str:
    """Return a word without flags, where anything else is left."""
    bare = word
    for sign in strip:
        bare = bare.replace(sign, "")
    return bare.strip() if bare.strip() and not _LETTERS.search(bare) else word
