"""Answers: what the API sends, field by field; the description of the API is made from these types.

A row of a table is sent as the stage that made it has it; the fields named here are those that stay.
"""

from typing import Annotated, Any, TypedDict

from urbium.web.api.answer_rows import RowsOf

Row = dict[str, Any]
"""A row of a table, by column."""


class Summary(TypedDict, total=False):
    """The key figures of the programme."""

    name: str
    cities: int
    pilots: int
    sources: int
    observations: int
    suspects: int


class CityRow(TypedDict, total=False):
    """One city in the ranking; what is not known is null."""

    city: str
    name_en: str | None
    name_zh: str | None
    province_en: str | None
    score: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    tier: int | None
    coverage: float | None
    reason: str | None
    projects: int | None


class CityFigures(CityRow, total=False):
    """One city, with every stored figure."""

    note: str
    observations: Annotated[list[Row], RowsOf("StoredFigure")]


class Disagreement(TypedDict, total=False):
    """Where sources differ for one place, variable, boundary and period: which figure counts, and why."""

    city: str
    variable: str
    area: str
    period: str
    value: float
    unit: str
    source: str
    quality: str
    ground: str
    reason: str
    spread: float | None
    figures: int
    others: list[Row]


class Explained(TypedDict, total=False):
    """How a figure came about: itself, and what it was made of, down to file, sheet and cell."""

    what: str
    value: float | str
    unit: str
    period: str
    area: str
    kind: str
    grade: str
    note: str
    origin: dict[str, str]
    children: list[Row]


class StageRow(TypedDict):
    """A stage of the programme: whether a result of it is adopted, and how one is made."""

    name: str
    title: str
    follows: str
    needs: list[str]
    is_adopted: bool
    remedy: str


class StageHead(TypedDict, total=False):
    """What the result of a stage is, and how it was made."""

    about: str
    settings: Row


class StageAnswer(StageHead, total=False):
    """The result of a stage: what it is, how it was made, its rows, whose columns depend on the stage."""

    table: list[Row]


class ScoresAnswer(StageHead, total=False):
    """The adopted scores, and the scores of the parts of the index."""

    table: Annotated[list[Row], RowsOf("ScoreRow")]
    pillars: Annotated[list[Row], RowsOf("PillarScore")]


class OutlookRow(TypedDict, total=False):
    """People of a city in a year, with bands of 80 % and 95 %.

    ``held`` says how often bands of 80 % held in the back-test of this nation: the least and most years ahead
    (``near``, ``far``) and the least and greatest share of cases (``low``, ``high``); null without a record.
    """

    city: str
    variable: str
    area: str
    year: int
    value: float
    low80: float | None
    high80: float | None
    low95: float | None
    high95: float | None
    held: dict[str, float] | None
    kind: str


class NationAnswer(StageHead, total=False):
    """The outlook of the nation and its parts, and the urban share."""

    table: Annotated[list[Row], RowsOf("NationYear")]
    share: Annotated[list[Row], RowsOf("UrbanShare")]
    notes: list[str]


class AgesAnswer(StageHead, total=False):
    """People by age and sex, and what is assumed of births, deaths and migration."""

    table: Annotated[list[Row], RowsOf("AgesRow")]
    assumed: Annotated[list[Row], RowsOf("AssumedRate")]


class Work(StageHead, total=False):
    """Sectors in output and employment, and jobs."""

    table: Annotated[list[Row], RowsOf("SectorYear")]
    jobs: Annotated[list[Row], RowsOf("JobsRow")]
    notes: list[str]


class PressureAnswer(TypedDict):
    """Demand and capacity of the services of a city, and which fall short when."""

    short: Annotated[list[Row], RowsOf("ServiceVerdictRow")]
    years: Annotated[list[Row], RowsOf("ServiceYear")]
    notes: list[str]


class TalentAnswer(StageHead, total=False):
    """The people of the adopted plan: posts with their range and evidence, shortages, and remedies."""

    table: Annotated[list[Row], RowsOf("StaffRow")]
    unit: str
    occupations: int
    assumed_share: float
    unknown_running: float
    differences: int
    currency: str
    prices: str
    shortage: Annotated[list[Row], RowsOf("ShortageRow")]
    information: Annotated[list[Row], RowsOf("InformationRow")]
    remedies: Annotated[list[Row], RowsOf("RemedyRow")]
    seats: Annotated[list[Row], RowsOf("SeatsRow")]
    supply_rests_on: str


class TalentOfCity(TypedDict):
    """The people of a city's part of the plan by occupation and year, and those whom it lacks."""

    unit: str
    occupations: Annotated[list[Row], RowsOf("OccupationYear")]
    lacking: Annotated[list[Row], RowsOf("LackingRow")]


class SpaceAnswer(TypedDict):
    """What upkeep and repayments leave of the limits: all cities together, and each, by year."""

    years: Annotated[list[Row], RowsOf("SpaceYear")]
    cities: Annotated[list[Row], RowsOf("SpaceOfCity")]
    unit: str
    evidence: dict[str, str]
    last: int


class UsesAnswer(TypedDict):
    """Who pays for what in each plan year, in millions of the currency at the plan's prices."""

    rows: Annotated[list[Row], RowsOf("UseRow")]
    currency: str
    prices: str


class LiabilitiesAnswer(TypedDict):
    """What cities and nation owe of the plan by year, as stock and flow; real millions, as ``unit`` says.

    Of deficit and debt the columns ``with`` are what the plan changes; ``risk`` is the service of foreign
    debt by draws, nominal.
    """

    years: Annotated[list[Row], RowsOf("OwedYear")]
    places: Annotated[list[Row], RowsOf("OwedOfPlace")]
    risk: Annotated[list[Row], RowsOf("RiskRow")]
    unit: str
    terms: str
    inflation: float
    evidence: str


class SignedAnswer(TypedDict):
    """Capital of the plan by year that budgets, agreements and nobody yet have signed, and each agreement."""

    years: Annotated[list[Row], RowsOf("SignedYear")]
    agreements: Annotated[list[Row], RowsOf("SignedAgreement")]
    projects: int
    standing: int
    unit: str


class MixAnswer(TypedDict):
    """The cheapest mix: what each instrument gives at what cost, why others do not, what nobody pays."""

    instruments: Annotated[list[Row], RowsOf("MixInstrument")]
    reasons: Annotated[list[Row], RowsOf("MixReason")]
    short: Annotated[list[Row], RowsOf("UnpaidRow")]
    unit: str
    discount: float
    inflation: float
    terms: int


class ProjectReturnsAnswer(TypedDict, total=False):
    """What a project earns: all internal rates, its value at several rates, cover of its debt by year."""

    project: str
    kind: str
    npv: float
    rate: float
    rates: list[float]
    profile: Annotated[list[Row], RowsOf("ProfileRow")]
    cover: Annotated[list[Row], RowsOf("CoverYear")]
    unit: str
    cover_unit: str
    evidence: str


class SpendingAnswer(TypedDict):
    """The money of accepted reports by stage, and what the plan asks beside the most that was ever spent."""

    stages: Annotated[list[Row], RowsOf("SpendingStage")]
    stretch: Annotated[list[Row], RowsOf("StretchRow")]
    currency: str


class PlanAnswer(StageHead, total=False):
    """The adopted plan: what it closes of what could be improved, its proven gap, and its projects."""

    table: Annotated[list[Row], RowsOf("PlanProject")]
    objective: float
    bound: float | None
    improvement: float
    improvable: float
    benefit_unit: str
    closed: float | None
    changes: list[Row]
    gap: float | None
    bound_recomputed: float | None
    gap_recomputed: float | None
    projects: int
    cities: int
    capital: float
    currency: str
    prices: str
    trained: int
    shortfalls: int
    is_certified: bool


class PlanYears(TypedDict):
    """The adopted plan by year: what is built and finished, the use of budgets and people, targets missed."""

    years: Annotated[list[Row], RowsOf("PlanYear")]
    cities: Annotated[list[Row], RowsOf("PlanOfCity")]
    budgets: Annotated[list[Row], RowsOf("BudgetUse")]
    people: Annotated[list[Row], RowsOf("PeopleUse")]
    shortfalls: Annotated[list[Row], RowsOf("MissedTarget")]
    currency: str


class KeptPlan(TypedDict, total=False):
    """A plan that is kept by name, in its newest version."""

    name: str
    version: int
    kept_at: str
    kept_by: str
    reason: str
    years: str
    projects: int
    cities: int
    capital: float
    currency: str
    closed: float | None
    gap: float | None


class Compared(StageHead, total=False):
    """Two plans side by side: figures, inputs that differ, money by year, projects, cities."""

    table: Annotated[list[Row], RowsOf("ComparedProject")]
    only_in_a: int
    only_in_b: int
    moved: int
    same: int
    currency: str
    sides: Annotated[list[Row], RowsOf("ComparedFigure")]
    inputs: Annotated[list[Row], RowsOf("ComparedInput")]
    years: Annotated[list[Row], RowsOf("YearOfTwoPlans")]
    cities: Annotated[list[Row], RowsOf("CityOfTwoPlans")]


class IndexRow(TypedDict, total=False):
    """A declared index; the adopted one carries the year it was measured for."""

    id: str
    name: str
    period: int | None


class IndexAnswer(TypedDict, total=False):
    """An index: its rules, its tree with effective weights, its ranking with intervals and tiers."""

    id: str
    name: dict[str, str]
    period: int | None
    steps: list[str]
    aggregate: list[str]
    availability: float | None
    maximum_age: int | None
    note: str
    nodes: list[Row]
    cities: list[Row]


class WhatIfAnswer(TypedDict, total=False):
    """Every city's score and rank before and after a change."""

    index: str
    weights: dict[str, float | None]
    steps: str
    aggregate: str
    is_changed: bool
    said: str
    cities: list[Row]


class FindingAnswer(TypedDict, total=False):
    """What is suspect, in which cell, by which rule, and what to do."""

    severity: str
    sheet: str
    cell: str
    city: str
    variable: str
    period: str
    value: str
    rule: str
    message: str
    remedy: str
    file: str


class DocumentRow(TypedDict):
    """A kind of document, and what it is about: ``city``, ``project``, or the programme (empty)."""

    kind: str
    title: str
    about: str


class ProgressAnswer(StageHead, total=False):
    """Plan against actuals of task books (``table``), and earned value of tasks, books, cities and all."""

    table: Annotated[list[Row], RowsOf("ProgressRow")]
    taskbooks: int
    tasks: int
    late: int
    year: int | None
    left_out: int
    is_example: bool
    earned: Annotated[list[Row], RowsOf("EarnedRow")]
    curve: Annotated[list[Row], RowsOf("EarnedYear")]


class TargetsAnswer(StageAnswer, total=False):
    """The outlook of targets: value with a band of 80 %, the chance that each is met, what can be done."""

    targets: int
    unlikely: int
    unknown: int


class LessonsAnswer(StageAnswer, total=False):
    """What each city showed of a declared effect, and the range that is proposed for it."""

    solution: str
    indicator: str
    variable: str
    unit: str
    direction: str
    declared_low: float
    declared_high: float
    cities: int
    mean: float | None
    between: float | None
    low: float | None
    high: float | None


class PublicationAnswer(TypedDict, total=False):
    """A publication: what it is pinned to, its files with their digests, how to cite it."""

    id: str
    address: str
    known_on: str
    published: str
    code: str
    settings: str
    catalogue: str
    policy: str
    content: str
    licence: str
    supersedes: str
    superseded_by: list[str]
    cite: str
    files: Annotated[list[Row], RowsOf("PublishedFile")]
