"""Declared: solutions with what they cost and do, money, checks of figures, and assumptions."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from urbium.model.figures import Evidence, Names
from urbium.text import ENGLISH, Name, declared, named

_IN_BRACKETS: Final = re.compile(r"\s*[(（][^()（）]*[)）]$")


class CostScale(StrEnum):
    """How the cost of a solution grows with a city."""

    PEOPLE = "people"  # networks and works: so much for each person served
    PLATFORM = "platform"  # platforms and systems: a part is fixed, so a person costs less in a large city


@dataclass(frozen=True, slots=True)
class CostUnit:
    """In which money a cost stands, and of what: of each person, of each unit of a quantity, or in all.

    Attributes
    ----------
    currency : ISO 4217
    unit : ``person``, a unit of the quantity such as ``km``; empty for a lump sum
    variable : whose figure of a city is the quantity; empty for persons and lump sums
    """

    currency: str
    unit: str = ""
    variable: str = ""

    @property
    def is_per_person(self) -> bool:
        """Whether it is the cost of each person served."""
        return not self.variable and bool(self.unit)

    def __str__(self) -> str:
        return f"{self.currency}/{self.unit} {self.variable}".rstrip("/ ")


@dataclass(frozen=True, slots=True)
class Solution:
    """A kind of project: cost, build years, prerequisites, standards, finance models, evidence.

    Attributes
    ----------
    code : by which it is named everywhere
    domain : the field it belongs to
    description : what it is
    capital_low, capital_high : cost to build
    cost_unit : of the cost to build
    price_year : of these prices
    operation_share : yearly running cost, as a share (0 to 1) of the capital
    wage : of a person-year, in the money and at the prices of the cost
    build_labour_share, run_labour_share : part (0 to 1) of the capital, and of running cost, that is wages
    build_person_years_per_100k, run_posts_per_100k : whom a source counts for 100,000 people; where the part
        beside is left out it follows from them
    lifetime : years
    build_years : from start to use
    prerequisites, soft_prerequisites : solutions that must, or had better, come first
    standards : technical standards that apply
    finance_models : ways to pay for it, by their codes in the terms of funds
    sources : ids of sources
    scale : ``people``: so much a head everywhere; ``platform``: a part is fixed
    stock : the variable that tells which part of it a city has already; empty where none does
    """

    code: str
    name: str
    domain: str
    description: str
    capital_low: float
    capital_high: float
    cost_unit: CostUnit
    price_year: int
    operation_share: float
    lifetime: float
    build_years: float
    prerequisites: tuple[str, ...]
    soft_prerequisites: tuple[str, ...]
    standards: tuple[str, ...]
    finance_models: tuple[str, ...]
    evidence: Evidence
    sources: tuple[str, ...]
    scale: CostScale
    stock: str = ""
    note: str = ""
    wage: float | None = None
    build_labour_share: float | None = None
    run_labour_share: float | None = None
    build_person_years_per_100k: float | None = None
    run_posts_per_100k: float | None = None

    @property
    def has_fixed_part(self) -> bool:
        """Whether the cost per head falls with the size of the city, by an exponent that is assumed."""
        return self.scale is CostScale.PLATFORM and self.cost_unit.is_per_person


class ResultKind(StrEnum):
    """What an indicator tells of a programme (the results chain of the OECD's evaluation glossary)."""

    OUTPUT = "output"  # how much is there of what was built: devices, coverage, services offered
    OUTCOME = "outcome"  # what people have of it: health, time, safety, emissions, income, use


@dataclass(frozen=True, slots=True)
class Effect:
    """What a solution does to an indicator, as found: range, lag, scope, evidence.

    ``kind`` says whether the indicator counts what is built or what comes of it; where the roll-out is itself
    the indicator (evidence ``by_construction``) it is an output. ``domain`` and ``ceiling`` need to stand in
    one row of an indicator only.

    Attributes
    ----------
    solution : the solution that has it
    indicator, indicator_code : what changes, in words and by the code of its standard
    direction : up or down
    low, high : the range found
    unit : pct of the value, or pp (points)
    scope : for whom or where it was found; what is ``national`` is never said of a city
    lag : years from use to effect
    kind : output (what is built) or outcome (what people have of it)
    domain : what the indicator is about, in the words that domains of solutions are called by
    ceiling : the published ceiling that stands for it
    """

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
    kind: ResultKind
    domain: str = ""
    ceiling: str = ""
    note: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether a plan counts it: it names an indicator by its code, and is of a city."""
        return bool(self.indicator_code) and self.is_of_city and not self.indicator.startswith("OTHER:")

    @property
    def is_of_city(self) -> bool:
        """Whether it may be said of a city: estimates for whole economies are not what a city gains."""
        return self.scope != "national"

    @property
    def title(self) -> str:
        """What changes, without the standard and the unit that its name begins and ends with."""
        return named(self._titles())

    @property
    def plain_title(self) -> str:
        """What changes, also without what stands in brackets at its end: a unit, an abbreviation."""
        return named({key: _IN_BRACKETS.sub("", name) for key, name in self._titles().items()})

    @property
    def standard(self) -> str:
        """The standard that its name begins with, as people write it; empty where it is of none."""
        code = str(self.indicator).rpartition(":")[0].removeprefix("OTHER")
        return code.replace("ISO", "ISO ", 1) if code.startswith("ISO") else code

    def _titles(self) -> dict[str, str]:
        names = self.indicator.names if isinstance(self.indicator, Name) else {ENGLISH: str(self.indicator)}
        return {key: name.rpartition(":")[2].removesuffix(" %") for key, name in names.items()}


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that a bundle of solutions together does to an indicator.

    Attributes
    ----------
    indicator : what changes
    direction : up or down
    low, high : the most that all solutions together do, as found
    unit : pct of the value, or pp (points)
    amount_low, amount_high, amount_unit : the same in natural units, where the source says it, for each
        person or where it is an average; a year, unless the unit names a day
    """

    indicator: str
    direction: str
    low: float
    high: float
    unit: str
    source: str
    evidence: Evidence
    note: str = ""
    amount_low: float | None = None
    amount_high: float | None = None
    amount_unit: str = ""


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """An occupation (ISCO-08) of those who build and who run a solution.

    Attributes
    ----------
    solution : the solution that needs them
    isco08 : the occupation (ISCO-08)
    title : of the occupation (ESCO)
    build_share, run_share : of the posts to build it, and to run it, 0 to 1
    onet_soc : the occupation of O*NET that is nearest to it; empty when none is named
    """

    solution: str
    isco08: str
    title: str
    build_share: float | None
    run_share: float | None
    evidence: Evidence
    source: str
    note: str = ""
    onet_soc: str = ""


@dataclass(frozen=True, slots=True)
class Occupation:
    """A scarce kind of people: its ISCO-08 codes, how many there are, and how more are trained.

    ``city_per_100k`` and ``nation_per_100k`` are full-time places that a city, and the nation for all cities,
    can give to the programme for each 100,000 people; a unit of training costs ``training_cost`` million of
    ``currency`` and adds ``training_places`` after ``training_lag`` years, up to ``training_most`` units a
    year.

    Attributes
    ----------
    codes : the ISCO-08 groups that belong to it
    city_per_100k, nation_per_100k : posts a city, and the nation, can free for each 100,000 people
    training_cost, currency : millions of which currency a unit of training costs
    training_places : posts a unit adds
    training_most : units a year at most
    training_lag : years until they count
    training_drop_out : share (0 to 1) of the posts of a unit that are never filled, since people drop out
    """

    id: str
    name: Names
    codes: tuple[str, ...]
    city_per_100k: float
    nation_per_100k: float
    training_cost: float
    training_places: float
    training_most: int
    training_lag: int
    currency: str
    evidence: Evidence
    source: str
    note: str = ""
    training_drop_out: float = 0.0


@dataclass(frozen=True, slots=True)
class Promise:
    """A standard that every city owes: one of its solutions is in use within some years of the plan.

    Attributes
    ----------
    solutions : any one of them meets the standard
    years : of the plan within which it is owed
    nation : whose cities owe it (ISO 3166); empty for every city
    """

    id: str
    name: Names
    solutions: tuple[str, ...]
    years: int
    evidence: Evidence
    source: str
    note: str = ""
    nation: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """The part of the nation that a province belongs to.

    Attributes
    ----------
    province : its English name, as in the register
    name : of the region
    """

    province: str
    name: Names
    source: str


@dataclass(frozen=True, slots=True)
class FinanceTerm:
    """A published or assumed term of a way to finance (a share, a rate, a tenor).

    Attributes
    ----------
    model, model_name : the way to finance, by code and name
    item : the term: a share, a rate, a tenor
    low, high : its range
    unit : of the range
    year : in which it held
    """

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
    """A source of money: which finance models it serves, its largest share of a project, home or foreign.

    Attributes
    ----------
    finance_models : the ways to finance that it serves
    share_max : largest share (0 to 1) of a project that it pays
    is_foreign : whether the money comes from abroad
    scope : whose budget it counts to: nation, city or outside
    instruments : kinds of instruments by which it gives money
    """

    id: str
    name: Names
    finance_models: tuple[str, ...]
    share_max: float
    is_foreign: bool
    scope: str
    evidence: Evidence
    source: str
    note: str = ""
    instruments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueRule:
    """A declared check of observations: which variables, what must hold, how grave a breach is.

    ``kind`` is ``sum`` (the variables add up to between ``low`` and ``high``), ``order`` (the first is at
    most the second), ``ratio`` (``factor`` x first / second lies between ``low`` and ``high``), ``change``
    (value / value of the year before lies between ``low`` and ``high``), ``step`` (value - value of the
    year before lies between ``low`` and ``high``), ``fall`` (across a gap of years, at least ``low`` times
    the figure known last before), ``whole`` (a whole number), ``spread`` (figures of several sources lie
    within ``high`` of each other, as a share), ``history`` (within ``low`` usual distances of what its own
    series makes of the year, ``high`` at its ends, or within ``factor``; all others when none is named),
    ``departure`` (value / the one known last before, of whichever source, lies between ``low`` and ``high``
    to the root of the years between), ``beside`` (a figure that the line beside has, too, fits its own series
    so), ``repeat`` (``low``
    significant digits are not those of the year before) or ``level`` (``factor`` x the middle of the column,
    over that of a second variable, lies between ``low`` and ``high``).

    Attributes
    ----------
    kind : what is asked, see above
    variables : which figures are asked
    severity : warning (the value becomes suspect) or note
    low, high, factor : what they mean depends on the kind
    message, remedy : what is said, and what to do
    reference : where the limits come from
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", declared(self.message))
        object.__setattr__(self, "remedy", declared(self.remedy))


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number that nobody published for this use: declared, shown on the screen, changeable.

    Attributes
    ----------
    value : the number
    unit : of the number
    nation : of whose figures or rules it was made (ISO 3166); empty where it is of no nation
    """

    id: str
    value: float
    unit: str
    evidence: Evidence
    source: str
    note: str = ""
    nation: str = ""


@dataclass(frozen=True, slots=True)
class Retirement:
    """An entry of urbium's own catalogue that a programme takes out, and why.

    Attributes
    ----------
    table : the table it stands in
    id : its key there; ``*`` stands for any text
    reason : why it is taken out
    """

    table: str
    id: str
    reason: str
