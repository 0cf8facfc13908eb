r"""What start years are worth and what they use: compiled, for one city or for all.

With start years fixed, a city's closing of each indicator, its spending and its places follow by adding up.
Money is split by a rule. Own money first. Private partners pay where the other sources would not
reach, then the rest of what they may pay goes to the earliest years. What is left is *needed* from the nation
and from abroad; foreign money is free between what the nation may not pay (*forced*) and the funds' ceiling,
and only its sum over the cities matters, so it is settled once for all cities. What a set of sources may pay
of each project adds up over a city's projects to what the set may pay of the city (polymatroids: Edmonds
1970), so that no project needs money of its own.

The rule never lets a plan through that has no split; it may refuse one that has, when private money is
scarce in two ways at once.

A city's *use* is one vector of (4 + K) T + 1 numbers: money needed by year, ceiling of foreign money, forced
foreign money, capital spent, places drawn from the national pool by occupation and year, closing in the last
year. Compiled functions take :class:`Tables`; they check no bounds unless ``NUMBA_BOUNDSCHECK`` is set.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from urbium.plan.search.national.instance import Floats, Instance, Integers

__all__ = [
    "Evaluation", "Tables", "evaluate", "excess", "missed", "place", "rewarded", "score", "tables",
    "unfulfilled",
]  # fmt: skip

_Function = TypeVar("_Function", bound=Callable[..., Any])
_OPTIONS: dict[str, Any] = {
    "cache": True, "nogil": True, "error_model": "numpy", "fastmath": {"reassoc", "contract", "nsz"},
}  # fmt: skip
_INLINED: dict[str, Any] = {**_OPTIONS, "forceinline": True, "_nrt": False}
"""References are not counted, which each call would do for all the tables: it may make no array."""

(
    SPENT, PRIVATE, FOREIGN, NATIONAL, OUTSIDE, PRIVATE_NATIONAL, FOREIGN_NATIONAL, BESIDES, OPERATED,
    STAFFED,
) = range(10)  # fmt: skip
"""Rows of a city's flows, year by year; from STAFFED on occupations, then indicators."""


def compiled(function: _Function) -> _Function:
    """Compile a function and keep it on disk; the interpreter is free while it runs.

    It is compiled anew when its own file changes, not when that of a function inlined into it does: then
    delete what is kept in ``__pycache__``.
    """
    return cast(_Function, numba.njit(**_OPTIONS)(function))


def inlined(function: _Function) -> _Function:
    """Compile a function into its callers: a call would copy the tables' hundreds of words."""
    return cast(_Function, numba.njit(**_INLINED)(function))


class Tables(NamedTuple):
    """An instance laid out for compiled loops: links by project, group and standard as (where, what)."""

    first: Integers
    duration: Integers
    earliest: Integers
    latest: Integers
    rate: Floats  # (P, STAFFED): capital a year, what sets of sources may pay of it, operation
    need_at: Integers
    need_of: Integers
    need_lag: Integers
    before_at: Integers  # prerequisites of prerequisites too, last first
    before: Integers
    last_follower: Integers  # (P,) the project itself when nothing requires it
    effect_at: Integers
    effect_of: Integers
    effect: Floats  # of each of the years over which it comes
    effect_lag: Integers
    rollout: Integers
    staff_at: Integers
    staff_of: Integers
    staff: Floats
    staff_years: Integers  # of the same links: from the start on
    running: Floats
    teach_at: Integers
    teach_of: Integers
    teach: Floats
    group_of: Integers  # (P,), -1 for none
    group_at: Integers
    member: Integers
    standard_at: Integers  # by city
    deadline: Integers
    is_due: npt.NDArray[np.bool_]
    cover_at: Integers  # by standard
    cover: Integers
    wish_at: Integers  # by city
    wish_before: Integers
    wish_after: Integers
    wish_lag: Integers
    wish_price: Floats
    premium: Floats  # (P, T); (0, T) when there is none
    region: Integers
    regions: Integers
    budget: Floats
    upkeep: Floats
    pool: Floats
    worth: Floats
    weight: Floats
    ceiling: Floats
    least_closing: Floats
    nation_budget: Floats
    nation_pool: Floats
    training_cost: Floats
    training_places: Floats
    is_lent: npt.NDArray[np.bool_]  # (K,)
    year_weight: Floats
    late: Floats  # share of an effect in the last year that comes 0, 1 ... years after it
    spending_price: Floats
    slope: Floats  # (S,) of the segments of the worth of a closing
    width: Floats
    level: Floats  # closing at which each segment begins
    training_most: Integers
    training_lag: int
    teaching_lag: int
    national_share: float
    private_share: float
    foreign_share: float
    parity: float
    shortfall_price: float
    region_price: float
    hard_price: float  # of a hard limit broken, while searching


class Evaluation(NamedTuple):
    """Start years evaluated, by city.

    Parameters
    ----------
    value : (C,) worth, premiums added, shortfalls of standards and closing and unkept wishes charged
    violation : (C,) hard limits of money broken, as a share of a year's own budget, and one for each
        standard missed that is due; 0 when kept
    use : (C, (4 + K) T + 1) what is used of what the cities share
    short : (C,) standards missed and closing that is lacking, added up; 0 when there are none
    """

    value: Floats
    violation: Floats
    use: Floats
    short: Floats


def tables(instance: Instance) -> Tables:
    """Lay out an instance for the compiled functions; all arrays are copies, and so of one type for each."""
    p, c, n = instance.projects, instance.cities, instance.nation
    projects = len(p.city)
    need = instance.needs[np.argsort(instance.needs[:, 1], kind="stable")]
    covers = instance.covers
    order = np.argsort(instance.standards[:, 0], kind="stable")
    standards, rank = instance.standards[order], np.argsort(order)
    covers = covers[np.argsort(rank[covers[:, 0]], kind="stable")]
    groups, number = np.unique(instance.exclusive[:, 0], return_inverse=True)
    group_of = np.full(projects, -1)
    group_of[instance.exclusive[:, 1]] = number
    members = instance.exclusive[np.argsort(number, kind="stable"), 1]
    last = np.arange(projects)
    np.maximum.at(last, need[:, 0], need[:, 1])
    shares = (
        np.ones(projects), p.private, p.foreign, p.national, p.outside, p.private_national,
        p.foreign_national, p.besides,
    )  # fmt: skip
    rate = np.column_stack([*(p.cost / p.duration * share for share in shares), p.operation])
    before_at, before = _ancestors(need, projects)
    effect_at, effect_of, link = _sparse(p.effect)
    staff_at, staff_of, place_link = _sparse((p.staff > 0) | (p.running > 0))
    teach_at, teach_of, teach_link = _sparse(p.teaching)
    wish_city = p.city[instance.wishes[:, 1]]
    wish = np.argsort(wish_city, kind="stable")
    wishes = instance.wishes[wish]
    laid_out = Tables(
        first=instance.first, duration=p.duration, earliest=p.earliest, latest=p.latest, rate=rate,
        need_at=_starts(need[:, 1], projects), need_of=need[:, 0], need_lag=need[:, 2],
        before_at=before_at, before=before, last_follower=last,
        effect_at=effect_at, effect_of=effect_of, effect=p.effect[link] / p.rollout[link],
        effect_lag=p.effect_lag[link], rollout=p.rollout[link],
        staff_at=staff_at, staff_of=staff_of, staff=p.staff[place_link],
        staff_years=np.where(n.at_start[staff_of], 1, p.duration[place_link[0]]),
        running=p.running[place_link],
        teach_at=teach_at, teach_of=teach_of, teach=p.teaching[teach_link],
        group_of=group_of, group_at=_starts(np.sort(number), len(groups)), member=members,
        standard_at=_starts(standards[:, 0], instance.count), deadline=standards[:, 1],
        is_due=instance.is_due[order],
        cover_at=_starts(rank[covers[:, 0]], len(standards)), cover=covers[:, 1],
        wish_at=_starts(wish_city[wish], instance.count), wish_before=wishes[:, 0],
        wish_after=wishes[:, 1], wish_lag=wishes[:, 2], wish_price=instance.wish_price[wish],
        premium=p.premium if p.premium.any() else p.premium[:0],
        region=c.region, regions=instance.regions, budget=c.budget, upkeep=c.upkeep, pool=c.pool,
        worth=c.worth, weight=c.weight, ceiling=c.ceiling, least_closing=c.least_closing,
        nation_budget=n.budget, nation_pool=n.pool, training_cost=n.training_cost,
        training_places=n.training_places, is_lent=instance.is_lent, year_weight=n.year_weight, late=n.late,
        spending_price=n.spending_price, slope=n.slope, width=n.width,
        level=np.cumsum(n.width) - n.width, training_most=n.training_most,
        training_lag=int(n.training_lag), teaching_lag=int(n.teaching_lag),
        national_share=float(n.national_share), private_share=float(n.private_share),
        foreign_share=float(n.foreign_share), parity=float(n.parity),
        shortfall_price=float(n.shortfall_price), region_price=float(n.region_price),
        hard_price=float(max(n.shortfall_price, c.worth.sum(axis=1).max(initial=0.0))),
    )  # fmt: skip
    return Tables._make(np.array(e, order="C") if isinstance(e, np.ndarray) else e for e in laid_out)


def evaluate(table: Tables, start: Integers) -> Evaluation:
    """Evaluate start years of all cities.

    Parameters
    ----------
    start : (P,) start year of each project, -1 for never; prerequisites and exclusions are not looked at
    """
    return Evaluation(*_evaluate_all(table, np.asarray(start, dtype=np.int64)))


@inlined
def place(table: Tables, flow: Floats, project: int, start: int, sign: float) -> None:
    """Add a project that starts in a year to its city's flows; take it away with sign -1.

    Parameters
    ----------
    flow : (T + 1, rows) changes from the year before, so that a project touches few of them
    """
    years = len(flow) - 1
    end = start + table.duration[project]
    for row in range(OPERATED):
        rate = sign * table.rate[project, row]
        flow[start, row] += rate
        flow[end, row] -= rate
    flow[end, OPERATED] += sign * table.rate[project, OPERATED]
    for k in range(table.staff_at[project], table.staff_at[project + 1]):
        flow[start, STAFFED + table.staff_of[k]] += sign * table.staff[k]
        flow[start + table.staff_years[k], STAFFED + table.staff_of[k]] -= sign * table.staff[k]
        flow[end, STAFFED + table.staff_of[k]] += sign * table.running[k]
    since = min(end + table.teaching_lag, years)
    for k in range(table.teach_at[project], table.teach_at[project + 1]):
        flow[since, STAFFED + table.teach_of[k]] -= sign * table.teach[k]
    indicators = STAFFED + table.nation_pool.shape[0]
    for k in range(table.effect_at[project], table.effect_at[project + 1]):
        since = end + table.effect_lag[k]
        for year in range(since, since + table.rollout[k]):
            beyond = year - (years - 1)
            if beyond <= 0:
                flow[year, indicators + table.effect_of[k]] += sign * table.effect[k]
            elif beyond < table.late.shape[0]:
                flow[years - 1, indicators + table.effect_of[k]] += (
                    sign * table.effect[k] * table.late[beyond]
                )


@inlined
def score(  # noqa: C901 - one pass, compiled
    table: Tables, city: int, flow: Floats, sums: Floats, use: Floats
) -> tuple[float, float, float]:
    """Fill a city's use from its flows; return worth, hard violation and closing that is lacking.

    Parameters
    ----------
    sums : (T, rows) filled with the flows added up over the years
    """
    years, occupations, indicators = len(sums), table.nation_pool.shape[0], table.worth.shape[1]
    for row in range(sums.shape[1]):
        sums[0, row] = flow[0, row]
    for t in range(1, years):
        before, now, change = sums[t - 1], sums[t], flow[t]
        for row in range(len(now)):
            now[row] = before[row] + change[row]
    value, closing, base = 0.0, 0.0, STAFFED + occupations
    worth, weight, ceiling = table.worth[city], table.weight[city], table.ceiling[city]
    for t in range(years):
        reached, year_total = sums[t, base:], 0.0
        for i in range(indicators):
            reached[i] = min(reached[i], ceiling[i])
        for s in range(len(table.width)):
            level, width, total = table.level[s], table.width[s], 0.0
            for i in range(indicators):
                total += worth[i] * max(0.0, min(reached[i] - level, width))
            year_total += table.slope[s] * total
        value += table.year_weight[t] * year_total
        value -= table.spending_price[t] * (sums[t, SPENT] + sums[t, OPERATED])
    reached = sums[years - 1, base:]
    for s in range(len(table.width)):
        for i in range(indicators):
            closing += table.slope[s] * weight[i] * max(0.0, min(reached[i] - table.level[s], table.width[s]))
    violation = _money(table, city, sums, use) + _upkeep(table, city, flow, sums)
    for k in range(occupations):
        for t in range(years):
            drawn = max(0.0, sums[t, STAFFED + k] - table.pool[city, k, t])
            if not table.is_lent[k]:  # more than the city has, and nobody to lend it
                violation += drawn
                drawn = 0.0
            use[(4 + k) * years + t] = drawn
    use[(4 + occupations) * years] = closing
    return value, violation, max(0.0, table.least_closing[city] - closing)


@inlined
def _upkeep(table: Tables, city: int, flow: Floats, sums: Floats) -> float:
    """Return by what share of its limit the operation after the last year is above it; 0 when it is kept."""
    years, most = len(sums), table.upkeep[city]
    lasting = sums[years - 1, OPERATED] + flow[years, OPERATED]
    return (lasting - most) / max(most, 1e-9) if lasting - most > 1e-9 * max(most, 1.0) else 0.0


@inlined
def _money(table: Tables, city: int, sums: Floats, use: Floats) -> float:
    """Split a city's money by the rule; return what breaks a hard limit, as a share of a year's budget."""
    years, budget = len(sums), 0.0
    for t in range(years):
        budget += table.budget[city, t]
    left, violation = np.inf if np.isinf(table.private_share) else table.private_share * budget, 0.0
    # two passes: private money is limited over all years, so what later years cannot do without is set aside
    # before earlier years take of it; one pass from the first year on refused 32 of 100 good plans of cities
    for t in range(years):  # what private partners must pay, because nobody else may
        now = sums[t]
        spent = now[SPENT]
        at_hand = table.budget[city, t] - now[OPERATED]
        violation += max(0.0, -at_hand)
        gap = min(max(spent - at_hand, 0.0), spent)
        beyond = gap - min(now[NATIONAL], table.national_share * spent)
        most = min(now[PRIVATE], gap)
        due = min(max(beyond - now[FOREIGN], gap - now[FOREIGN_NATIONAL], 0.0), most)
        lack = max(
            beyond - min(now[FOREIGN] + most, now[OUTSIDE]), gap - now[BESIDES],
            gap - now[PRIVATE_NATIONAL] - now[FOREIGN], gap - now[FOREIGN_NATIONAL] - most,
        )  # fmt: skip
        violation += max(0.0, lack)
        use[t], use[years + t], use[2 * years + t] = gap, due, most
        left -= due
    violation += max(0.0, -left)
    left = max(left, 0.0)
    for t in range(years):  # the rest of it, to the earliest years
        now = sums[t]
        gap, due, most = use[t], use[years + t], use[2 * years + t]
        more = min(most - due, left)
        left -= more
        paid, spent = due + more, now[SPENT]
        need = gap - paid
        ceiling = max(min(now[FOREIGN], now[OUTSIDE] - paid, need), 0.0)
        nation = min(now[NATIONAL], table.national_share * spent, now[PRIVATE_NATIONAL] - paid)
        forced = max(need - nation, 0.0)
        violation += max(forced - ceiling, 0.0)
        use[t], use[years + t], use[3 * years + t] = need, ceiling, spent
        use[2 * years + t] = min(forced, ceiling)
    # as a share of a year's budget, so that a small city's breach weighs as much as a large one's; rounding
    # of sums that were kept up to date by differences is none
    return violation * years / max(budget, 1e-9) if violation > 1e-9 * max(budget, 1.0) else 0.0


@inlined
def missed(table: Tables, city: int, start: Integers) -> tuple[int, int]:
    """Count the standards a city misses with start years: those that may be missed, and those due."""
    count, due = 0, 0
    for s in range(table.standard_at[city], table.standard_at[city + 1]):
        is_met = False
        for k in range(table.cover_at[s], table.cover_at[s + 1]):
            p = table.cover[k]
            if start[p] >= 0 and start[p] + table.duration[p] <= table.deadline[s]:
                is_met = True
                break
        if not is_met and table.is_due[s]:
            due += 1
        elif not is_met:
            count += 1
    return count, due


@inlined
def unfulfilled(table: Tables, city: int, start: Integers) -> float:
    """Add up what a city loses by wishes that are not kept, with start years of all projects."""
    lost = 0.0
    for w in range(table.wish_at[city], table.wish_at[city + 1]):
        after, before = start[table.wish_after[w]], start[table.wish_before[w]]
        if after >= 0:
            ready = before + table.duration[table.wish_before[w]] + table.wish_lag[w]
            if before < 0 or ready > after:
                lost += table.wish_price[w]
    return lost


@inlined
def rewarded(table: Tables, city: int, start: Integers) -> float:
    """Add up a city's premiums, with start years of all projects."""
    total = 0.0
    if len(table.premium):
        for p in range(table.first[city], table.first[city + 1]):
            if start[p] >= 0:
                total += table.premium[p, start[p]]
    return total


@inlined
def excess(table: Tables, total: Floats, closing: Floats, training: Integers, over: Floats) -> None:
    """Fill by how much each coupling row is over-used; below 0 is what is left.

    Parameters
    ----------
    total : ((4 + K) T,) use of all cities
    closing : (R,) closings of the cities in the last year, added up by region
    training : (K, T) units
    over : ((2 + K) T + R,) filled: budgets, foreign shares, places, regions
    """
    years, occupations = len(table.nation_budget), table.nation_pool.shape[0]
    for t in range(years):
        need, ceiling, forced = total[t], total[years + t], total[2 * years + t]
        allowed = table.foreign_share * total[3 * years + t]
        # foreign money spares the nation's, so all that is allowed is taken, but never less than is forced:
        # then the row of foreign shares is over-used, not the budget
        paid = need - max(min(ceiling, allowed), forced)
        for k in range(occupations):
            paid += table.training_cost[k] * training[k, t]
        over[t] = paid - table.nation_budget[t]
        over[years + t] = forced - allowed
    for k in range(occupations):
        taught = 0.0
        for t in range(years):
            if t >= table.training_lag:
                taught += table.training_places[k] * training[k, t - table.training_lag]
            over[(2 + k) * years + t] = total[(4 + k) * years + t] - table.nation_pool[k, t] - taught
    whole = table.parity * closing.sum()
    for r in range(len(closing)):
        over[(2 + occupations) * years + r] = whole - len(table.region) / table.regions[r] * closing[r]


@inlined
def load(table: Tables, city: int, start: Integers, flow: Floats) -> None:
    """Fill a city's flows from start years of all projects."""
    flow[:] = 0.0
    for p in range(table.first[city], table.first[city + 1]):
        if start[p] >= 0:
            place(table, flow, p, start[p], 1.0)


@compiled
def _evaluate_all(table: Tables, start: Integers) -> Any:  # noqa: ANN401 - typed by numba
    cities, years = table.budget.shape
    occupations, indicators = table.nation_pool.shape[0], table.worth.shape[1]
    value, violation, short = np.zeros(cities), np.zeros(cities), np.zeros(cities)
    use = np.zeros((cities, (4 + occupations) * years + 1))
    flow = np.zeros((years + 1, STAFFED + occupations + indicators))
    sums = np.zeros((years, flow.shape[1]))
    for c in range(cities):
        load(table, c, start, flow)
        value[c], violation[c], lack = score(table, c, flow, sums, use[c])
        standards, due = missed(table, c, start)
        violation[c] += due
        short[c] = standards + lack
        value[c] += rewarded(table, c, start) - unfulfilled(table, c, start)
        value[c] -= table.shortfall_price * short[c]
    return value, violation, use, short


def _starts(sorted_key: Integers, count: int) -> Integers:
    return np.searchsorted(sorted_key, np.arange(count + 1)).astype(np.int64)


def _sparse(matrix: Any) -> tuple[Integers, Integers, tuple[Any, Any]]:  # noqa: ANN401 - of numbers or truths
    """Return where each row's entries begin, their columns, and how to read them from such a matrix."""
    row, column = np.nonzero(matrix)
    return _starts(row, len(matrix)), column.astype(np.int64), (row, column)


def _ancestors(need: Integers, projects: int) -> tuple[Integers, Integers]:
    """Return each project's prerequisites and theirs, last first."""
    ancestors: list[set[int]] = [set() for _ in range(projects)]
    for before, after, _ in need.tolist():  # ordered by after, and what is before stands before
        ancestors[after] |= {before} | ancestors[before]
    counts = np.cumsum([0, *(len(of_project) for of_project in ancestors)])
    flat = [q for of_project in ancestors for q in sorted(of_project, reverse=True)]
    return counts.astype(np.int64), np.array(flat, dtype=np.int64)
