"""Who is needed, and where they come from."""

import numpy as np

from urbium.plan.variables import Layout
from urbium.plan.variables.rows import Part, Rows, rows_of

__all__ = ["people", "people_of_nation"]


def people(lay: Layout) -> Rows:
    r"""A city needs no more of an occupation k than its pool, what it teaches and what the nation lends.

    .. math:: \sum_p b_{pk} (X_{pt} - X_{p,t-d_p}) + r_{pk} X_{p,t-d_p}
              \le Q_{ckt} + \sum_p e_{pk} X_{p,t-d_p-l_p} + h_{ckt}

    with b places while building, r while running, and e taught from l years after completion on. What is
    under way in each period: Pritsker, Watters, Wolfe 1969, *Multiproject scheduling with limited resources*.
    """
    pair, year, column, amount = lay.staffing
    rows = np.arange(len(lay.staffed) * lay.years).reshape(-1, lay.years)
    parts: list[Part] = [
        (rows[pair, year] if len(pair) else pair, column, amount),
        (rows[lay.lent] if len(lay.lent) else rows[:0], lay.draws, -1.0),
    ]
    code = lay.roadmap.cities["city"]
    return rows_of(
        "people",
        parts,
        count=rows.size,
        upper=lay.own_places.ravel(),
        labels=lambda: lay.year_labels([f"{code[city]},{occupation}" for city, occupation in lay.staffed]),
    )


def people_of_nation(lay: Layout) -> Rows:
    r"""The nation lends no more of an occupation k than its pool and those it trained.

    .. math:: \sum_c h_{ckt} \le Q_{kt} + a_k \sum_{u \le t - l_k} z_{ku}

    Units of training z are whole numbers between 0 and the most of a year; each adds a places after l years.
    """
    number = {occupation: k for k, occupation in enumerate(lay.occupations)}
    rows = np.arange(len(number) * lay.years).reshape(-1, lay.years)
    drawn = np.array([number[lay.staffed[int(k)][1]] for k in lay.lent], dtype=np.int64)
    parts: list[Part] = [(rows[drawn] if len(drawn) else rows[:0], lay.draws, 1.0)]
    for unit, occupation in enumerate(lay.roadmap.training["occupation"]):
        if occupation in number:
            own = rows[number[occupation]]
            parts.append((own[None, :], lay.training[unit][:, None], -lay.trained[unit]))
    return rows_of(
        "people_of_nation",
        parts,
        count=rows.size,
        upper=lay.lent_places.ravel(),
        labels=lambda: lay.year_labels(lay.occupations),
    )
