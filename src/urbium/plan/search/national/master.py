r"""The master: a mix of every city's known plans within what they share, and the prices it sets.

Columns are plans of cities with their worth and use; their mix sums to one by city (Dantzig and Wolfe 1960).
Foreign money is free between the sums of what is forced and of the ceilings, so it has one variable a year;
training has one by occupation and year. Every row may be overrun at a few times its price, so that there is
always a mix. :func:`pick` chooses one whole plan a city by annealing over the columns.
"""

from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from urbium.plan.milp.model import EITHER, highs
from urbium.plan.milp.work import Work
from urbium.plan.search.national.annealing import price_floor
from urbium.plan.search.national.evaluate import evaluate, excess
from urbium.plan.search.national.instance import Floats, Instance, Integers
from urbium.plan.search.national.layout import Tables, compiled, inlined
from urbium.plan.search.national.training import training_columns

_ELASTIC = 3.0
"""Price of an overrun, in prices of its row."""


@dataclass
class Columns:
    """Plans of cities that are known, grown as they are found.

    Parameters
    ----------
    city : (N,) number of the city
    starts : (N, J) start years padded with -1
    value : (N,) worth
    use : (N, (4 + K) T + 1) what is used
    """

    city: Integers
    starts: Integers
    value: Floats
    use: Floats
    _seen: set[tuple[int, bytes]] = field(default_factory=set)

    @classmethod
    def none(cls, instance: Instance) -> "Columns":
        """Return no columns of an instance."""
        widest = int(np.diff(instance.first).max(initial=0))
        uses = (4 + instance.occupations) * instance.years + 1
        return cls(np.zeros(0, np.int64), np.zeros((0, widest), np.int64), np.zeros(0), np.zeros((0, uses)))

    def add(self, city: Integers, starts: Integers, value: Floats, use: Floats) -> Integers:
        """Take up plans that are new; return which they were."""
        fresh = []
        for n in range(len(city)):
            key = (int(city[n]), starts[n].tobytes())
            if key not in self._seen:
                self._seen.add(key)
                fresh.append(n)
        new = np.array(fresh, dtype=np.int64)
        self.city, self.value = np.append(self.city, city[new]), np.append(self.value, value[new])
        self.starts, self.use = np.vstack([self.starts, starts[new]]), np.vstack([self.use, use[new]])
        return new


@dataclass(frozen=True)
class Mix:
    """The best mix of columns: its value, their shares, training, and prices of the coupling rows."""

    value: float
    share: Floats
    training: Floats
    prices: Floats


class Master:
    """The restricted master: the linear programme of the mix, kept warm while columns are added.

    Rows: the coupling rows; foreign money of each year not above its ceilings, and not below what is forced;
    one for each city, whose shares of columns sum to one. Columns: foreign money by year, training, the
    over-use of each coupling row, and then the cities' plans.
    """

    def __init__(self, instance: Instance, table: Tables, prices: Floats, work: Work) -> None:
        self.instance, self.table = instance, table
        self.columns = Columns.none(instance)
        self.known: Integers = np.zeros(0, dtype=np.int64)
        years, cities = instance.years, instance.count
        self.shared = instance.rows
        training, capacity = training_columns(instance)
        self.training = training.shape[1]
        self.fixed = years + self.training + self.shared
        self.solver = highs(
            work=Work(whole=work),
            solver="simplex",
            simplex_strategy=EITHER,
            primal_feasibility_tolerance=1e-8,
        )
        lp = highspy.HighsLp()
        lp.num_row_ = self.shared + 2 * years + cities
        lp.sense_ = highspy.ObjSense.kMaximize
        low = np.full(self.shared + 2 * years, -np.inf)
        high = np.concatenate([capacity, np.zeros(2 * years)])
        lp.row_lower_ = np.concatenate([low, np.zeros(cities)])  # one, when a plan of the city is known
        lp.row_upper_ = np.concatenate([high, np.ones(cities)])
        lp.num_col_ = self.fixed
        dense = np.zeros((lp.num_row_, self.fixed))
        t = np.arange(years)
        dense[t, t] = -1.0  # foreign money spares the nation's
        dense[years + t, t] = 1.0
        dense[self.shared + t, t] = 1.0  # not above the ceilings
        dense[self.shared + years + t, t] = -1.0  # not below what is forced
        dense[: self.shared, years : years + self.training] = training.toarray()
        r = np.arange(self.shared)
        dense[r, years + self.training + r] = -1.0
        # over-use costs a few times its price: always feasible, and the prices stay within bounds
        cost = np.zeros(self.fixed)
        cost[years + self.training :] = -_ELASTIC * np.maximum(prices, price_floor(table, prices))
        most = np.full(self.fixed, np.inf)
        most[years : years + self.training] = np.repeat(instance.nation.training_most, years)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(self.fixed), most
        column, row = np.nonzero(dense.T)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.searchsorted(column, np.arange(self.fixed + 1))
        lp.a_matrix_.index_, lp.a_matrix_.value_ = row, dense.T[column, row]
        self.solver.passModel(lp)

    def learn(self, start: Integers, cities: Integers | None = None) -> None:
        """Take up start years of each city, or of some, as columns; what breaks a limit is none."""
        evaluated, first = evaluate(self.table, start), self.instance.first
        kept = np.flatnonzero(evaluated.violation == 0)
        if cities is not None:
            kept = np.intersect1d(kept, cities)
        plans = np.full((len(kept), self.columns.starts.shape[1]), -1)
        for n, c in enumerate(kept):
            plans[n, : first[c + 1] - first[c]] = start[first[c] : first[c + 1]]
        self.add(kept, plans, evaluated.value[kept], evaluated.use[kept])

    def add(self, city: Integers, starts: Integers, value: Floats, use: Floats) -> int:
        """Add plans of cities; return how many were new."""
        new = self.columns.add(city, starts, value, use)
        # a city without a plan is left out of the mix until it has one, instead of making it infeasible
        for c in np.setdiff1d(city[new], self.known):
            self.solver.changeRowBounds(int(self.shared + 2 * self.instance.years + c), 1.0, 1.0)
        self.known = np.union1d(self.known, city[new])
        if len(new):
            matrix = self._columns(city[new], use[new])
            count = len(new)
            self.solver.addCols(
                count, value[new], np.zeros(count), np.full(count, np.inf), matrix.nnz,
                matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
            )  # fmt: skip
        return len(new)

    def _columns(self, city: Integers, use: Floats) -> sp.csr_matrix:
        """(N, rows of the programme) what columns put into each row."""
        years = self.instance.years
        ceiling, forced = use[:, years : 2 * years], use[:, 2 * years : 3 * years]
        one = sp.csr_matrix(
            (np.ones(len(city)), (np.arange(len(city)), city)), (len(city), self.instance.count)
        )
        return sp.hstack([sp.csr_matrix(np.hstack([self._shared(city, use), -ceiling, forced])), one]).tocsr()

    def _shared(self, city: Integers, use: Floats) -> Floats:
        """(N, rows) what plans of cities use of each coupling row, without foreign money."""
        years, nation = self.instance.years, self.instance.nation
        need, spent = use[:, :years], use[:, 3 * years : 4 * years]
        regions = np.full((len(city), len(self.instance.regions)), nation.parity)
        region = self.instance.cities.region[city]
        regions[np.arange(len(city)), region] -= self.instance.count / self.instance.regions[region]
        return np.hstack([need, -nation.foreign_share * spent, use[:, 4 * years : -1], regions * use[:, -1:]])

    def best(self, prices: Floats) -> Integers:
        """(P,) start years of each city's column that gains most at prices of the coupling rows."""
        return self.starts(self._best(prices)[0])

    def gains(self, prices: Floats) -> Floats:
        """(C,) the most that a known column of each city gains at prices."""
        return self._best(prices)[1]

    def _best(self, prices: Floats) -> tuple[Integers, Floats]:
        """Return each city's column that gains most at prices, -1 where none is known, and its gain."""
        columns, years = self.columns, self.instance.years
        ceiling, forced = columns.use[:, years : 2 * years], columns.use[:, 2 * years : 3 * years]
        national, foreign = prices[:years], prices[years : 2 * years]
        abroad = np.where(foreign < national, ceiling, forced)
        gain = (
            columns.value - self._shared(columns.city, columns.use) @ prices + abroad @ (national - foreign)
        )
        order = np.lexsort((gain, columns.city))
        chosen, most = np.full(self.instance.count, -1), np.full(self.instance.count, -np.inf)
        last = order[np.searchsorted(columns.city[order], self.known, side="right") - 1]
        chosen[self.known], most[self.known] = last, gain[last]
        return chosen, most

    def starts(self, chosen: Integers) -> Integers:
        """(P,) start years of one chosen column a city."""
        first = self.instance.first
        start = np.full(first[-1], -1)
        for c in np.flatnonzero(chosen >= 0):
            n = chosen[c]
            start[first[c] : first[c + 1]] = self.columns.starts[n, : first[c + 1] - first[c]]
        return start

    def solve(self) -> Mix:
        """Return the best mix."""
        self.solver.run()
        solution = self.solver.getSolution()
        x, dual = np.asarray(solution.col_value), np.asarray(solution.row_dual)
        years = self.instance.years
        return Mix(
            float(self.solver.getInfo().objective_function_value),
            x[self.fixed :],
            x[years : years + self.training].reshape(-1, years),
            np.maximum(dual[: self.shared], 0.0),
        )


def pick(
    table: Tables, columns: Columns, mix: Mix, *, moves: int, seed: int = 0
) -> tuple[Integers, Integers]:
    """Choose one plan for each city from the columns, near the mix, over-use charged at a rising price.

    A mix takes shares of plans, and rounding it breaks limits; annealing over which column each city takes
    begins at each city's heaviest column and repairs that. It is quick, since a move only exchanges two known
    vectors of use.

    Returns
    -------
    (P,) start years, (K, T) units of training
    """
    order = np.argsort(columns.city, kind="stable")
    first = np.searchsorted(columns.city[order], np.arange(len(table.region) + 1))
    heaviest = np.array(
        [
            first[c] + int(np.argmax(mix.share[order[first[c] : first[c + 1]]]))
            for c in range(len(table.region))
        ]
    )
    training = np.rint(mix.training).astype(np.int64)
    prices = np.maximum(mix.prices, price_floor(table, mix.prices))
    tau = float(table.worth.sum() / max(len(table.duration), 1))
    choice, training = _pick(
        table, first, columns.value[order], columns.use[order], heaviest, training, prices, int(moves),
        0.3 * tau, 0.003 * tau, int(seed),
    )  # fmt: skip
    start = np.full(len(table.duration), -1)
    for c, n in enumerate(order[choice]):
        size = table.first[c + 1] - table.first[c]
        start[table.first[c] : table.first[c + 1]] = columns.starts[n, :size]
    return start, training


@inlined
def _charged(over: Floats, prices: Floats) -> float:
    total = 0.0
    for r in range(len(over)):
        total += prices[r] * max(0.0, over[r])
    return total


@compiled
def _pick(  # noqa: PLR0917 - compiled
    table: Tables, first: Integers, value: Floats, use: Floats, choice: Integers, training: Integers,
    prices: Floats, moves: int, hot: float, cold: float, seed: int,
) -> Any:  # fmt: skip  # noqa: ANN401 - typed by numba
    np.random.seed(seed)  # noqa: NPY002
    uses, regions, cities = use.shape[1] - 1, len(table.regions), len(table.region)
    total, closing, over = np.zeros(uses), np.zeros(regions), np.zeros(len(prices))
    for c in range(cities):
        total += use[choice[c], :uses]
        closing[table.region[c]] += use[choice[c], uses]
    new_total = total.copy()
    excess(table, total, closing, training, over)
    price = _charged(over, prices)
    temperature, factor = hot, 1.2
    for n in range(moves):
        if n % 256 == 0 and n > 0:
            temperature *= (cold / hot) ** (256 / moves)
            factor *= (5.0 / 1.2) ** (256 / moves)
        if n % 64 == 0 and training.shape[0] > 0:  # seldom: there are far fewer units than plans to choose
            k, t = np.random.randint(training.shape[0]), np.random.randint(training.shape[1])  # noqa: NPY002
            old = training[k, t]
            training[k, t] = np.random.randint(table.training_most[k] + 1)  # noqa: NPY002
            excess(table, total, closing, training, over)
            new_price = _charged(over, prices)
            gain = factor * (price - new_price)
            if gain >= 0.0 or np.random.random() < np.exp(gain / temperature):  # noqa: NPY002
                price = new_price
            else:
                training[k, t] = old
            continue
        c = np.random.randint(cities)  # noqa: NPY002
        new = first[c] + np.random.randint(first[c + 1] - first[c])  # noqa: NPY002
        old = choice[c]
        if new == old:
            continue
        for u in range(uses):
            new_total[u] = total[u] + use[new, u] - use[old, u]
        r, before = table.region[c], closing[table.region[c]]
        closing[r] = before + use[new, uses] - use[old, uses]
        excess(table, new_total, closing, training, over)
        new_price = _charged(over, prices)
        gain = value[new] - value[old] - factor * (new_price - price)
        if gain >= 0.0 or np.random.random() < np.exp(gain / temperature):  # noqa: NPY002
            choice[c], price = new, new_price
            total, new_total = new_total, total
        else:
            closing[r] = before
    return choice, training
