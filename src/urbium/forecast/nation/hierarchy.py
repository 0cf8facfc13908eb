"""Hierarchy: cities, other urban, rural and nation add up, in every path and every year.

In: the least change that makes base forecasts add up (minimum trace), no figure below zero, a nation or an
urban total that is held fixed. Not in: where the base forecasts come from
(:mod:`.urbanisation`), and which city may be a part of the urban population
(:mod:`.reconciliation`).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from urbium.errors import Fault, InputError, counted
from urbium.forecast.paths import Floats
from urbium.text import text, texts

__all__ = [
    "HOLDABLE",
    "PLACES",
    "BaseForecasts",
    "Covariance",
    "Reconciliation",
    "reconcile",
    "reconcile_year",
]

Covariance = Literal["paths", "own"]
"""Which errors go together: as in the paths, or each place by its own variance alone."""

PLACES = ("other urban", "rural", "urban", "nation")
"""The places beside the cities, by the words that tables use."""

HOLDABLE = ("urban", "nation")
"""Sums that may be held fixed."""

_ALL = slice(None)
_ROWS = 512
_STEPS = 60
_CLOSED = 1e-12
_FAINT = 1e-6
_FLOOR = 1e-9


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


def reconcile(
    base: BaseForecasts, *, covariance: Covariance = "paths", hold: Collection[str] = ()
) -> BaseForecasts:
    r"""Return the futures that add up in every path and are nearest to ``base``, none below zero.

    .. math:: \tilde y = \hat y - W A' (A W A')^{-1} A \hat y

    with A the two sums, (2, C + 4), and W the covariance of the errors that the paths stand for. This is
    minimum trace reconciliation, :math:`S (S' W^{-1} S)^{-1} S' W^{-1} \hat y`, in the form that inverts no
    more than two by two: of W only its products with A are needed, the covariance of each place with the
    two gaps. It leaves futures that add up as they are, and is done path by path, year by year.

    Where a path falls below zero, the nearest path that adds up and does not is taken instead: nearest by
    each place's own variance, exact for ``covariance="own"``. The same step closes what is left where the
    paths do not vary at all.

    Parameters
    ----------
    base : futures that need not add up
    covariance : ``paths``, W is the covariance of the paths, so that cities that err together share a gap
        together (give some hundreds of paths: of few it is rough); ``own``, W is its diagonal
    hold : sums that stay as they are (``urban``, ``nation``): errors of size zero

    Raises
    ------
    InputError : shapes that do not fit, figures that are no numbers, a held urban population above the held
        nation, sums to hold that are not known here; every fault is named

    References
    ----------
    Wickramasuriya, Athanasopoulos, Hyndman: *Optimal Forecast Reconciliation for Hierarchical and Grouped
    Time Series Through Trace Minimization* (2019). Wickramasuriya, Turlach, Hyndman:
    *Optimal non-negative forecast reconciliation* (2020). Panagiotelis, Gamakumara, Athanasopoulos,
    Hyndman: *Probabilistic forecast reconciliation* (2023), for paths.

    >>> city, town = np.array([[[60.0, 62.0]]]), np.array([[30.0, 29.0]])
    >>> made = reconcile(BaseForecasts(city, town, town / 3, 3 * town, 4 * town), hold=["nation"])
    >>> bool(np.allclose(made.cities[0] + made.other + made.rural, 4 * town))
    True
    """
    faults = list(_faults(base, hold)) or list(_held_faults(base, hold))
    if faults:
        raise InputError(
            text(
                "forecast.nation.base_faults",
                "the forecasts cannot be reconciled: {faults}",
                faults=counted(faults),
            ),
            place="reconciliation",
            faults=faults,
        )
    cities = np.empty(base.cities.shape)
    beside = np.empty((len(PLACES), *base.nation.shape))
    for at in range(len(base.nation)):
        settled = reconcile_year(base.cities[:, at], _beside(base, at), covariance=covariance, hold=hold)
        for rows in _blocks(len(cities)):
            cities[rows, at] = settled.cities(base.cities[rows, at], rows)
        beside[:, at] = settled.beside
    return BaseForecasts(cities, *beside)


def _faults(base: BaseForecasts, hold: Collection[str]) -> Iterator[Fault]:
    def fault(message: str, remedy: str) -> Fault:
        return Fault("error", message, remedy, rule="futures")

    shape = base.nation.shape
    if base.cities.ndim != 3 or not all(shape):  # noqa: PLR2004 - cities, years, paths
        yield fault(
            text(
                "forecast.nation.not_array",
                "the cities are not a (C, Y, P) array, or there is no year or no path",
            ),
            text("forecast.nation.not_array.remedy", "give paths of persons"),
        )
        return
    for name, values in zip(PLACES, (base.other, base.rural, base.urban, base.nation), strict=True):
        if values.shape != base.cities.shape[1:]:
            yield fault(
                text(
                    "forecast.nation.shapes",
                    "{name} has {shape} years and paths, the cities have {cities}",
                    name=name,
                    shape=str(values.shape),
                    cities=str(base.cities.shape[1:]),
                ),
                text("forecast.nation.shapes.remedy", "give all the same years and paths"),
            )
        elif not np.isfinite(values).all():
            yield fault(
                text("forecast.nation.nan", "{name}: a figure is not a number", name=name),
                text("forecast.nation.nan.remedy", "leave the year out, or draw it again"),
            )
    rows = np.flatnonzero(~np.isfinite(base.cities.sum(axis=(1, 2), dtype=np.float64)))
    if rows.size:
        yield fault(
            texts(
                "forecast.nation.cities_nan",
                "{count} city has figures that are not numbers: number {first}",
                "{count} cities have figures that are not numbers; the first is number {first}",
                count=int(rows.size),
                first=int(rows[0]),
            ),
            text("forecast.nation.cities_nan.remedy", "leave these cities out"),
        )
    yield from (
        fault(
            text("forecast.nation.hold", "{name!r} cannot be held", name=name),
            text("forecast.nation.hold.remedy", "hold one of {names:list}", names=HOLDABLE),
        )
        for name in sorted(set(hold) - set(HOLDABLE))
    )


def _held_faults(base: BaseForecasts, hold: Collection[str]) -> Iterator[Fault]:
    """What is wrong with sums that are to stay as they are."""
    for name, values in (("urban", base.urban), ("nation", base.nation)):
        if name in hold and (values < 0).any():
            yield Fault(
                "error",
                text("forecast.nation.held_negative", "{name} is held and below zero", name=name),
                text("forecast.nation.persons.remedy", "give persons"),
                rule="hold",
            )
    if set(HOLDABLE) <= set(hold) and (base.urban > base.nation).any():
        yield Fault(
            "error",
            text("forecast.nation.both_held", "the urban population exceeds the nation, and both are held"),
            text("forecast.nation.both_held.remedy", "hold one"),
            rule="hold",
        )


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How one year is made to add up: every place gives its load times the gain of the path.

    Attributes
    ----------
    loads : (C, 2) array, of the cities
    gain : (2, P) array
    beside : (4, P) array, the places of PLACES after reconciliation
    mended : (n,) array, paths that would fall below zero or not close
    instead : (C, n) array, the cities in these paths
    """

    loads: Floats
    gain: Floats
    beside: Floats
    mended: NDArray[np.intp]
    instead: Floats

    def cities(self, base: NDArray[np.floating], rows: slice = _ALL) -> Floats:
        """Return some of the cities after reconciliation; ``base`` is these rows, (C, P), before it."""
        settled = base - self.loads[rows] @ self.gain
        settled[:, self.mended] = self.instead[rows]
        return np.asarray(settled)


def reconcile_year(
    cities: NDArray[np.floating],
    beside: Floats,
    *,
    covariance: Covariance = "paths",
    hold: Collection[str] = (),
) -> Reconciliation:
    """Settle one year of many cities, (C, P), and of the places of PLACES, (4, P), block by block.

    The figures are not checked: :func:`reconcile` does that, and is what to call for all but streams.
    """
    count, held, given = beside.shape[1], frozenset(hold), beside
    gap = _gap(_total(cities), beside)
    closed = _CLOSED * np.abs(beside[3]).max()
    is_open = np.abs(gap).max(axis=1) > closed
    loads, gain = np.zeros((len(cities), 2)), np.zeros((2, count))
    if is_open.any():
        loads, beside_loads, square = _loads(cities, beside, covariance, held, is_open)
        gain = np.linalg.pinv(square, rcond=_CLOSED, hermitian=True) @ gap
        beside = beside - beside_loads @ gain
    total, lowest = np.zeros(count), beside.min(axis=0)
    for rows in _blocks(len(cities)):
        settled = cities[rows] - loads[rows] @ gain
        total += settled.sum(axis=0)
        lowest = np.minimum(lowest, settled.min(axis=0))
    wrong = np.flatnonzero((lowest < 0) | (np.abs(_gap(total, beside)).max(axis=0) > closed))
    instead = np.empty((len(cities), 0))
    if wrong.size:
        variances, beside_own = _own(cities, given, held)
        settled = cities[:, wrong] - loads @ gain[:, wrong]
        beside = beside.copy()
        instead, beside[:, wrong] = _nearest(settled, beside[:, wrong], variances, beside_own)
    return Reconciliation(loads, gain, beside, wrong, instead)


def _beside(base: BaseForecasts, at: int) -> Floats:
    """The places of PLACES in one year, (4, P)."""
    return np.stack([values[at] for values in (base.other, base.rural, base.urban, base.nation)]).astype(
        np.float64
    )


def _blocks(count: int) -> Iterator[slice]:
    """Rows to work on at a time, so that they stay in the cache of a processor."""
    return (slice(first, first + _ROWS) for first in range(0, count, _ROWS))


def _total(cities: NDArray[np.floating]) -> Floats:
    parts = (cities[rows].sum(axis=0, dtype=np.float64) for rows in _blocks(len(cities)))
    return np.asarray(np.sum([np.zeros(cities.shape[1]), *parts], axis=0))


def _gap(total: Floats, beside: Floats) -> Floats:
    other, rural, urban, nation = beside
    return np.stack([urban - total - other, nation - urban - rural])


_SIGNS = np.array([[-1.0, 0.0], [0.0, -1.0], [1.0, -1.0], [0.0, 1.0]])
"""The columns of A of other urban, rural, urban and nation; that of a city is (-1, 0)."""


def _loads(
    cities: NDArray[np.floating], beside: Floats, covariance: Covariance, hold: frozenset[str],
    is_open: NDArray[np.bool_],
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Return W A' of the cities, (C, 2), and of the others, (4, 2), and A W A', (2, 2).

    A sum that holds in every path has a gap of rounding errors alone, which must not be scaled up.
    """
    count = beside.shape[1]
    moving = np.array([name not in hold for name in PLACES])
    spread = (beside - beside.mean(axis=1, keepdims=True)) * moving[:, None]
    if covariance == "own":
        variances = _variances(cities)
        loads = np.column_stack([-variances, np.zeros(len(variances))])
        beside_loads = (spread**2).mean(axis=1)[:, None] * _SIGNS
        return loads, beside_loads, _SIGNS.T @ beside_loads + np.array([[variances.sum(), 0.0], [0.0, 0.0]])
    total = _total(cities)
    gaps = _SIGNS.T @ spread - np.stack([total - total.mean(), np.zeros(count)])
    gaps *= is_open[:, None]
    parts = [cities[rows].astype(np.float64) @ gaps.T for rows in _blocks(len(cities))]
    loads = np.concatenate([np.empty((0, 2)), *parts]) / count
    return loads, spread @ gaps.T / count, gaps @ gaps.T / count


def _variances(cities: NDArray[np.floating]) -> Floats:
    parts = [cities[rows].var(axis=1, dtype=np.float64) for rows in _blocks(len(cities))]
    return np.concatenate([np.empty(0), *parts])


def _own(cities: NDArray[np.floating], beside: Floats, hold: frozenset[str]) -> tuple[Floats, Floats]:
    """Variances by which the nearest path is found; a little is given also to what does not vary."""
    floor = (_FLOOR * np.abs(beside[3]).max()) ** 2
    variances = _variances(cities) + (_FAINT * cities.mean(axis=1, dtype=np.float64)) ** 2 + floor
    beside_own = beside.var(axis=1) + (_FAINT * beside.mean(axis=1)) ** 2 + floor
    return variances, beside_own * np.array([name not in hold for name in PLACES], dtype=float)


def _nearest(cities: Floats, beside: Floats, variances: Floats, beside_own: Floats) -> tuple[Floats, Floats]:
    r"""Return the nearest paths that add up and are nowhere below zero, by an active set.

    With prices :math:`\lambda` of the two sums every place moves by its variance times its price and stops
    at zero; Newton's method finds the prices, since the sums are piecewise linear in them. A step that does
    not lessen the gaps is halved; where all parts of a sum stand at zero, the price jumps to where the first
    of them leaves it.
    """
    price = np.zeros((2, beside.shape[1]))
    moved, moved_beside = _at(price, cities, beside, variances, beside_own)
    gap = _gap(moved.sum(axis=0), moved_beside)
    size = np.maximum(np.abs(beside[3]), np.abs(beside).max())
    step = np.ones(beside.shape[1])
    for _ in range(_STEPS):
        if (np.abs(gap).max(axis=0) <= _CLOSED * size).all():
            break
        free = np.ones_like(beside)
        free[:2] = moved_beside[:2] > 0
        other, rural, urban, nation = beside_own[:, None] * free
        first, last = variances @ (moved > 0) + other + urban, urban + rural + nation
        scale = first * last - urban**2
        turn = np.stack([last * gap[0] + urban * gap[1], urban * gap[0] + first * gap[1]])
        turn /= np.where(scale > 0, scale, 1.0)
        for which, (still, parts, sizes) in enumerate(
            (
                (first <= 0, np.vstack([cities, beside[:1]]), np.append(variances, beside_own[0])),
                (last <= 0, beside[1:2], beside_own[1:2]),
            )
        ):
            turn[1 - which, still] = gap[1 - which, still] / np.maximum((last, first)[which][still], 1e-300)
            turn[which, still] = _jump(parts[:, still], sizes, price[which, still], gap[which, still])
        trial = price + step * turn
        next_moved, next_beside = _at(trial, cities, beside, variances, beside_own)
        next_gap = _gap(next_moved.sum(axis=0), next_beside)
        better = np.hypot(*next_gap) < np.hypot(*gap)
        step = np.where(better, 1.0, step / 2)
        price = np.where(better, trial, price)
        moved, moved_beside = np.where(better, next_moved, moved), np.where(better, next_beside, moved_beside)
        gap = np.where(better, next_gap, gap)
    return moved, moved_beside


def _jump(parts: Floats, sizes: Floats, price: Floats, gap: Floats) -> Floats:
    """Return how far a price must rise until the first part leaves zero, and its gap is at most closed."""
    leaves = np.min(-parts / np.maximum(sizes, 1e-300)[:, None], axis=0, initial=np.inf)
    return np.where(np.isfinite(leaves), leaves - price + gap / max(sizes.sum(), 1e-300), 0.0)


def _at(
    price: Floats, cities: Floats, beside: Floats, variances: Floats, beside_own: Floats
) -> tuple[Floats, Floats]:
    """Return where the places stand at these prices of the two sums, cities and others not below zero."""
    moved = beside - beside_own[:, None] * (_SIGNS @ price)
    moved[:2] = np.maximum(moved[:2], 0.0)
    return np.maximum(cities + variances[:, None] * price[0], 0.0), moved
