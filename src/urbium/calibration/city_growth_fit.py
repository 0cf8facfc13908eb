"""City growth fit: learn the pooled model of city growth, and its bands, from the cities of the world.

What is learned here stands, with its source, in ``data/rules/growth.csv``.
"""

import numpy as np

from urbium.forecast.cities.bands import Bands, calibrate_bands
from urbium.forecast.cities.curves import CityPanel
from urbium.forecast.cities.declared_growth import coefficient_ids, is_of_list, limit_ids
from urbium.forecast.cities.growth_terms import KINDS
from urbium.forecast.cities.joint_draws import CommonErrors, common_errors
from urbium.forecast.cities.pooled import FITTED, POWERS, Growth, fit, rows_of
from urbium.forecast.cities.rolling_origin import run_backtest
from urbium.forecast.paths import LEVELS

__all__ = ["fit_city_growth"]


def fit_city_growth(panel: CityPanel) -> dict[str, float]:
    """Fit the declared table to a panel of many countries: values by id, in the order of the table.

    All origins count the same, whatever their place in the decade: a forecast may start in any year.
    """
    figures: dict[str, float] = {}
    now = int(panel.years[-1])
    for kind in KINDS:
        flat = Growth(kind, np.zeros(POWERS * len(kind.terms)))
        narrow = Bands(np.zeros(len(kind.spread)), np.array([1.0]), np.ones((1, len(LEVELS))))
        errors = run_backtest(panel, kind, flat)
        model = fit(rows_of(panel, kind), kind, None, flat)
        bands = calibrate_bands(errors.where(np.isin(errors.horizon, FITTED)), now, narrow, is_placed=False)
        names = coefficient_ids(kind)
        figures |= {
            name: value for name, value in zip(names, model.world, strict=True) if not is_of_list(name)
        }
        figures |= {f"{kind.id}.scale.{name}": at for name, at in zip(kind.spread, bands.spread, strict=True)}
        for horizon, pair in zip(FITTED, bands.scaled, strict=True):
            figures |= dict(zip(limit_ids(kind, horizon), pair, strict=True))
    common = common_errors(errors, bands, CommonErrors(0.0, 0.0, 0.0))
    figures |= {f"together.{name}": getattr(common, name) for name in CommonErrors.__slots__}
    return {name: float(value) for name, value in figures.items()}
