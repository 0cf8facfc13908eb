r"""Draws: how far costs and values may lie from what is planned, and which assumption moves them most.

Costs and inflows are drawn between their low and high figures, half of the draws on each side of the planned
one: costs evenly in their logarithm, inflows evenly. Those of one solution hang together: their standard
normal is :math:`\sqrt{\rho}\,z_{solution} + \sqrt{1 - \rho}\,z_{project}`, with the declared correlation
:math:`\rho`. Operation and replacement move with the cost to build, taxes with inflows. Costs and inflows,
and different solutions, are drawn apart, which is an assumption.
"""

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtr

from urbium import charts
from urbium.columns import schema_of
from urbium.errors import Fault, NotFoundError, check_seed, refuse
from urbium.explanation import Explanation, Kind
from urbium.finance.appraisal import COST_ONLY, EARNING
from urbium.finance.cash_flow import ALL, MILLION, CashFlows, Line, grouping
from urbium.finance.discounting import discount_factors, present_value
from urbium.finance.flow_roots import single_returns
from urbium.packaged import words_of
from urbium.result import Result
from urbium.text import Text, coded, say, text

Floats = npt.NDArray[np.float64]
_BLOCK: Final = 256
"""Projects that are drawn at a time; each block has its own random numbers, so that it does not matter who
draws it."""
_LEVELS: Final = (0.05, 0.5, 0.95)
_COSTS: Final = (Line.CAPITAL, Line.OPERATION, Line.REPLACEMENT, Line.RESIDUAL)
_INFLOWS: Final = (Line.INFLOW, Line.TAX)


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """How uncertain figures are drawn.

    Parameters
    ----------
    costs : low and high cost of each project, as factors of the planned one; a project that is not there has
        its planned cost in every draw
    correlation : of two projects of one solution, 0 (each by itself) to 1 (a solution is drawn once)
    rates : a low and a high discount rate, which the tornado tries, too; None for none
    count : draws
    seed : the same seed gives the same draws
    """

    costs: Mapping[str, tuple[float, float]] = field(default_factory=dict, repr=False)
    correlation: float = 0.5
    rates: tuple[float, float] | None = None
    count: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        check_seed(self.seed)
        refuse(self._faults(), "uncertainty")

    def _faults(self) -> Iterator[Fault]:
        if not 0 <= self.correlation <= 1:
            yield Fault(
                "error", coded("finance.draws.correlation", "a correlation of {rho:g} cannot be used",
                rho=self.correlation),
                text("enter a number from 0 to 1"), rule="uncertainty",
                cell="correlation",
            )  # fmt: skip
        if self.count < 1:
            yield Fault(
                "error", coded("finance.draws.count", "{count} draws are too few", count=self.count),
                text("request 1 or more"), rule="uncertainty", cell="count",
            )  # fmt: skip
        for project, (low, high) in self.costs.items():
            if not 0 < low <= 1 <= high < math.inf:
                yield Fault(
                    "error",
                    coded("finance.draws.range", "{low:g} to {high:g} does not include 1, or is not a range",
                         low=low, high=high),
                    text("use factors above 0; the planned cost is multiplied by them"),
                    rule="uncertainty", cell=project,
                )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Bands(Result):
    """What projects, cities and the whole cost or are worth over many draws.

    Parameters
    ----------
    table : key (project, city or ``all``), kind (``cost-only`` or ``earning``), planned, low, median, high
        (5, 50 and 95 in 100 draws are not more), chance_above_zero, irr_low, irr_median, irr_high, several
        (share of draws without a single internal rate). A row that is cost-only, or is a city or the whole
        with a project that is, says its life-cycle cost less inflows, and nothing of value or return; an
        earning one its net present value. Millions of the basis; rates are of projects only
    flows : the cash flows as planned
    uncertainty : how they were drawn
    """

    stage: ClassVar[str] = "bands"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {
            "key": {ALL: text("the whole programme")},
            "kind": words_of("worth of a project"),
        }
    )
    flows: CashFlows = field(repr=False)
    uncertainty: Uncertainty = field(repr=False)

    def __repr__(self) -> str:
        whole = self.row(ALL)
        common = {
            name: whole[name] for name in ("planned", "low", "high")
        } | {"draws": self.uncertainty.count, "basis": self.flows.terms.basis.words}  # fmt: skip
        if whole["kind"] == COST_ONLY:
            return text(
                "Life-cycle cost less inflows, in millions ({basis}): {low:,.0f} to {high:,.0f} in 90% "
                "of {draws:,} draws; {planned:,.0f} as planned",
                **common,
            ).render()
        return text(
            "Net present value, in millions ({basis}): {low:,.0f} to {high:,.0f} in 90% of {draws:,} draws; "
            "{planned:,.0f} as planned",
            **common,
        ).render()

    @property
    def overview(self) -> pl.DataFrame:
        """The whole first, then cities, then projects."""
        projects = self.flows.projects.height
        return pl.concat([self.table.tail(1), self.table.slice(projects).head(-1), self.table.head(projects)])

    def row(self, key: str) -> Mapping[str, Any]:
        """Return the row of a project, a city or ``all``."""
        rows = self.table.filter(pl.col("key") == key)
        if rows.is_empty():
            raise NotFoundError.named("project or city", key, self.table["key"].to_list())
        return rows.row(0, named=True)

    def tornado(self, key: str = ALL, *, most: int = 12) -> pl.DataFrame:
        """Return which assumption moves the value, or the cost, most: assumption, low, high, swing.

        ``low`` and ``high`` are the net present value (below zero for what only costs) with the low and the
        high figure of one assumption and all others as planned; the largest swing is first, ``most`` are
        returned.
        """
        rows = self.flows.rows(key)
        rate = self.flows.terms.rate.value
        costs, inflows = (_worth(self.flows, lines, rate)[rows] for lines in (_COSTS, _INFLOWS))
        planned = float((costs + inflows).sum())
        ends = _ends(self.flows, self.uncertainty)[:, rows]
        solutions = self.flows.projects["solution"].to_numpy()[rows]
        moved = []
        for solution in dict.fromkeys(solutions.tolist()):
            mine = solutions == solution
            cost = text("cost of {solution}", solution=solution)
            inflow = text("inflow of {solution}", solution=solution)
            for what, worth, low_high in ((cost, costs, ends[:2]), (inflow, inflows, ends[2:])):
                low, high = (worth[mine] * (low_high[:, mine] - 1)).sum(axis=1)
                moved.append((str(say(what)), planned + float(low), planned + float(high)))
        if self.uncertainty.rates is not None:
            values = [sum(float(_worth(self.flows, lines, each)[rows].sum()) for lines in (_COSTS, _INFLOWS))
                      for each in self.uncertainty.rates]  # fmt: skip
            moved.append((str(say(text("discount rate"))), values[0], values[1]))
        table = pl.DataFrame(moved, schema=["assumption", "low", "high"], orient="row")
        swung = table.with_columns(swing=(pl.col("high") - pl.col("low")).abs()).filter(pl.col("swing") > 0)
        return swung.sort("swing", descending=True, maintain_order=True).head(most)

    def chart(self) -> dict[str, Any]:
        """Return the tornado of the whole."""
        planned = self.row(ALL)
        value = planned["planned"] if planned["kind"] == EARNING else -planned["planned"]
        title, basis = text("Main drivers of the discounted cash flow"), self.flows.terms.basis
        return charts.tornado(
            self.tornado(), planned=value, title=title, currency=basis.currency, basis=basis.words
        )

    def explain(self, key: str) -> Explanation:
        """Say how far a project, a city or ``all`` may lie from what is planned, and what moves it most."""
        row = self.row(key)
        unit = self.flows.terms.basis.millions
        note = text(
            "{low:,.0f} to {high:,.0f} in 90% of {draws:,} draws",
            low=row["low"], high=row["high"], draws=self.uncertainty.count
        )  # fmt: skip
        return Explanation(
            self.words["kind"][row["kind"]], row["planned"], unit, kind=Kind.PROJECT, note=note,
            children=tuple(
                Explanation(
                    one["assumption"], one["swing"], unit, kind=Kind.ASSUMPTION,
                    note=text(
                        "{low:,.0f} at its low figure, {high:,.0f} at its high figure",
                        low=one["low"], high=one["high"]
                    ),
                )
                for one in self.tornado(key, most=5).iter_rows(named=True)
            ),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Blocks:
    """A block of projects in all draws: which rows, their net present values, and rates: (projects, draws).

    Rates are those of ``flow_roots.single_returns``; None where no project of the block has an inflow.
    """

    rows: slice
    values: Floats
    rates: Floats | None


@dataclass(frozen=True, eq=False)
class _Task:
    """What a block is drawn from, small enough to be sent to another process.

    Parameters
    ----------
    rows : the block's projects
    lines : (projects, 2, years) array, costs and inflows in millions
    ends : (4, projects) array, low and high factors of costs, then of inflows
    solution : (projects,) array, rows of ``shared``
    shared : (solutions, 2, draws) array, what the projects of a solution have in common
    discount : (years,) array
    seed, correlation : those of the uncertainty
    """

    rows: slice
    lines: Floats
    ends: Floats
    solution: npt.NDArray[np.int64]
    shared: Floats
    discount: Floats
    seed: int
    correlation: float

    def drawn(self) -> Blocks:
        """Return the block in all draws."""
        factors = self._factors()
        worth = self.lines @ self.discount
        values = worth[:, 0, None] * factors[:, 0] + worth[:, 1, None] * factors[:, 1]
        rates = single_returns(self.lines, factors) if self.lines[:, 1].any() else None
        return Blocks(self.rows, values, rates)

    def _factors(self) -> Floats:
        """Return the factors of cost and inflow: (projects, 2, draws)."""
        shared, ends = self.shared[self.solution], self.ends
        of_project = np.random.default_rng([self.seed, 1, self.rows.start]).standard_normal(shared.shape)
        of_project *= math.sqrt(1 - self.correlation)
        of_project += shared
        side = ndtr(of_project, out=of_project)
        side *= 2
        side -= 1
        costs, inflows = side[:, 0], side[:, 1]
        low, high = np.log(ends[0])[:, None], np.log(ends[1])[:, None]
        side[:, 0] = np.exp(np.where(costs < 0, -low, high) * costs)
        side[:, 1] = 1 + np.where(inflows < 0, 1 - ends[2][:, None], ends[3][:, None] - 1) * inflows
        return np.asarray(side)


def draw(flows: CashFlows, uncertainty: Uncertainty, *, executor: Executor | None = None) -> Bands:
    """Draw costs and inflows, and return what projects, cities and the whole cost or are worth.

    Parameters
    ----------
    flows : the cash flows as planned
    uncertainty : how they are drawn
    executor : draws blocks of projects, such as processes or a Dask cluster; threads of this machine when
        left out, and the same bands whoever draws them
    """
    cities, at = grouping(flows.projects["city"].to_list())
    has_inflow = np.asarray(flows.lines[Line.INFLOW].any(axis=1))
    sums = np.zeros((len(cities), uncertainty.count))
    rows: list[tuple[Any, ...]] = []
    planned = _worth(flows, (*_COSTS, *_INFLOWS), flows.terms.rate.value)
    projects = flows.projects["project"].to_list()
    for block in in_blocks(flows, uncertainty, executor=executor):
        np.add.at(sums, at[block.rows], block.values)
        rows += _rows(
            projects[block.rows], planned[block.rows], has_inflow[block.rows], block.values, block.rates
        )
    earns = np.ones(len(cities), dtype=bool)
    np.logical_and.at(earns, at, has_inflow)
    of_city = np.bincount(at, planned, minlength=len(cities)).astype(np.float64)
    rows += _rows(cities, of_city, earns, sums, None)
    whole = sums.sum(axis=0)[None]
    rows += _rows([ALL], np.array([planned.sum()]), np.array([has_inflow.all()]), whole, None)
    table = pl.DataFrame(rows, schema=_BANDS, orient="row")
    return Bands(table=table, flows=flows, uncertainty=uncertainty)


_BANDS = schema_of("key kind planned low median high chance_above_zero irr_low irr_median irr_high several")


def _rows(
    keys: Sequence[str], planned: Floats, earns: npt.NDArray[np.bool_], values: Floats, rates: Floats | None
) -> list[tuple[Any, ...]]:
    """Return a row of bands for each key."""
    ends = np.quantile(values, _LEVELS, axis=1)
    above = (values > 0).mean(axis=1)
    rows: list[tuple[Any, ...]] = []
    for k, key in enumerate(keys):
        if not earns[k]:
            costs = (0.0 - value for value in (planned[k], *ends[::-1, k]))  # never -0
            rows.append((key, COST_ONLY, *map(float, costs), None, None, None, None, None))
            continue
        single = rates[k][rates[k] > -1] if rates is not None else np.empty(0)
        band = np.quantile(single, _LEVELS).tolist() if len(single) else [None] * 3
        several = None if rates is None else 1 - len(single) / len(rates[k])
        figures = (planned[k], *ends[:, k], above[k])
        rows.append((key, EARNING, *map(float, figures), *band, several))
    return rows


def in_blocks(
    flows: CashFlows, uncertainty: Uncertainty, *, executor: Executor | None = None
) -> Iterator[Blocks]:
    """Yield net present values and rates of all projects in all draws, block by block, in their order."""
    with nullcontext(executor) if executor else ThreadPoolExecutor(_cores()) as pool:
        yield from pool.map(_Task.drawn, list(_tasks(flows, uncertainty)))  # Dask takes no iterator


def _tasks(flows: CashFlows, uncertainty: Uncertainty) -> Iterator[_Task]:
    """Yield the blocks of projects that are to be drawn."""
    ends = _ends(flows, uncertainty)
    discount = discount_factors(flows.terms.rate.value, len(flows.terms.years))
    solutions = flows.projects["solution"].to_list()
    keys = {solution: at for at, solution in enumerate(sorted(set(solutions)))}
    solution = np.array([keys[name] for name in solutions], dtype=np.int64)
    shared = np.random.default_rng([uncertainty.seed, 0]).standard_normal((len(keys), 2, uncertainty.count))
    shared *= math.sqrt(uncertainty.correlation)
    for begin in range(0, len(solutions), _BLOCK):
        rows = slice(begin, min(begin + _BLOCK, len(solutions)))
        groups = (sum(flows.lines[line][rows] for line in group) for group in (_COSTS, _INFLOWS))
        lines = np.stack([group / MILLION for group in groups], axis=1)
        yield _Task(
            rows, lines, ends[:, rows], solution[rows], shared, discount,
            seed=uncertainty.seed, correlation=uncertainty.correlation,
        )  # fmt: skip


def _ends(flows: CashFlows, uncertainty: Uncertainty) -> Floats:
    """Return low and high factors of cost, then of inflow, by project: (4, projects)."""
    projects = flows.projects
    pairs = [uncertainty.costs.get(name, (1.0, 1.0)) for name in projects["project"]]
    costs = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    return np.vstack([costs, projects.select("inflow_low", "inflow_high").to_numpy().T])


def _worth(flows: CashFlows, lines: Sequence[Line], rate: float) -> Floats:
    """Return the present value of some lines of each project, in millions."""
    return present_value(sum(flows.lines[line] for line in lines), rate) / MILLION


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
