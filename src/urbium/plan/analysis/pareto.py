r"""The front of two aims: what worth costs in capital, or in how evenly cities gain, each point with its gap.

The epsilon constraint of Mavrotas (2009, *Effective implementation of the epsilon-constraint method in
multi-objective mathematical programming problems*, Applied Mathematics and Computation 213): for levels
:math:`\epsilon` between the ends of the second aim,

.. math:: \max \; \text{worth}(x) + \delta \, s / r \qquad \text{with} \; f(x) + s = \epsilon, \; s \ge 0

where r is the range of the second aim and :math:`\delta` small, so that no point is dominated by another of
the same worth. The bound of a point says how much more worth is possible at its level at most. In larger
programmes worth is maximised minus a price of capital, for rising prices; each search proves
:math:`\text{worth} \le b_\lambda + \lambda \, \text{capital}` for every plan, and the least of these is the
bound of a point. Points that no price reaches (inside the hull) are then not found. Against the city that
gains least, a floor is put under the closing of every city: about twice what is reached, at most half-way to
what is not. A plan that reaches the floor is worth as much with it as without, so that the bound of the
search with it holds for all such plans.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
import polars as pl

from urbium import charts
from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation, Kind
from urbium.packaged import words_of
from urbium.plan.analysis.side_constraints import Answer, Beside, Whole
from urbium.plan.milp.objective import closings
from urbium.plan.milp.work import Work
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.plan import Plan
from urbium.plan.result.proof import proven_words
from urbium.plan.search.planner import solve
from urbium.plan.search.progress import SearchWatch, Tally
from urbium.plan.variables import NEVER, Floats, Integers
from urbium.plan_rules import SECONDS, WORK
from urbium.result import Result
from urbium.text import coded, listed, text

Against = Literal["capital", "least_closing"]
"""The second aim: capital of all projects (less is better), or the closing of the city that gains least."""

_EXACT, _PRICES, _FLOORS = "epsilon constraint", "prices of capital", "floors"
_LARGE = {"capital": _PRICES, "least_closing": _FLOORS}
"""How the points of a larger programme are found."""
_BEST_SHARE = 0.3
_WEAK = 0.1
_DELTA = 1e-4
"""How much of the worth the whole range of the second aim may count, against points that are dominated."""
_SEARCH = 20.0
"""The least work of a search in a larger programme: with less nothing is proven."""
_STEP = 0.01
"""The least rise of a floor, while none was too high."""
_TINY = 1e-9
_AIMS = words_of("aim of a front")
_WAYS = words_of("way to a front")
"""What the way in which the points of a larger programme are found leaves out."""


@dataclass(frozen=True, kw_only=True)
class ParetoFront(Result):
    """Plans of which none is better in both aims, from the best in worth on.

    Parameters
    ----------
    table : point, worth, the second aim (``capital`` in millions, or ``least_closing`` from 0 to 1),
        projects, bound (no plan as good in the second aim is worth more), gap (as a share of the most worth),
        price (worth given up for each unit of the second aim, against the point before)
    plans : the plan of each point
    against : the second aim
    """

    stage: ClassVar[str] = "pareto"
    plans: tuple[Plan, ...] = field(repr=False)
    against: Against

    def __repr__(self) -> str:
        facts = self.facts
        closed = [plan.closed_share for plan in self.plans if plan.closed_share is not None]
        return text(
            "Pareto front of {count} plans, plan benefit against {against}: they achieve "
            "{least:.1%} to {most:.1%} of the possible improvement ({proven}, each at its level of "
            "the second aim)",
            count=self.table.height,
            against=_AIMS[self.against],
            least=min(closed, default=None),
            most=max(closed, default=None),
            proven=proven_words(facts["largest_gap"]),
        ).render()

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many points there are, the ends of both aims, and the largest gap."""
        return {
            "points": self.table.height,
            "against": self.against,
            **{
                f"{end}_{name}": getattr(self.table[name], how)()
                for name in ("worth", self.against)
                for end, how in (("least", "min"), ("most", "max"))
            },
            "largest_gap": self.table["gap"].max(),
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """How the points were found, and what that leaves out."""
        method = self.settings["method"]
        if method == _EXACT:
            return (
                text(
                    "each point has, within its gap, the highest plan benefit at its level of the second aim"
                ),
            )
        weak = text("the bounds are weak: allow more work with --work-limit")
        return (_WAYS[method], weak) if self.facts["largest_gap"] > _WEAK else (_WAYS[method],)

    def chart(self) -> dict[str, Any]:
        """Return the points with a bar up to what is possible at most."""
        aim = _AIMS[self.against]
        axis = (
            text("capital, {currency} million", currency=self.plans[0].currency)
            if self.against == "capital"
            else text("{aim} (0 to 1)", aim=aim)
        )
        return charts.tradeoff(
            self.table,
            x=self.against,
            y="worth",
            most="bound",
            x_title=axis,
            y_title=text("plan benefit"),
            title=text("Plan benefit against {aim}", aim=aim),
        )

    def explain(self, key: str) -> Explanation:
        """Say of a point (by its number) what it gains and loses against the point before."""
        numbers = [str(number) for number in self.table["point"]]
        if key not in numbers:
            raise NotFoundError.named("point", key, numbers)
        at = numbers.index(key)
        row = self.table.row(at, named=True)
        proven = proven_words(row["gap"])
        return Explanation(
            coded("plan.pareto.point", "point {number}", number=key),
            row["worth"],
            text("plan benefit"),
            kind=Kind.PROJECT,
            children=(
                Explanation(
                    coded("plan.pareto.bound", "upper bound"), row["bound"], kind=Kind.LIMIT, note=proven
                ),
                Explanation(_AIMS[self.against], row[self.against], kind=Kind.INDICATOR),
                *(self._differences(at) if at else ()),
            ),
        )

    def _differences(self, at: int) -> Iterator[Explanation]:
        """What a point leaves out and adds against the point before, whose number is ``at``."""
        before, here = (set(self.plans[k].table["project"]) for k in (at - 1, at))
        if before - here:
            what = coded("plan.pareto.dropped", "dropped compared with point {number}", number=at)
            yield Explanation(what, listed(sorted(before - here)), kind=Kind.PROJECT)
        if here - before:
            what = coded("plan.pareto.added", "added compared with point {number}", number=at)
            yield Explanation(what, listed(sorted(here - before)), kind=Kind.PROJECT)


def pareto(
    roadmap: Roadmap,
    *,
    against: Against = "capital",
    points: int = 8,
    best: Plan | None = None,
    work_limit: float = WORK,
    time_limit: float = SECONDS,
    seed: int = 0,
    on_found: Tally | None = None,
) -> ParetoFront:
    """Find plans between the best in worth and the best in a second aim, each with a proven gap.

    Parameters
    ----------
    roadmap : the problem
    against : ``capital`` of all projects, less being better, or ``least_closing``: the weighted closing in
        the last year of the city that gains least, more being better
    points : how many levels of the second aim are asked for, 2 or more; equal plans count once
    best : the plan of most worth; solved for when none is given
    work_limit, time_limit : in all, as in :func:`urbium.plan.solve`
    seed : of the solver
    on_found : told of the points found, again and again; a true answer ends the search with these

    Raises
    ------
    InputError
        For another aim, or fewer than two points.
    InfeasibleError
        When the roadmap has no plan.
    """
    if against not in _AIMS:
        raise InputError(
            coded("plan.pareto.unknown_aim", "there is no aim {name!r}", name=against),
            remedy=text("use one of: {names:list}", names=list(_AIMS)),
        )
    if points < 2:  # noqa: PLR2004 - two ends
        raise InputError(
            coded(
                "plan.pareto.few_points",
                "a front of {count} point is too small",
                "a front of {count} points is too small",
                count=points,
            ),
            remedy=text("request 2 or more"),
        )
    watch = SearchWatch(on_found, Work.within(work_limit, time_limit))
    whole = Whole(roadmap)
    incumbent = best or solve(
        roadmap, within=watch.work.part(_BEST_SHARE), seed=seed, on_progress=lambda *_: watch(0)
    )
    search = _Levels(whole, incumbent, against, seed, watch)
    method = _EXACT if whole.is_small else _LARGE[against]
    ways = {_EXACT: search.by_levels, _PRICES: search.by_prices, _FLOORS: search.by_floors}
    front = ways[method](points)
    watch(len(front))
    settings = {
        "against": against, "points": points, "seed": seed, "work_limit": work_limit,
        "work": round(watch.work.spent, 6), "time_limit": time_limit, "method": method,
    }  # fmt: skip
    return ParetoFront(
        table=_table(front, against), settings=settings, plans=tuple(p for p, _, _ in front), against=against
    )


Point = tuple[Plan, float, float]
"""A plan, what it is in the second aim, and a bound of the worth at that level."""


def _table(points: list[Point], against: Against) -> pl.DataFrame:
    rows = []
    size = max(abs(points[0][0].objective), _TINY)
    for number, (plan, second, bound) in enumerate(points, 1):
        more = max(bound - plan.objective, 0.0)
        gap = more / size if more > _TINY * max(1.0, size) else 0.0
        rows.append((number, plan.objective, second, plan.table.height, max(bound, plan.objective), gap))
    columns = ["point", "worth", against, "projects", "bound", "gap"]
    table = pl.DataFrame(rows, schema=columns, orient="row")
    less = (pl.col("worth").diff() / pl.col(against).diff()).abs()
    return table.with_columns(price=less)


class _Levels:
    """The search along the second aim."""

    def __init__(self, whole: Whole, best: Plan, against: Against, seed: int, watch: SearchWatch) -> None:
        self.whole, self.best, self.against, self.seed = whole, best, against, seed
        self.watch, self.work = watch, watch.work
        self.count = 1  # of the points found

    @cached_property
    def open(self) -> Integers:
        """The cities that have something to close."""
        lay = self.whole.lay
        return np.unique(lay.city_number(lay.gaps["city"])[lay.closing_share > 0])

    def second(self, start: Integers) -> float:
        """Return what start years are in the second aim, from the plan itself."""
        lay = self.whole.lay
        if self.against == "capital":
            return float(lay.capital[start >= 0].sum())
        return float(closings(lay, start)[self.open].min(initial=1.0))

    # Small programmes

    def _spent(self) -> tuple[Integers, Floats]:
        """Columns and capital of what is chosen."""
        real = self.whole.chosen != NEVER
        return self.whole.chosen[real], self.whole.lay.capital[real]

    def _closing(self, level: float | None) -> Beside:
        """Each city's closing in the last year is at least the level, or a new column that is sought."""
        lay = self.whole.lay
        counted = lay.closing_share > 0
        city = np.searchsorted(self.open, lay.city_number(lay.gaps["city"])[counted])
        cities = len(self.open)
        columns = lay.closing[counted, -1, :]
        value = lay.closing_share[counted, None] * lay.slopes
        row = np.broadcast_to(city[:, None], columns.shape)
        parts = [(row.ravel(), columns.ravel(), value.ravel())]
        new = np.empty(0)
        if level is None:
            parts.append((np.arange(cities), np.full(cities, lay.columns), np.full(cities, -1.0)))
            new = np.ones(1)
        joined = [np.concatenate([part[k] for part in parts]) for k in range(3)]
        lower = np.full(cities, 0.0 if level is None else level)
        return Beside(joined[0], joined[1], joined[2], lower, np.full(cities, np.inf), new)

    def _end(self) -> Integers | None:
        """Return the start years that are best in the second aim, whatever their worth."""
        cost = np.zeros(len(self.whole.model.cost))
        if self.against == "capital":
            columns, capital = self._spent()
            cost[columns] = -capital
            return self._ask(cost, [], self.work).start
        return self._ask(np.append(cost, 1.0), [self._closing(None)], self.work).start

    def _ask(self, cost: Floats, beside: list[Beside], work: Work) -> Answer:
        """Maximise a cost within rows beside the model, while nobody stops it."""
        return self.whole.ask(
            cost=cost, beside=beside, work=work, seed=self.seed,
            is_over=lambda: self.watch(self.count),
        )  # fmt: skip

    def by_levels(self, points: int) -> list[Point]:
        """Return the points at evenly spaced levels of the second aim."""
        first = self.whole.starts(self.best)
        end = self._end()
        front: list[Point] = [(self.best, self.second(first), self.best.bound)]
        if end is None:
            return front
        top, bottom = self.second(first), self.second(end)
        reach = abs(top - bottom)
        if reach <= _TINY * max(1.0, abs(top)):
            return front
        for number, level in enumerate(np.linspace(top, bottom, points)):
            if self.watch(len(front)) or self.work.is_over:
                break
            work = self.work.part(1.0 / (points - number))
            start, bound = self._point(float(level), reach, work)
            if start is not None:
                second = self.second(start)
                plan = self.whole.plan(start, bound=self.best.bound, settings={"pareto": self.against})
                front.append((plan, second, bound))
                self.count = len(front)
        return self._undominated(front)

    def _point(self, level: float, reach: float, work: Work) -> tuple[Integers | None, float]:
        """Return the start years of most worth at a level of the second aim, and a bound of that worth."""
        size = max(abs(self.best.objective), _TINY)
        cost = self.whole.model.cost.copy()
        slack = _TINY * max(1.0, abs(level))
        delta = 0.0
        if self.against == "capital":
            columns, capital = self._spent()
            delta = _DELTA * size / reach
            np.add.at(cost, columns, -delta * capital)
            beside = [Beside.one(columns, capital, upper=level + slack)]
        else:
            beside = [self._closing(level - slack)]
        answer = self._ask(cost, beside, work)
        if answer.start is None:
            return None, self.best.bound
        # worth(x) - delta f(x) <= bound, so that worth(x) <= bound + delta f for every x with f(x) <= f
        return answer.start, min(answer.bound + delta * self.second(answer.start), self.best.bound)

    def _undominated(self, points: list[Point]) -> list[Point]:
        """Return the points from the most worth on, without those that another equals or beats in both."""
        sign = 1.0 if self.against == "capital" else -1.0
        kept: list[Point] = []
        for point in sorted(points, key=lambda candidate: (-candidate[0].objective, sign * candidate[1])):
            small = _TINY * max(1.0, abs(point[1]))
            if not kept or sign * point[1] < sign * kept[-1][1] - small:
                kept.append(point)
        return kept

    # Larger programmes

    def _searches(self, points: int) -> int:
        """Return how many searches there is work for, for so many points, the best plan among them."""
        return min(points - 1, max(int(self.work.left // _SEARCH), 1))

    def by_prices(self, points: int) -> list[Point]:
        """Return the points of most worth minus a price of capital, for rising prices."""
        lay = self.whole.lay
        first = self.whole.starts(self.best)
        middle = abs(self.best.objective) / max(self.second(first), _TINY)
        prices = middle * np.linspace(0.0, 2.0, 1 + self._searches(points))[1:]
        proofs = [(0.0, self.best.bound)]
        plans = [self.best]
        for number, price in enumerate(prices):
            if self.watch(len(plans)) or self.work.is_over:
                break
            project, year = np.nonzero(np.arange(lay.years) <= lay.last_start[:, None])
            names = self.whole.roadmap.projects["project"].to_numpy()
            premiums = pl.DataFrame(
                {
                    "project": names[project],
                    "start": year + self.whole.roadmap.years[0],
                    "worth": -price * lay.capital[project],
                }
            )
            plan = solve(
                self.whole.roadmap, within=self.work.part(1.0 / (len(prices) - number)), seed=self.seed,
                first=plans[-1], premiums=premiums, on_progress=lambda *_: self.watch(len(plans)),
            )  # fmt: skip
            proofs.append((float(price), float(plan.settings["searched_bound"])))
            plans.append(plan)
        front = []
        for plan in plans:
            spent = self.second(self.whole.starts(plan))
            bound = min(proof + price * spent for price, proof in proofs)
            proven = replace(plan, bound=max(min(plan.bound, self.best.bound), plan.objective))
            front.append((proven, spent, max(bound, plan.objective)))
        return self._undominated(front)

    def by_floors(self, points: int) -> list[Point]:
        """Return the points of most worth with rising floors under the closing of every city."""
        low, high = self.second(self.whole.starts(self.best)), 1.0
        proofs, front = [(0.0, self.best.bound)], [(self.best, low)]
        searches = self._searches(points)
        for number in range(searches):
            if self.watch(len(front)) or self.work.is_over:
                break
            floor = min((low + high) / 2, 2 * low + _STEP)
            plan = solve(
                self._with_floor(floor), within=self.work.part(1.0 / (searches - number)), seed=self.seed,
                first=front[-1][0], on_progress=lambda *_: self.watch(len(front)),
            )  # fmt: skip
            proofs.append((floor, plan.bound))
            start = self.whole.starts(plan)
            reached = self.second(start)
            if reached <= low + _TINY:
                high = floor
                continue
            low = reached
            settings: dict[str, object] = {"pareto": self.against, "floor": floor}
            front.append((self.whole.plan(start, bound=self.best.bound, settings=settings), reached))
        return self._undominated(
            [
                (plan, reached, min(bound for floor, bound in proofs if floor <= reached))
                for plan, reached in front
            ]
        )

    def _with_floor(self, floor: float) -> Roadmap:
        """Return the roadmap in which each city that may close something is to close so much at least."""
        road = self.whole.roadmap
        open_cities = road.cities["city"].gather(self.open)
        is_least = pl.col("rule") == "least_closing"
        owed = road.fairness.filter(is_least).select("place", "share")
        floors = (
            pl.DataFrame({"place": open_cities})
            .join(owed, on="place", how="left", maintain_order="left")
            .select(
                rule=pl.lit("least_closing"), place="place",
                share=pl.col("share").fill_null(0.0).clip(lower_bound=floor),
            )
        )  # fmt: skip
        rest = road.fairness.filter(~is_least | ~pl.col("place").is_in(open_cities.implode()))
        price = road.settings.shortfall_price or max(abs(self.best.objective), _TINY)
        return road.replace(
            fairness=pl.concat([floors, rest], how="diagonal"),
            settings=replace(road.settings, shortfall_price=price),
        )
