r"""Sensitivity: which choice moves a result most, by first and total Sobol indices with bootstrap bounds.

In: the design (which runs to make) and the estimates (what the outputs of these runs say), as arrays.
Not in: what the factors mean, and how the runs are made.

A design of ``base`` rows and ``d`` factors has ``base * (d + 2)`` runs: the rows of A, those of B, then for
each factor those of A with that factor's column taken from B.

References
----------
Saltelli, Annoni, Azzini, Campolongo, Ratto, Tarantola: *Variance based sensitivity analysis of model output:
design and estimator for the total sensitivity index*, Computer Physics Communications 181 (2010).
Jansen: *Analysis of variance designs for model output*, Computer Physics Communications 117 (1999).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.text import coded, text

_LEAST: Final = 2  # base rows: a variance needs two


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """First and total Sobol indices of each factor, with bootstrap bounds.

    Every array has the shape (factors,), or (factors, outputs) when several outputs were given. ``first`` is
    the share of the output's variance that a factor explains alone, ``total`` with all its interactions;
    estimates from few runs may leave 0 to 1. NaN where the output does not vary. ``base_used`` is how many
    base rows had an output in each of their runs: (), or (outputs,).
    """

    factors: tuple[str, ...]
    first: NDArray[np.float64]
    first_low: NDArray[np.float64]
    first_high: NDArray[np.float64]
    total: NDArray[np.float64]
    total_low: NDArray[np.float64]
    total_high: NDArray[np.float64]
    base_used: NDArray[np.int64]

    @property
    def table(self) -> pl.DataFrame:
        """One row a factor and output: the indices and their bounds, null where there is none."""
        names = ("first", "first_low", "first_high", "total", "total_low", "total_high")
        outputs = self.first.size // len(self.factors)
        return pl.DataFrame(
            {
                "factor": np.repeat(self.factors, outputs),
                "output": np.tile(np.arange(outputs), len(self.factors)),
                **{name: getattr(self, name).ravel() for name in names},
            }
        ).with_columns(pl.col(names).fill_nan(None))


def saltelli(base: int, factors: int, *, seed: int = 0) -> NDArray[np.float64]:
    """Return the (base x (factors + 2), factors) design of seeded, scrambled Sobol points from 0 to 1.

    Parameters
    ----------
    base : base rows, 2 or more; a power of 2 keeps the points balanced
    factors : how many factors vary, 1 or more
    seed : the same seed gives the same points

    Raises
    ------
    InputError
        with too few base rows or no factor.

    >>> saltelli(4, 3).shape
    (20, 3)
    """
    from scipy.stats import qmc  # noqa: PLC0415 - takes half a second to import, and few measurements need it

    if base < _LEAST or factors < 1:
        raise InputError(
            coded(
                "measure.sensitivity.no_design",
                "not a valid design (base rows: {base}; factors: {factors})",
                base=base,
                factors=factors,
            ),
            remedy=text("request 2 or more base rows (512 is a good start) and 1 or more factors"),
        )
    sampler = qmc.Sobol(2 * factors, scramble=True, seed=np.random.default_rng(seed))
    points = np.asarray(sampler.random_base2(int(base - 1).bit_length()), dtype=np.float64)[:base]
    return saltelli_from(points[:, :factors], points[:, factors:])


def saltelli_from(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the design of two given independent samples A and B, each (base, factors), as one array of runs.

    Raises
    ------
    InputError
        when the two are not tables of the same shape.

    >>> saltelli_from(np.array([[0.1, 0.2]]), np.array([[0.8, 0.9]])).tolist()
    [[0.1, 0.2], [0.8, 0.9], [0.8, 0.2], [0.1, 0.9]]
    """
    if first.ndim != _LEAST or first.shape != second.shape:
        raise InputError(
            coded(
                "measure.sensitivity.samples",
                "samples of shape {first} and {second} cannot be combined into a design",
                first=str(first.shape),
                second=str(second.shape),
            ),
            remedy=text("use two independent samples of the same shape (base rows, factors)"),
        )
    mixed = np.repeat(first[None], first.shape[1], axis=0)
    places = np.arange(first.shape[1])
    mixed[places, :, places] = second.T
    return np.concatenate([first, second, mixed.reshape(-1, first.shape[1])])


def sobol_indices(
    outputs: NDArray[np.float64],
    factors: tuple[str, ...],
    *,
    is_centred: bool = True,
    resamples: int = 1000,
    confidence: float = 0.9,
    seed: int = 0,
) -> Sensitivity:
    r"""Estimate first and total Sobol indices from the outputs of a design's runs.

    .. math:: S_i = \frac{1}{N V}\sum_j b_j (m_{ij} - a_j), \qquad
              T_i = \frac{1}{2 N V}\sum_j (a_j - m_{ij})^2

    with :math:`a, b` the outputs of A and B, :math:`m_i` those of A with factor i from B, and V the variance
    of a and b together (divided by 2 N - 1).

    Parameters
    ----------
    outputs : (runs,) or (runs, outputs) in the order of :func:`saltelli`, NaN where a run gave none: that
        base row is left out
    factors : the names of the factors, in the order of the design's columns
    is_centred : take the mean off the outputs first, which makes the first-order indices far steadier;
        False is the estimator as printed
    resamples : how often the base rows are drawn anew for the bounds; 0 gives no bounds (NaN)
    confidence : share (0 to 1) of the resampled estimates between the bounds

    Raises
    ------
    InputError
        when the number of runs is no multiple of factors + 2, or there is no factor.

    References
    ----------
    First order: Saltelli et al. (2010), table 2 (b). Total: Jansen (1999), table 2 (f) of the same.

    >>> runs = saltelli(256, 2)
    >>> found = sobol_indices(3 * runs[:, 0] + runs[:, 1], ("large", "small"))
    >>> [round(share, 1) for share in found.total.tolist()]
    [0.9, 0.1]
    """
    blocks = len(factors) + 2
    if not factors or len(outputs) % blocks or not len(outputs):
        raise InputError(
            coded(
                "measure.sensitivity.outputs",
                "{runs} runs do not make a valid design for {factors} factors",
                runs=len(outputs),
                factors=len(factors),
            ),
            remedy=text(
                "supply the outputs of all runs; their number must be a multiple of {blocks}", blocks=blocks
            ),
        )
    shaped = np.asarray(outputs, dtype=np.float64).reshape(blocks, len(outputs) // blocks, -1)
    is_known: NDArray[np.bool_] = np.asarray(np.isfinite(shaped).all(axis=0))
    filled = np.where(is_known, shaped, 0.0)
    if is_centred:
        centre = filled.sum(axis=(0, 1)) / np.maximum(blocks * is_known.sum(0), 1)
        filled = np.where(is_known, filled - centre, 0.0)
    base = filled.shape[1]
    draw = np.random.default_rng(seed)
    counts = draw.multinomial(base, np.full(base, 1 / base), size=resamples).astype(np.float64)
    first, total = _estimates(filled, is_known, np.ones((1, base)))
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    first_bounds, total_bounds = (
        _quantiles(estimates, tails) for estimates in _estimates(filled, is_known, counts)
    )
    shape = (len(factors), *np.shape(outputs)[1:])
    return Sensitivity(
        factors=tuple(factors),
        first=first[0].reshape(shape),
        first_low=first_bounds[0].reshape(shape),
        first_high=first_bounds[1].reshape(shape),
        total=total[0].reshape(shape),
        total_low=total_bounds[0].reshape(shape),
        total_high=total_bounds[1].reshape(shape),
        base_used=is_known.sum(axis=0).reshape(shape[1:]),
    )


def _estimates(
    filled: NDArray[np.float64], is_known: NDArray[np.bool_], counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both indices (draws, factors, outputs) when base row j counts ``counts[:, j]`` times.

    Everything the estimators sum is linear in these counts, so all draws are one matrix product.
    """
    plain, other, mixed = filled[0], filled[1], filled[2:]
    used = counts @ is_known.astype(np.float64)
    sums = counts @ (plain + other)
    squares = counts @ (plain**2 + other**2)
    pairs = np.maximum(2 * used, _LEAST)
    variance = (squares - sums**2 / pairs) / (pairs - 1)
    is_flat = variance <= np.finfo(float).eps * squares
    scale = np.where(is_flat, np.nan, np.maximum(used, 1) * variance)[:, None, :]
    shape = (len(counts), len(mixed), filled.shape[2])
    together = (other * (mixed - plain)).transpose(1, 0, 2).reshape(filled.shape[1], -1)
    apart = ((mixed - plain) ** 2).transpose(1, 0, 2).reshape(filled.shape[1], -1)
    return (counts @ together).reshape(shape) / scale, (counts @ apart).reshape(shape) / (2 * scale)


def _quantiles(estimates: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return quantiles over the draws; NaN where a draw had no estimate, or there is no draw."""
    if not len(estimates):
        return np.full((len(shares), *estimates.shape[1:]), np.nan)
    return np.asarray(np.quantile(estimates, shares, axis=0), dtype=np.float64)
