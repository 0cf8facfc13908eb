r"""Simulated annealing of start years: one city at prices, or all cities within what they share.

The national search maximises

.. math:: \sum_c v_c - a \sum_r \rho_r \max(0, \text{over-use}_r) - \text{hard violations}

over the start years of all cities and the units of training, with a rising and the temperature falling
geometrically (Kirkpatrick, Gelatt, Vecchi 1983). Each move sees what all cities together leave free. With a
large a it repairs a plan until nothing is over-used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from urbium.plan.search.national.evaluate import (
    excess,
    load,
    missed,
    place,
    rewarded,
    score,
    unfulfilled,
)
from urbium.plan.search.national.instance import Floats, Integers
from urbium.plan.search.national.layout import Tables, compiled, inlined
from urbium.plan.search.national.neighbourhood import move
from urbium.plan.search.national.paying import width

_VIOLATION = 20.0
"""Price of one year's own budget broken, in hard prices."""
_FIRMED = 0.5
"""Share of a search after which a violation that was cheap at first has its full price."""
_STEP = 0.02
"""A violation costs at least this share of its price: tiny ones must not pay."""
_ROUNDING = 1e-9
"""Share of a capacity that a sum may be above it when the same is added up in another order."""
_COOLED = 512
"""Moves between two changes of the temperature."""
_KEPT = 2048
"""Moves between two looks for the best plan that keeps every limit."""
_VISIT = 16
"""Moves in a city before another's turn: its arrays stay in the processor's cache."""
_TRAIN = 0.004
"""Chance that a move changes a unit of training."""


@dataclass(frozen=True)
class Schedule:
    """How a search cools.

    Parameters
    ----------
    moves : moves that are tried
    hot, cold : first and last temperature, in units of the mean worth of a candidate
    soft, hard : first and last factor of the prices of over-use
    margin : share of every capacity that is held back
    """

    moves: int
    hot: float = 0.3
    cold: float = 0.006
    soft: float = 1.2
    hard: float = 6.0
    margin: float = 0.0


@dataclass(frozen=True)
class Annealed:
    """Where a national search ended.

    Parameters
    ----------
    start, training : the last state, which may over-use something
    best_start, best_training, best : the best plan seen that keeps every limit; ``best`` is its worth, minus
        infinity when there was none
    """

    start: Integers
    training: Integers
    best_start: Integers
    best_training: Integers
    best: float


def unit(table: Tables) -> float:
    """Return the mean worth of a candidate project, the unit of temperatures."""
    return float(table.worth.sum() / max(len(table.duration), 1))


def anneal_nation(
    table: Tables, start: Integers, training: Integers, prices: Floats, schedule: Schedule, *, seed: int = 0
) -> Annealed:
    """Search start years of all cities at once, each move judged by what all cities together leave free.

    Over-use is charged at the prices, times a factor that rises from ``soft`` to ``hard``: early moves may
    pass through plans that use too much, since good plans are often apart by several moves; late ones may
    not. The last state may still over-use something, so the best plan that keeps every limit is kept beside.

    Parameters
    ----------
    start, training : (P,) and (K, T) where to begin
    prices : (rows,) of the coupling rows; each gets a small floor
    """
    floored = np.maximum(prices, price_floor(table, prices))
    tau = unit(table)  # temperatures in the worth of a project: the same schedule suits every nation
    s = schedule
    return Annealed(
        *_nation(
            table, np.asarray(start, np.int64), np.asarray(training, np.int64), floored, int(s.moves),
            float(s.hot * tau), float(s.cold * tau), float(s.soft), float(s.hard), float(s.margin), int(seed),
        )
    )  # fmt: skip


def anneal_cities(
    table: Tables, cities: Iterable[int], start: Integers, prices: Floats, moves: int, *, seed: int = 0,
    hot: float = 0.3, cold: float = 0.003, soft: float = _VIOLATION, keep: int = 3,
) -> tuple[Integers, Integers, Floats]:  # fmt: skip
    """Search each city by itself at prices of the coupling rows; keep its best plans.

    This is the pricing step of column generation, done by annealing: a column need not be the best at the
    prices to be useful in the mix, and an exact answer for each city would take far longer.

    Parameters
    ----------
    hot, cold : first and last temperature, in units of the mean worth of a candidate
    soft : first price of a violation, in hard prices; it has its full price after half of the moves. A plan
        may need several projects at once, such as one that the nation may only pay beside others.
    keep : how many plans

    Returns
    -------
    (N,) city, (N, J) start years padded with -1, (N,) worth after paying the prices; best first by city
    """
    tau = unit(table)
    numbers = np.asarray(list(cities), dtype=np.int64)
    city, plans, gains = _cities(
        table,
        numbers,
        np.asarray(start, dtype=np.int64),
        prices,
        moves,
        hot * tau,
        cold * tau,
        float(soft),
        keep,
        seed,
    )
    return city, plans, gains


def price_floor(table: Tables, prices: Floats) -> Floats:
    """Return the least price of each row's kind: a fifth of the kind's mean price, or next to nothing.

    A row without a price would be over-used by the annealing at no cost, although its dual price is 0 only as
    long as it is not full.
    """
    years, occupations = len(table.nation_budget), table.nation_pool.shape[0]
    kind = np.concatenate(
        [np.repeat(np.arange(2 + occupations), years), np.full(len(table.regions), 2 + occupations)]
    )
    mean = np.bincount(kind, prices) / np.bincount(kind)
    spent = table.nation_budget.mean()
    least = np.full(len(mean), 0.05 * table.worth.sum() / max(spent * years, 1e-9))
    lent = table.nation_pool.sum(axis=1)  # nothing: the row's size is that of a place a city and year
    least[2:-1] = 0.05 * table.worth.sum() / np.where(lent > 0, lent, years * len(table.region))
    least[-1] = 0.02 * table.worth.sum() / len(table.region)
    return np.asarray(np.maximum(0.2 * mean, least)[kind], dtype=float)


@inlined
def charge(table: Tables, city: int, use: Floats, prices: Floats) -> float:
    """Return what a city pays for its use at prices of the coupling rows, foreign money chosen best."""
    years, occupations = len(table.nation_budget), table.nation_pool.shape[0]
    paid = 0.0
    for t in range(years):
        abroad = use[years + t] if prices[years + t] < prices[t] else use[2 * years + t]
        paid += prices[t] * (use[t] - abroad)
        paid += prices[years + t] * (abroad - table.foreign_share * use[3 * years + t])
    for k in range(occupations * years):
        paid += prices[2 * years + k] * use[4 * years + k]
    last = (2 + occupations) * years
    closing = use[(4 + occupations) * years]
    for r in range(len(table.regions)):
        paid += prices[last + r] * table.parity * closing
    region = table.region[city]
    return float(paid - prices[last + region] * len(table.region) / table.regions[region] * closing)


@inlined
def _worth(  # noqa: PLR0917 - compiled
    table: Tables, city: int, start: Integers, flow: Floats, sums: Floats, use: Floats, firm: float
) -> tuple[float, float, float]:
    """Return a city's worth, the same after hard violations at a price, and the violations."""
    value, violation, lack = score(table, city, flow, sums, use)
    standards, due = missed(table, city, start)
    violation += due
    value += rewarded(table, city, start) - unfulfilled(table, city, start)
    value -= table.shortfall_price * (standards + lack)
    broken = firm * (violation + _STEP) if violation > 0.0 else 0.0
    return value, value - table.hard_price * broken, violation


@compiled
def _cities(  # noqa: PLR0917 - compiled
    table: Tables, cities: Integers, start: Integers, prices: Floats, moves: int, hot: float, cold: float,
    soft: float, keep: int, seed: int,
) -> Any:  # fmt: skip  # noqa: ANN401 - typed by numba
    np.random.seed(seed)  # noqa: NPY002
    widest = 0
    for c in range(len(table.region)):
        widest = max(widest, table.first[c + 1] - table.first[c])
    owner = np.repeat(cities, keep)
    plans = np.full((len(owner), widest), -1)
    gains = np.full(len(owner), -np.inf)
    trial = start.copy()  # one work space: each city changes its own projects only
    for n in range(len(cities)):
        span = slice(n * keep, (n + 1) * keep)
        _one_city(table, cities[n], trial, prices, moves, hot, cold, soft, plans[span], gains[span])
    return owner, plans, gains


@compiled
def _one_city(  # noqa: PLR0917 - compiled
    table: Tables, city: int, trial: Integers, prices: Floats, moves: int, hot: float, cold: float,
    soft: float, plans: Integers, gains: Floats,
) -> None:  # fmt: skip
    """Search one city; the best plans seen are kept in order, each better than the last when found."""
    begin, end = table.first[city], table.first[city + 1]
    rows, years = width(table), table.budget.shape[1]
    flow, other = np.zeros((years + 1, rows)), np.zeros((years + 1, rows))
    sums = np.zeros((years, rows))
    use = np.zeros((4 + table.nation_pool.shape[0]) * years + 1)
    changed = np.zeros(end - begin + 1, dtype=np.int64)
    now = trial.copy()
    load(table, city, trial, flow)
    firm, firming = soft, (_VIOLATION / soft) ** (_COOLED / max(_FIRMED * moves, 1))
    _, worth, violation = _worth(table, city, trial, flow, sums, use, firm)
    gain = worth - charge(table, city, use, prices)
    # "now" is the plan at hand with its flows in "flow"; a move is tried in "trial" and "other", which take
    # their places when it is accepted and are put back when it is not: nothing is copied but what changed
    if violation == 0.0:
        gains[0] = gain
        plans[0, : end - begin] = now[begin:end]
    temperature, cooling = hot, (cold / hot) ** (_COOLED / max(moves, 1))
    for n in range(moves):
        if n % _COOLED == 0 and n > 0:
            temperature *= cooling
            firm = min(
                firm * firming, _VIOLATION
            )  # a higher price of violations: judge the plan at hand anew
            _, worth, _ = _worth(table, city, now, flow, sums, use, firm)
            gain = worth - charge(table, city, use, prices)
        if move(table, city, trial, changed) and _shift(table, now, trial, changed, flow, other):
            _, worth, violation = _worth(table, city, trial, other, sums, use, firm)
            new = worth - charge(table, city, use, prices)
            if new >= gain or np.random.random() < np.exp((new - gain) / temperature):  # noqa: NPY002
                gain = new
                _copy(trial, now, changed)
                flow, other = other, flow
                if violation == 0.0 and gain > gains[0] + 1e-9:
                    for k in range(len(gains) - 1, 0, -1):
                        gains[k], plans[k] = gains[k - 1], plans[k - 1]
                    gains[0] = gain
                    plans[0, : end - begin] = now[begin:end]
                continue
        _copy(now, trial, changed)


@inlined
def _shift(  # noqa: PLR0917 - compiled
    table: Tables, now: Integers, trial: Integers, changed: Integers, flow: Floats, other: Floats
) -> bool:
    """Fill the other flows with those after the changes from now to trial; say whether there are any."""
    is_new = False
    for n in range(1, changed[0] + 1):
        p = changed[n]
        if trial[p] != now[p]:
            if not is_new:
                for t in range(len(flow)):
                    for row in range(flow.shape[1]):
                        other[t, row] = flow[t, row]
                is_new = True
            if now[p] >= 0:
                place(table, other, p, now[p], -1.0)
            if trial[p] >= 0:
                place(table, other, p, trial[p], 1.0)
    return is_new


@inlined
def _copy(source: Integers, target: Integers, changed: Integers) -> None:
    """Copy the start years that a move changed."""
    for n in range(1, changed[0] + 1):
        target[changed[n]] = source[changed[n]]


@inlined
def _overuse(over: Floats, prices: Floats, capacity: Floats, margin: float) -> float:
    """Return the price of over-use when a share of every capacity is held back."""
    total = 0.0
    for r in range(len(over)):
        beyond = over[r] + margin * capacity[r]
        if beyond > 0.0:
            total += prices[r] * (beyond + (_STEP * 1e-2 + 1e-9) * capacity[r])
    return total


@compiled
def _kept(table: Tables, value: Floats, broken: Floats, over: Floats, capacity: Floats) -> float:
    """Return the worth of a plan that keeps every hard limit, regions that fall short charged."""
    hard = len(over) - len(table.regions)
    if broken.max() > 0.0 or (over[:hard] > _ROUNDING * np.maximum(capacity[:hard], 1.0)).any():
        return -np.inf
    return float(value.sum() - table.region_price * np.maximum(over[hard:], 0.0).sum())


@compiled
def _nation(  # noqa: C901, PLR0915, PLR0917 - the loop of the search, compiled
    table: Tables, start: Integers, training: Integers, prices: Floats, moves: int, hot: float, cold: float,
    soft: float, hard: float, margin: float, seed: int,
) -> Any:  # fmt: skip  # noqa: ANN401 - typed by numba
    np.random.seed(seed)  # noqa: NPY002
    cities, years = table.budget.shape
    occupations = table.nation_pool.shape[0]
    rows = width(table)
    uses = (4 + occupations) * years
    trial, now, training = start.copy(), start.copy(), training.copy()
    flow, other = np.zeros((cities, years + 1, rows)), np.zeros((years + 1, rows))
    sums, use = np.zeros((years, rows)), np.zeros((cities, uses + 1))
    worth, value, broken = np.zeros(cities), np.zeros(cities), np.zeros(cities)
    total, closing, new_use = np.zeros(uses), np.zeros(len(table.regions)), np.zeros(uses + 1)
    widest = 0
    for c in range(cities):
        widest = max(widest, table.first[c + 1] - table.first[c])
        load(table, c, start, flow[c])
        value[c], worth[c], broken[c] = _worth(table, c, start, flow[c], sums, use[c], _VIOLATION)
        total += use[c, :uses]
        closing[table.region[c]] += use[c, uses]
    changed = np.zeros(widest + 1, dtype=np.int64)
    new_total, new_closing = total.copy(), closing.copy()
    over = np.zeros(len(prices))
    capacity = np.concatenate((table.nation_budget, 0.0 * table.nation_budget, table.nation_pool.ravel()))
    capacity = np.concatenate((capacity, np.zeros(len(closing))))
    # rows without a capacity of their own get a size, by which a first bit of over-use is charged
    capacity[years : 2 * years] = table.foreign_share * table.nation_budget
    capacity[(2 + occupations) * years :] = 0.01 * cities
    excess(table, total, closing, training, over)
    over_price = _overuse(over, prices, capacity, margin)
    best_start, best_training = start.copy(), training.copy()
    best = _kept(table, value, broken, over, capacity)  # a plan to begin with is never lost
    c = 0
    temperature, cooling = hot, (cold / hot) ** (_COOLED / max(moves, 1))
    factor, hardening = soft, (hard / soft) ** (_COOLED / max(moves, 1))
    for n in range(moves):
        if n % _COOLED == 0 and n > 0:
            temperature *= cooling
            factor *= hardening
        if n % _KEPT == _KEPT - 1 or n == moves - 1:  # now and then only: it looks at every city
            excess(table, total, closing, training, over)
            kept = _kept(table, value, broken, over, capacity)
            if kept > best:
                best = kept
                best_start[:], best_training[:] = now, training
        if np.random.random() < _TRAIN and occupations > 0:  # noqa: NPY002
            k, t = np.random.randint(occupations), np.random.randint(years)  # noqa: NPY002
            old = training[k, t]
            # any number of units may be right at once: a step of one would have to pass through poorer ones
            training[k, t] = np.random.randint(table.training_most[k] + 1)  # noqa: NPY002
            excess(table, total, closing, training, over)
            new_price = _overuse(over, prices, capacity, margin)
            gain = factor * (over_price - new_price)
            if gain >= 0.0 or np.random.random() < np.exp(gain / temperature):  # noqa: NPY002
                over_price = new_price
            else:
                training[k, t] = old
            continue
        if n % _VISIT == 0:  # some moves in a row in one city, whose arrays are then at hand
            c = np.random.randint(cities)  # noqa: NPY002
        if move(table, c, trial, changed) and _shift(table, now, trial, changed, flow[c], other):
            new_value, new_worth, new_broken = _worth(table, c, trial, other, sums, new_use, _VIOLATION)
            for u in range(uses):
                new_total[u] = total[u] + new_use[u] - use[c, u]
            r = table.region[c]  # a city moves the closing of its own region only
            new_closing[r] = closing[r] + new_use[uses] - use[c, uses]
            excess(table, new_total, new_closing, training, over)
            new_price = _overuse(over, prices, capacity, margin)
            gain = new_worth - worth[c] - factor * (new_price - over_price)
            if gain >= 0.0 or np.random.random() < np.exp(gain / temperature):  # noqa: NPY002
                value[c], worth[c], broken[c], over_price = new_value, new_worth, new_broken, new_price
                flow[c], use[c] = other, new_use
                _copy(trial, now, changed)
                total, new_total = new_total, total
                closing[r] = new_closing[r]
                continue
            new_closing[r] = closing[r]
        _copy(now, trial, changed)
    return now, training, best_start, best_training, best
