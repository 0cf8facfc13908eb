r"""What start years are worth and what they use: compiled, for one city or for all.

With start years fixed, a city's closing of each indicator, its spending and its places follow by adding up.
Who pays is settled by the rule of :mod:`urbium.plan.search.national.paying`.

A city's *use* is one vector of (4 + K) T + 1 numbers: money needed by year, ceiling of foreign money, forced
foreign money, capital spent, places drawn from the national pool by occupation and year, closing in the last
year.
"""

from typing import Any, NamedTuple

import numpy as np

from urbium.plan.search.national.instance import Floats, Integers
from urbium.plan.search.national.layout import (
    OPERATED,
    SPENT,
    STAFFED,
    Tables,
    compiled,
    inlined,
)
from urbium.plan.search.national.paying import above, pay, width


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
    operation = sums[years - 1, OPERATED] + flow[years, OPERATED]
    violation = pay(table, city, operation, sums, use)
    violation += above(operation, table.upkeep[city])
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
    occupations = table.nation_pool.shape[0]
    value, violation, short = np.zeros(cities), np.zeros(cities), np.zeros(cities)
    use = np.zeros((cities, (4 + occupations) * years + 1))
    flow = np.zeros((years + 1, width(table)))
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
