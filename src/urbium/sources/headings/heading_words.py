"""Words in the tables of others that say what stands by them: a unit, a place, a preliminary figure.

They are rows of ``data/heading_words.csv``, in any language. A mark is a word beside a year, as in
"Prel. 2023", "Sơ bộ 2023" or "2023 (e)"; what it means is a grade of quality, or the status "projected". The
letters e, p and f are those of SDMX (code list CL_OBS_STATUS: estimated, provisional, forecast).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from urbium.model import Quality, Status
from urbium.packaged import packaged_rows

PLACE_PARTS: Final = ("code", "province", "latitude", "longitude")
"""The parts of a city that are recognised by their heading."""

_MEANT_BY: Final = {Quality.ESTIMATE.value: "quality", Status.PROJECTED.value: "status"}
_YEAR: Final = r"(?<!\d)\d{4}(?!\d)年?"
_CLOSES: Final = r"[\s)\]）.*]*$"


def part_of_place(heading: str) -> str:
    """Return the part of a city that a heading names; nothing for any other.

    >>> part_of_place("Vĩ độ"), part_of_place("UF"), part_of_place("Long. (WGS84)"), part_of_place("Latvia")
    ('latitude', 'province', 'longitude', '')
    """
    bare = _plain(re.sub(r"[(（\[].*", "", heading))
    begins = re.split(r"[\W_]", bare)[0]
    return next(
        (
            part
            for part in PLACE_PARTS
            if bare in _words(part) or (part != "province" and begins in _words(part))
        ),
        "",
    )


def is_label_of_unit(words: str) -> bool:
    """Whether words before a colon say that a unit follows.

    >>> is_label_of_unit("Table 2. Unit"), is_label_of_unit("Đơn vị"), is_label_of_unit("Source")
    (True, True, False)
    """
    plain = _plain(words)
    return any(re.search(rf"(?:^|\W){re.escape(word)}$", plain) for word in _words("unit"))


def mark_beside(heading: str) -> tuple[str, str, str] | None:
    """Return the mark beside the year of a heading, and what of a figure it says; None where there is none.

    >>> mark_beside("Sơ bộ 2023"), mark_beside("2023p"), mark_beside("Estimated population 2023")
    (('Sơ bộ', 'quality', 'estimate with assumptions'), ('p', 'quality', 'estimate with assumptions'), None)
    >>> mark_beside("Населення (прогноз, 2030)"), mark_beside("2012 e 2013")
    (('прогноз', 'status', 'projected'), None)
    """
    match = _beside_year().search(heading)
    if match is None:
        return None
    mark = next(filter(None, match.groups()))
    meaning = next(meaning for meaning in _MEANT_BY if _plain(mark) in _words(meaning))
    return mark, _MEANT_BY[meaning], meaning


def unmarked(words: str) -> str:
    """Return words without a mark that stands first or last.

    >>> unmarked("Population Prel."), unmarked("Sơ bộ"), unmarked("Population")
    ('Population', '', 'Population')
    """
    marks = _alternatives(long=True)
    return re.sub(
        rf"^\W*(?:{marks})(?!\w)[\s.,:]*|[\s(\[]*(?<!\w)(?:{marks}){_CLOSES}", "", words, flags=re.IGNORECASE
    )


def pattern_of(marks: Iterable[str]) -> str:
    r"""Return the regular expression of a mapping that finds marks in a heading or a cell.

    >>> print(pattern_of(["Sơ bộ", "p"]))
    (?:^|[^\pL])(Sơ bộ|p)(?:[^\pL]|$)
    """
    words = "|".join(re.escape(mark).replace(r"\ ", " ") for mark in marks)
    return rf"(?:^|[^\pL])({words})(?:[^\pL]|$)"


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().strip(" .:*").split())


@cache
def _words(meaning: str) -> frozenset[str]:
    return frozenset(_plain(row["word"]) for row in packaged_rows("heading_words") if row["means"] == meaning)


def _alternatives(*, long: bool) -> str:
    """Return the marks as a regular expression: words, or letters that need a year beside them."""
    marks = {mark for meaning in _MEANT_BY for mark in _words(meaning)}
    chosen = (mark for mark in marks if (len(mark) > 1) is long)
    return "|".join(re.escape(mark) for mark in sorted(chosen, key=lambda mark: (-len(mark), mark)))


@cache
def _beside_year() -> re.Pattern[str]:
    words, letters = _alternatives(long=True), _alternatives(long=False)
    return re.compile(
        rf"(?<!\w)({words})(?:\W{{0,3}}){_YEAR}|{_YEAR}\W{{0,3}}({words})(?!\w)|{_YEAR}\W{{0,3}}({letters}){_CLOSES}",
        re.IGNORECASE,
    )
