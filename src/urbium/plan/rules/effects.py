"""Effects: no more of a gap is closed than the projects of a city attain (ADR 0031)."""

import numpy as np

from urbium.plan.rules.rule import Limit, Rule
from urbium.plan.variables import Integers, Variables
from urbium.plan.variables.rows import Part, Rows, rows_of
from urbium.text import coded


def attainment(lay: Variables) -> Rows:
    r"""No more is closed than projects attain.

    .. math:: \sum_s y_{cits} \le \sum_p \frac{v_{pi}}{R_{pi}} \sum_{j=0}^{R_{pi}-1} X_{p,t-d_p-l_{pi}-j}

    An effect comes in R equal steps, one a year; R = 1 is at once. Where years after the plan count, the last
    year has the mean of what is attained in it and in them, weighted as they count. The segments' widths end
    at the gap's ceiling; with falling slopes the concave worth needs no binaries (Charnes, Lemke 1954,
    *Minimization of non-linear separable convex functionals*).
    """
    project, gap, effect, wait = lay.links
    link, year = (axis.ravel() for axis in np.indices((len(gap), lay.years)))
    rows = np.arange(lay.gaps.height * lay.years).reshape(-1, lay.years)
    share = np.where(year == lay.years - 1, lay.late_steps[0], 1.0)
    parts: list[Part] = [
        (rows[:, :, None], lay.closing, 1.0),
        (gap[link] * lay.years + year, lay.by(project[link], year - wait[link]), -effect[link] * share),
        *(
            (rows[gap, -1], lay.by(project, lay.years - 1 + later - wait), -effect * lay.late_steps[later])
            for later in range(1, len(lay.late_steps))
        ),
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


def closed_in_full(lay: Variables) -> Rows:
    r"""In the last year all that is attained counts as closed, the steepest segment first.

    .. math:: y_s \ge w_s F_s, \; y_{s+1} \le w_{s+1} F_s, \; F_{s+1} \le F_s, \;
              \sum_s y_s \ge a - M F_S, \; M = \max(0, \bar a - \sum_s w_s)

    with :math:`a` what is attained, at most :math:`\bar a`. Only where a rule of parity would gain from
    closing less: elsewhere the objective closes all by itself (Williams, *Model Building in Mathematical
    Programming*, on piecewise linear functions).
    """
    measured, last = lay.measured, lay.years - 1
    segments, count = len(lay.slopes), len(lay.measured)
    project, gap, effect, wait = lay.links
    mine = np.isin(gap, measured)
    place = np.full(lay.gaps.height, -1)
    place[measured] = np.arange(count)
    reach = np.bincount(gap, effect, minlength=lay.gaps.height)[measured]
    width, closed = lay.widths[measured], lay.closing[measured, last]
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
        *(
            (all_of[place[gap[mine]]], lay.by(project[mine], last + later - wait[mine]), effect[mine] * share)
            for later, share in enumerate(lay.late_steps)
        ),
    ]  # fmt: skip
    return rows_of(
        "closed_in_full",
        parts,
        count=full.size + 2 * after.size + count,
        upper=0.0,
        labels=lambda: _labels_in_full(lay, measured, segments),
    )


def _labels_in_full(lay: Variables, measured: Integers, segments: int) -> list[str]:
    names = [f"{c}:{i}" for c, i in lay.gaps.select("city", "indicator").iter_rows()]
    heads = [names[int(g)] for g in measured]
    return [
        *(f"{head},{s + 1} full" for head in heads for s in range(segments)),
        *(f"{head},{s + 2} after" for head in heads for s in range(segments - 1)),
        *(f"{head},{s + 2} in turn" for head in heads for s in range(segments - 1)),
        *(f"{head},all" for head in heads),
    ]


RULE = Rule(
    (
        Limit("attainment", attainment, "worth", coded("plan.limit.attainment", "effect attained")),
        Limit(
            "closed_in_full",
            closed_in_full,
            "worth",
            coded("plan.limit.closed_in_full", "effect counted in full in the last year"),
            is_proof=False,
        ),
    ),
)
