r"""Who pays in a city with start years fixed: compiled.

Own money first. Private partners pay where the other sources would not reach, then the rest of what they may
pay goes to the earliest years. What is left is *needed* from the nation and from abroad; foreign money is
free between what the nation may not pay (*forced*) and the funds' ceiling, and only its sum over the cities
matters, so it is settled once for all cities. What a set of sources may pay of each project adds up over a
city's projects to what the set may pay of the city (polymatroids: Edmonds 1970), so that no project needs
money of its own.

Where private and foreign money is repaid it lessens the city's own money of later years, and stands beside
operation in those after the plan; what nobody needs is then spread over all years. Foreign money counts up to
its ceiling, and of several funds the dearest counts: the rule never lets a plan through that has no split; it
may refuse one that has, when private money is scarce in two ways at once.
"""

import numpy as np

from urbium.plan.search.national.instance import Floats
from urbium.plan.search.national.layout import (
    BESIDES,
    FOREIGN,
    FOREIGN_NATIONAL,
    NATIONAL,
    OPERATED,
    OUTSIDE,
    PRIVATE,
    PRIVATE_NATIONAL,
    SPENT,
    STAFFED,
    Tables,
    inlined,
)

_RESERVE = 0.03
"""Share of a limit after the plan that is kept for money that must be drawn in later plan years."""


@inlined
def above(paid: float, most: float) -> float:
    """Return by what share of a limit more is paid in a year after the last; 0 when it is kept."""
    return (paid - most) / max(most, 1e-9) if paid - most > 1e-9 * max(most, 1.0) else 0.0


@inlined
def width(table: Tables) -> int:
    """Return how many rows flows have: those of a city, and what it repays by year, where it repays."""
    rows, years = _owed(table), table.budget.shape[1]
    return rows + 1 + (table.lasting.shape[1] + years - 1) // years if table.is_repaid else rows


@inlined
def pay(table: Tables, city: int, operation: float, sums: Floats, use: Floats) -> float:
    """Split a city's money by the rule; return what breaks a hard limit, as a share of a year's budget.

    Private and foreign money that nobody needs is taken all the same where it can be repaid, since it spares
    the nation's; where later years then lack money, it is left.
    """
    violation, freely = 0.0, 1.0
    while True:  # one place of the call, since the function is compiled into each
        violation = _split(table, city, operation, sums, use, freely)
        if violation <= 0.0 or freely <= 0.0 or not table.is_repaid:
            return violation
        freely = 0.5 if freely == 1.0 else 0.0
        for t in range(len(sums)):
            for row in range(_owed(table), sums.shape[1]):
                sums[t, row] = 0.0


@inlined
def _split(  # noqa: PLR0917 - compiled
    table: Tables, city: int, operation: float, sums: Floats, use: Floats, freely: float
) -> float:
    """Split a city's money; ``freely`` is the share that is taken of what nobody needs."""
    years, budget = len(sums), 0.0
    for t in range(years):
        budget += table.budget[city, t]
    left = np.inf if np.isinf(table.private_share) else table.private_share * budget
    # two passes: private money is limited over all years, so what later years cannot do without is set aside
    # before earlier years take of it; one pass from the first year on refused 32 of 100 good plans of cities
    violation = 0.0
    for t in range(years):  # what private partners must pay, because nobody else may
        gap, due, most, lack = _needed(table, city, sums, t)
        violation += max(0.0, lack)
        use[t], use[years + t], use[2 * years + t] = gap, due, most
        left -= due
        if table.is_repaid:
            use[3 * years + t] = _forced(table, sums, t, gap, due)
            _owe(table, sums, 0, t, due)
            _owe(table, sums, 1, t, use[3 * years + t])
    part = freely * _part(table, city, operation, sums, use) if table.is_repaid else 1.0
    for t in range(years):  # the rest of it, to the earliest years; where it is repaid, to all alike
        left, lack = _share_out(table, city, operation, sums, use, t, left, part, freely)
        violation += lack
    violation += max(0.0, -left)
    for t in range(years):
        violation += max(0.0, -_at_hand(table, city, sums, t))
    # as a share of a year's budget, so that a small city's breach weighs as much as a large one's; rounding
    # of sums that were kept up to date by differences is none
    violation = violation * years / max(budget, 1e-9) if violation > 1e-9 * max(budget, 1.0) else 0.0
    if table.is_repaid:
        for n in range(table.lasting.shape[1]):
            violation += above(_later(table, operation, sums, n), table.lasting[city, n])
    return violation


@inlined
def _share_out(  # noqa: PLR0917 - compiled
    table: Tables, city: int, operation: float, sums: Floats, use: Floats, t: int, left: float, part: float,
    freely: float,
) -> tuple[float, float]:  # fmt: skip
    """Settle a year's use; return what private money is left for later years, and what is lacking.

    ``part`` and ``freely`` are the shares that are taken of private and of foreign money that nobody needs.
    """
    years, now = len(sums), sums[t]
    gap, due, most, lack = use[t], use[years + t], use[2 * years + t], 0.0
    if table.is_repaid:  # what was taken before may leave less of the city's own than was thought at first
        gap, needed, most, lack = _needed(table, city, sums, t)
        left -= needed - due
        _owe(table, sums, 0, t, needed - due)
        due = needed
    more = min(part * max(most - due, 0.0), max(left, 0.0))
    if table.is_repaid:
        more = min(more, _room(table, city, operation, sums, 0, t))
        _owe(table, sums, 0, t, more)
    paid = due + more
    need = gap - paid
    ceiling = max(min(now[FOREIGN], now[OUTSIDE] - paid, need), 0.0)
    forced = _forced(table, sums, t, gap, paid)
    lack = max(lack, 0.0) + max(forced - ceiling, 0.0)
    if table.is_repaid:
        _owe(table, sums, 1, t, min(forced, ceiling) - use[3 * years + t])
        free = min(freely * max(ceiling - forced, 0.0), _room(table, city, operation, sums, 1, t))
        _owe(table, sums, 1, t, free)
        ceiling = min(ceiling, forced + free)
    use[t], use[years + t], use[3 * years + t] = need, ceiling, now[SPENT]
    use[2 * years + t] = min(forced, ceiling)
    return left - more, lack


@inlined
def _part(table: Tables, city: int, operation: float, sums: Floats, use: Floats) -> float:
    """Return which share of all private money that nobody needs can be repaid in the years after the plan."""
    years, part = len(sums), 1.0
    for n in range(table.lasting.shape[1]):
        service = 0.0
        for t in range(years):
            service += (use[2 * years + t] - use[years + t]) * table.repaid[0, t, years + n]
        left = (1.0 - _RESERVE) * table.lasting[city, n] - _later(table, operation, sums, n)
        if service > 0.0:
            part = min(part, max(left, 0.0) / service)
    return part


@inlined
def _at_hand(table: Tables, city: int, sums: Floats, t: int) -> float:
    """Return what operation and repayments leave of a year's budget; below 0 what they exceed it by."""
    left = table.budget[city, t] - sums[t, OPERATED]
    return float(left - sums[t, _owed(table)] if table.is_repaid else left)


@inlined
def _forced(table: Tables, sums: Floats, t: int, gap: float, paid: float) -> float:
    """Return what foreign money must pay of a gap, beside private money and what the nation may pay."""
    now = sums[t]
    nation = min(now[NATIONAL], table.national_share * now[SPENT], now[PRIVATE_NATIONAL] - paid)
    return float(max(gap - paid - nation, 0.0))


@inlined
def _owed(table: Tables) -> int:
    """Return the row of what is repaid in plan years; those of later years follow it."""
    return int(STAFFED + table.nation_pool.shape[0] + table.worth.shape[1])


@inlined
def _later(table: Tables, operation: float, sums: Floats, n: int) -> float:
    """Return operation and repayments of a year after the plan."""
    years = len(sums)
    return float(operation + sums[n % years, _owed(table) + 1 + n // years])


@inlined
def _needed(table: Tables, city: int, sums: Floats, t: int) -> tuple[float, float, float, float]:
    """Return what own money leaves open in a year, what private money must and may pay of it, what lacks."""
    now = sums[t]
    spent = now[SPENT]
    gap = min(max(spent - _at_hand(table, city, sums, t), 0.0), spent)
    beyond = gap - min(now[NATIONAL], table.national_share * spent)
    most = min(now[PRIVATE], gap)
    due = min(max(beyond - now[FOREIGN], gap - now[FOREIGN_NATIONAL], 0.0), most)
    lack = max(
        beyond - min(now[FOREIGN] + most, now[OUTSIDE]), gap - now[BESIDES],
        gap - now[PRIVATE_NATIONAL] - now[FOREIGN], gap - now[FOREIGN_NATIONAL] - most,
    )  # fmt: skip
    return gap, due, most, lack


@inlined
def _owe(table: Tables, sums: Floats, source: int, t: int, amount: float) -> None:
    """Add to what a city repays in later years what private (0) or foreign (1) money of a year costs."""
    years, owed = len(sums), _owed(table)
    if amount != 0.0:
        for year in range(t + 1, years):
            sums[year, owed] += amount * table.repaid[source, t, year]
        for n in range(table.lasting.shape[1]):
            sums[n % years, owed + 1 + n // years] += amount * table.repaid[source, t, years + n]


@inlined
def _room(  # noqa: PLR0917 - compiled
    table: Tables, city: int, operation: float, sums: Floats, source: int, t: int
) -> float:
    """Return how much more money of a source and year later years can repay, beside operation.

    A little is kept back after the plan: what is repaid in plan years may have to be drawn anew then.
    """
    years, room = len(sums), np.inf
    for year in range(t + 1, years):
        share = table.repaid[source, t, year]
        if share > 0.0:
            room = min(room, _at_hand(table, city, sums, year) / share)
    for n in range(table.lasting.shape[1]):
        share = table.repaid[source, t, years + n]
        if share > 0.0:
            left = (1.0 - _RESERVE) * table.lasting[city, n] - _later(table, operation, sums, n)
            room = min(room, left / share)
    return max(room, 0.0)
