"""City growth fit: learn the combination of members, and its bands, from the cities of the world.

What is learned here stands, with its source, in ``data/rules/growth.csv``. Only forecasts from real counts,
held against counts, teach (see ``docs/decisions/0024-bands-of-cities.md``).
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from calibration.error_fit import common_errors, fit_bands
from urbium.forecast.cities.bands import Bands, country_weights
from urbium.forecast.cities.combination import MEMBERS, Growth, members, rows_of
from urbium.forecast.cities.curves import CityPanel
from urbium.forecast.cities.declared_growth import FITTED, limit_ids, read_growth, weight_ids
from urbium.forecast.cities.growth_terms import KINDS, SeriesKind
from urbium.forecast.cities.joint_draws import CommonErrors
from urbium.forecast.cities.rolling_origin import BacktestErrors, run_backtest
from urbium.forecast.paths import Floats

SINCE = 1970
"""First count that teaches: the growth of ten years and of the ten before are seen from then on."""

_PULL = 3.0
_MILLE = 1000.0


def fit_city_growth(panel: CityPanel, *, base: float) -> dict[str, float]:
    """Learn from a panel of many countries: values by id, in the order of the declared table.

    Parameters
    ----------
    panel : figures of many countries, with the years of real counts
    base : median error of the log of a count

    Raises
    ------
    ValueError : the panel has no forecast from a count since 1970 for one of the declared horizons
    """
    figures: dict[str, float] = {}
    for kind in KINDS:
        weights = _weights(panel, kind)
        errors = _errors(panel, kind, Growth(kind, weights))
        reached = tuple(horizon for horizon in FITTED if (errors.horizon == horizon).any())
        if not reached:
            raise ValueError(f"no forecast from a count since {SINCE} can be held against a count")
        bands = fit_bands(errors, reached, base=base)
        figures |= dict(zip(weight_ids(kind), weights, strict=True))
        figures |= {f"{kind.id}.scale.{name}": at for name, at in zip(kind.spread, bands.spread, strict=True)}
        for horizon in FITTED:
            # a horizon that no target reaches yet has the limit, a year, of the last that one does
            row = max(at for at, seen in enumerate(reached) if seen <= max(horizon, reached[0]))
            figures |= dict(zip(limit_ids(kind, horizon), bands.scaled[row], strict=True))
    common = common_errors(errors, bands, CommonErrors(0.0, 0.0, 0.0))
    figures |= {f"together.{name}": getattr(common, name) for name in CommonErrors.__slots__}
    return {name: float(value) for name, value in figures.items()}


def learned_by(
    panel: CityPanel, kind: SeriesKind, *, base: float
) -> tuple[Callable[[int], Growth], Callable[[int], Bands]]:
    """Return the combination and the bands that would have been learned by a year, for a held-out test.

    Nothing that came after the year is looked at. Each year is learned once.
    """
    learned: dict[int, tuple[Growth, Bands]] = {}

    def at(year: int) -> tuple[Growth, Bands]:
        if year not in learned:
            model = read_growth(fit_city_growth(panel.through(year), base=base), kind)
            learned[year] = model.growth, model.bands
        return learned[year]

    return lambda year: at(year)[0], lambda year: at(year)[1]


def _errors(panel: CityPanel, kind: SeriesKind, model: Growth) -> BacktestErrors:
    errors = run_backtest(panel, kind, model).settled
    return errors.where(np.isin(errors.horizon, FITTED) & (errors.origin >= SINCE))


def _weights(panel: CityPanel, kind: SeriesKind) -> Floats:
    r"""Return the weights of the members with the least error of the growth a year.

    .. math:: \min_w \frac{\sum_i c_i\, 1000\, |y_i - m_i w| / h_i}{\sum_i c_i} + 3 \sum_j (w_j - \tfrac15)^2,
        \quad w \ge 0, \ \sum_j w_j = 1

    with the members' changes m, what came y, and weights c by which countries count the same. The second term
    draws them to the equal weights that are hard to beat with few independent origins.

    References
    ----------
    Timmermann: *Forecast combinations* (2006), on shrinking to equal weights.
    """
    rows = rows_of(panel, kind, FITTED)
    rows = rows.where(rows.is_settled & (rows.origin >= SINCE))
    horizons, step = np.unique(rows.horizon, return_inverse=True)
    changes = members(rows.terms, horizons.astype(float))[np.arange(len(step)), step]
    rates, came = changes / rows.horizon[:, None], rows.came / rows.horizon
    weights = country_weights(rows)
    weights = weights / weights.sum()

    equal = np.full(len(MEMBERS), 1 / len(MEMBERS))

    def loss(shares: Floats) -> tuple[float, Floats]:
        off = came - rates @ shares
        far = _MILLE * float(weights @ np.abs(off)) + _PULL * float(np.sum((shares - equal) ** 2))
        return far, -_MILLE * (weights * np.sign(off)) @ rates + 2 * _PULL * (shares - equal)

    best = minimize(
        loss, equal, jac=True, method="SLSQP", bounds=[(0.0, 1.0)] * len(MEMBERS),
        constraints={"type": "eq", "fun": lambda shares: shares.sum() - 1.0, "jac": np.ones_like},
        options={"maxiter": 200, "ftol": 1e-9},
    ).x  # fmt: skip
    best = np.maximum(best, 0.0)
    return np.asarray(best / best.sum())
