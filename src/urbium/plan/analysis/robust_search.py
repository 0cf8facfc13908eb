r"""The search for a robust plan: the whole model of all draws, or ordinary roadmaps of weighted draws.

With :math:`w_k(x)` the worth of start years x in draw k of n, and a tail :math:`\tau`, maximised is the mean
of the worst share :math:`\tau` of the draws, the conditional value at risk (Rockafellar and Uryasev 2000,
*Optimization of conditional value-at-risk*, Journal of Risk 2, linear by their formula):

.. math:: \max_{x, \eta} \; \eta - \frac{1}{\tau n} \sum_k u_k, \qquad u_k \ge \eta - w_k(x), \; u_k \ge 0

:math:`\tau = 1` is the mean and :math:`\tau = 1 / n` the worst draw. Small programmes are solved so, with
columns for what each draw closes. Larger ones: for weights q of the draws that the tail allows, the programme
with the weighted effects, needs and costs is an ordinary roadmap, and since worth is concave in the effects
its bound is one of the robust aim (without fairness, which draws judge as planned); each plan found is judged
on every draw, the weights move to its worst ones, and the best plan is kept.
"""

import numpy as np
import polars as pl

from urbium.plan.analysis.draws import Draws
from urbium.plan.analysis.monte_carlo import tail_mean
from urbium.plan.analysis.side_constraints import Beside, Whole
from urbium.plan.milp.work import Work
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.plan import Plan
from urbium.plan.search.exchange import Progress
from urbium.plan.search.planner import solve
from urbium.plan.search.progress import SearchWatch
from urbium.plan.variables import Floats, Integers

_MOST_COLUMNS = 60_000
"""Up to so many columns for what the draws close, a programme is solved whole."""
_PLAN_SHARE = 0.6
"""The share of a round for its plan, where another search is needed for the bound."""
_ROUNDS = 4
"""How often the weights of the draws are moved in a larger programme."""


class RobustSearch:
    """The search for a robust plan: draws, model, and the share of the worst draws that counts."""

    def __init__(
        self, drawn: Draws, whole: Whole, plain: Plan, *, share: float, seed: int, watch: SearchWatch
    ) -> None:
        self.drawn, self.whole, self.plain, self.share, self.seed = drawn, whole, plain, share, seed
        self.watch, self.work = watch, watch.work
        uncertain = np.ptp(drawn.link_factor, axis=0) > 0
        loose = np.unique(drawn.pairs[uncertain] % max(drawn.lay.gaps.height, 1))
        moving = np.flatnonzero(np.ptp(drawn.need, axis=0) > 0)
        self.gaps: Integers = np.union1d(loose, moving).astype(np.int64)

    def aimed(self, plan: Plan) -> float:
        """Return what a plan reaches of the aim."""
        return tail_mean(self.drawn.worth_of(plan), self.share)

    def run(self) -> tuple[Plan, float, str]:
        """Return the best plan found, a bound of the aim, and how it was found."""
        closing = len(self.gaps) * self.drawn.lay.years * len(self.drawn.lay.slopes) * self.drawn.count
        if self.whole.is_small and closing <= _MOST_COLUMNS:
            return self._at_once()
        return self._by_weights()

    def _at_once(self) -> tuple[Plan, float, str]:
        cost, beside = self._extensive()
        answer = self.whole.ask(
            cost=cost, beside=beside, work=self.work, seed=self.seed,
            is_over=lambda: self.watch(None, None),
        )  # fmt: skip
        plans = [self.plain] if answer.start is None else [self.plain, self._made(answer.start)]
        return max(plans, key=self.aimed), answer.bound, "whole model of all draws"

    def _made(self, start: Integers) -> Plan:
        """Make a plan of start years; the bound is that of the plain plan, since it holds for all plans."""
        settings = {"method": "robust", "draws": self.drawn.count, "seed": self.seed, **self.plain.known_on}
        return self.whole.plan(start, bound=self.plain.bound, settings=settings)

    def _part(self, most: float) -> Work:
        """Return a part of the work left, of so many units at most."""
        return self.work.part(min(most / max(self.work.left, most), 1.0))

    # The whole model of all draws

    def _extensive(self) -> tuple[Floats, list[Beside]]:
        """Return the cost and rows of all draws; new columns: what each closes, eta (twice), shortfalls."""
        lay, count = self.drawn.lay, self.drawn.count
        size = len(self.whole.model.cost)
        shape = (count, len(self.gaps), lay.years, len(lay.slopes))
        closing = size + np.arange(int(np.prod(shape))).reshape(shape)
        eta = size + closing.size
        short = eta + 2 + np.arange(count)
        attain = self._attained(closing)
        bound = np.concatenate(
            [
                np.broadcast_to(lay.widths[self.gaps][None, :, None, :], shape).ravel(),
                np.full(2 + count, np.inf),
            ]
        )
        rows, columns, values = [], [], []
        planned = self._certain_cost()
        for k in range(count):
            costs = planned + self._dearer(k)
            used = np.flatnonzero(costs)
            worth = self._closing_worth(k)
            columns.append(
                np.concatenate([used, closing[k].ravel(), [eta, eta + 1, short[k]]]).astype(np.int64)
            )
            values.append(np.concatenate([costs[used], worth.ravel(), [-1.0, 1.0, 1.0]]))
            rows.append(np.full(len(columns[-1]), k, dtype=np.int64))
        scale = self.whole.model.scale()
        tails = Beside(
            np.concatenate(rows), np.concatenate(columns), scale * np.concatenate(values), np.zeros(count),
            np.full(count, np.inf), bound,
        )  # fmt: skip
        cost = np.zeros(size + len(bound))
        cost[eta], cost[eta + 1] = 1.0, -1.0
        cost[short] = -1.0 / (self.share * count)
        return cost, [attain, tails]

    def _attained(self, closing: Integers) -> Beside:
        """No more is closed in a draw than projects attain in it: one row a draw, uncertain gap and year."""
        lay, drawn = self.drawn.lay, self.drawn
        place = np.full(lay.gaps.height, -1)
        place[self.gaps] = np.arange(len(self.gaps))
        link, gap, year, column, amount = drawn.links
        counted = place[gap] >= 0
        link, gap, year = link[counted], gap[counted], year[counted]
        column, amount = column[counted], amount[counted]
        draws = np.arange(drawn.count)
        row = (draws[:, None] * len(self.gaps) + place[gap]) * lay.years + year
        number = np.arange(drawn.count * len(self.gaps) * lay.years).reshape(drawn.count, -1, lay.years)
        value = -drawn.link_factor[:, link] * amount
        head = np.broadcast_to(number[..., None], closing.shape)
        return Beside(
            np.concatenate([head.ravel(), row.ravel()]),
            np.concatenate([closing.ravel(), np.broadcast_to(column, row.shape).ravel()]),
            np.concatenate([np.ones(closing.size), value.ravel()]),
            np.full(number.size, -np.inf),
            np.zeros(number.size),
        )

    def _certain_cost(self) -> Floats:
        """Return the objective as planned, without the closing of the uncertain gaps."""
        cost = self.drawn.lay.objective()
        cost[self.drawn.lay.closing[self.gaps]] = 0.0
        return cost

    def _closing_worth(self, k: int) -> Floats:
        """Return the worth of closing the uncertain gaps in a draw: (gaps, years, segments)."""
        lay = self.drawn.lay
        worth = lay.gaps["worth"].to_numpy()[self.gaps] * self.drawn.need[k, self.gaps]
        return np.asarray(worth[:, None, None] * lay.year_worth[None, :, None] * lay.slopes[None, None, :])

    def _dearer(self, k: int) -> Floats:
        """Return what a draw's other costs take from the objective, by column."""
        lay = self.drawn.lay
        cost = np.zeros(lay.columns)
        more = self.drawn.capital[k] - 1.0
        for project, year, column, amount in (lay.building, lay.running):
            np.add.at(
                cost,
                column,
                -lay.roadmap.settings.spending_price * lay.discount[year] * amount * more[project],
            )
        return cost

    # Larger programmes

    def _by_weights(self) -> tuple[Plan, float, str]:
        """Solve ordinary roadmaps with weighted draws, the weights moving to the worst draws of each plan."""
        count = self.drawn.count
        weights = np.full(count, 1.0 / count)
        best, bound = self.plain, np.inf
        reached = self.aimed(best)
        limit = self.work.left / _ROUNDS
        share = 1.0 if self.whole.roadmap.fairness.is_empty() else _PLAN_SHARE
        rounds = 0

        def told(*_: object) -> bool:
            return self.watch(reached, bound if np.isfinite(bound) else None)

        while rounds < _ROUNDS and self.work.left > limit / 2 and not (self.work.is_over or told()):
            road, premiums = self._weighted(weights)
            plan = solve(
                road, within=self._part(share * limit), seed=self.seed, first=best, premiums=premiums,
                on_progress=told,
            )  # fmt: skip
            bound = min(bound, self._bound(plan, road, premiums, told, most=(1 - share) * limit))
            worths = self.drawn.worth_of(plan)
            rounds += 1
            if tail_mean(worths, self.share) > reached:
                reached, best = tail_mean(worths, self.share), plan
            if self.share == 1:
                break
            weights = (weights * rounds + self._worst(worths)) / (rounds + 1)
        if best is not self.plain:
            best = self._made(self.whole.starts(best))
        return best, bound, "weighted draws"

    def _bound(
        self, plan: Plan, road: Roadmap, premiums: pl.DataFrame | None, watch: Progress, *, most: float
    ) -> float:
        """Return a bound of the aim from the plan of weighted draws.

        Fairness is judged as planned, and by other effects it may lack more: the bound is then that of a
        search without it.
        """
        if not road.fairness.is_empty():
            plan = solve(
                road.replace(fairness=road.fairness.clear()), within=self._part(most), seed=self.seed,
                first=plan, premiums=premiums, on_progress=watch,
            )  # fmt: skip
        return plan.bound if premiums is None else float(plan.settings["searched_bound"])

    def _worst(self, worths: Floats) -> Floats:
        """Return the weights that the tail gives to the worst draws."""
        left = self.share * len(worths)
        weight = np.zeros(len(worths))
        weight[np.argsort(worths, kind="stable")] = np.clip(left - np.arange(len(worths)), 0.0, 1.0)
        return np.asarray(weight / weight.sum())

    def _weighted(self, weights: Floats) -> tuple[Roadmap, pl.DataFrame | None]:
        r"""Return the roadmap of weighted draws, and premiums for costs that are not as planned.

        A gap's need is :math:`N = \sum_k q_k n_k`, an effect on it :math:`\sum_k q_k n_k e_k / N`: by
        concavity no plan is worth more on the weighted draws than in this roadmap.
        """
        road, lay, drawn = self.whole.roadmap, self.drawn.lay, self.drawn
        need = weights @ drawn.need
        heavy = drawn.need * weights[:, None] / need
        gap_of = {key: k for k, key in enumerate(lay.gaps.select("city", "indicator").iter_rows())}
        city = dict(road.projects.select("project", "city").iter_rows())
        factor = []
        for row, (project, indicator) in enumerate(road.effects.select("project", "indicator").iter_rows()):
            gap = gap_of.get((city[project], indicator))
            factor.append(1.0 if gap is None else float(heavy[:, gap] @ drawn.effect[:, row]))
        needs = [
            amount * (need[gap_of[c, i]] if (c, i) in gap_of else 1.0)
            for c, i, amount in road.gaps.select("city", "indicator", "need").iter_rows()
        ]
        changed = road.replace(
            effects=road.effects.with_columns(effect=(pl.col("effect") * pl.Series(factor)).clip(0.0, 1.0)),
            gaps=road.gaps.with_columns(need=pl.Series(needs, dtype=pl.Float64).clip(0.0, 1.0)),
        )
        return changed, self._cost_premiums(weights)

    def _cost_premiums(self, weights: Floats) -> pl.DataFrame | None:
        """Return what the weighted costs take from the objective by project and start year."""
        lay, price = self.drawn.lay, self.drawn.roadmap.settings.spending_price
        expected = weights @ self.drawn.capital
        ratio = np.divide(
            self.whole.lay.capital, lay.capital, out=np.ones(len(expected)), where=lay.capital > 0
        )
        more = expected - ratio  # beyond what the budgets are held to
        if price == 0 or not np.abs(more).max(initial=0.0):
            return None
        project, start = np.nonzero(np.arange(lay.years) <= lay.last_start[:, None])
        build = lay.build[project]
        total = np.concatenate([[0.0], np.cumsum(lay.discount)])
        ends = np.minimum(start + build, lay.years)
        spent = lay.capital[project] / build * (total[ends] - total[start])
        spent += lay.yearly[project] * (total[lay.years] - total[ends])
        names = lay.roadmap.projects["project"].to_numpy()
        return pl.DataFrame(
            {
                "project": names[project],
                "start": start + lay.roadmap.years[0],
                "worth": -price * more[project] * spent,
            }
        )
