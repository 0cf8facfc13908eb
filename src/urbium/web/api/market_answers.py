"""Market answers: what the API sends of projects that seek money, mandates, matches and sums."""

from typing import TypedDict

from urbium.web.api.answers import Row


class ProspectRow(TypedDict, total=False):
    """A project that seeks money from outside; amounts in millions of ``currency``."""

    project: str
    title: str
    city: str
    place: str
    region: str
    sector: str
    solution: str
    start: int
    finish: int
    capital: float
    sought: float
    operation: float
    currency: str
    price_year: str
    basis: str
    instruments: list[str]
    payers: list[str]
    standards: list[str]
    evidence: str
    readiness: str
    is_cost_only: bool


class SuitedAnswer(TypedDict, total=False):
    """What suits a mandate, what each of its rules removes, the least change that finds more, and bundles."""

    mandate: str
    title: str
    is_example: bool
    rate: str
    currency: str
    projects: list[str]
    removals: list[Row]
    change: str
    bundles: list[Row]


class MatchAnswer(TypedDict, total=False):
    """Shortlists and amounts in millions, whether they are stable, and the pairs that block the money."""

    currency: str
    admitted: dict[str, int]
    is_stable: bool
    gap: float
    shortlists: list[Row]
    blocking: list[Row]


class MarketSum(TypedDict, total=False):
    """Projects that seek money, summed; ``interests`` and ``matched`` are null where they are not public."""

    name: str
    projects: int
    cities: int
    capital: float
    sought: float
    evidence: str
    said: int
    interests: int | None
    matched: float | None
    currency: str
    pilots: int


class ForeignCapitalRow(TypedDict, total=False):
    """Capital from abroad in a year, in millions of ``currency``; null is not public."""

    year: int
    currency: str
    sought: float | None
    matched: float | None
    committed: float | None
    disbursed: float | None
