"""Figures: what is counted, where, for whom and by whom: places, variables, observations, sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self

import polars as pl

from urbium.packaged import words_of
from urbium.text import Name, Text, coded, named, text

Names = Mapping[str, str]
"""A name a person reads, by language: ``{"en": "Vienna", "de": "Wien"}``."""


NATION = "nation"
"""The level of a city record that stands for a whole nation (its national series)."""


class Status(StrEnum):
    """What became of a figure."""

    REPORTED = "reported"  # given so by its source
    SUSPECT = "suspect"  # implausible: kept, shown, and out of every score
    ACCEPTED = "accepted"  # was suspect; somebody accepted it and said why
    PROJECTED = "projected"  # a projection of its source, not an observation
    REJECTED = "rejected"  # was suspect; somebody rejected it and said why: kept, shown, and never used


class Quality(StrEnum):
    """The six data-quality grades of U4SSC, best first; it calls the last one untraceable."""

    MEASURED = "measured"
    SURVEY = "survey extrapolated"
    HIGHER_LEVEL = "higher-level extrapolated"
    ESTIMATE = "estimate with assumptions"
    PERSONAL = "personal estimate"
    NOT_GRADED = "not graded"

    @property
    def label(self) -> Text:
        """The grade in words; the lowest also stands where a source states none."""
        return words_of("Quality")[self]


class Evidence(StrEnum):
    """How well a figure of the catalogue is founded, best first.

    ``measured_here``: in cities of the programme. What solutions did elsewhere is ``measured_elsewhere``, or
    ``published_elsewhere`` where nobody says how; ``study_limit`` is the most that a study calls possible.
    """

    PUBLISHED = "published"
    MEASURED_HERE = "measured_here"
    MEASURED_ELSEWHERE = "measured_elsewhere"
    PUBLISHED_ELSEWHERE = "published_elsewhere"
    DERIVED = "derived"
    STUDY_LIMIT = "study_limit"
    BY_CONSTRUCTION = "by_construction"
    ASSUMPTION = "assumption"

    @property
    def label(self) -> Text:
        """The level in words."""
        return words_of("Evidence")[self]


_RANKS = {str(level): place for place, level in enumerate(Evidence)}


def evidence_words(evidence: str) -> Text | str:
    """Return an evidence level in words; a word that is none as it is written.

    >>> evidence_words("assumption"), evidence_words("hearsay")
    ('assumption', 'hearsay')
    """
    return Evidence(evidence).label if evidence in _RANKS else evidence


def rank(evidence: str) -> int:
    """Return the place of an evidence level, best first; last for words that are none."""
    return _RANKS.get(evidence, len(_RANKS))


def weakest(grades: Iterable[str]) -> str:
    """Return the weakest of the evidence levels that are stated; empty where none is.

    >>> weakest(["published", "", "derived"]), weakest([])
    ('derived', '')
    """
    return max(filter(None, grades), key=rank, default="")


def address_in(words: str) -> str:
    """Return the address that words begin with; empty where they begin with none.

    >>> address_in("https://example.org/a; seen"), address_in("a book")
    ('https://example.org/a', '')
    """
    begin = words.partition(" ")[0].rstrip(";,")
    return begin if begin.startswith("http") else ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from: publisher, title, edition or year, licence.

    ``quality`` is the grade of its figures where a file gives none.

    Attributes
    ----------
    publisher : who published it
    title : what it is called
    year : its edition or year
    licence : under which it may be used
    origin : where it was read: an address, a repository; ``(none)`` of what is recalled or assumed
    quality : the grade of its figures where a file gives none
    """

    id: str
    publisher: str
    title: str
    year: str = ""
    licence: str = ""
    origin: str = ""
    note: str = ""
    quality: Quality | None = None

    @property
    def read_at(self) -> str:
        """Where it was read; empty of what is recalled or assumed."""
        return "" if self.origin == "(none)" else self.origin

    @property
    def address(self) -> str:
        """The address at which it can be read; empty where it names none."""
        return address_in(self.read_at)

    @property
    def allows_copies(self) -> bool:
        """Whether its licence is one of those that let everybody hand on what is under it.

        >>> Source("a", "A", "B", licence="CC BY 3.0 IGO").allows_copies
        True
        >>> Source("a", "A", "B", licence="CC BY-NC 4.0").allows_copies
        False
        """
        return f"{self.licence.casefold()} ".startswith(_OPEN_LICENCES)


_OPEN_LICENCES: Final = (
    "cc0 ", "cc0-", "cc by ", "cc-by-4", "cc-by-3", "cc by-sa ", "cc-by-sa-", "odbl ", "odbl-", "odc-by",
    "pddl", "ogl ", "ogl-", "open government licence ", "mit ", "public domain ",
    "https://creativecommons.org/licenses/by/", "https://creativecommons.org/licenses/by-sa/",
    "https://creativecommons.org/publicdomain/zero/",
)  # fmt: skip
"""How the names and addresses of licences begin that let everybody hand on what is under them."""
_SIGNS_OF_ADDRESSES: Final = frozenset("/\\?#%&+\"'<>")


@dataclass(frozen=True, slots=True)
class City:
    """Any place that can take part in a programme: it has a code, a parent and a level.

    ``valid_from`` and ``valid_to`` are the first and the last period (``2011``, ``2011-08``) in which the
    place exists; empty where it has no beginning or no end. No stage looks at a place outside them.

    Attributes
    ----------
    code : of the register, as every file names the place
    name : what people call it, ``name``, or one column a language (``name_en``)
    level : ``city``, ``prefecture`` ... in the words of the nation; ``nation`` for the nation itself
    province : the part of the nation it belongs to, ``province``, or one column a language
    latitude, longitude : degrees, for maps and for the climate
    parent : the code of the place it lies in
    note : a remark
    valid_from, valid_to : first and last period in which it exists; empty where open
    """

    code: str
    name: Names
    level: str
    province: Names = field(default_factory=lambda: MappingProxyType({}))
    latitude: float | None = None
    longitude: float | None = None
    parent: str = ""
    note: str = ""
    valid_from: str = ""
    valid_to: str = ""

    @property
    def title(self) -> Name:
        """What it is called, in the language of whoever reads it."""
        return named(self.name, self.code)

    def __str__(self) -> str:
        return str(self.title)

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the city that a row of the register says, with a column for each language of its names.

        >>> row = dict.fromkeys(("latitude", "longitude", "parent", "note", "valid_from", "valid_to"))
        >>> City.of_row({"code": "GE-TB", "level": "city", "name_en": None, "name_ka": "თბილისი"} | row).name
        {'ka': 'თბილისი'}
        """
        by_language: dict[str, Any] = {
            part: {
                column.removeprefix(f"{part}_"): words
                for column, words in row.items()
                if column.startswith(f"{part}_") and words
            }
            for part in ("name", "province")
        }
        rest: dict[str, Any] = {
            name: row[name] or "" for name in ("parent", "note", "valid_from", "valid_to")
        }
        place = {name: row[name] for name in ("latitude", "longitude")}
        return cls(code=row["code"], level=row["level"], **by_language, **place, **rest)

    def fault_of_code(self) -> tuple[Text, Text] | None:
        """Return why the code cannot stand in the address of a page, and what to do; None where it can.

        >>> City("MX-1", {}, "city").fault_of_code()
        >>> print(City("MX/1", {}, "city").fault_of_code()[0])
        the code 'MX/1' cannot be used in the address of a page
        """
        if not any(sign.isspace() or sign in _SIGNS_OF_ADDRESSES for sign in self.code):
            return None
        return (
            coded(
                "model.city.code", "the code {name!r} cannot be used in the address of a page", name=self.code
            ),
            text("use only letters, digits and - . _"),
        )


@dataclass(frozen=True, slots=True)
class Pilot:
    """A place's membership of a programme, by round (empty where no source says it) and kind.

    ``city`` is the registered city that it is or lies in, where that is certain; ``status`` is ``seen`` where
    a published list or notice that names it was seen, ``not seen`` where not, and empty where nobody says.
    """

    programme: str
    round: str
    kind: str
    name: Names
    province: str
    level: str
    year: int
    source: str
    city: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A raw quantity as collected: unit, boundary, what is impossible and what is implausible.

    ``source_priority`` names the sources that go before all others, the first one first.

    Attributes
    ----------
    unit : in which figures are stored; others of its kind are converted
    area : the boundary a figure is for when a file names none
    definition : what is counted
    level : ``city``, or ``nation`` for national series
    hard_min, hard_max : beyond these a value is impossible
    plausible_min, plausible_max : beyond these it is suspect
    direction : 1 more is better, -1 less is better, 0 neither
    source : who publishes such figures; a template asks for those that have one unless told otherwise
    source_priority : sources that go before all others, the first one first
    """

    id: str
    name: Names
    unit: str
    area: str
    definition: str = ""
    level: str = "city"
    hard_min: float | None = None
    hard_max: float | None = None
    plausible_min: float | None = None
    plausible_max: float | None = None
    direction: int = 0
    source: str = ""
    note: str = ""
    source_priority: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of a variable for a city and period, with all that is needed to trace it.

    Attributes
    ----------
    city : the code of a registered place
    variable : an id of the catalogue
    period : a year (2012), month (2012-03) or day
    value : a number
    unit : of the value; the variable's own unless given
    area : the boundary; the variable's own unless given
    status : reported or projected, where the file says so
    quality : one of the grades below; the source's own, or the lowest, unless given
    source : the id of a registered source; a mapping file may name one for the whole file
    """

    city: str
    variable: str
    period: str
    value: float
    unit: str
    area: str
    status: Status
    quality: Quality
    source: str
    recorded_at: datetime
    recorded_by: str
    file: str
    sheet: str
    cell: str
    reason: str = ""


OBSERVATION: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "city": pl.String(),
        "variable": pl.String(),
        "period": pl.String(),
        "value": pl.Float64(),
        "unit": pl.String(),
        "area": pl.String(),
        "status": pl.String(),
        "quality": pl.String(),
        "source": pl.String(),
        "recorded_at": pl.Datetime("us", "UTC"),
        "recorded_by": pl.String(),
        "file": pl.String(),
        "sheet": pl.String(),
        "cell": pl.String(),
        "reason": pl.String(),
    }
)
"""The columns of a table of observations: one shape for every figure of the programme."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure somebody stated, to be held against the stored series."""

    id: str
    text: str
    place: str
    variable_as_named: str
    year: int
    value: float
    unit: str
    comparison: str
    source: str
