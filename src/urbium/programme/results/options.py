"""Options: what could be decided instead of the adopted plan, and how the plan may turn out.

All are made from the adopted plan and its own roadmap; nothing is stored. A plan found here is adopted like
any other: ``programme.adopt(robust.plan, by=...)``.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from urbium.plan_rules import SECONDS, WORK
from urbium.programme.base.workspace import Workspace
from urbium.programme.results.plan_checks import check_limits
from urbium.programme.results.plans import ProgrammePlans

if TYPE_CHECKING:
    from urbium.plan import (
        Alternatives,
        ParetoFront,
        Plan,
        Ranges,
        Replanning,
        Risk,
        Roadmap,
        RobustPlan,
        Surveys,
    )
    from urbium.plan.analysis.draws import Together
    from urbium.plan.analysis.pareto import Against
    from urbium.plan.analysis.robust import Aim
    from urbium.plan.search.exchange import Progress
    from urbium.plan.search.progress import Tally


class Options:
    """Questions to the adopted plan: what else is as good, how sure it is, and what to do now."""

    def __init__(self, workspace: Workspace, plans: ProgrammePlans) -> None:
        self._workspace = workspace
        self._plans = plans

    def alternatives(
        self,
        *,
        share: float = 0.01,
        most: int = 8,
        work_limit: float = WORK,
        time_limit: float = SECONDS,
        on_found: "Tally | None" = None,
    ) -> "Alternatives":
        """Find plans within a share of the adopted plan's worth, and say what all of them have.

        ``most`` plans are sought, with so much work, and ``on_found`` is told how many there are.
        Small programmes get proof of what is in every such plan, and in none.
        """
        from urbium.plan import alternatives  # noqa: PLC0415

        plan = self._plan(work_limit, time_limit)
        return alternatives(
            plan.roadmap,
            share=share,
            most=most,
            best=plan,
            work_limit=work_limit,
            time_limit=time_limit,
            on_found=on_found,
        )

    def risk(self, *, draws: int = 1000, seed: int = 0, together: "Together" = "solution") -> "Risk":
        """Say what the adopted plan achieves and overspends when costs and effects are drawn.

        The ranges are those of the catalogue; each ``solution`` is drawn for all cities at once, or each
        ``project`` by itself.
        """
        from urbium.plan import risk  # noqa: PLC0415

        plan = self._plan()
        return risk(plan, self._ranges(plan), draws=draws, seed=seed, together=together)

    def robust(
        self,
        *,
        aim: "Aim" = "tail",
        tail: float = 0.1,
        draws: int = 50,
        seed: int = 0,
        cost_quantile: float | None = None,
        work_limit: float = WORK,
        time_limit: float = SECONDS,
        on_progress: "Progress | None" = None,
    ) -> "RobustPlan":
        """Find a plan of the adopted plan's roadmap that does well over draws of costs and effects.

        Parameters
        ----------
        aim : ``mean`` of the draws, mean of the worst ``tail`` of them, or the ``worst``
        draws : how many, from the catalogue's ranges
        cost_quantile : budgets hold at this quantile of each cost; at the planned cost when none is given
        on_progress : told what the best plan reaches of the aim, and its bound; a true answer ends the search
        """
        from urbium.plan import robust  # noqa: PLC0415

        plan = self._plan(work_limit, time_limit)
        return robust(
            plan.roadmap,
            self._ranges(plan),
            aim=aim,
            tail=tail,
            draws=draws,
            seed=seed,
            cost_quantile=cost_quantile,
            plain=plan,
            work_limit=work_limit,
            time_limit=time_limit,
            on_progress=on_progress,
        )

    def surveys(self) -> "Surveys":
        """Say which figures to collect first, because the plan rests on them and they could change it."""
        from urbium.plan import surveys  # noqa: PLC0415

        return surveys(self._plan(), self._workspace.catalogue)

    def pareto(
        self,
        *,
        against: "Against" = "capital",
        points: int = 8,
        work_limit: float = WORK,
        time_limit: float = SECONDS,
        on_found: "Tally | None" = None,
    ) -> "ParetoFront":
        """Find plans between the adopted one and the best in a second aim, each with a proven gap.

        ``against`` is ``capital`` of all projects, or ``least_closing`` of the city that gains least;
        ``on_found`` is told how many points there are.
        """
        from urbium.plan import pareto  # noqa: PLC0415

        plan = self._plan(work_limit, time_limit)
        return pareto(
            plan.roadmap,
            against=against,
            points=points,
            best=plan,
            work_limit=work_limit,
            time_limit=time_limit,
            on_found=on_found,
        )

    def replan(
        self,
        actuals: pl.DataFrame | str | Path,
        *,
        today: int,
        stability: float | None = None,
        roadmap: "Roadmap | str | Path | None" = None,
        work_limit: float = WORK,
        time_limit: float = SECONDS,
        on_progress: "Progress | None" = None,
    ) -> "Replanning":
        """Take in what has happened, solve what remains of the adopted plan, and say what moved and why.

        Parameters
        ----------
        actuals : reports on projects, a table or a CSV file: project, status (``finished``, ``started``,
            ``delayed``, ``dropped``), and where known start, finish, spent, capital
        today : the first year that is still open
        stability : the price of each project that is not where it was promised, in units of the objective
        roadmap : as known today (other budgets, costs, effects), or the file it stands in; the plan's own
            when none is given
        """
        from urbium.plan import Roadmap, read_actuals, replan  # noqa: PLC0415

        table = actuals if isinstance(actuals, pl.DataFrame) else read_actuals(actuals)
        return replan(
            self._plan(work_limit, time_limit),
            table,
            today,
            stability=stability,
            roadmap=Roadmap.read(roadmap) if isinstance(roadmap, str | Path) else roadmap,
            work_limit=work_limit,
            time_limit=time_limit,
            on_progress=on_progress,
        )

    def _plan(self, work: float = WORK, seconds: float = SECONDS) -> "Plan":
        """Return the adopted plan; refuse work or a time in which nothing can be searched."""
        check_limits(work, seconds)
        return self._plans.adopted()

    def _ranges(self, plan: "Plan") -> "Ranges":
        from urbium.plan import ranges  # noqa: PLC0415

        return ranges(self._workspace.catalogue, plan.roadmap)
