r"""Cuts that tighten a city's relaxation: mixed-integer rounding of its rows of places, money and closings.

In the relaxation a project may start a little in each of several years, and so fit its demand for places and
money to what is there. Whether a project is *under way* in a year is 0 or 1; rows written in these,

.. math:: \sum_j c_j a_j - s \le b, \quad a_j \in \{0, 1\}, \; s \ge 0,

give, with the :math:`a_j` near one complemented and all divided by :math:`\delta`,

.. math:: \sum_j F(c_j / \delta) a_j - \frac{s}{\delta (1 - f)} \le \lfloor b / \delta \rfloor, \quad
    F(c) = \lfloor c \rfloor + \frac{\max(0, c - \lfloor c \rfloor - f)}{1 - f}, \;
    f = b / \delta - \lfloor b / \delta \rfloor

(Marchand and Wolsey 2001, *Aggregation and mixed integer rounding to solve MIPs*). They hold at any prices,
so they are found once and kept.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from urbium.plan.search.national.city_model import FOREIGN, NATION, PRIVATE, CityVariables
from urbium.plan.search.national.instance import Floats, Integers
from urbium.plan.search.national.layout import compiled

_WINDOW = 2
"""Years that rows of places are also added up over."""
_VIOLATION = 1e-3
"""Least violation of a cut, divided by its length."""


@dataclass(frozen=True)
class CutSource:
    """Rows of a city written in zero-one items and one continuous slack each.

    Parameters
    ----------
    at : (M + 1,) where each row's items begin
    coefficient, plus, minus : (items,) an item is the column ``plus`` less the column ``minus`` (-1: nothing)
    slack : (M, columns) with ``constant`` the slack s at least 0 in each row
    limit : (M,) b
    """

    at: Integers
    coefficient: Floats
    plus: Integers
    minus: Integers
    slack: sp.csr_matrix
    constant: Floats
    limit: Floats


def sources(lay: CityVariables) -> CutSource:
    """Return the rows of a city that cuts are made from."""
    rows = _Collected()
    _places(lay, rows)
    _payments(lay, rows)
    _closings(lay, rows)
    return rows.source(int(lay.columns))


class _Collected:
    """Rows collected: items as (row, coefficient, plus, minus), slack as (row, column, value)."""

    def __init__(self) -> None:
        self.items: list[tuple[Integers, Floats, Integers, Integers]] = []
        self.slack: list[tuple[Integers, Integers, Floats]] = []
        self.constant: list[Floats] = []
        self.limit: list[Floats] = []
        self.count = 0

    def open(self, limit: Floats, constant: float = 0.0) -> Integers:
        """Open rows with limits; return their numbers."""
        rows = np.arange(self.count, self.count + len(limit))
        self.count += len(limit)
        self.limit.append(limit)
        self.constant.append(np.full(len(limit), constant))
        return rows

    def put(
        self, row: Integers, coefficient: Floats | float, plus: Integers, minus: Integers | int = -1
    ) -> None:
        """Add items; those that cannot be are left out."""
        parts = [part.ravel() for part in np.broadcast_arrays(row, coefficient, plus, minus)]
        keep = (parts[2] >= 0) & (parts[1] != 0)
        self.items.append(tuple(part[keep] for part in parts))

    def less(self, row: Integers, column: Integers, value: float = 1.0) -> None:
        """Add columns to the slack."""
        self.slack.append(tuple(part.ravel() for part in np.broadcast_arrays(row, column, value)))  # type: ignore[arg-type]

    def source(self, columns: int) -> CutSource:
        """Return all rows."""
        row, coefficient, plus, minus = (np.concatenate(parts) for parts in zip(*self.items, strict=True))
        order = np.argsort(row, kind="stable")
        at = np.searchsorted(row[order], np.arange(self.count + 1))
        where, column, value = (np.concatenate(parts) for parts in zip(*self.slack, strict=True))
        slack = sp.csr_matrix((value, (where, column)), shape=(self.count, columns))
        return CutSource(
            at, coefficient[order].astype(float), plus[order], minus[order], slack,
            np.concatenate(self.constant), np.concatenate(self.limit),
        )  # fmt: skip


def _places(lay: CityVariables, rows: _Collected) -> None:
    """Places of projects under way, less those taught, are within the pool and what is drawn.

    Rows of several years in a row, too: a project that is under way in one of them mostly is in the next, so
    that their sum rounds to more than each by itself.
    """
    pool = lay.instance.cities.pool[lay.city]
    for length in range(1, _WINDOW + 1):
        first = np.arange(lay.years - length + 1)
        for k in range(len(pool)):
            row = rows.open(sum(pool[k, first + n] for n in range(length)))
            for n in range(length):
                year = first + n
                rows.less(row, lay.draws()[k, year])
                j = np.flatnonzero(lay.staff[:, k])[:, None]
                done = lay.by(j, year - lay.staff_years[j, k])
                rows.put(row, lay.staff[j, k], lay.by(j, year), done)
                j = np.flatnonzero(lay.running[:, k])[:, None]
                rows.put(row, lay.running[j, k], lay.by(j, year - lay.duration[j]))
                j = np.flatnonzero(lay.teaching[:, k])[:, None]
                since = lay.duration[j] + lay.instance.nation.teaching_lag
                rows.put(row, -lay.teaching[j, k], lay.by(j, year - since))


def _payments(lay: CityVariables, rows: _Collected) -> None:
    """What projects cost beyond what a source may pay of each is paid by the city and the other sources."""
    budget = lay.instance.cities.budget[lay.city]
    besides = {NATION, PRIVATE, FOREIGN}
    j, year = np.arange(lay.size)[:, None], np.arange(lay.years)
    done = lay.by(j, year - lay.duration[j])
    nobody: tuple[Floats, tuple[int, ...]] = (np.zeros(lay.size), ())
    for share, sources in (nobody, *lay.shares.values()):
        row = rows.open(budget)
        rows.put(row, (lay.rate * (1 - share))[j], lay.by(j, year), done)
        rows.put(row, lay.operation[j], done)
        for other in sorted(besides.difference(sources)):
            rows.less(row, lay.source(other))


def _closings(lay: CityVariables, rows: _Collected) -> None:
    """The first segments of a closing hold no more than finished projects bring, nor than their width."""
    level = np.cumsum(lay.width, axis=1)
    segments = lay.closing()
    _, indicator, column, rise = lay.parts_of_effects()
    for i in range(lay.instance.indicators):
        of_it = indicator == i
        if of_it.any():
            for s, full in enumerate(level[i]):
                row = rows.open(np.full(lay.years, -full), full)
                rows.put(row, -rise[of_it], column[of_it])
                rows.less(row[:, None], segments[i, :, : s + 1], -1.0)


def separate(source: CutSource, x: Floats) -> tuple[sp.csr_matrix, Floats]:
    """Return cuts (rows, columns) and their upper limits that values of the columns violate.

    An item is "under way", the difference of two columns "started by" (``plus`` - ``minus``); cuts are found
    in items and written back in columns.
    """
    slack = source.slack @ x + source.constant
    padded = np.append(x, 0.0)
    item = padded[source.plus] - padded[source.minus]
    which, weight, share, upper = _round(
        source.at, source.coefficient, np.clip(item, 0.0, 1.0), np.maximum(slack, 0.0), source.limit
    )
    count = len(which)
    width = source.at[which + 1] - source.at[which]
    row = np.repeat(np.arange(count), width)
    items = np.concatenate([np.arange(source.at[r], source.at[r + 1]) for r in which]) if count else which
    entries = [
        sp.csr_matrix((sign * weight[plus >= 0], (row[plus >= 0], plus[plus >= 0])), shape=(count, len(x)))
        for sign, plus in ((1.0, source.plus[items]), (-1.0, source.minus[items]))
    ]
    cuts = entries[0] + entries[1] - sp.diags(share) @ source.slack[which]
    return cuts.tocsr(), upper + share * source.constant[which]


@compiled
def _round(  # noqa: C901 - compiled
    at: Integers, coefficient: Floats, item: Floats, slack: Floats, limit: Floats
) -> Any:  # noqa: ANN401
    """Find each row's divisor whose cut is violated most; return rows, weights, slack shares, limits."""
    rows = len(limit)
    which, share, upper = np.zeros(rows, np.int64), np.zeros(rows), np.zeros(rows)
    weight = np.zeros(len(coefficient))
    count, filled = 0, 0
    for r in range(rows):
        begin, end = at[r], at[r + 1]
        base = limit[r]
        for n in range(begin, end):
            if item[n] > 0.5:  # noqa: PLR2004 - complemented
                base -= coefficient[n]
        best, best_divisor = _VIOLATION, 0.0
        for n in range(begin, end):
            if item[n] > 1e-6 and item[n] < 1 - 1e-6:  # noqa: PLR2004
                # divisors: coefficients of fractional items (only these make an item's rounding tight), and
                # parts of them, which round the others less coarsely
                for part in (1.0, 0.5, 0.25):
                    divisor = abs(coefficient[n]) * part
                    violation = _violation(begin, end, coefficient, item, slack[r], base, divisor)
                    if violation > best:
                        best, best_divisor = violation, divisor
        if best_divisor > 0.0:
            low = np.floor(base / best_divisor)
            f = base / best_divisor - low
            which[count], share[count] = r, 1.0 / (best_divisor * (1.0 - f))
            upper[count] = low
            for n in range(begin, end):
                w = _weight(coefficient[n], item[n], best_divisor, f)
                if item[n] > 0.5:  # noqa: PLR2004
                    upper[count] -= w
                    w = -w
                weight[filled] = w
                filled += 1
            count += 1
    return which[:count], weight[:filled], share[:count], upper[:count]


@compiled
def _weight(coefficient: float, item: float, divisor: float, f: float) -> float:
    """Round a coefficient, complemented where the item is near one."""
    c = coefficient / divisor if item <= 0.5 else -coefficient / divisor  # noqa: PLR2004
    low = np.floor(c + 1e-12)
    return float(low + max(0.0, c - low - f) / (1.0 - f))


@compiled
def _violation(  # noqa: PLR0917 - compiled
    begin: int, end: int, coefficient: Floats, item: Floats, slack: float, base: float, divisor: float
) -> float:
    """Return the violation of the cut of a divisor, divided by its length."""
    low = np.floor(base / divisor)
    f = base / divisor - low
    if f < 0.01 or f > 0.99:  # noqa: PLR2004 - cuts of bad numbers
        return 0.0
    share = 1.0 / (divisor * (1.0 - f))
    left, norm = -slack * share - low, share * share
    for n in range(begin, end):
        w = _weight(coefficient[n], item[n], divisor, f)
        left += w * (item[n] if item[n] <= 0.5 else 1.0 - item[n])  # noqa: PLR2004
        norm += w * w
    return float(left / np.sqrt(norm))
