"""The whole model of a small programme, with rows and columns beside it that the roadmap's tables cannot say.

Rows beside the model ask for more: that a plan is worth at least so much, costs at most so much, differs from
another, or does well in a draw of what is uncertain. Every answer carries a bound.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import highspy
import numpy as np
import polars as pl

from urbium.errors import InfeasibleError
from urbium.plan.milp.financing import split_money, with_overruns
from urbium.plan.milp.model import LinearModel, assemble, dual_bound, highs, load
from urbium.plan.milp.objective import starts_of
from urbium.plan.milp.work import Work
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.assembly import make_plan
from urbium.plan.result.plan import Plan
from urbium.plan.search.planner import LARGEST_WHOLE
from urbium.plan.variables import NEVER, Floats, Integers, Variables

_EXACT = 1e-9


@dataclass(frozen=True)
class Beside:
    """Rows beside a model: entries (row, column, value) with bounds; rows are counted from 0.

    Columns after those of the model are new; ``bound`` holds their upper bounds, the lower ones are 0.
    """

    row: Integers
    column: Integers
    value: Floats
    lower: Floats
    upper: Floats
    bound: Floats = field(default_factory=lambda: np.empty(0))

    @classmethod
    def one(
        cls, column: Integers, value: Floats, *, lower: float = -np.inf, upper: float = np.inf
    ) -> "Beside":
        """Return a single row."""
        real = (column != NEVER) & (value != 0)
        return cls(
            np.zeros(int(real.sum()), dtype=np.int64),
            column[real],
            value[real],
            np.array([lower]),
            np.array([upper]),
        )


@dataclass(frozen=True)
class Answer:
    """What was found: start year indices (None for nothing), and a bound of what was asked for.

    ``is_infeasible`` says that nothing can be found; the bound is then minus infinity.
    """

    start: Integers | None
    bound: float
    is_infeasible: bool = False


@dataclass(frozen=True)
class Whole:
    """The whole model of a roadmap, built once and asked many times."""

    roadmap: Roadmap

    @cached_property
    def lay(self) -> Variables:
        """The variables of the model."""
        return Variables(self.roadmap)

    @cached_property
    def _built(self) -> tuple[LinearModel, pl.DataFrame]:
        return with_overruns(self.lay, assemble(self.lay))

    @property
    def model(self) -> LinearModel:
        """The model, with limits raised where committed projects exceed them by themselves."""
        return self._built[0]

    @property
    def is_small(self) -> bool:
        """Whether the programme is solved whole."""
        return self.lay.starts <= LARGEST_WHOLE

    @property
    def chosen(self) -> Integers:
        """The column that says whether a project is chosen, for each project; -1 where it cannot be."""
        return self.lay.start[:, -1]

    def starts(self, plan: Plan) -> Integers:
        """Return the start year indices of a plan of this roadmap; -1 for never."""
        return self.lay.start_indices(plan.table)

    def differs(self, choices: Sequence[Integers], least: float = 1.0) -> list[Beside]:
        """Return rows that ask for a set of projects that differs from each choice by ``least`` projects."""
        return [
            Beside.one(
                self.chosen, np.where(choice >= 0, -1.0, 1.0), lower=least - float((choice >= 0).sum())
            )
            for choice in choices
        ]

    def ask(
        self, *, cost: Floats | None = None, beside: Sequence[Beside] = (), without: Sequence[int] = (),
        work: Work, seed: int = 0, gap: float | None = None, is_over: Callable[[], bool] | None = None,
    ) -> Answer:  # fmt: skip
        """Maximise a cost (the objective when none is given) within the model and the rows beside it.

        Parameters
        ----------
        cost : value of each column, the new ones last
        beside : rows beside the model
        without : projects that may not be chosen, by number
        work : what it may spend
        gap : stop when proven within this share; None for the solver's best
        is_over : asked again and again; a true answer ends the search with what it has
        """
        asked = self._extended(cost, beside, without)
        scale = asked.scale()
        solver = highs(work=work, seed=seed, mip_rel_gap=_EXACT if gap is None else gap)
        load(solver, asked, scale=scale)
        if is_over is not None:
            for called in (solver.cbMipInterrupt, solver.cbSimplexInterrupt):
                called.subscribe(lambda event: event.interrupt() if is_over() else None)
        solver.run()
        status = solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Answer(None, -np.inf, is_infeasible=True)
        info = solver.getInfo()
        has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        start = starts_of(self.lay, np.asarray(solver.getSolution().col_value)) if has_plan else None
        return Answer(start, dual_bound(solver) / scale)

    def _extended(self, cost: Floats | None, beside: Sequence[Beside], without: Sequence[int]) -> LinearModel:
        """Return the model with rows and columns beside it, and projects left out."""
        model = self.model
        bound = model.bound.copy()
        starts = self.lay.start[np.asarray(without, dtype=np.int64)]
        bound[starts[starts != NEVER]] = 0.0
        offset = len(model.lower) + np.cumsum([0, *(len(constraint.lower) for constraint in beside)])
        row = [constraint.row + first for constraint, first in zip(beside, offset, strict=False)]
        entries = (
            np.concatenate([model.row, *row]),
            np.concatenate([model.column, *(constraint.column for constraint in beside)]),
            np.concatenate([model.value, *(constraint.value for constraint in beside)]),
        )
        order = np.lexsort((entries[1], entries[0]))
        new = np.concatenate([np.empty(0), *(constraint.bound for constraint in beside)])
        return replace(
            model,
            row=entries[0][order], column=entries[1][order], value=entries[2][order],
            lower=np.concatenate([model.lower, *(constraint.lower for constraint in beside)]),
            upper=np.concatenate([model.upper, *(constraint.upper for constraint in beside)]),
            cost=np.concatenate([model.cost, np.zeros(len(new))]) if cost is None else cost,
            bound=np.concatenate([bound, new]), limits=(),
        )  # fmt: skip

    def plan(self, start: Integers, *, bound: float, settings: dict[str, object]) -> Plan:
        """Make a plan of start year indices, with a bound of the roadmap's own objective.

        Raises InfeasibleError when the money of these starts cannot be split.
        """
        paid = split_money(self.lay, self.model, start)
        if paid is None:
            raise InfeasibleError(
                "the money of a plan that was found cannot be split over its funds",
                place="plan",
                remedy="report it: the model and its check differ",
            )
        none = pl.DataFrame(schema={"row": pl.String(), "price": pl.Float64()})
        incumbent = make_plan(
            self.lay, start, paid, bound=bound, proof=none, overruns=self._built[1], settings=settings
        )
        return replace(incumbent, bound=max(bound, incumbent.objective))
