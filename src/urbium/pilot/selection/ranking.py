r"""Ranking: applications in the order of their points, raw and without the severity of experts, side by side.

The points of expert e for application a are taken as
:math:`y_{ae} = \mu + \alpha_a + \beta_e + \varepsilon_{ae}` with effects of experts that sum to zero; least
squares give :math:`\mu + \alpha_a`, the adjusted points, where reviews link all applications.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_TAIL = 0.975


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an application stands; intervals are of 95%, None where they are not known.

    Parameters
    ----------
    application : its code
    reviews : how many judged it
    raw, raw_low, raw_high : mean of the points, 0 to 100
    raw_rank, raw_first, raw_last : 1 is best; the ranks that the intervals allow
    adjusted, adjusted_low, adjusted_high, adjusted_rank, adjusted_first, adjusted_last : the same without the
        severity of experts; None where reviews do not link the applications, or each has only one
    """

    application: str
    reviews: int
    raw: float
    raw_low: float | None
    raw_high: float | None
    raw_rank: int
    raw_first: int
    raw_last: int
    adjusted: float | None = None
    adjusted_low: float | None = None
    adjusted_high: float | None = None
    adjusted_rank: int | None = None
    adjusted_first: int | None = None
    adjusted_last: int | None = None


@dataclass(frozen=True, slots=True)
class Standings:
    """All applications by raw rank, and how much above the mean of all each expert scores.

    Parameters
    ----------
    rows : the applications
    severity : points above (generous) or below (severe) the others, by expert; empty where not adjusted
    is_linked : whether reviews link all applications, so that experts can be compared
    """

    rows: tuple[Standing, ...]
    severity: Mapping[str, float]
    is_linked: bool


def standings(points: Mapping[tuple[str, str], float]) -> Standings:
    """Rank applications by the points of their reviews.

    Parameters
    ----------
    points : 0 to 100 by application and expert

    >>> ranked = standings({("a", "x"): 80, ("a", "y"): 70, ("b", "x"): 60, ("b", "y"): 50})
    >>> [(row.application, row.raw, row.adjusted) for row in ranked.rows], ranked.severity["x"]
    ([('a', 75.0, 75.0), ('b', 55.0, 55.0)], 5.0)
    """
    applications = sorted({application for application, _ in points})
    experts = sorted({expert for _, expert in points})
    if not applications:
        return Standings((), {}, is_linked=True)
    rows = np.array([applications.index(application) for application, _ in points])
    columns = np.array([experts.index(expert) for _, expert in points])
    values = np.array(list(points.values()), dtype=np.float64)
    counts = np.bincount(rows)
    raw = np.bincount(rows, weights=values) / counts
    raw_half = _raw_half_widths(values - raw[rows], counts)
    fitted = _fit(rows, columns, values, len(applications), len(experts))
    is_linked = fitted is not None
    if counts.max() == 1:  # nothing shows how severe an expert is
        fitted = None
    raw_ranks = _ranks(raw, raw_half)
    adjusted_ranks = _ranks(fitted[0], fitted[1]) if fitted else None
    built = []
    for at, application in enumerate(applications):
        low, high = _ends(raw[at], raw_half, at)
        more: dict[str, float | int | None] = {}
        if fitted and adjusted_ranks:
            ends = _ends(fitted[0][at], fitted[1], at)
            more = {
                "adjusted": _rounded(fitted[0][at]), "adjusted_low": ends[0], "adjusted_high": ends[1],
                "adjusted_rank": adjusted_ranks[at][0], "adjusted_first": adjusted_ranks[at][1],
                "adjusted_last": adjusted_ranks[at][2],
            }  # fmt: skip
        built.append(
            Standing(
                application=application, reviews=int(counts[at]), raw=_rounded(raw[at]),
                raw_low=low, raw_high=high,
                raw_rank=raw_ranks[at][0], raw_first=raw_ranks[at][1], raw_last=raw_ranks[at][2],
                **more,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    ordered = tuple(sorted(built, key=lambda row: (row.raw_rank, row.application)))
    severity = dict(zip(experts, map(_rounded, fitted[2]), strict=True)) if fitted else {}
    return Standings(ordered, severity, is_linked=is_linked)


def _rounded(value: float) -> float:
    """Return points without the noise of sums, so that equal points are equal."""
    return round(float(value), 9)


def _raw_half_widths(residuals: Floats, counts: npt.NDArray[np.int64]) -> Floats | None:
    free = len(residuals) - len(counts)
    if free <= 0:
        return None
    spread = math.sqrt(float(np.sum(residuals**2)) / free)
    return np.asarray(_quantile(free) * spread / np.sqrt(counts), dtype=np.float64)


def _fit(
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    values: Floats,
    applications: int,
    experts: int,
) -> tuple[Floats, Floats | None, Floats] | None:
    """Return adjusted points, their half widths and the effects of experts; None where not all are linked."""
    number = len(values)
    design = np.zeros((number, applications + experts - 1))
    design[np.arange(number), rows] = 1
    for at in range(number):
        if columns[at] < experts - 1:
            design[at, applications + columns[at]] = 1
        else:
            design[at, applications:] = -1
    solved, _, found_rank, _ = np.linalg.lstsq(design, values, rcond=1e-9)
    solution, rank = np.asarray(solved, dtype=np.float64), int(found_rank)
    if rank < design.shape[1]:
        return None
    effects = np.asarray(
        np.append(solution[applications:], -np.sum(solution[applications:])), dtype=np.float64
    )
    free = number - rank
    if free <= 0:
        return solution[:applications], None, effects
    spread = float(np.sum((values - design @ solution) ** 2)) / free
    variances = np.diag(np.linalg.inv(design.T @ design))[:applications] * spread
    return (
        solution[:applications],
        np.asarray(_quantile(free) * np.sqrt(np.maximum(variances, 0.0)), dtype=np.float64),
        effects,
    )


def _quantile(free: int) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - heavy, and only when it is asked for

    return float(stdtrit(free, _TAIL))


def _ends(value: float, half: Floats | None, at: int) -> tuple[float | None, float | None]:
    return (None, None) if half is None else (float(value - half[at]), float(value + half[at]))


def _ranks(values: Floats, half: Floats | None) -> list[tuple[int, int, int]]:
    """Return rank, and the best and worst rank that the intervals allow; equal values share a rank."""
    rounded = np.round(values, 9)
    number = len(values)
    ranks = []
    for at in range(number):
        rank = 1 + int(np.sum(rounded > rounded[at]))
        if half is None:
            ranks.append((rank, 1, number))
            continue
        surely_better = int(np.sum(values - half > values[at] + half[at]))
        surely_worse = int(np.sum(values + half < values[at] - half[at]))
        ranks.append((rank, 1 + surely_better, number - surely_worse))
    return ranks


def smallest_change(
    ahead: Sequence[float], behind: Sequence[float], weights: Sequence[float]
) -> float | None:
    """Return how much weight must move between criteria until the one behind is level; None when never.

    Parameters
    ----------
    ahead, behind : mean scores by criterion, 0 to 100
    weights : shares that sum to 1, in the same order

    The least sum of what is taken away: it is taken first where the one ahead leads most, and given where it
    leads least, which solves this linear programme.

    >>> round(smallest_change([80, 40], [60, 60], [0.6, 0.4]), 9)
    0.1
    >>> smallest_change([80, 70], [60, 60], [0.5, 0.5]) is None
    True
    """
    lead = [one - other for one, other in zip(ahead, behind, strict=True)]
    gap = math.fsum(weight * one for weight, one in zip(weights, lead, strict=True))
    if gap <= 0:
        return 0.0
    least = min(range(len(lead)), key=lead.__getitem__)
    moved = 0.0
    for at in sorted(range(len(lead)), key=lead.__getitem__, reverse=True):
        gain = lead[at] - lead[least]
        if gain <= 0:
            return None
        part = min(weights[at], gap / gain)
        moved += part
        gap -= part * gain
        if gap <= 1e-12:  # noqa: PLR2004 - nothing is left
            return moved
    return None
