r"""The mixed-integer programme of one city, of several at once, and of the whole nation.

Variables are "started by": :math:`X_{jt} \in \{0, 1\}` rises with t. It needs fewer entries than start
variables, with the same relaxation, and precedence is written for every year:
:math:`X_{jt} \le X_{i,t-d_i-\text{lag}}`. The columns of a city are its X, the segments of every closing by
indicator and year, money by source and year (nation, city, private, foreign), places drawn from the nation
by occupation and year, and shortfalls: one for each standard, one for the closing and one for each wish.
"""

from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp

from urbium.plan.search.national.instance import Floats, Instance, Integers
from urbium.plan.search.national.training import training_columns

NATION, CITY, PRIVATE, FOREIGN = range(4)
_SOURCES = 4
SOURCES_TOGETHER = {
    "private": (PRIVATE,),
    "foreign": (FOREIGN,),
    "national": (NATION,),
    "outside": (PRIVATE, FOREIGN),
    "private_national": (PRIVATE, NATION),
    "foreign_national": (FOREIGN, NATION),
    "besides": (PRIVATE, FOREIGN, NATION),
}
"""The sources that each share of a project's capital limits together."""


@dataclass(frozen=True)
class CityModel:
    """Maximise cost x with lower <= A x <= upper, least <= x <= most, the first ``binaries`` whole.

    Parameters
    ----------
    sharing : (rows of the nation, columns) what the columns use of each coupling row
    offset : (J + 1,) where each project's X begin; a project without a start year has none
    """

    matrix: sp.csr_matrix
    lower: Floats
    upper: Floats
    cost: Floats
    least: Floats
    most: Floats
    binaries: int
    sharing: sp.csr_matrix
    offset: Integers


class _Rows:
    """Entries of rows, collected block by block."""

    def __init__(self) -> None:
        self.row: list[Integers] = []
        self.column: list[Integers] = []
        self.value: list[Floats] = []
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self.count = 0

    def open(self, lower: Floats, upper: Floats) -> Integers:
        """Open rows with limits; return their numbers."""
        rows = np.arange(self.count, self.count + len(lower))
        self.count += len(lower)
        self.lower.append(np.asarray(lower, dtype=float))
        self.upper.append(np.asarray(upper, dtype=float))
        return rows

    def put(self, row: Integers, column: Integers, value: Floats | float) -> None:
        """Add entries; a column below 0 stands for a start that cannot be, and is left out."""
        row, column, value = (part.ravel() for part in np.broadcast_arrays(row, column, value))
        keep = (column >= 0) & (value != 0)
        self.row.append(row[keep])
        self.column.append(column[keep])
        self.value.append(value[keep].astype(float))

    def matrix(self, columns: int) -> tuple[sp.csr_matrix, Floats, Floats]:
        """Return the rows as a matrix with limits."""
        none: list[Floats] = [np.zeros(0)]
        row, column = (np.concatenate(parts or none) for parts in (self.row, self.column))
        value = np.concatenate(self.value or none)
        matrix = sp.csr_matrix((value, (row, column)), shape=(self.count, columns))
        return matrix, np.concatenate(self.lower), np.concatenate(self.upper)


def city_model(instance: Instance, city: int) -> CityModel:
    """Build the programme of one city."""
    return CityVariables(instance, city).build()


class CityVariables:
    """The columns of a city's programme by what they mean, and its rows one method each."""

    def __init__(self, instance: Instance, city: int) -> None:
        self.instance, self.city = instance, city
        p = instance.projects
        of_city = slice(instance.first[city], instance.first[city + 1])
        self.first = int(instance.first[city])
        self.earliest, self.latest, self.duration = (
            p.earliest[of_city],
            p.latest[of_city],
            p.duration[of_city],
        )
        self.rate = (p.cost / p.duration)[of_city]
        self.operation = p.operation[of_city]
        is_capped = bool((p.national[of_city] < 1).any())
        self.shares = {
            name: (getattr(p, name)[of_city], sources)
            for name, sources in SOURCES_TOGETHER.items()
            if is_capped or NATION not in sources
        }
        self.staff_years = np.where(instance.nation.at_start, 1, self.duration[:, None])
        self.effect, self.staff, self.running = p.effect[of_city], p.staff[of_city], p.running[of_city]
        self.effect_lag, self.rollout, self.teaching = (
            p.effect_lag[of_city],
            p.rollout[of_city],
            p.teaching[of_city],
        )
        self.premium = p.premium[of_city]
        self.size, self.years = len(self.duration), instance.years
        self.segments = len(instance.nation.width)
        self.offset = np.concatenate([[0], np.cumsum(np.maximum(self.latest - self.earliest + 1, 0))])
        self.standard = np.flatnonzero(instance.standards[:, 0] == city)
        self.wish = np.flatnonzero(p.city[instance.wishes[:, 1]] == city)
        level = np.minimum(np.cumsum(instance.nation.width), instance.cities.ceiling[city][:, None])
        self.width = np.diff(level, axis=1, prepend=0.0)
        sizes = [
            self.offset[-1], instance.indicators * self.years * self.segments, _SOURCES * self.years,
            instance.occupations * self.years, len(self.standard), 1, len(self.wish),
        ]  # fmt: skip
        self.close, self.money, self.draw, self.short, self.lack, self.regret, self.columns = np.cumsum(sizes)
        self.rows = _Rows()

    def by(self, project: Integers | int, year: Integers | int) -> Integers:
        """Return the column of "started by the year", -1 where that cannot be."""
        project, year = np.broadcast_arrays(np.asarray(project), np.asarray(year))
        since = np.minimum(year, self.latest[project]) - self.earliest[project]
        is_real = (since >= 0) & (self.latest[project] >= self.earliest[project])
        return np.where(is_real, self.offset[project] + since, -1)

    def source(self, source: int) -> Integers:
        """(T,) columns of the money of a source."""
        return np.asarray(self.money + source * self.years + np.arange(self.years))

    def closing(self) -> Integers:
        """(I, T, S) columns of the segments."""
        shape = (self.instance.indicators, self.years, self.segments)
        return np.asarray(self.close + np.arange(np.prod(shape)).reshape(shape))

    def draws(self) -> Integers:
        """(K, T) columns of the places drawn."""
        shape = (self.instance.occupations, self.years)
        return np.asarray(self.draw + np.arange(np.prod(shape)).reshape(shape))

    def build(self) -> CityModel:
        """Build the programme."""
        for rows in (
            self._rise, self._needs, self._exclusions, self._closings, self._money, self._places,
            self._standards, self._least_closing, self._wishes,
        ):  # fmt: skip
            rows()
        matrix, lower, upper = self.rows.matrix(self.columns)
        nation, cities = self.instance.nation, self.instance.cities
        cost, most = np.zeros(self.columns), np.full(self.columns, np.inf)
        worth = cities.worth[self.city][:, None, None] * nation.year_weight[:, None] * nation.slope
        cost[self.closing()] = worth
        most[self.closing()] = np.broadcast_to(self.width[:, None, :], worth.shape)
        cost[self.short : self.regret] = -nation.shortfall_price
        cost[self.regret :] = -self.instance.wish_price[self.wish]
        most[: self.close], most[self.short :] = 1.0, 1.0
        most[self.draws()[~self.instance.is_lent]] = 0.0
        most[self.short : self.lack][self.instance.is_due[self.standard]] = 0.0  # due: no price buys it off
        self._charge(cost)
        self._reward(cost)
        return CityModel(
            matrix, lower, upper, cost, np.zeros(self.columns), most, int(self.close), self._sharing(),
            self.offset,
        )  # fmt: skip

    def _charge(self, cost: Floats) -> None:
        """Take the price of spending off the worth of starting."""
        price = self.instance.nation.spending_price
        if not price.any():
            return
        year, j = np.arange(self.years), np.arange(self.size)[:, None]
        done = self.by(j, year - self.duration[j])
        for column, yearly in ((self.by(j, year), self.rate[j]), (done, (self.operation - self.rate)[j])):
            amount = np.broadcast_to(yearly * price, column.shape)
            np.add.at(cost, column[column >= 0], -amount[column >= 0])

    def _reward(self, cost: Floats) -> None:
        """Add the premiums of starting in a year."""
        if not self.premium.any():
            return
        year, j = np.arange(self.years), np.arange(self.size)[:, None]
        for column, premium in ((self.by(j, year), self.premium), (self.by(j, year - 1), -self.premium)):
            np.add.at(cost, column[column >= 0], premium[column >= 0])

    def _rise(self) -> None:
        """What is started by a year is started by the next."""
        inner = np.setdiff1d(np.arange(1, self.offset[-1]), self.offset)
        rows = self.rows.open(np.zeros(len(inner)), np.full(len(inner), np.inf))
        self.rows.put(rows, inner, 1.0)
        self.rows.put(rows, inner - 1, -1.0)

    def _needs(self) -> None:
        """A project is started by t only if its prerequisite is by t - duration - lag."""
        needs = self.instance.needs
        for before, after, lag in needs[self.instance.projects.city[needs[:, 1]] == self.city]:
            self._follows(before, after, lag)

    def _follows(self, before: int, after: int, lag: int) -> Integers:
        """Open rows by which a project is started by t only if another is by t - duration - lag."""
        i, j = int(before) - self.first, int(after) - self.first
        year = np.arange(self.earliest[j], self.latest[j] + 1)
        rows = self.rows.open(np.full(len(year), -np.inf), np.zeros(len(year)))
        self.rows.put(rows, self.by(j, year), 1.0)
        self.rows.put(rows, self.by(i, year - self.duration[i] - lag), -1.0)
        return rows

    def _exclusions(self) -> None:
        """At most one of a group is ever started."""
        members = self.instance.exclusive
        members = members[self.instance.projects.city[members[:, 1]] == self.city]
        groups, number = np.unique(members[:, 0], return_inverse=True)
        rows = self.rows.open(np.full(len(groups), -np.inf), np.ones(len(groups)))
        self.rows.put(rows[number], self.by(members[:, 1] - self.first, self.years), 1.0)

    def _closings(self) -> None:
        """The segments of a closing add up to no more than finished projects bring."""
        count = self.instance.indicators * self.years
        rows = self.rows.open(np.full(count, -np.inf), np.zeros(count)).reshape(-1, self.years)
        self.rows.put(rows[:, :, None], self.closing(), 1.0)
        _, i, column, rise = self.parts_of_effects()
        self.rows.put(rows[i], column, -rise)

    def parts_of_effects(self) -> tuple[Integers, Integers, Integers, Floats]:
        """Return each part of each effect: project, indicator, and by year its column and rise of closing.

        What comes after the last year has a part of its own for each year after, in the last year only.
        """
        j, i = np.nonzero(self.effect)
        times = self.rollout[j, i]
        part = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        j, i = np.repeat(j, times), np.repeat(i, times)
        since = (self.duration[j] + self.effect_lag[j, i] + part)[:, None]
        whole = (self.effect[j, i] / self.rollout[j, i])[:, None]
        year = np.arange(self.years)
        is_last = year == self.years - 1
        steps = -np.diff(self.instance.nation.late, append=0.0)
        columns = [self.by(j[:, None], year - since)]
        rises = [whole * np.where(is_last, steps[0], 1.0)]
        for later, share in enumerate(steps[1:].tolist(), start=1):
            columns.append(np.where(is_last, self.by(j[:, None], year + later - since), -1))
            rises.append(whole * np.where(is_last, share, 0.0))
        blocks = len(steps)
        return np.tile(j, blocks), np.tile(i, blocks), np.concatenate(columns), np.concatenate(rises)

    def _money(self) -> None:
        """What is spent is paid; each source within its limit."""
        nation, budget = self.instance.nation, self.instance.cities.budget[self.city]
        nil, none = np.zeros(self.years), np.full(self.years, -np.inf)
        paid = self.rows.open(nil, nil)
        by_nation, by_city, private, foreign = (self.source(k) for k in (NATION, CITY, PRIVATE, FOREIGN))
        self._under_way(paid, -self.rate)
        for column in (by_nation, by_city, private, foreign):
            self.rows.put(paid, column, 1.0)
        own_money = self.rows.open(none, budget)
        self.rows.put(own_money, by_city, 1.0)
        every = np.arange(self.size)[:, None]
        year = np.arange(self.years)
        self.rows.put(own_money, self.by(every, year - self.duration[:, None]), self.operation[:, None])
        if self.instance.is_repaid:
            self._repayments(own_money)
        most = self.instance.cities.upkeep[self.city]
        if most < self.operation.sum():
            lasting = self.rows.open(np.array([-np.inf]), np.array([most]))
            self.rows.put(lasting, self.by(every[:, 0], self.years), self.operation)
        for share, sources in self.shares.values():
            rows = self.rows.open(none, nil)
            self._under_way(rows, -self.rate * share)
            for source in sources:
                self.rows.put(rows, self.source(source), 1.0)
        # the nation's share is of what is spent, written in the sources' money: no variable for the sum
        share = self.rows.open(none, nil)
        self.rows.put(share, by_nation, 1.0 - nation.national_share)
        for column in (by_city, private, foreign):
            self.rows.put(share, column, -nation.national_share)
        # a limit that all that may be built does not reach is left out: a dense row that never binds
        allowed = self.instance.private_limits[self.city]
        if allowed < self.rate @ self.duration:
            self.rows.put(self.rows.open(np.array([-np.inf]), np.array([allowed])), private, 1.0)

    def _repayments(self, own_money: Integers) -> None:
        """What private and foreign money costs later, at least: in plan years, and beside operation after."""
        asked, most = self.instance.repaid[0], self.instance.lasting[self.city]
        later = self.rows.open(np.full(len(most), -np.inf), most)
        self.rows.put(later[:, None], self.by(np.arange(self.size), self.years), self.operation)
        for source, shares in zip((PRIVATE, FOREIGN), asked, strict=True):
            column = self.source(source)
            self.rows.put(own_money[:, None], column, shares[:, : self.years].T)
            self.rows.put(later[:, None], column, shares[:, self.years :].T)

    def _places(self) -> None:
        """Projects under way need places: own, taught, or drawn from the nation."""
        occupations = self.instance.occupations
        pool = self.instance.cities.pool[self.city].ravel()
        rows = self.rows.open(np.full(len(pool), -np.inf), pool).reshape(occupations, self.years)
        for k in range(occupations):
            self._under_way(rows[k], self.staff[:, k], self.staff_years[:, k])
            j = np.flatnonzero(self.running[:, k])
            done = self.by(j[:, None], np.arange(self.years) - self.duration[j][:, None])
            self.rows.put(rows[k], done, self.running[j, k][:, None])
        self.rows.put(rows, self.draws(), -1.0)
        j, occupation = np.nonzero(self.teaching)
        lag = self.instance.nation.teaching_lag
        since = self.duration[j] + lag
        self.rows.put(
            rows[occupation],
            self.by(j[:, None], np.arange(self.years) - since[:, None]),
            -self.teaching[j, occupation][:, None],
        )

    def _under_way(self, rows: Integers, amount: Floats, length: Integers | None = None) -> None:
        """Put an amount of each project into the rows (T,) of its first years: those of building."""
        length = self.duration if length is None else length
        j = np.flatnonzero(amount)
        year = np.arange(self.years)
        self.rows.put(rows, self.by(j[:, None], year), amount[j][:, None])
        self.rows.put(rows, self.by(j[:, None], year - length[j][:, None]), -amount[j][:, None])

    def _standards(self) -> None:
        """One of the projects that cover a standard is finished by its deadline, or it is missed."""
        for number, standard in enumerate(self.standard):
            row = self.rows.open(np.array([1.0]), np.array([np.inf]))
            covers = self.instance.covers
            j = covers[covers[:, 0] == standard, 1] - self.first
            deadline = self.instance.standards[standard, 1]
            self.rows.put(row, self.by(j, deadline - self.duration[j]), 1.0)
            self.rows.put(row, np.array([self.short + number]), 1.0)

    def _least_closing(self) -> None:
        """The closing of the last year reaches what is due, or is short of it."""
        row = self.rows.open(self.instance.cities.least_closing[[self.city]], np.array([np.inf]))
        self.rows.put(row, self.closing()[:, -1], self._final())
        self.rows.put(row, np.array([self.lack]), 1.0)

    def _wishes(self) -> None:
        """A project started by t without what it wishes for by t - duration - lag costs the wish's price."""
        for number, (before, after, lag) in enumerate(self.instance.wishes[self.wish]):
            rows = self._follows(before, after, lag)
            self.rows.put(rows, np.array([self.regret + number]), -1.0)

    def _final(self) -> Floats:
        """(I, S) what the segments of the last year add to the closing."""
        weight = self.instance.cities.weight[self.city]
        return np.asarray(weight[:, None] * self.instance.nation.slope)

    def _sharing(self) -> sp.csr_matrix:
        """What the columns use of the coupling rows: budgets, foreign shares, places, regions."""
        nation, years, rows = self.instance.nation, self.years, _Rows()
        number = rows.open(np.zeros(self.instance.rows), np.zeros(self.instance.rows))
        rows.put(number[:years], self.source(0), 1.0)
        for k in range(_SOURCES):
            is_foreign = float(k == FOREIGN)
            rows.put(number[years : 2 * years], self.source(k), is_foreign - nation.foreign_share)
        places = 2 * years + np.arange(self.draws().size)
        rows.put(number[places], self.draws().ravel(), 1.0)
        region = number[2 * years + len(places) :]
        share = np.full(len(region), nation.parity)
        home = self.instance.cities.region[self.city]
        share[home] -= self.instance.count / self.instance.regions[home]
        rows.put(region[:, None], self.closing()[:, -1].ravel(), share[:, None] * self._final().ravel())
        return rows.matrix(self.columns)[0]


def national_model(instance: Instance) -> CityModel:
    """Build the programme of all cities, training and shortfalls of regions last; for small instances.

    Its first columns are whole, city by city; whole are also the (K, T) units of training.
    """
    models = [city_model(instance, city) for city in range(instance.count)]
    training, capacity = training_columns(instance)
    regions = len(instance.regions)
    elastic = sp.csr_matrix(
        (-np.ones(regions), (np.arange(instance.rows - regions, instance.rows), np.arange(regions))),
        shape=(instance.rows, regions),
    )
    sharing = sp.hstack([*(model.sharing for model in models), training, elastic])
    of_cities = sp.block_diag([model.matrix for model in models])
    of_cities = sp.hstack([of_cities, sp.csr_matrix((of_cities.shape[0], training.shape[1] + regions))])
    more = training.shape[1]

    def joined(name: str, *last: Floats) -> Floats:
        return np.concatenate([*(getattr(model, name) for model in models), *last])

    offsets = [model.offset for model in models]
    base = np.cumsum([0, *(len(model.cost) for model in models)])
    return CityModel(
        sp.vstack([of_cities, sharing]).tocsr(),
        joined("lower", np.full(instance.rows, -np.inf)),
        joined("upper", capacity),
        joined("cost", np.zeros(more), np.full(regions, -instance.nation.region_price)),
        joined("least", np.zeros(more + regions)),
        joined("most", np.repeat(instance.nation.training_most, instance.years), np.full(regions, np.inf)),
        0,
        sp.csr_matrix((0, 0)),
        np.concatenate([offset[:-1] + begin for offset, begin in zip(offsets, base[:-1], strict=True)]),
    )


def to_highs(
    model: CityModel, *, prices: Floats | None = None, whole: Integers | None = None
) -> highspy.HighsLp:
    """Hand a model to HiGHS, its cost less prices of the coupling rows; ``whole`` columns are integer."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.cost), len(model.lower)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = model.cost if prices is None else model.cost - model.sharing.T @ prices
    lp.col_lower_, lp.col_upper_ = model.least, model.most
    lp.row_lower_, lp.row_upper_ = model.lower, model.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    matrix = model.matrix.sorted_indices()
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    if whole is not None and len(whole):
        kinds = np.full(lp.num_col_, highspy.HighsVarType.kContinuous)
        kinds[whole] = highspy.HighsVarType.kInteger
        lp.integrality_ = list(kinds)
    return lp
