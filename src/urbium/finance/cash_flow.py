"""Cash flows: what projects pay and receive in each year, line by line, in whole units of the currency.

In: costs and inflows of projects on one basis, and the terms of the appraisal. Out: lines by project and
year, which add up to a city, a bundle or the programme exactly, since whole numbers do. Outlays are below
zero. What the flows are worth is said in ``appraisal``.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.errors import Fault, NotFoundError, refuse
from urbium.finance.inflows import Inflow, inflow_faults, mixed_bases
from urbium.finance.prices import Basis, DiscountRate, YearlyAmounts
from urbium.model import weakest
from urbium.text import Text, coded, text

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MILLION: Final = 1_000_000
ALL: Final = "all"
"""The key of all projects together."""


class Line(StrEnum):
    """A line of a cash flow."""

    CAPITAL = "capital"
    OPERATION = "operation"
    REPLACEMENT = "replacement"
    INFLOW = "inflow"
    TAX = "tax"
    RESIDUAL = "residual"  # what is left of the last investment when the years end; no money changes hands


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectCosts:
    """What a project costs.

    Attributes
    ----------
    project, city, solution : which it is
    capital : millions by year
    operation : millions in each year of use
    first_use : the first year of use
    life : years until it is replaced; None where nobody declared one, and then it never is
    evidence : how well the costs are founded
    basis : currency and prices
    """

    project: str
    city: str
    solution: str
    capital: Mapping[int, float]
    operation: float
    first_use: int
    life: float | None
    evidence: str
    basis: Basis


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How projects are appraised.

    Parameters
    ----------
    years : of the appraisal; all capital falls into them
    rate : by which later money counts less; real for real amounts
    basis : of every amount
    replacement_share : what a replacement costs, as a share of the first investment
    has_residual : whether what is left of the last investment counts in the last year, in proportion to its
    life
    tax_rate : on inflows less operation less depreciation over the life, without carrying losses; None where
        no tax is declared
    note : what the terms rest on
    """

    years: range
    rate: DiscountRate
    basis: Basis
    replacement_share: float = 1.0
    has_residual: bool = True
    tax_rate: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        self.rate.check(self.basis)
        refuse(self._faults(), "terms")

    def _faults(self) -> Iterator[Fault]:
        if not len(self.years) or self.years.step != 1:
            yield Fault(
                "error", coded("finance.cash_flows.years", "the appraisal covers no years"),
                text("enter a first and a last year"), rule="terms",
                cell="years",
            )  # fmt: skip
        shares = {
            "replacement_share": (self.replacement_share, math.inf),
            "tax_rate": (self.tax_rate or 0.0, 1.0),
        }
        for name, (share, most) in shares.items():
            if not (0 <= share <= most and math.isfinite(share)):
                yield Fault(
                    "error", coded("finance.bookings.share", "{share:g} is not a valid share", share=share),
                    text("enter a share of at least 0 (for a tax rate, from 0 to 1)"),
                    rule="terms", cell=name,
                )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Grouped:
    """Lines added up by a key: ``keys``, and for each line whole units of the currency (keys, years)."""

    keys: tuple[str, ...]
    lines: Mapping[Line, Integers]

    @property
    def net(self) -> Integers:
        """All lines together: (keys, years)."""
        return np.asarray(sum(self.lines.values()), dtype=np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class CashFlows:
    """The cash flows of projects.

    Parameters
    ----------
    terms : of the appraisal
    projects : project, city, solution, evidence (of costs), inflow_evidence (the weakest booked; empty for
        none), inflow_low, inflow_high (as factors of what is booked), life
    lines : whole units of the currency by line: (projects, years)
    booked : the inflows that count
    reasons : why nothing is booked, by project, where somebody said so
    """

    terms: Terms
    projects: pl.DataFrame
    lines: Mapping[Line, Integers] = field(repr=False)
    booked: tuple[Inflow, ...] = field(repr=False)
    reasons: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def net(self) -> YearlyAmounts:
        """All lines of each project together, in millions."""
        total = np.asarray(sum(self.lines.values()), dtype=np.float64)
        return YearlyAmounts(self.terms.years[0], total / MILLION, self.terms.basis)

    @property
    def table(self) -> pl.DataFrame:
        """One row a project, line and year with money: project, city, solution, line, year, amount, evidence.

        Amounts are millions of the basis, outlays below zero.
        """
        parts = []
        for line, amounts in self.lines.items():
            row, year = np.nonzero(amounts)
            evidence = "inflow_evidence" if line in (Line.INFLOW, Line.TAX) else "evidence"
            parts.append(
                self.projects[row.tolist()]
                .select("project", "city", "solution", evidence=evidence)
                .with_columns(
                    line=pl.lit(line.value),
                    year=pl.Series(year + self.terms.years[0], dtype=pl.Int64),
                    amount=pl.Series(amounts[row, year] / MILLION),
                )
            )
        columns = ["project", "city", "solution", "line", "year", "amount", "evidence"]
        return pl.concat(parts).select(columns)

    def by(self, key: Literal["project", "city", "solution", ""]) -> Grouped:
        """Return the lines added up by a key; by nothing: the whole, whose key is ``all``."""
        if not key:
            return self.sums(ALL)
        keys, at = grouping(self.projects[key].to_list())
        sums = {}
        for line, rows in self.lines.items():
            sums[line] = np.zeros((len(keys), rows.shape[1]), dtype=np.int64)
            np.add.at(sums[line], at, rows)
        return Grouped(keys, sums)

    def rows(self, key: str) -> Integers:
        """Return the places of a project, of a city's projects, or of ``all``; NotFoundError otherwise."""
        if key == ALL:
            return np.arange(self.projects.height)
        for column in ("project", "city"):
            rows = np.flatnonzero((self.projects[column] == key).to_numpy())
            if len(rows):
                return rows
        names = [*self.projects["city"].unique(), *self.projects["project"]]
        raise NotFoundError.named("project or city", key, names)

    def sums(self, key: str) -> Grouped:
        """Return the lines of a project, a city, or ``all``, added up."""
        rows = self.rows(key)
        return Grouped((key,), {line: each[rows].sum(axis=0)[None] for line, each in self.lines.items()})

    def bundle(self, projects: Collection[str]) -> "CashFlows":
        """Return the cash flows of some of the projects; NotFoundError for one that is not there."""
        names = self.projects["project"].to_list()
        for name in projects:
            if name not in names:
                raise NotFoundError.named("project", name, names)
        chosen = set(projects)
        rows = [at for at, name in enumerate(names) if name in chosen]
        return CashFlows(
            terms=self.terms,
            projects=self.projects[rows],
            lines={line: amounts[rows] for line, amounts in self.lines.items()},
            booked=tuple(one for one in self.booked if one.project in chosen),
            reasons=self.reasons,
        )


def grouping(names: Sequence[str]) -> tuple[tuple[str, ...], Integers]:
    """Return the different names in their order, and the place of each name among them.

    >>> grouping(["B", "A", "B"])[0], grouping(["B", "A", "B"])[1].tolist()
    (('B', 'A'), [0, 1, 0])
    """
    places = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return tuple(places), np.array([places[name] for name in names], dtype=np.int64)


def cash_flows(
    costs: Sequence[ProjectCosts],
    inflows: Sequence[Inflow],
    terms: Terms,
    *,
    reasons: Mapping[str, str] | None = None,
) -> CashFlows:
    """Return what projects pay and receive in the years of the appraisal.

    Parameters
    ----------
    costs : of the projects
    inflows : what they bring in, all of which counts: :func:`urbium.finance.inflows.project_inflows`
    terms : of the appraisal
    reasons : why a project brings in nothing, where somebody said so

    Raises one InputError with every fault of costs and inflows.
    """
    names = [one.project for one in costs]
    refuse([*_cost_faults(costs, terms), *inflow_faults(inflows, names, terms.basis)], "cash flows")
    own: dict[str, list[Inflow]] = {}
    for inflow in inflows:
        own.setdefault(inflow.project, []).append(inflow)
    lines = {line: np.zeros((len(costs), len(terms.years)), dtype=np.int64) for line in Line}
    for at, one in enumerate(costs):
        for line, amounts in _lines(one, own.get(one.project, ()), terms).items():
            lines[line][at] = np.rint(amounts * MILLION)
        paid = [one.capital.get(year, 0.0) for year in terms.years]
        lines[Line.CAPITAL][at] = -np.diff(np.rint(np.cumsum(paid) * MILLION), prepend=0.0)
    rows = [_project_row(one, own.get(one.project, ())) for one in costs]
    return CashFlows(
        terms=terms,
        projects=pl.DataFrame(rows, schema=_PROJECTS, orient="row"),
        lines=lines,
        booked=tuple(inflows),
        reasons=reasons or {},
    )


_PROJECTS = {
    "project": pl.String, "city": pl.String, "solution": pl.String, "evidence": pl.String,
    "inflow_evidence": pl.String, "inflow_low": pl.Float64, "inflow_high": pl.Float64, "life": pl.Float64,
}  # fmt: skip


def _project_row(one: ProjectCosts, inflows: Sequence[Inflow]) -> tuple[str | float | None, ...]:
    middle = math.fsum(inflow.middle for inflow in inflows)
    ends = [
        math.fsum(getattr(inflow, end) for inflow in inflows) / middle if middle else 1.0
        for end in ("low", "high")
    ]
    evidence = weakest(inflow.evidence.value for inflow in inflows if inflow.middle > 0)
    return (one.project, one.city, one.solution, one.evidence, evidence, *ends, one.life)


def _lines(one: ProjectCosts, inflows: Sequence[Inflow], terms: Terms) -> Mapping[Line, Floats]:
    """Return every line of a project but its capital, in millions: (years,)."""
    years = np.arange(terms.years[0], terms.years.stop)
    since = years - one.first_use  # years of use before each year
    is_used = since >= 0
    operation = np.where(is_used, one.operation, 0.0)
    received = np.where(is_used, math.fsum(inflow.middle for inflow in inflows), 0.0)
    invested = math.fsum(one.capital.values())
    replaced, residual = np.zeros(len(years)), np.zeros(len(years))
    tax = np.zeros(len(years))
    if one.life is not None:
        life = max(round(one.life), 1)
        ends = is_used & ((since + 1) % life == 0) & (years < terms.years[-1])
        replaced[ends] = invested * terms.replacement_share
        if terms.has_residual:
            served = int(since[-1]) % life + 1 if is_used[-1] else 0
            last = invested * terms.replacement_share if ends.any() else invested
            residual[-1] = last * (1 - served / life)
        if terms.tax_rate is not None:
            worn = np.where(is_used, invested / life, 0.0)
            tax = terms.tax_rate * np.maximum(received - operation - worn, 0.0)
    elif terms.tax_rate is not None:
        tax = terms.tax_rate * np.maximum(received - operation, 0.0)
    return {
        Line.OPERATION: -operation, Line.REPLACEMENT: -replaced, Line.INFLOW: received, Line.TAX: -tax,
        Line.RESIDUAL: residual,
    }  # fmt: skip


def _cost_faults(costs: Sequence[ProjectCosts], terms: Terms) -> Iterator[Fault]:
    """Yield what is wrong with the costs of projects."""
    twice = {name for name, count in Counter(one.project for one in costs).items() if count > 1}
    for one in costs:
        for message, remedy in _wrong(one, terms, twice):
            yield Fault("error", message, remedy, rule="costs", sheet="costs", cell=one.project)


def _wrong(one: ProjectCosts, terms: Terms, twice: Collection[str]) -> Iterator[tuple[Text, Text]]:
    if one.project in twice:
        yield (
            coded("finance.cash_flows.twice", "the project appears more than once"),
            text("keep one of them"),
        )
    if one.life is not None and not 0 < one.life < math.inf:
        yield (
            coded("finance.cash_flows.life", "a lifetime of {life:g} years is not possible", life=one.life),
            text("enter a number of years above 0, or None if no lifetime is declared"),
        )
    amounts = [*one.capital.values(), one.operation]
    if not all(math.isfinite(amount) and amount >= 0 for amount in amounts):
        yield (
            coded("finance.cash_flows.cost", "a cost is missing or below 0"),
            text("enter costs of at least 0"),
        )
    outside = [year for year in one.capital if year not in terms.years]
    if outside:
        yield (
            coded("finance.cash_flows.outside", "capital is due in {year}, outside the appraisal period",
                 year=str(outside[0])),
            text("choose a period for the appraisal that covers all years in which capital is due"),
        )  # fmt: skip
    if one.basis != terms.basis:
        yield mixed_bases(one.basis, terms.basis)
