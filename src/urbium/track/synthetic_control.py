r"""Synthetic control: a city beside a weighted mean of other cities that followed it before the project.

The weights of the donors solve

.. math:: \min_w \|x - D w\|^2, \quad w \ge 0, \; \sum_j w_j = 1

over the years before the project. As the weights sum to one, this is the point of a convex hull next to
zero, and one non-negative least-squares problem gives it exactly: with :math:`G = D - x 1'`,

.. math:: u = \arg\min_{u \ge 0} \|G u\|^2 + (1'u - 1)^2, \quad w = u / \sum u

because for :math:`u = s w` the best scale leaves :math:`f / (1 + f)` with :math:`f = \|G w\|^2`, which grows
with f. Placebos: each donor is taken for the city with the project (space), and the project is moved to an
earlier year (time).

References
----------
Abadie, Diamond, Hainmueller: *Synthetic Control Methods for Comparative Case Studies*, JASA (2010);
Abadie: *Using Synthetic Controls*, JEL 59 (2021); Lawson, Hanson: *Solving Least Squares Problems*, ch. 23.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from urbium.text import Text, coded

Floats = NDArray[np.float64]
LEAST_BEFORE: Final = 5
"""Years before the project that there must be at least (an assumption)."""
LEAST_DONORS: Final = 5
"""Cities to compare with that there must be at least: a rank among fewer says nothing (an assumption)."""
POOR_FIT: Final = 0.1
"""A fit is too poor where its error before is more than this share of the level (an assumption)."""
_POOR_PLACEBO: Final = 5.0
"""Placebos with so many times the mean square error before say nothing of the city (paper of 2010)."""


@dataclass(frozen=True)
class Comparison:
    """A city with a project beside its synthetic control.

    Parameters
    ----------
    city, donors : codes
    years : of all arrays
    begin : the first year in which the project can have an effect
    observed, synthetic : (T,) arrays, in the unit of the variable
    weights : (J,) array, of the donors
    placebos : (J, T) array, gaps of each donor, taken for the city with the project
    earlier : gap after a project that is moved to the middle of the years before, on average; None where
        there are too few of them
    """

    city: str
    donors: tuple[str, ...]
    years: tuple[int, ...]
    begin: int
    observed: Floats
    synthetic: Floats
    weights: Floats
    placebos: Floats
    earlier: float | None

    @property
    def gaps(self) -> Floats:
        """Observed less synthetic, (T,) array."""
        return self.observed - self.synthetic

    @property
    def shares(self) -> list[tuple[str, float]]:
        """The donors that the control is made of and their weights, the heaviest first."""
        pairs = zip(self.donors, self.weights.tolist(), strict=True)
        return sorted((pair for pair in pairs if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))

    @property
    def effect(self) -> float:
        """The mean gap from the begin on, in the unit of the variable."""
        return float(self.gaps[self._after].mean())

    @property
    def percent(self) -> float:
        """The mean gap from the begin on, in per cent of the synthetic control."""
        return float(100 * (self.gaps[self._after] / self.synthetic[self._after]).mean())

    @property
    def error(self) -> float:
        """Root mean square of the gaps before the begin."""
        return _size(self.gaps[~self._after])

    @property
    def spread(self) -> float:
        """The standard error of the effect, as an assumption: placebos and the city's own fit, in quadrature.

        The root mean square of the placebos' mean gaps after the begin, and that of the city's gaps before: a
        city that is fitted worse than the placebos strays further than they do.
        """
        return float(
            np.hypot(_size(self.placebos[self._comparable][:, self._after].mean(axis=1)), self.error)
        )

    @property
    def p_value(self) -> float:
        """The share of city and placebos whose gaps grew at least as much, after over before."""
        after, before = self._after, ~self._after
        tiny = np.finfo(float).tiny
        ratios = [_size(row[after]) / max(_size(row[before]), tiny) for row in [self.gaps, *self.placebos]]
        return float(np.mean(np.array(ratios) >= ratios[0]))

    @property
    def doubt(self) -> Text | None:
        """Why nothing can be concluded; None where something can."""
        if int((~self._after).sum()) < LEAST_BEFORE or not self._after.any():
            return coded(
                "track.control.years",
                "too few years have figures ({before} before the project, {after} after it); at least "
                "{least} before and one after are needed",
                before=int((~self._after).sum()), after=int(self._after.sum()), least=LEAST_BEFORE
            )  # fmt: skip
        if len(self.donors) < LEAST_DONORS:
            return coded(
                "track.control.donors",
                "too few cities without the project ({count}) have figures for all these years; at "
                    "least {least} are needed",
                count=len(self.donors), least=LEAST_DONORS
            )  # fmt: skip
        level = float(np.abs(self.observed[~self._after]).mean())
        if self.error > POOR_FIT * level:
            return coded(
                "track.control.poor",
                "before the project, the comparison differs from the observed figures by {error:,.4g}, "
                "more than {share:.0%} of their level",
                error=self.error, share=POOR_FIT
            )  # fmt: skip
        if self._comparable.sum() < LEAST_DONORS:
            return coded(
                "track.control.placebos",
                "too few other cities ({count}) are fitted about as closely as this one; at least "
                    "{least} are needed",
                count=int(self._comparable.sum()), least=LEAST_DONORS
            )  # fmt: skip
        return None

    @property
    def _after(self) -> NDArray[np.bool_]:
        return np.array(self.years) >= self.begin

    @property
    def _comparable(self) -> NDArray[np.bool_]:
        """Placebos that are fitted about as well as the city, or nearly exactly, (J,) array."""
        errors = (self.placebos[:, ~self._after] ** 2).mean(axis=1)
        level = float(np.abs(self.observed[~self._after]).mean())
        return np.asarray(
            errors <= max(_POOR_PLACEBO * self.error**2, (POOR_FIT * level) ** 2 / _POOR_PLACEBO)
        )


def donor_weights(before: Floats, donors: Floats) -> Floats:
    """Return the weights of donors, (J,) array, that bring them next to a city: none below 0, summing to 1.

    Parameters
    ----------
    before : (T,) array, of the city
    donors : (T, J) array

    >>> donor_weights(np.array([1.0, 2.0]), np.array([[0.0, 2.0], [0.0, 4.0]]))
    array([0.5, 0.5])
    """
    gaps = donors - before[:, None]
    scale = float(np.abs(gaps).max()) or 1.0
    system = np.vstack([gaps / scale, np.ones(donors.shape[1])])
    parts, _ = nnls(system, np.concatenate([np.zeros(len(before)), [1.0]]))
    return np.asarray(parts / parts.sum())


def compare(
    city: str, codes: tuple[str, ...], years: tuple[int, ...], values: Floats, begin: int
) -> Comparison:
    """Compare a city with the synthetic control made of donors.

    Parameters
    ----------
    city : its code
    codes : of the donors
    years : ascending
    values : (T, 1 + J) array without gaps, the city first
    begin : the first year in which the project can have an effect; some years are before it
    """
    is_before = np.array(years) < begin
    observed, donors = values[:, 0], values[:, 1:]
    weights = donor_weights(observed[is_before], donors[is_before])
    placebos = [
        donors[:, at] - _synthetic(donors[:, at], np.delete(donors, at, axis=1), is_before)
        for at in range(donors.shape[1])
        if donors.shape[1] > 1
    ]
    return Comparison(
        city, codes, years, begin, observed, donors @ weights, weights,
        np.array(placebos).reshape(-1, len(years)),
        _earlier(observed, donors, is_before),
    )  # fmt: skip


def _synthetic(observed: Floats, donors: Floats, is_before: NDArray[np.bool_]) -> Floats:
    return np.asarray(donors @ donor_weights(observed[is_before], donors[is_before]))


def _earlier(observed: Floats, donors: Floats, is_before: NDArray[np.bool_]) -> float | None:
    """Return the mean gap of the later half of the years before, fitted on the earlier half."""
    count = int(is_before.sum())
    if count < LEAST_BEFORE:
        return None
    half = np.arange(count) < (count + 1) // 2
    gaps = observed[:count] - _synthetic(observed[:count], donors[:count], half)
    return float(gaps[~half].mean())


def _size(gaps: Floats) -> float:
    return float(np.sqrt(np.mean(gaps**2))) if gaps.size else 0.0
