"""Own panel: how far a nation's own figures draw its forecasts to the damped trend of the last years.

The declared weights were learned on agglomerations that are counted every five or ten years. A register that
is counted every year shows a turn earlier, so its forecasts are drawn to a damped trend as far as that would
have been better at the earlier origins of the same panel. How this was chosen:
``docs/decisions/0113-countries-that-turn-together.md``.
"""

from dataclasses import replace

import numpy as np

from urbium.forecast.cities.bands import country_weights, trust
from urbium.forecast.cities.curves import CURVES
from urbium.forecast.cities.rolling_origin import BacktestErrors

DRAWN_TO = "recent damped"
"""The curve to which forecasts of an own panel are drawn."""

_TRIED = np.array([0.0, 0.25, 0.5, 0.75, 1.0])


def trend_weight(errors: BacktestErrors) -> float:
    r"""Return the weight of the damped trend, from 0 to 1.

    .. math:: \frac{n}{n + 2} \operatorname{argmin}_{w} \sum_i c_i \frac{|(1 - w)\, e_i + w\, d_i|}{h_i},
        \quad w \in \{0, \tfrac14, \tfrac12, \tfrac34, 1\}

    with the errors of the forecast e and of the trend d over h years at n earlier origins, and weights c by
    which every country counts the same.
    """
    if not len(errors.error):
        return 0.0
    weights = country_weights(errors) / errors.horizon
    far = [weights @ np.abs(draw_to_trend(errors, weight).error) for weight in _TRIED]
    return float(_TRIED[np.argmin(far)] * trust(errors))


def draw_to_trend(errors: BacktestErrors, weight: float) -> BacktestErrors:
    """Return the errors of forecasts that are drawn to the damped trend by a weight."""
    trend = errors.rivals[:, list(CURVES).index(DRAWN_TO)]
    return replace(errors, error=(1 - weight) * errors.error + weight * trend)
