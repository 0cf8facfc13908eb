r"""Hierarchy: cities, other urban, rural and nation add up, in every path and every year (ADR 0056).

In: the change in logs that makes base forecasts add up, so that no place is emptied; a nation or an urban
total that is held fixed. Not in: where the base forecasts come from (:mod:`.urbanisation`), and which city
may be a part of the urban population (:mod:`.reconciliation`).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import Fault, counted, refuse
from urbium.forecast.paths import Floats
from urbium.text import coded, text

PLACES = ("other urban", "rural", "urban", "nation")
"""The places beside the cities, by the words that tables use."""

HOLDABLE = ("urban", "nation")
"""Sums that may be held fixed."""

_STEPS: Final = 80
_CLOSED: Final = 1e-13
_LONGEST: Final = 3.0
_FAINT: Final = 1e-9
_LEAST, _MOST = 0.1, 2.5
_FARTHEST: Final = 600.0  # its exponential is a number


@dataclass(frozen=True, slots=True)
class BaseForecasts:
    """Persons in the parts of a nation in P futures: nation = urban + rural, urban = cities + other.

    Attributes
    ----------
    cities : (C, Y, P) array
    other, rural, urban, nation : (Y, P) arrays
    """

    cities: NDArray[np.floating]
    other: NDArray[np.floating]
    rural: NDArray[np.floating]
    urban: NDArray[np.floating]
    nation: NDArray[np.floating]

    def gaps(self) -> tuple[Floats, Floats]:
        """Return by how much the urban population and the nation exceed the sums of their parts, (Y, P)."""
        inner = self.urban - self.cities.sum(axis=0, dtype=np.float64) - self.other
        return np.asarray(inner), np.asarray(self.nation - self.urban - self.rural)


def reconcile(base: BaseForecasts, *, hold: Collection[str] = ("nation",)) -> BaseForecasts:
    r"""Return futures near to ``base`` that add up in every path; who has people keeps some.

    Each part of a sum moves in logs by its load times one price, and the sum the other way:

    .. math::
        y_i = \hat y_i\,e^{w_i\lambda}, \qquad U = N\,\sigma(\operatorname{logit}(\hat U/N) - w_U\lambda),
        \qquad \sum_i y_i = U,
        \qquad w_i = \operatorname{cov}(\log\hat y_i, \log\sum_j\hat y_j)

    In the linear case that is minimum trace reconciliation of logs: the loads are the covariances of each
    place with the gap, so cities that err together share a gap together, in proportion to their own
    uncertainty. With loads that are variances it minimises the Kullback-Leibler divergence weighted by
    them; with loads that are alike it is proportional scaling. The equation for :math:`\lambda` is convex
    and rises in every path, so there is one answer for any positive forecasts. First the urban and the rural
    population are closed to the nation, then the cities and other urban to the urban population, which
    keeps below the nation.

    Parameters
    ----------
    base : futures that need not add up; places of no people stay without
    hold : sums that stay as they are (``urban``, ``nation``)

    Raises
    ------
    InputError : shapes that do not fit, figures that are no numbers or below zero, a sum of people without
        parts that have any, a held urban population that is not below the held nation, sums to hold that are
        not known here; every fault is named

    References
    ----------
    Wickramasuriya, Athanasopoulos, Hyndman: *Optimal Forecast Reconciliation for Hierarchical and Grouped
    Time Series Through Trace Minimization* (2019). Panagiotelis, Gamakumara, Athanasopoulos, Hyndman:
    *Probabilistic forecast reconciliation* (2023), for paths. Deville, Särndal: *Calibration Estimators in
    Survey Sampling* (1992), for multiplicative adjustment.

    >>> city, town = np.array([[[60.0, 62.0]]]), np.array([[30.0, 29.0]])
    >>> settled = reconcile(BaseForecasts(city, town, town / 3, 3 * town, 4 * town))
    >>> bool(np.allclose(settled.cities[0] + settled.other + settled.rural, 4 * town))
    True
    """
    faults = list(_faults(base, hold)) or list(_sum_faults(base, hold))
    refuse(
        faults,
        "reconciliation",
        coded(
            "forecast.nation.base_faults",
            "the forecasts cannot be reconciled: {faults}",
            faults=counted(faults),
        ),
    )
    cities = np.empty(base.cities.shape)
    beside = np.empty((len(PLACES), *base.nation.shape))
    held = frozenset(hold)
    for at in range(len(base.nation)):
        other, rural, urban, nation = (
            np.asarray(values[at], dtype=np.float64)
            for values in (base.other, base.rural, base.urban, base.nation)
        )
        urban, rural, nation = _close_nation(urban, rural, nation, held)
        parts = np.vstack([base.cities[:, at], other[None]]).astype(np.float64)
        parts, urban, rural = _close_urban(parts, urban, rural, nation, is_held="urban" in held)
        cities[:, at], beside[:, at] = parts[:-1], (parts[-1], rural, urban, nation)
    return BaseForecasts(cities, *beside)


def _close_nation(
    urban: Floats, rural: Floats, nation: Floats, held: frozenset[str]
) -> tuple[Floats, Floats, Floats]:
    """Bring the urban and the rural population, (P,) each, to add up to the nation."""
    if tuple(name for name in HOLDABLE if name in held) == HOLDABLE:
        return urban, nation - urban, nation
    parts = np.stack([urban, rural])
    loads = _loads(parts)
    if "urban" in held:
        loads[0] = 0.0
    free = 0.0 if "nation" in held else float(np.var(_log(nation))) + _FAINT
    price = _price(parts, loads, nation, free)
    closed = parts * np.exp(loads[:, None] * price)
    total = nation if "nation" in held else nation * np.exp(-free * price)
    if "urban" in held:
        return urban, total - urban, total
    closed *= total / closed.sum(axis=0)
    return closed[0], closed[1], total


def _close_urban(
    parts: Floats, urban: Floats, rural: Floats, nation: Floats, *, is_held: bool
) -> tuple[Floats, Floats, Floats]:
    """Bring the parts of the urban population, (K, P), to add up to it; it stays below the nation."""
    odds = _log(urban) - _log(rural)
    free = 0.0 if is_held or len(odds) == 1 else float(np.var(odds) * (rural / nation).mean())
    loads = _loads(parts)
    is_open = np.abs(np.log(parts.sum(axis=0) / urban)) > _CLOSED
    if not is_open.any():
        return parts, urban, rural
    price = _price(parts, loads, urban, free, nation=nation, odds=odds) * is_open
    total = urban
    if free:
        total = np.where(is_open, nation * _sigmoid(odds - free * price), urban)
        rural = np.where(is_open, nation * _sigmoid(free * price - odds), rural)
    closed = parts * np.exp(loads[:, None] * price)
    closed *= np.where(is_open, total / closed.sum(axis=0), 1.0)
    return closed, total, rural


def _loads(parts: Floats) -> Floats:
    """Return how far each part moves in logs with one unit of the price, (K,).

    Of few paths, or of paths with heavy tails, a covariance is rough, and may be below zero: a load is at
    least a tenth of the usual one and at most two and a half times it, so that none stands still while
    another is emptied.
    """
    logs = np.log(np.maximum(parts, np.finfo(float).tiny))
    total = np.log(parts.sum(axis=0))
    shared = (logs - logs.mean(axis=1, keepdims=True)) @ (total - total.mean()) / len(total)
    shared = np.maximum(shared, 0.0)
    carried = parts.mean(axis=1) * shared
    usual = carried @ shared / max(carried.sum(), np.finfo(float).tiny)
    return np.asarray(np.clip(shared, _LEAST * usual, _MOST * usual) + _FAINT)


def _log(values: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(values, np.finfo(float).tiny)))


def _sigmoid(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(np.clip(-odds, -_FARTHEST, _FARTHEST))))


def _price(
    parts: Floats,
    loads: Floats,
    total: Floats,
    free: float,
    *,
    nation: Floats | None = None,
    odds: Floats | None = None,
) -> Floats:
    r"""Return the price, (P,), at which the parts add up to the total, by Newton's method.

    :math:`F(\lambda) = \log\sum_i y_i(\lambda) - \log U(\lambda)` is convex and rises, so from the right of
    its root every step lands right of it again; a step is cut where it would multiply a part by more than
    :math:`e^3`. Without ``nation`` the total moves by :math:`e^{-w\lambda}`, with it on the logit scale.
    """
    scale = loads.max()
    loads, free = loads / scale, free / scale
    price = np.zeros(parts.shape[1])
    log_total = np.log(total)
    for _ in range(_STEPS):
        price = np.clip(price, -_FARTHEST, _FARTHEST)
        moved = parts * np.exp(loads[:, None] * price)
        whole = moved.sum(axis=0)
        if nation is None or odds is None or not free:
            reached, slope = log_total - free * price, np.full_like(price, free)
        else:
            share = _sigmoid(odds - free * price)
            reached, slope = np.log(nation * share), free * (1 - share)
        gap = np.log(whole) - reached
        if np.abs(gap).max() <= _CLOSED:
            break
        price -= np.clip(gap / (loads @ moved / whole + slope), -_LONGEST, _LONGEST)
    return np.asarray(price / scale)


def _faults(base: BaseForecasts, hold: Collection[str]) -> Iterator[Fault]:
    def fault(message: str, remedy: str) -> Fault:
        return Fault("error", message, remedy, rule="futures")

    shape = base.nation.shape
    if base.cities.ndim != 3 or not all(shape):  # noqa: PLR2004 - cities, years, paths
        yield fault(
            coded(
                "forecast.nation.not_array",
                "the cities are not a (C, Y, P) array, or there are no years or no paths",
            ),
            text("supply the paths as numbers of people"),
        )
        return
    for name, values in zip(PLACES, (base.other, base.rural, base.urban, base.nation), strict=True):
        if values.shape != base.cities.shape[1:]:
            yield fault(
                coded(
                    "forecast.nation.shapes",
                    "{name} has {shape} years and paths, but the cities have {cities}",
                    name=name,
                    shape=str(values.shape),
                    cities=str(base.cities.shape[1:]),
                ),
                text("use the same years and paths for all"),
            )
        elif not np.isfinite(values).all():
            yield fault(
                coded("forecast.nation.nan", "{name}: a figure is not a number", name=name),
                text("omit the year, or draw it again"),
            )
        elif (values < 0).any():
            yield fault(
                coded("forecast.nation.negative", "{name}: a figure is below zero", name=name),
                text("give numbers of people"),
            )
    rows = np.flatnonzero(~np.isfinite(base.cities.sum(axis=(1, 2), dtype=np.float64)))
    if rows.size:
        yield fault(
            coded(
                "forecast.nation.cities_nan",
                "{count} city has figures that are not numbers: number {first}",
                "{count} cities have figures that are not numbers; the first is number {first}",
                count=int(rows.size),
                first=int(rows[0]),
            ),
            text("omit these cities"),
        )
    elif (base.cities < 0).any():
        yield fault(
            coded("forecast.nation.cities_negative", "a city has figures below zero"),
            text("give numbers of people"),
        )
    yield from (
        fault(
            coded("forecast.nation.hold", "{name!r} cannot be held fixed", name=name),
            text("use one of {names:list}", names=HOLDABLE),
        )
        for name in sorted(set(hold) - set(HOLDABLE))
    )


def _sum_faults(base: BaseForecasts, hold: Collection[str]) -> Iterator[Fault]:
    """What is wrong with sums that are to be met."""
    parts = base.cities.sum(axis=0, dtype=np.float64) + base.other
    empty = (parts <= 0) | (base.urban <= 0) | (base.nation <= 0)
    if empty.any():
        yield Fault(
            "error",
            coded(
                "forecast.nation.nobody",
                "in at least one path, a total or the sum of its parts is zero or less",
            ),
            text("give numbers of people"),
            rule="sums",
        )
    if set(HOLDABLE) <= set(hold) and (base.urban > base.nation).any():
        yield Fault(
            "error",
            coded(
                "forecast.nation.both_held",
                "the urban population exceeds that of the nation, and both are fixed",
            ),
            text("keep only one of them fixed"),
            rule="hold",
        )
    if "urban" in hold and "nation" not in hold and (base.rural <= 0).any():
        yield Fault(
            "error",
            coded("forecast.nation.no_rural", "the urban population is fixed, and no one lives elsewhere"),
            text("keep only one of them fixed"),
            rule="hold",
        )
