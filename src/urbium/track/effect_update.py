r"""The update of a declared effect by what was observed: a normal prior, and cities that differ.

The effect that city i shows is :math:`y_i \sim N(\theta_i, s_i^2)`, cities differ as
:math:`\theta_i \sim N(\theta, \tau^2)`, and the declared range is a prior :math:`\theta \sim N(m, p^2)`. Then

.. math:: v = \left(\frac{1}{p^2} + \sum_i \frac{1}{s_i^2 + \tau^2}\right)^{-1}, \quad
          \hat\theta = v \left(\frac{m}{p^2} + \sum_i \frac{y_i}{s_i^2 + \tau^2}\right)

and the next city is at :math:`N(\hat\theta, v + \tau^2)`. How far cities differ is estimated from n of them
by the moments of DerSimonian and Laird, which a few cities make too small or zero. The prior's own width
stands beside them as if it were one city more to compare with (an assumption),

.. math:: \tau^2 = \frac{p^2 + (n - 1)\, \tau_{DL}^2}{n}

References
----------
Gelman et al.: *Bayesian Data Analysis*, 3rd ed., section 5.4; DerSimonian, Laird: *Meta-analysis in Clinical
Trials*, Controlled Clinical Trials 7 (1986), 177-188.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

RANGE: Final = 1.6448536269514722
"""A range reaches so many standard deviations to each side, for 90% (an assumption of declared ones)."""
_POINT: Final = 0.5
"""A single declared figure has this share of itself as its standard deviation (an assumption)."""


@dataclass(frozen=True, slots=True)
class EffectUpdate:
    """An effect as declared and as it is with what cities showed; in the unit of the declared range.

    Parameters
    ----------
    mean, sd : of the mean effect of all cities, after the update
    between : standard deviation between cities
    low, high : 90% of what the next city would show
    count : how many cities were observed
    """

    mean: float
    sd: float
    between: float
    low: float
    high: float
    count: int


def between_cities(effects: Sequence[float], errors: Sequence[float]) -> float:
    """Return the standard deviation between cities by the moments of DerSimonian and Laird; 0 for one city.

    >>> between_cities([1.0, 1.0, 1.0], [0.5, 0.5, 0.5])
    0.0
    """
    values, weights = np.asarray(effects, float), 1 / np.asarray(errors, float) ** 2
    if len(values) < 2:  # noqa: PLR2004 - one city differs from none
        return 0.0
    mean = float((weights * values).sum() / weights.sum())
    excess = float((weights * (values - mean) ** 2).sum()) - (len(values) - 1)
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    return float(np.sqrt(max(excess, 0.0) / scale))


def update_effect(low: float, high: float, effects: Sequence[float], errors: Sequence[float]) -> EffectUpdate:
    """Return a declared effect with what cities showed.

    Parameters
    ----------
    low, high : the declared range, of which 90% of cities are taken to be
    effects, errors : what each city showed, and its standard error above zero

    >>> one = update_effect(1 - RANGE, 1 + RANGE, [3.0], [1.0])  # of a prior N(1, 1)
    >>> round(one.mean, 4), round(one.sd, 4)
    (1.6667, 0.8165)
    """
    middle = (low + high) / 2
    width = (high - low) / (2 * RANGE) or _POINT * abs(middle) or _POINT
    count = len(effects)
    between = float(np.sqrt((width**2 + (count - 1) * between_cities(effects, errors) ** 2) / count))
    weights = [1 / (error**2 + between**2) for error in errors]
    variance = 1 / (1 / width**2 + sum(weights))
    mean = variance * (middle / width**2 + sum(w * y for w, y in zip(weights, effects, strict=True)))
    reach = RANGE * float(np.sqrt(variance + between**2))
    return EffectUpdate(mean, float(np.sqrt(variance)), between, mean - reach, mean + reach, count)
