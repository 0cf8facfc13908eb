"""What projects do: what is closed, and what is promised to cities and regions."""

import numpy as np

from urbium.plan.variables import Integers, Layout
from urbium.plan.variables.rows import Part, Rows, rows_of

__all__ = ["attainment", "closed_in_full", "least_closing", "parity", "standard"]


def attainment(lay: Layout) -> Rows:
    r"""No more is closed than projects attain.

    .. math:: \sum_s y_{cits} \le \sum_p \frac{v_{pi}}{R_{pi}} \sum_{j=0}^{R_{pi}-1} X_{p,t-d_p-l_{pi}-j}

    An effect comes in R equal steps, one a year; R = 1 is at once. The segments' widths end at the gap's
    ceiling; with falling slopes the concave worth needs no binaries (Charnes, Lemke 1954, *Minimization of
    non-linear separable convex functionals*).
    """
    project, gap, effect, wait = lay.links
    link, year = (axis.ravel() for axis in np.indices((len(gap), lay.years)))
    rows = np.arange(lay.gaps.height * lay.years).reshape(-1, lay.years)
    parts: list[Part] = [
        (rows[:, :, None], lay.closing, 1.0),
        (gap[link] * lay.years + year, lay.by(project[link], year - wait[link]), -effect[link]),
    ]
    return rows_of(
        "attainment",
        parts,
        count=rows.size,
        upper=0.0,
        labels=lambda: lay.year_labels(
            [f"{c}:{i}" for c, i in lay.gaps.select("city", "indicator").iter_rows()]
        ),
    )


def closed_in_full(lay: Layout) -> Rows:
    r"""In the last year all that is attained counts as closed, the steepest segment first.

    .. math:: y_s \ge w_s F_s, \; y_{s+1} \le w_{s+1} F_s, \; F_{s+1} \le F_s, \;
              \sum_s y_s \ge a - M F_S, \; M = \max(0, \bar a - \sum_s w_s)

    with :math:`a` what is attained, at most :math:`\bar a`. Only where a rule of parity would gain from
    closing less: elsewhere the objective closes all by itself (Williams, *Model Building in Mathematical
    Programming*, on piecewise linear functions).
    """
    own, last = lay.measured, lay.years - 1
    segments, count = len(lay.slopes), len(lay.measured)
    project, gap, effect, wait = lay.links
    mine = np.isin(gap, own)
    place = np.full(lay.gaps.height, -1)
    place[own] = np.arange(count)
    reach = np.bincount(gap, effect, minlength=lay.gaps.height)[own]
    width, closed = lay.widths[own], lay.closing[own, last]
    full = np.arange(count * segments).reshape(count, segments)
    after = full.size + np.arange(count * (segments - 1)).reshape(count, segments - 1)
    chain = after + after.size
    all_of = full.size + 2 * after.size + np.arange(count)
    parts: list[Part] = [
        (full, closed, -1.0), (full, lay.filled, width),
        (after, closed[:, 1:], 1.0), (after, lay.filled[:, :-1], -width[:, 1:]),
        (chain, lay.filled[:, 1:], 1.0), (chain, lay.filled[:, :-1], -1.0),
        (all_of[:, None], closed, -1.0),
        (all_of, lay.filled[:, -1], -np.maximum(reach - width.sum(axis=1), 0.0)),
        (all_of[place[gap[mine]]][:, None], lay.by(project[mine], last - wait[mine])[:, None],
         effect[mine][:, None]),
    ]  # fmt: skip
    return rows_of(
        "closed_in_full",
        parts,
        count=full.size + 2 * after.size + count,
        upper=0.0,
        labels=lambda: _labels_in_full(lay, own, segments),
    )


def _labels_in_full(lay: Layout, own: Integers, segments: int) -> list[str]:
    names = [f"{c}:{i}" for c, i in lay.gaps.select("city", "indicator").iter_rows()]
    heads = [names[int(g)] for g in own]
    return [
        *(f"{head},{s + 1} full" for head in heads for s in range(segments)),
        *(f"{head},{s + 2} after" for head in heads for s in range(segments - 1)),
        *(f"{head},{s + 2} in turn" for head in heads for s in range(segments - 1)),
        *(f"{head},all" for head in heads),
    ]


def standard(lay: Layout) -> Rows:
    r"""A covering project is finished by the end of the deadline year D, or the standard S is missed.

    .. math:: \sum_{p \in S} X_{p,D-d_p+1} + m_S \ge 1

    The objective loses the shortfall price for each standard missed.
    """
    road = lay.roadmap
    number = {name: k for k, name in enumerate(road.standards["standard"])}
    row = np.array([number[name] for name in road.covers["standard"]], dtype=np.int64)
    project = lay.numbers(road.covers["project"])
    deadline = (road.standards["deadline"].to_numpy() - road.years[0]).astype(np.int64)
    year = deadline[row] - lay.build[project] + 1 if len(row) else row
    parts: list[Part] = [
        (row, lay.by(project, year), 1.0),
        (np.arange(len(number)), lay.missed, 1.0),
    ]
    return rows_of("standard", parts, count=len(number), lower=1.0, labels=lambda: list(number))


def least_closing(lay: Layout) -> Rows:
    r"""A city's closing in the last year T is at least the share s of rule r, or less at a price.

    .. math:: \sum_i \lambda_{ci} \sum_s q_s y_{ciTs} + l_r \ge s, \quad
              \lambda_{ci} = \frac{w_i n_{ci}}{\sum_j w_j n_{cj}}

    with indicator weights w, needs n and slopes q. Compare Young, *Equity*, on guaranteed minima.
    """
    rule, city, share = lay.least_closing
    of_gap = lay.city_number(lay.gaps["city"])
    parts: list[Part] = [(np.arange(len(rule)), lay.lacking[rule], 1.0)]
    for row, own in enumerate(city):
        gaps = np.flatnonzero(of_gap == own)
        worth = lay.closing_share[gaps, None] * lay.slopes
        parts.append((row, lay.closing[gaps, lay.years - 1], worth))
    names = lay.roadmap.cities["city"]
    return rows_of(
        "least_closing", parts, count=len(rule), lower=share, labels=lambda: [names[int(c)] for c in city]
    )


def parity(lay: Layout) -> Rows:
    r"""The mean closing of a region R is at least a share s of the mean of all cities C, or less at a price.

    .. math:: \frac{s}{|C|} \sum_{c \in C} K_c - \frac{1}{|R|} \sum_{c \in R} K_c - l_r \le 0

    with :math:`K_c` the closing of city c in the last year, as in :func:`least_closing`.
    """
    rule, weight = lay.parity
    of_gap = lay.city_number(lay.gaps["city"])
    worth = (weight[:, of_gap] * lay.closing_share)[:, :, None] * lay.slopes
    parts: list[Part] = [
        (np.arange(len(rule)), lay.lacking[rule], -1.0),
        (np.arange(len(rule))[:, None, None], lay.closing[None, :, lay.years - 1], worth),
    ]
    places = [lay.roadmap.fairness["place"][int(k)] for k in rule]
    return rows_of("parity", parts, count=len(rule), upper=0.0, labels=lambda: places)
