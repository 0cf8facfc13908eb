"""A robust plan: start years decided before the draw, chosen for what they achieve over sampled draws.

Budgets hold at the planned cost of each project, or at a quantile of each cost where one is given. How it is
found is :mod:`urbium.plan.analysis.robust_search`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal

import numpy as np
import polars as pl

from urbium import charts
from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation, Kind
from urbium.packaged import words_of
from urbium.plan.analysis.draws import Draws, Together, at_quantiles
from urbium.plan.analysis.monte_carlo import tail_mean
from urbium.plan.analysis.ranges import Ranges
from urbium.plan.analysis.robust_search import RobustSearch
from urbium.plan.analysis.side_constraints import Whole
from urbium.plan.milp.model import checked_bound
from urbium.plan.milp.work import Work
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.plan import Plan
from urbium.plan.result.proof import finite, proven_words
from urbium.plan.result.wording import count_of_projects
from urbium.plan.search.exchange import Progress
from urbium.plan.search.planner import solve
from urbium.plan.search.progress import SearchWatch
from urbium.plan_rules import SECONDS, WORK
from urbium.result import Result
from urbium.text import Text, coded, text
from urbium.units import million

Aim = Literal["mean", "tail", "worst"]
"""What is maximised over the draws: their mean, the mean of the worst share, or the worst."""

_AIMS: Final = words_of("aim of a robust plan")

_PLAIN_SHARE = 0.3
"""The share of the time that the plain plan may take when none is given."""
_TAIL = 0.1
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class RobustPlan(Result):
    """A robust plan beside the plain one, on the same draws.

    Parameters
    ----------
    table : measure (``as planned``, ``mean``, ``tail``, ``worst``), plain, robust, difference (robust minus
        plain), share (of the plain one)
    plan : the robust plan
    plain : the plan that is best as planned
    worths : draw, plain, robust: what both are worth in each draw
    aim : what is maximised
    achieved : what the robust plan reaches of it
    bound : no plan reaches more of it on these draws
    ranges : what is uncertain
    """

    stage: ClassVar[str] = "robust"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {"measure": {"as planned": text("as planned"), **_AIMS}}
    )
    plan: Plan = field(repr=False)
    plain: Plan = field(repr=False)
    worths: pl.DataFrame = field(repr=False)
    aim: Aim
    achieved: float
    bound: float
    ranges: Ranges = field(repr=False)

    def __repr__(self) -> str:
        worst = self.table.filter(pl.col("measure") == "worst").row(0, named=True)
        return text(
            "Robust plan of {projects} ({aim} of {draws} draws, {proven}): its worst draw is better "
            "than that of the plain plan by {more:.1%} of the plain plan's planned improvement; {price}",
            projects=count_of_projects(self.plan.table.height),
            aim=_AIMS[self.aim],
            draws=self.worths.height,
            proven=self._proven,
            more=self.plain.share_of(worst["difference"]),
            price=self._price,
        ).render()

    @property
    def _proven(self) -> Text:
        """How near the best it is proven to be."""
        return proven_words(self.gap)

    @property
    def _price(self) -> Text:
        """What robustness costs; a plain plan that is not proven best may be worth less."""
        if self.cost < -_ROUNDING * max(1.0, abs(self.plain.objective)):
            return text(
                "robustness costs nothing: if everything goes as planned, this plan does better than "
                "the plain plan by {more:.2%} of the plain plan's improvement; the plain plan is not "
                "proven to be the best ({proven})",
                more=self.plain.share_of(-self.cost),
                proven=proven_words(self.plain.gap),
            )
        return text(
            "if everything goes as planned, robustness costs {share:.2%} of the plain plan's improvement",
            share=self.cost_share,
        )

    @property
    def cost(self) -> float:
        """What robustness costs: worth as planned that the robust plan gives up."""
        row = self.table.filter(pl.col("measure") == "as planned").row(0, named=True)
        return float(row["plain"] - row["robust"])

    @property
    def cost_share(self) -> float | None:
        """What robustness costs, as a share of what the plain plan improves; None where that is nothing."""
        return self.plain.share_of(self.cost)

    @property
    def gap(self) -> float:
        """By what share another plan could at most reach more of the aim on these draws."""
        more = max(self.bound - self.achieved, 0.0)
        size = abs(self.achieved)
        if more <= 1e-9 * max(1.0, size):
            return 0.0
        return more / size if size else float("inf")

    @property
    def facts(self) -> Mapping[str, Any]:
        """The aim, what is reached of it, its bound, and what robustness costs."""
        return {
            "aim": self.aim,
            "achieved": self.achieved,
            "bound": finite(self.bound),
            "gap": finite(self.gap),
            "cost_of_robustness": self.cost,
            "cost_share": self.cost_share,
            "projects_in_one_only": len(set(self.plan.table["project"]) ^ set(self.plain.table["project"])),
        }

    @property
    def changes(self) -> pl.DataFrame:
        """What differs from the plain plan: project, city, solution, plain (start), robust (start)."""
        columns = ["project", "city", "solution", "start"]
        both = self.plain.table.select(columns).join(
            self.plan.table.select(columns),
            on=columns[:3],
            how="full",
            coalesce=True,
            maintain_order="left_right",
        )
        both = both.rename({"start": "plain", "start_right": "robust"})
        return both.filter(pl.col("plain").ne_missing(pl.col("robust"))).sort("project")

    @property
    def notes(self) -> tuple[str, ...]:
        """What robustness costs, and at what cost budgets hold."""
        return (
            self._price,
            _budgets_hold(self.settings["cost_quantile"]),
        )

    def chart(self) -> dict[str, Any]:
        """Return with what chance each of both plans is worth at least so much."""
        rows = self.worths.unpivot(["plain", "robust"], variable_name="plan", value_name="worth")
        return charts.chances(
            rows,
            title=text("Plain and robust plans in {draws} draws", draws=self.worths.height),
        )

    def explain(self, key: str) -> Explanation:
        """Say what robustness does with a project, and how its effects and cost may vary."""
        projects = self.plan.roadmap.projects["project"].to_list()
        if key not in projects:
            raise NotFoundError.named("project", key, projects)
        plain, robust_start = (
            _start(dict(plan.table.select("project", "start").iter_rows()).get(key))
            for plan in (self.plain, self.plan)
        )
        value = (
            plain
            if plain == robust_start
            else text("{start}; in the plain plan: {plain}", start=robust_start, plain=plain)
        )
        return Explanation(key, value, kind=Kind.PROJECT, children=tuple(self._ranges_of(key)))

    def _ranges_of(self, key: str) -> Iterator[Explanation]:
        effects = self.ranges.effects.filter(pl.col("project") == key)
        for _, name, low, high in effects.iter_rows():
            yield Explanation(
                coded("plan.robust.effect", "improvement in {indicator}", indicator=name),
                text("{low:.3g} to {high:.3g}", low=low, high=high),
                text("of what can be achieved"),
                kind=Kind.INDICATOR,
            )
        for _, low, high in self.ranges.capital.filter(pl.col("project") == key).iter_rows():
            yield Explanation(
                coded("plan.why.capital", "cost to build"),
                text("{low:,.4g} to {high:,.4g}", low=low, high=high),
                million(self.plan.currency),
                kind=Kind.SETTING,
            )


def _budgets_hold(quantile: float | None) -> Text:
    """Say at what cost budgets hold."""
    if quantile is None:
        return text("budgets are checked at planned cost")
    return text("budgets are checked at quantile {quantile:g} of each cost", quantile=quantile)


def _start(year: int | None) -> Text:
    if year is None:
        return coded("plan.why.not_in_plan", "not in the plan")
    return text("starts in {year}", year=year)


def robust(
    roadmap: Roadmap,
    ranges: Ranges,
    *,
    aim: Aim = "tail",
    tail: float = _TAIL,
    draws: int = 50,
    seed: int = 0,
    together: Together = "solution",
    cost_quantile: float | None = None,
    plain: Plan | None = None,
    work_limit: float = WORK,
    time_limit: float = SECONDS,
    on_progress: Progress | None = None,
) -> RobustPlan:
    """Choose start years for what they achieve over draws of what is uncertain, not only as planned.

    Parameters
    ----------
    roadmap : the problem as planned
    ranges : what is uncertain
    aim : ``mean`` of the draws, mean of the worst ``tail`` of them, or the ``worst``
    tail : that share, above 0 and at most 1
    draws : how many draws are sampled; the plan is chosen for these, so few of them flatter it
    seed : of the draws and of the solver
    together : what is drawn together: a ``solution`` in all cities, or each ``project`` by itself
    cost_quantile : budgets hold when each project costs this quantile of its range (0.5 is as planned, and
        the same as None); the plan's own tables then show these costs
    plain : the plan that is best as planned; solved for when none is given, or budgets hold at a quantile
    work_limit, time_limit : in all, as in :func:`urbium.plan.solve`
    on_progress : called with seconds, what the best plan reaches of the aim, and its bound; a true answer
        ends the search with that plan

    Raises
    ------
    InputError
        When the ranges do not fit, or a setting cannot be.
    InfeasibleError
        When no plan keeps the limits.
    """
    if aim not in ("mean", "tail", "worst") or not 0 < tail <= 1:
        raise InputError(
            coded(
                "plan.robust.aim",
                "the aim {aim!r} with a tail of {tail:g} is not possible",
                aim=aim,
                tail=tail,
            ),
            remedy=text("use mean, tail or worst, and a share above 0 and at most 1"),
        )
    watch = SearchWatch(on_progress, Work.within(work_limit, time_limit))
    drawn = Draws(roadmap, ranges, count=draws, seed=seed, together=together)
    paid = roadmap if cost_quantile is None else _at_quantile(roadmap, ranges, cost_quantile)
    given = plain if cost_quantile is None else None
    first = given or solve(
        paid, within=watch.work.part(_PLAIN_SHARE), seed=seed, on_progress=lambda *_: watch(None, None)
    )
    share = {"mean": 1.0, "tail": tail, "worst": 1.0 / draws}[aim]
    search = RobustSearch(drawn, Whole(paid), first, share=share, seed=seed, watch=watch)
    plan, bound, method = search.run()
    return _result(
        drawn, first, plan, aim=aim, share=share, tail=tail, bound=bound,
        settings={
            "aim": aim, "tail": tail, "draws": draws, "seed": seed, "together": together,
            "ranges": repr(ranges), "note": ranges.note, "cost_quantile": cost_quantile, "method": method,
            "work_limit": work_limit, "work": round(watch.work.spent, 6), "time_limit": time_limit,
            "budgets": str(_budgets_hold(cost_quantile)),
        },
    )  # fmt: skip


def _result(
    drawn: Draws, plain: Plan, plan: Plan, *, aim: Aim, share: float, tail: float, bound: float,
    settings: dict[str, Any],
) -> RobustPlan:  # fmt: skip
    worths = [drawn.worth_of(compared) for compared in (plain, plan)]
    calm = Draws(drawn.roadmap, Ranges(), count=1)
    rows = [("as planned", *(float(calm.worth_of(compared)[0]) for compared in (plain, plan)))]
    rows += [
        ("mean", *(float(compared.mean()) for compared in worths)),
        ("tail", *(tail_mean(compared, tail) for compared in worths)),
        ("worst", *(float(compared.min()) for compared in worths)),
    ]
    table = pl.DataFrame(rows, schema=["measure", "plain", "robust"], orient="row").with_columns(
        difference=pl.col("robust") - pl.col("plain")
    )
    achieved = tail_mean(worths[1], share)
    return RobustPlan(
        table=table.with_columns(
            share=pl.when(pl.col("plain") != 0).then(pl.col("difference") / pl.col("plain").abs())
        ),
        settings=settings,
        plan=plan,
        plain=plain,
        worths=pl.DataFrame({"draw": range(drawn.count), "plain": worths[0], "robust": worths[1]}),
        aim=aim,
        achieved=achieved,
        bound=checked_bound(bound, achieved),
        ranges=drawn.ranges,
    )


def _at_quantile(roadmap: Roadmap, ranges: Ranges, quantile: float) -> Roadmap:
    """Return the roadmap with each cost at a quantile of its range, half of it on each side of the plan."""
    if not 0 <= quantile <= 1:
        raise InputError(
            coded(
                "plan.robust.quantile", "a cost quantile of {quantile:g} is not possible", quantile=quantile
            ),
            remedy=text("enter a number from 0 to 1"),
        )
    ranges.check(roadmap)
    factor = at_quantiles(ranges.factors("capital", roadmap), np.array([quantile]), in_logarithm=True)
    return roadmap.replace(
        projects=roadmap.projects.with_columns(pl.col("capital", "operation", "renewal") * pl.Series(factor))
    )
