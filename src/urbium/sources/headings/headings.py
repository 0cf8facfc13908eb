"""Headings: what the columns of our own tables are called, in any case, and what a heading means.

Two headings are the same when they differ only in case, spaces, hyphens and underscores: ``City Code`` is
``city_code``. Which columns are read, and in what order of preference, is said here once.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from urbium.text import Text, coded, languages, meant, text

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "city": ("city_code", "city", "code", "country_code", "country"),
    "period": ("period", "year"),
    "variable": ("variable",),
    "value": ("value",),
    "unit": ("unit",),
    "area": ("area",),
    "status": ("status",),
    "quality": ("quality",),
    "source": ("source_id", "source"),
}
"""The headings of our own tables: for each part of an observation the words that name its column."""

CITY_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("code", "city_code"),
    "name": ("name",),
    "level": ("level",),
    "province": ("province",),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon"),
    "parent": ("parent",),
    "note": ("note",),
    "valid_from": ("valid_from",),
    "valid_to": ("valid_to",),
}
"""The headings of a register of cities: for each part of a city the words that name its column.

What is said in words of a language may have a column for each, as :func:`in_language` knows them.
"""

CITY_NAMES: Final = ("name", "city_name", "country_name")
"""Columns that name the city once more, beside its code: both must mean the same city."""

NAMES: Final[Mapping[str, tuple[str, ...]]] = {"city": CITY_NAMES, "variable": ("variable_name",)}
"""Columns of names that stand for a part of an observation where no column gives its code."""

SPOKEN: Final = frozenset(
    {
        *CITY_NAMES,
        "variable_name",
        "plausible",
        "note",
        "reason",
        "recorded_at",
        "recorded_by",
        "file",
        "sheet",
        "cell",
        "province",
    }
)
"""Columns that our own tables bring along and that need not be read."""

SAID: Final[tuple[tuple[str, Text], ...]] = (
    ("city_code", meant("of a column", "city_code")),
    ("city", meant("of a column", "city")),
    ("name", meant("of a column", "name")),
    ("variable", meant("of a column", "variable")),
    ("variable", meant("of a column", "indicator")),
    ("variable_name", meant("of a column", "variable_name")),
    ("period", meant("of a column", "period")),
    ("year", meant("of a column", "year")),
    ("value", meant("of a column", "value")),
    ("unit", meant("of a column", "unit")),
    ("area", meant("of a column", "area")),
    ("status", meant("of a column", "status")),
    ("quality", meant("of a column", "quality")),
    ("source_id", meant("of a column", "source_id")),
    ("source", meant("of a column", "source")),
    ("plausible", meant("of a column", "plausible")),
    ("note", meant("of a column", "note")),
    ("id", meant("of a column", "id")),
    ("definition", meant("of a column", "definition")),
)
"""Words of our headings, and how each is said in the reader's language."""

_PARTING = re.compile(r"[\s_\-]+")
_IN_LANGUAGE = re.compile(r"(name|province)_([a-z]{2,3})((?:_[a-z0-9]{2,8})*)")


def folded(heading: str) -> str:
    """Return a heading without regard to case and to what parts its words.

    >>> folded(" City Code"), folded("ＧＤＰ"), folded("source-id")
    ('city_code', 'gdp', 'source_id')
    """
    return _PARTING.sub("_", unicodedata.normalize("NFKC", heading).strip().casefold())


@cache
def _by_saying() -> Mapping[str, str]:
    """Return our words by what they are called in any language."""
    return {folded(said.render(tongue)): word for word, said in SAID for tongue in languages()}


def ours(heading: str) -> str:
    """Return the word of ours that a heading is, in whatever language; else the heading, folded.

    >>> ours("City Code"), ours("城市代码"), ours("数值"), ours("Länge")
    ('city_code', 'city_code', 'value', 'länge')
    """
    word = folded(heading)
    return word if word.isascii() else _by_saying().get(word, word)


def said_heading(word: str) -> str:
    """Return one of our headings as a text, which every language says in its own words."""
    return next((said for name, said in SAID if name == word), word)


def in_language(heading: str) -> str:
    """Return the part of a city that a column has in one language; nothing for any other heading.

    >>> in_language("Name KA"), in_language("province_pt_BR"), in_language("name"), in_language("name_old")
    ('name_ka', 'province_pt-br', '', '')
    """
    match = _IN_LANGUAGE.fullmatch(folded(heading))
    if match is None:
        return ""
    from babel import Locale  # noqa: PLC0415 - loads only where a heading may name a language

    is_language = match[2] in Locale("en").languages
    return f"{match[1]}_{match[2]}{match[3].replace('_', '-')}" if is_language else ""


def is_city_name(heading: str) -> bool:
    """Whether a column names the city once more, in whatever language.

    >>> is_city_name("City name"), is_city_name("name_ka"), is_city_name("province_ka")
    (True, True, False)
    """
    return ours(heading) in CITY_NAMES or in_language(heading).startswith("name_")


def places_of(headings: Sequence[str], name: str) -> list[int]:
    """Return where a heading stands: exactly so, or else without regard to case.

    >>> places_of(["City", "GDP"], "gdp"), places_of(["a", "A"], "a")
    ([1], [0])
    """
    exact = [place for place, heading in enumerate(headings) if heading == name.strip()]
    word = folded(name)
    return exact or [place for place, heading in enumerate(headings) if word and folded(heading) == word]


def columns_of(headings: Sequence[str]) -> dict[str, list[str]]:
    """Return, for each part of an observation, the headings that name its column, the preferred one first.

    >>> columns_of(["Name", "City_Code", "Year", "value"])["city"]
    ['City_Code']
    >>> columns_of(["城市名称", "指标名称", "年份", "数值"])["variable"]
    ['指标名称']
    """
    by_word: dict[str, list[str]] = {}
    for heading in headings:
        by_word.setdefault(ours(heading), []).append(heading)

    def under(words: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(heading for word in words for heading in by_word.get(word, ())))

    named = {part: under(words) or under(NAMES.get(part, ())) for part, words in HEADINGS.items()}
    return {part: columns for part, columns in named.items() if columns}


def nearest_heading(unread: Iterable[str], words: Iterable[str] = ()) -> str:
    """Return what to do about columns that are not read: the heading that one of them was meant to have.

    ``words`` are the headings that would be read; those of our own tables when left out.

    >>> nearest_heading(["statsu"])
    "did you mean 'status' instead of 'statsu'? Correct the heading, or omit the column"
    """
    ours = list(words) or [word for named in HEADINGS.values() for word in named]
    for heading in unread:
        close = difflib.get_close_matches(folded(heading), ours, 1, 0.75)
        if close:
            return coded(
                "sources.column.unread.meant",
                "did you mean {right!r} instead of {wrong!r}? Correct the heading, or omit the column",
                right=close[0],
                wrong=heading[:60],
            )
    return text(
        "give every column that contains or describes figures one of the known headings; leave the "
        "others as they are"
    )


def contradiction(part: str, first: str, second: str) -> tuple[str, str]:
    """Return message and remedy for a row that says a part twice, and not the same."""
    return coded(
        "sources.key.contradiction",
        "the row has {first!r} in one column of the {part} but {second!r} in another",
        first=first[:60],
        second=second[:60],
        part=said_heading(part),
    ), text("correct one of the two, or delete one of the columns")
