"""Figures: what is counted, where, for whom and by whom: places, variables, observations, sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import polars as pl

from urbium.text import Text, text

__all__ = [
    "NATION",
    "OBSERVATION",
    "City",
    "Claim",
    "Evidence",
    "Names",
    "Observation",
    "Pilot",
    "Quality",
    "Source",
    "Status",
    "Variable",
]

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


class Quality(StrEnum):
    """The six data-quality grades of U4SSC, best first."""

    MEASURED = "measured"
    SURVEY = "survey extrapolated"
    HIGHER_LEVEL = "higher-level extrapolated"
    ESTIMATE = "estimate with assumptions"
    PERSONAL = "personal estimate"
    UNTRACEABLE = "untraceable"

    @property
    def label(self) -> Text:
        """The grade in words; the lowest also stands where a source states none."""
        return _GRADES[self]


_GRADES = {
    Quality.MEASURED: text("model.quality.measured", "measured"),
    Quality.SURVEY: text("model.quality.survey", "extrapolated from a survey"),
    Quality.HIGHER_LEVEL: text("model.quality.higher_level", "extrapolated from a higher level"),
    Quality.ESTIMATE: text("model.quality.estimate", "estimate with assumptions"),
    Quality.PERSONAL: text("model.quality.personal", "personal estimate"),
    Quality.UNTRACEABLE: text("model.quality.not_graded", "not graded (source states no quality)"),
}


class Evidence(StrEnum):
    """How well a figure of the catalogue is founded, best first."""

    PUBLISHED = "published"
    DERIVED = "derived"
    BY_CONSTRUCTION = "by_construction"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from: publisher, title, edition or year, licence.

    ``quality`` is the grade of its figures where a file gives none.
    """

    id: str
    publisher: str
    title: str
    year: str = ""
    licence: str = ""
    origin: str = ""
    note: str = ""
    quality: Quality | None = None


@dataclass(frozen=True, slots=True)
class City:
    """Any place that can take part in a programme: it has a code, a parent and a level.

    ``valid_from`` and ``valid_to`` are the first and the last period (``2011``, ``2011-08``) in which the
    place exists; empty where it has no beginning or no end. No stage looks at a place outside them.
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

    def __str__(self) -> str:
        return self.name.get("en") or next(iter(self.name.values()), self.code)


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
    """One value of a variable for a city and period, with all that is needed to trace it."""

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
