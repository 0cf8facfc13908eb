r"""Draws of what is uncertain, the same for every plan of a roadmap, and what a plan achieves in each.

With one uniform number :math:`u` a range, the low half of the draws lies evenly between the low and the
planned figure, the high half evenly between the planned and the high one; capital evenly in its logarithm.
So the planned figure is the median. Effects and costs of one solution are drawn once for all cities (a range
says what nobody knows of the solution, not how cities differ), unless each project is drawn by itself; needs
are drawn by city. That the draws of different solutions do not hang together is an assumption.

Start years are decided before the draw and stay as they are; what is dearer than planned is paid all the same
and counts as overspending.

Draws are added up in blocks, so that what is held at once does not grow with their number; a block of draws
has the very numbers that it has in the whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import polars as pl
import scipy.sparse

from urbium.errors import InputError, check_seed
from urbium.plan.analysis.ranges import Ranges
from urbium.plan.milp.financing import start_columns
from urbium.plan.milp.objective import shortfalls, spending
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.plan import Plan
from urbium.plan.result.years import cost_of_training
from urbium.plan.rules.effects import attainment
from urbium.plan.rules.repayments import repaid
from urbium.plan.variables import Floats, Integers, Variables
from urbium.text import coded, text

Together = Literal["solution", "project"]
"""What is drawn together: a solution in all cities, or each project by itself."""

_ROUNDING = 1e-6
"""What is less beyond a limit is no overspending, as a share of the limit."""
_CELLS = 4_000_000
"""How many numbers are held at once when draws are added up."""
_MOST = 30_000_000
"""How many results may be kept in all: of each draw, what each city achieves and what each limit bears."""


@dataclass(frozen=True)
class Draws:
    """Draws of the uncertain figures of a roadmap.

    Parameters
    ----------
    roadmap : the problem, with the planned figures
    ranges : what may be otherwise
    count : how many draws, 1 or more
    seed : the same seed gives the same draws
    together : whether a solution is drawn once for all cities, or each project by itself
    window : the first draw and the one after the last that are looked at; all of them when None
    """

    roadmap: Roadmap
    ranges: Ranges
    count: int = 1000
    seed: int = 0
    together: Together = "solution"
    window: tuple[int, int] | None = None
    _shared: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.count < 1:
            raise InputError(
                coded("plan.draws.count", "{count} draw", "{count} draws", count=self.count),
                remedy=text("request 1 or more"),
            )
        check_seed(self.seed)
        if self.window is None:
            self.ranges.check(self.roadmap)
            self._check_size()

    def _check_size(self) -> None:
        """Refuse more draws than can be kept."""
        road = self.roadmap
        kept = road.cities.height + road.budgets.height + road.fund_limits.height
        most = max(_MOST // max(kept, 1), 1)
        if self.count > most:
            raise InputError(
                coded("plan.draws.too_many", "{count:,} draws are too many", count=self.count),
                remedy=text("request at most {most:,} for this roadmap", most=most),
            )

    def _once(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - what was made
        """Return what all blocks share, made when first asked for."""
        if name not in self._shared:
            self._shared[name] = make()
        return self._shared[name]

    @property
    def size(self) -> int:
        """How many draws are looked at."""
        return self.count if self.window is None else self.window[1] - self.window[0]

    def blocks(self) -> Iterator[tuple[slice, "Draws"]]:
        """Yield the draws in blocks small enough to be held, each with its place among the ones looked at."""
        first = 0 if self.window is None else self.window[0]
        rows = max(self.roadmap.effects.height, self.roadmap.projects.height, self.roadmap.gaps.height, 1)
        step = max(_CELLS // rows, 1)
        for begin in range(0, self.size, step):
            end = min(begin + step, self.size)
            yield slice(begin, end), replace(self, window=(first + begin, first + end))

    @property
    def lay(self) -> Variables:
        """The variables of the roadmap."""
        lay: Variables = self._once("lay", lambda: Variables(self.roadmap))
        return lay

    # The draws, as factors of what is planned

    @cached_property
    def effect(self) -> Floats:
        """Factor of each row of the roadmap's effects: (draws, effects)."""
        solution = self.roadmap.projects.select("project", "solution")
        ends = self.ranges.factors("effects", self.roadmap).join(
            solution, on="project", how="left", maintain_order="left"
        )
        keys = [self.together, "indicator"]
        return at_quantiles(ends, self._uniform(ends, keys, 1), in_logarithm=False)

    @cached_property
    def capital(self) -> Floats:
        """Factor of each project's capital and operation: (draws, projects)."""
        ends = self.ranges.factors("capital", self.roadmap).with_columns(self.roadmap.projects["solution"])
        return at_quantiles(ends, self._uniform(ends, [self.together], 2), in_logarithm=True)

    @cached_property
    def need(self) -> Floats:
        """Factor of the need of each gap of the layout: (draws, gaps)."""
        ends = self.ranges.factors("needs", self.roadmap)
        if self.ranges.needs.is_empty():
            return np.broadcast_to(1.0, (self.size, self.lay.gaps.height))
        drawn = at_quantiles(ends, self._uniform(ends, ["city", "indicator"], 3), in_logarithm=False)
        number = {key: k for k, key in enumerate(ends.select("city", "indicator").iter_rows())}
        gap_rows = [number[key] for key in self.lay.gaps.select("city", "indicator").iter_rows()]
        return np.asarray(drawn[:, gap_rows])

    def _uniform(self, ends: pl.DataFrame, keys: list[str], stream: int) -> Floats:
        """Return uniform numbers, (draws, rows): one for the rows of each key, named by the key itself.

        A draw of a key does not change when rows are added to the roadmap.
        """
        groups = ends.select(keys).unique(maintain_order=True).sort(keys).with_row_index("group")
        group_of_end = (
            ends.select(keys).join(groups, on=keys, how="left", maintain_order="left")["group"].to_numpy()
        )
        return np.asarray(self._numbers(stream, groups.height)[group_of_end].T)

    def _numbers(self, stream: int, groups: int) -> Floats:
        """Return the uniform numbers of the draws looked at: (groups, draws).

        They are a part of the matrix of all draws, row by row; the generator is led past the others.
        """
        first, last = self.window or (0, self.count)
        if (first, last) == (0, self.count):
            return np.random.default_rng([self.seed, stream]).random((groups, self.count))
        bits = np.random.PCG64(np.random.SeedSequence([self.seed, stream]))
        generator = np.random.Generator(bits)
        bits.advance(first)
        numbers = np.empty((groups, last - first))
        for group in range(groups):
            numbers[group] = generator.random(last - first)
            bits.advance(self.count - (last - first))
        return numbers

    # What a plan achieves

    @property
    def links(self) -> tuple[Integers, Integers, Integers, Integers, Floats]:
        """What a start attains, by entry: link, gap, year, column, amount; links are project and gap pairs.

        Read from the model's own rows, so that lag and roll-out are those of the plan.
        """
        links: tuple[Integers, Integers, Integers, Integers, Floats] = self._once("links", self._make_links)
        return links

    def _make_links(self) -> tuple[Integers, Integers, Integers, Integers, Floats]:
        lay, rows = self.lay, attainment(self.lay)
        on_starts = rows.column < lay.starts
        gap, year = np.divmod(rows.row[on_starts], lay.years)
        owner = np.empty(lay.starts, dtype=np.int64)
        real = lay.start >= 0
        owner[lay.start[real]] = np.broadcast_to(np.arange(len(lay.build))[:, None], lay.start.shape)[real]
        pair = owner[rows.column[on_starts]] * max(lay.gaps.height, 1) + gap
        link = np.searchsorted(self.pairs, pair)
        return link, gap, year, rows.column[on_starts], -rows.value[on_starts]

    @property
    def pairs(self) -> Integers:
        """Number of project x gaps + gap of each link, rising."""
        pairs: Integers = self._once("pairs", self._make_pairs)
        return pairs

    def _make_pairs(self) -> Integers:
        return np.unique(self._effect_pairs[self._effect_pairs >= 0])

    @property
    def _effect_pairs(self) -> Integers:
        """The pair of each row of the effects; -1 where no gap stands for it."""
        pairs: Integers = self._once("effect pairs", self._make_effect_pairs)
        return pairs

    def _make_effect_pairs(self) -> Integers:
        lay, road = self.lay, self.roadmap
        gap_of = {key: k for k, key in enumerate(lay.gaps.select("city", "indicator").iter_rows())}
        city = road.projects["city"].to_list()
        pairs = []
        for project, indicator in road.effects.select("project", "indicator").iter_rows():
            gap = gap_of.get((city[lay.number[project]], indicator), -1)
            pairs.append(lay.number[project] * max(lay.gaps.height, 1) + gap if gap >= 0 else -1)
        return np.array(pairs, dtype=np.int64)

    @cached_property
    def link_factor(self) -> Floats:
        """Factor of each link: (draws, links)."""
        factor = np.ones((self.size, len(self.pairs)))
        has_range = self._effect_pairs >= 0
        factor[:, np.searchsorted(self.pairs, self._effect_pairs[has_range])] = self.effect[:, has_range]
        return factor

    def worth_of(self, plan: Plan) -> Floats:
        """Return what a plan is worth in each draw, in the objective's unit: (draws,)."""
        return self.worth(self.starts(plan)) - self.spent_on_training(plan)

    def worth(self, start: Integers) -> Floats:
        """Return what start years are worth in each draw when nobody is trained for them: (draws,).

        What is missed (standards, fairness, soft prerequisites) is as planned in every draw.
        """
        return np.asarray(self.worth_by_city(start).sum(axis=1) - shortfalls(self.lay, start).loss(self.lay))

    def lost(self, plan: Plan) -> float:
        """Return what a plan loses in every draw by what it misses, and by training."""
        return shortfalls(self.lay, self.starts(plan)).loss(self.lay) + self.spent_on_training(plan)

    def spent_on_training(self, plan: Plan) -> float:
        """Return what the objective loses by a plan's training, as planned in every draw."""
        trained = cost_of_training(plan)["amount"].to_numpy() @ self.lay.discount
        return float(self.roadmap.settings.spending_price * trained)

    def worth_by_city(self, start: Integers) -> Floats:
        """Return what start years close less what they spend, in each draw and city: (draws, cities)."""
        by_city = np.empty((self.size, self.roadmap.cities.height))
        for place, block in self.blocks():
            by_city[place] = block._worth_of_block(start)  # noqa: SLF001 - a part of itself
        return by_city

    def _worth_of_block(self, start: Integers) -> Floats:
        lay = self.lay
        capital, yearly = spending(lay, start)
        spent = lay.roadmap.settings.spending_price * ((capital + yearly) @ lay.discount)
        cities = lay.roadmap.cities.height
        at = scipy.sparse.csr_array(
            (np.ones(len(spent)), (np.arange(len(spent)), lay.city)), shape=(len(spent), cities)
        )
        return np.asarray(self._closed(start) - (self.capital * spent) @ at)

    def _attained_links(self, start: Integers) -> tuple[Integers, Floats]:
        """Return the links that a choice of starts uses, and what each attains by year: (links, years)."""
        lay = self.lay
        link, _, year, column, amount = self.links
        x = start_columns(lay, start)
        reached = np.bincount(
            link * lay.years + year, amount * x[column], minlength=len(self.pairs) * lay.years
        ).reshape(-1, lay.years)
        used = np.flatnonzero(reached.any(axis=1))
        return used.astype(np.int64), reached[used].astype(float)

    def _closed(self, start: Integers) -> Floats:
        """Discounted worth of what is closed: (draws, cities)."""
        lay = self.lay
        used, reached = self._attained_links(start)
        total = np.zeros((self.size, lay.roadmap.cities.height))
        if not len(used):
            return total
        gap = self.pairs[used] % lay.gaps.height
        order = np.argsort(gap, kind="stable")
        used, reached, gap = used[order], reached[order], gap[order]
        gaps, first = np.unique(gap, return_index=True)
        home = lay.city_number(lay.gaps["city"])[gaps]
        by_city = scipy.sparse.csr_array(
            (np.ones(len(gaps)), (np.arange(len(gaps)), home)), shape=(len(gaps), total.shape[1])
        )
        chunk = max(_CELLS // max(reached.size, 1), 1)
        for begin in range(0, self.size, chunk):
            block = slice(begin, begin + chunk)
            attained_by_link = self.link_factor[block, :][:, used][:, :, None] * reached
            closed = self._curve(np.add.reduceat(attained_by_link, first, axis=1), gaps)
            total[block] = (closed * self.need[block, :][:, gaps]) @ by_city
        return total

    def _curve(self, attained: Floats, gaps: Integers) -> Floats:
        """Discounted worth of what is attained, (draws, gaps, years) to (draws, gaps)."""
        lay = self.lay
        ends = np.cumsum(lay.widths[gaps], axis=1)
        worth = np.zeros(attained.shape[:2])
        for segment, slope in enumerate(lay.slopes):
            begin = ends[:, segment] - lay.widths[gaps, segment]
            part = np.clip(attained - begin[:, None], 0.0, lay.widths[gaps, segment][:, None])
            worth += slope * (part @ lay.year_worth)
        return np.asarray(worth * lay.gaps["worth"].to_numpy()[gaps])

    def starts(self, plan: Plan) -> Integers:
        """Return the start year indices of a plan of this roadmap; -1 for never."""
        return self.lay.start_indices(plan.table)

    # What a plan costs

    def _used(self, plan: Plan) -> tuple[pl.DataFrame, Floats]:
        """Return the limits on money, and what a plan uses of each in each draw: (limits, draws)."""
        uses = uses_of(plan)
        limits = _limits(plan)
        keys = ["limit", "place", "year"]
        joined = uses.join(limits.with_row_index("row"), on=keys, how="inner", maintain_order="left")
        project = np.array([self.lay.number[p] for p in joined["project"]], dtype=np.int64)
        matrix = scipy.sparse.csr_array(
            (joined["amount"].to_numpy(), (joined["row"].to_numpy().astype(np.int64), project)),
            shape=(limits.height, len(self.lay.build)),
        )
        trained = cost_of_training(plan).select(
            pl.lit("budget").alias("limit"), pl.lit(NATIONWIDE).alias("place"), "year", "amount"
        )
        certain = limits.select(keys).join(trained, on=keys, how="left", maintain_order="left")
        taught = certain["amount"].fill_null(0.0).to_numpy()
        planned = pl.Series(np.asarray(matrix.sum(axis=1)) + taught, dtype=pl.Float64)
        used = np.empty((limits.height, self.size))
        for place, block in self.blocks():
            used[:, place] = matrix @ block.capital.T + taught[:, None]
        return limits.with_columns(planned=planned), used

    def _room(self, limits: pl.DataFrame, used: Floats) -> Floats:
        """Return what may be spent in each draw, with what the year before left: (limits, draws)."""
        amount = limits["amount"].to_numpy()
        room = np.broadcast_to(amount[:, None], used.shape).copy()
        share = self.roadmap.settings.carry_over
        rows = limits.with_row_index("row").filter(pl.col("limit") == "budget").sort("place", "year")
        before = -1, "", 0
        for row, place, year in rows.select("row", "place", "year").iter_rows():
            if (place, year - 1) == before[1:]:
                room[row] += share * np.maximum(room[before[0]] - used[before[0]], 0.0)
            before = row, place, year
        return np.asarray(room + _ROUNDING * np.maximum(1.0, np.abs(room)))

    def spending(self, plan: Plan) -> tuple[pl.DataFrame, float]:
        """Return how likely a plan overspends each limit, and in which share of the draws it does any.

        Its money is split as planned. Columns of the limits: limit (``budget`` or ``fund_limit``), place (or
        fund), year, amount (with the overruns that are declared), planned, mean, high (in 95 of 100 draws it
        is not more), probability (of more than the amount and what the year before left, where budgets are
        carried over), all in millions but the last.
        """
        limits, used = self._used(plan)
        is_over = used > self._room(limits, used)
        table = limits.with_columns(
            mean=pl.Series(used.mean(axis=1), dtype=pl.Float64),
            high=pl.Series(np.quantile(used, 0.95, axis=1), dtype=pl.Float64),
            probability=pl.Series(is_over.mean(axis=1), dtype=pl.Float64),
        )
        return table, float(is_over.any(axis=0).mean())


def at_quantiles(ends: pl.DataFrame, uniform: Floats, *, in_logarithm: bool) -> Floats:
    """Return factors between low, 1 and high at quantiles (0 to 1) of each: half lie on each side of 1."""
    low, high = ends["low"].to_numpy(), ends["high"].to_numpy()
    below, above = 1 - 2 * np.minimum(uniform, 0.5), 2 * np.maximum(uniform, 0.5) - 1
    evenly = 1 + below * (low - 1) + above * (high - 1)
    if not in_logarithm:
        return np.asarray(evenly)
    positive_low = np.where(low > 0, low, 1.0)  # what may cost nothing has no logarithm
    return np.asarray(np.where(low > 0, np.exp(below * np.log(positive_low) + above * np.log(high)), evenly))


def uses_of(plan: Plan) -> pl.DataFrame:
    """Return what each project takes of each limit on money: project, limit, place, year, amount."""
    road = plan.roadmap
    money = plan.money.join(road.funds.select("fund", "payer"), on="fund", how="left", maintain_order="left")
    operator = pl.lit(NATIONWIDE) if road.settings.operation_by == "nation" else pl.col("city")
    payer = (
        pl.when(pl.col("kind") != "capital").then(operator)
        .when(pl.col("payer") == "nation").then(pl.lit(NATIONWIDE))
        .when(pl.col("payer") == "city").then("city")
    )  # fmt: skip
    budgets = money.with_columns(limit=pl.lit("budget"), place=payer).filter(pl.col("place").is_not_null())
    funds = money.filter(pl.col("kind") == "capital").with_columns(
        limit=pl.lit("fund_limit"), place=pl.col("fund")
    )
    back = repaid(road, plan.money).filter(pl.col("year") <= road.years[-1])
    columns = ["project", "limit", "place", "year", "amount"]
    uses = (budgets, back.with_columns(limit=pl.lit("budget")), funds)
    return pl.concat(use.select(columns) for use in uses)


def _limits(plan: Plan) -> pl.DataFrame:
    """Return each limit on money, with the overruns of committed projects: limit, place, year, amount."""
    road = plan.roadmap
    every = pl.concat(
        [
            road.budgets.select(pl.lit("budget").alias("limit"), "place", "year", "amount"),
            road.fund_limits.select(
                pl.lit("fund_limit").alias("limit"), pl.col("fund").alias("place"), "year", "amount"
            ),
        ]
    )  # fmt: skip
    more = plan.overruns.select("limit", "place", "year", more="amount")
    joined = every.join(more, on=["limit", "place", "year"], how="left", maintain_order="left")
    return joined.select("limit", "place", "year", amount=pl.col("amount") + pl.col("more").fill_null(0.0))
