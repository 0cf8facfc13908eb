"""The records of a programme: frozen, named by the field's own words, knowing nothing of files or stores.

Tables of many observations are polars frames with the columns of :data:`OBSERVATION`; the record classes
here are the declared things (cities, variables, indicators, solutions, funds) and single findings.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Self

import polars as pl

from urbium.errors import Fault, InputError

__all__ = [
    "NATION",
    "OBSERVATION",
    "Assumption",
    "Ceiling",
    "Choice",
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
    "Norm",
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
    "Variation",
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


_CHOICE = re.compile(r"\s*([a-z][a-z-]*)\s*(?:\(([^()]*)\))?\s*$")


@dataclass(frozen=True, slots=True)
class Choice:
    """A named way of doing one step of an index, with its parameters: ``winsorise(limit=5, then=log)``.

    >>> Choice.parse("z-score(mean=10, spread=2)").parameters["spread"]
    2.0
    >>> " > ".join(map(str, Choice.row("screen(availability=0.9)>min-max")))
    'screen(availability=0.9) > min-max'
    """

    name: str
    parameters: Mapping[str, float | str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a choice as people write it; raise InputError when it cannot be read."""
        found = _CHOICE.match(text)
        if found is None:
            told = (
                f"{text.strip()!r} is no step of an index"
                if text.strip()
                else "an empty text is no step of an index"
            )
            raise InputError(told, remedy="write it like min-max or winsorise(limit=5)")
        parameters: dict[str, float | str] = {}
        for part in (each for each in (found[2] or "").split(",") if each.strip()):
            key, is_pair, value = (each.strip() for each in part.partition("="))
            if not (key and is_pair and value):
                raise InputError(f"{part.strip()!r} in {text!r} says no value", remedy="write limit=5")
            parameters[key] = _number_or_text(value)
        return cls(found[1], MappingProxyType(parameters))

    @classmethod
    def row(cls, text: str) -> tuple[Self, ...]:
        """Read choices in a row, with ``>`` between them; an empty text is no choice.

        Raises InputError, with every part that cannot be read.
        """
        if not text.strip():
            return ()
        read: list[Self] = []
        faults: list[Fault] = []
        for part in text.split(">"):
            try:
                read.append(cls.parse(part))
            except InputError as error:
                faults.append(Fault("error", error.message, error.remedy))
        if faults:
            raise InputError("the row of choices cannot be read", place=repr(text), faults=faults)
        return tuple(read)

    def __str__(self) -> str:
        told = ", ".join(f"{key}={self.text(key)}" for key in self.parameters)
        return f"{self.name}({told})" if told else self.name

    def text(self, key: str) -> str:
        """Return a parameter as it is written, empty when it is not given: a code may look like a number."""
        value = self.parameters.get(key, "")
        return repr(value).removesuffix(".0") if isinstance(value, float) else value

    def __hash__(self) -> int:
        return hash(str(self))


def _number_or_text(value: str) -> float | str:
    """Read a number; a code that begins with a zero stays a text."""
    try:
        number = float(value)
    except ValueError:
        return value
    is_code = value.startswith("0") and value.isdigit() and value != "0"
    return value if is_code or not math.isfinite(number) else number


@dataclass(frozen=True, slots=True)
class Index:
    """A composite: a weighted tree over indicators, with its rules of normalising and availability.

    ``steps`` lead from values to normalised values, in their order; ``aggregate`` holds the mean of each
    level from the bottom up, the last one for all levels above. ``availability`` is the least share (0 to 1)
    of the indicators below a node that must be known for the node to have a score. ``maximum_age`` is how
    many years back a figure may be taken from.
    """

    id: str
    name: Names
    nodes: tuple[IndexNode, ...]
    steps: tuple[Choice, ...]
    aggregate: tuple[Choice, ...]
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
class Norm:
    """How much of a service people need: so many units of capacity per so many of what drives the need.

    Attributes
    ----------
    service : what is needed; its norm may differ by province and change with the years (one row each)
    unit : of capacity and of need; quantities of flow are given per day
    per : by how many of the driver ``low``, ``value`` and ``high`` are divided
    driver : ``person``, ``worker``, or another service, of which this one is a share
    ages : first and last age of the persons who count, both included; None for all, a last age of None for
        all older ones
    low, value, high : the range, and what lies most likely within it
    areas : boundaries for which it may be used, the preferred first
    provinces : English names of provinces for which it holds; empty for all others
    capacity : variables that tell how much there is, the preferred first
    use : the variable that tells how much is used, which says nothing about how much there is
    indicator : the indicator that measures the same, so that need and capacity are a target and a baseline
    valid_from : first year in which it holds, until a later one does
    status : ``confirmed`` when its source was seen, ``recalled`` when not, ``assumed`` for a judgement
    """

    id: str
    service: str
    name: Names
    unit: str
    per: float
    driver: str
    ages: tuple[int, int | None] | None
    low: float
    value: float
    high: float
    areas: tuple[str, ...]
    provinces: tuple[str, ...]
    capacity: tuple[str, ...]
    use: str
    indicator: str
    valid_from: int
    evidence: Evidence
    source: str
    status: str
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
class Variation:
    """One alternative of what varies when the ranks of an index are put in doubt.

    ``part`` is ``aggregate`` (a mean), ``weights`` (a relative width: 0.25 is a quarter more or less),
    ``data`` (a factor on the spread of each quality grade), or the name of a step, whose alternative is a
    row of steps. The index ``*`` stands for every index that has no variations of its own.
    """

    index: str
    part: str
    alternative: str
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
