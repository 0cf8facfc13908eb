"""Needs: norms of services, and the rules by which needs, candidates and facts are read from figures."""

from dataclasses import dataclass
from enum import StrEnum

from urbium.model.figures import Evidence, Names


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
    nation : for which it was made (ISO 3166); empty where for none in particular
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
    nation: str = ""


class NeedFormula(StrEnum):
    """What is made of the inputs of a rule of need, before it is set between its two anchors."""

    VALUE = "value"  # factor x the input
    RATIO = "ratio"  # factor x the first input / the second
    LOG = "log"  # the logarithm of factor x the input
    LOG_RATIO = "log-ratio"  # the logarithm of factor x the first input / the second

    @property
    def inputs(self) -> int:
        """How many inputs it takes."""
        return 2 if self in (NeedFormula.RATIO, NeedFormula.LOG_RATIO) else 1

    @property
    def is_logarithmic(self) -> bool:
        """Whether figure and anchors are compared by their logarithms."""
        return self in (NeedFormula.LOG, NeedFormula.LOG_RATIO)


class NeedRole(StrEnum):
    """Whether a rule tells a need by itself, or says how much of what others tell there is."""

    TELLS = "tells"
    SCALES = "scales"


@dataclass(frozen=True, slots=True)
class NeedRule:
    """How a figure of a city tells what is still to be gained there in some indicators.

    Attributes
    ----------
    indicators : whose need it tells; several rules of one indicator are averaged by ``weight``
    role : a rule that scales does not tell a need by itself: what the others tell is multiplied by
        1 - weight + weight x its own need
    nation : code of the nation whose cities it is made for; empty for those of every nation
    inputs : variables of the catalogue; ``city.people``, ``city.growth`` (people served over people of today)
        and ``city.latitude``; ``shortfall.`` and a service (what is lacking in the last plan year, as a share
        of its demand, from the outlook); ``province.`` and a fact of the city's province
    formula, factor, unit : what is made of them, and its unit as it is shown
    none_at, all_at : the figure at which nothing is to be gained, and that at which all is: a number (a norm,
        a target), or ``p10``: a percentile of the programme's cities
    weight : of the rule among those of an indicator
    half_width : how far the need may be off on either side, as a share (0 to 1)
    evidence : ``measured_here`` where the figure is the indicator's own; of a city it then counts alone
    reason, unseen : why the figure tells the need, and what it does not see
    """

    id: str
    name: Names
    indicators: tuple[str, ...]
    inputs: tuple[str, ...]
    formula: NeedFormula
    factor: float
    unit: str
    none_at: str
    all_at: str
    role: NeedRole
    weight: float
    half_width: float
    nation: str
    evidence: Evidence
    source: str
    reason: str
    unseen: str


@dataclass(frozen=True, slots=True)
class CandidateRule:
    """Where a solution can be built at all: a figure of the city lies between ``least`` and ``most``.

    ``input`` is ``city.latitude``, ``city.people``, ``plan.first_year`` or ``province.`` and a fact; a city
    of which it is not known stays a candidate. A rule that names a nation rests on that nation's climate or
    markets and says nothing of the cities of another.

    Attributes
    ----------
    solution : what is ruled in or out
    input : the figure that decides
    least, most : between which the figure must lie; empty where open
    reason : why
    nation : the code of the nation whose cities it judges; empty for all
    """

    id: str
    solution: str
    input: str
    least: float | None
    most: float | None
    nation: str
    evidence: Evidence
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProvinceFact:
    """A figure of a province that holds for its cities, such as its climate.

    Attributes
    ----------
    province : its English name, as in the register
    fact : what is known
    value, unit : how much
    """

    province: str
    fact: str
    value: float
    unit: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A measured indicator that may stand in for another, and what it differs in.

    ``use`` is ``value``: its value stands in for a missing one. What figures tell of needs is declared as
    :class:`NeedRule`.

    Attributes
    ----------
    indicator : the one that is missing
    proxy : the one that stands in
    use : ``value``
    """

    indicator: str
    proxy: str
    use: str
    source: str
    note: str = ""
