"""The records of a programme: frozen, named by the field's own words, knowing nothing of files or stores.

Tables of many observations are polars frames with the columns of :data:`OBSERVATION`; the record classes
here are the declared things (cities, variables, indicators, solutions, funds) and single findings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import polars as pl

__all__ = [
    "NATION",
    "OBSERVATION",
    "Assumption",
    "Ceiling",
    "City",
    "Claim",
    "Effect",
    "Evidence",
    "FinanceTerm",
    "Fund",
    "Index",
    "IndexNode",
    "Indicator",
    "Names",
    "Observation",
    "Pilot",
    "Proxy",
    "Quality",
    "Rule",
    "SkillNeed",
    "Solution",
    "Source",
    "Status",
    "Variable",
]

Names = Mapping[str, str]
"""A name a person reads, by language: ``{"en": "Hefei", "zh": "合肥市"}``."""

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
    """Any place that can take part in a programme: it has a code, a parent and a level."""

    code: str
    name: Names
    level: str
    province: Names = field(default_factory=lambda: MappingProxyType({}))
    latitude: float | None = None
    longitude: float | None = None
    parent: str = ""
    note: str = ""

    def __str__(self) -> str:
        return self.name.get("en") or next(iter(self.name.values()), self.code)


@dataclass(frozen=True, slots=True)
class Pilot:
    """A city's membership of a programme, by round and kind (new, widened, special)."""

    programme: str
    round: str
    kind: str
    name: Names
    province: str
    level: str
    year: int
    source: str
    city: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A raw quantity as collected: unit, boundary, what is impossible and what is implausible."""

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


@dataclass(frozen=True, slots=True)
class Indicator:
    """A formula over variables, defined by a standard in an edition: factor x numerator / denominator.

    ``numerator`` and ``denominator`` name variables joined by ``+`` or ``-``; an empty denominator means
    that the indicator is the numerator itself. ``factor`` turns the quotient into ``unit``.
    """

    id: str
    name: Names
    unit: str
    numerator: tuple[tuple[str, int], ...]
    denominator: tuple[tuple[str, int], ...]
    factor: float
    direction: int
    standard: str
    edition: str
    pillar: str = ""
    benchmark: float | None = None
    evidence: str = ""
    status: str = ""
    note: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables the formula reads."""
        return tuple(name for name, _ in (*self.numerator, *self.denominator))


@dataclass(frozen=True, slots=True)
class IndexNode:
    """A node of an index: an indicator, or a pillar that gathers others."""

    id: str
    parent: str
    weight: float
    name: Names


@dataclass(frozen=True, slots=True)
class Index:
    """A composite: a weighted tree over indicators, with its rules of normalising and availability.

    ``availability`` is the least share (0 to 1) of the indicators below a node that must be known for the
    node to have a score. ``maximum_age`` is how many years back a figure may be taken from.
    """

    id: str
    name: Names
    nodes: tuple[IndexNode, ...]
    normalise: str
    aggregate: str
    availability: float
    maximum_age: int
    standard: str = ""
    note: str = ""

    @property
    def indicators(self) -> tuple[str, ...]:
        """The leaves of the tree, in its order."""
        parents = {node.parent for node in self.nodes}
        return tuple(node.id for node in self.nodes if node.id not in parents)


@dataclass(frozen=True, slots=True)
class Solution:
    """A kind of project: cost per head, build years, prerequisites, standards, finance models, evidence."""

    code: str
    name: str
    domain: str
    description: str
    capital_low: float
    capital_high: float
    price_year: int
    operation_share: float
    lifetime: float
    build_years: float
    prerequisites: tuple[str, ...]
    soft_prerequisites: tuple[str, ...]
    standards: tuple[str, ...]
    skills: tuple[str, ...]
    finance_models: tuple[str, ...]
    evidence: Evidence
    sources: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a solution does to an indicator, as found: range, lag, scope, evidence."""

    solution: str
    indicator: str
    indicator_code: str
    direction: str
    low: float
    high: float
    unit: str
    scope: str
    lag: float
    source: str
    evidence: Evidence
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that a bundle of solutions together does to an indicator."""

    indicator: str
    direction: str
    low: float
    high: float
    unit: str
    source: str
    evidence: Evidence
    note: str = ""


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """The people a solution needs, by occupation (ISCO-08)."""

    solution: str
    isco08: str
    title: str
    share: float | None
    build_person_years_per_100k: float | None
    run_fte_per_100k: float | None
    evidence: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FinanceTerm:
    """A published or assumed term of a way to finance (a share, a rate, a tenor)."""

    model: str
    model_name: str
    item: str
    low: float | None
    high: float | None
    unit: str
    year: str
    source: str
    evidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fund:
    """A source of money: which finance models it serves, its largest share of a project, home or foreign."""

    id: str
    name: Names
    finance_models: tuple[str, ...]
    share_max: float
    is_foreign: bool
    scope: str
    evidence: Evidence
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A declared check of observations: which variables, what must hold, how grave a breach is.

    ``kind`` is ``sum`` (the variables add up to between ``low`` and ``high``), ``order`` (the first is at
    most the second), ``ratio`` (``factor`` x first / second lies between ``low`` and ``high``), ``change``
    (value / value of the year before lies between ``low`` and ``high``), ``step`` (value - value of the
    year before lies between ``low`` and ``high``), ``fall`` (across a gap of years, at least ``low`` times
    the figure known last before), ``whole`` (a whole number) or ``spread`` (figures of several sources lie
    within ``high`` of each other, as a share).
    """

    id: str
    kind: str
    variables: tuple[str, ...]
    severity: str
    low: float | None
    high: float | None
    factor: float
    message: str
    remedy: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number that nobody published for this use: declared, shown on the screen, changeable."""

    id: str
    value: float
    unit: str
    evidence: Evidence
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A measured indicator that may stand in for another, and what it differs in.

    ``use`` is ``value`` (its value stands in for a missing one) or ``need`` (only how far a city is from the
    best stands in, when a plan asks how much is still to be done).
    """

    indicator: str
    proxy: str
    use: str
    source: str
    note: str = ""


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
