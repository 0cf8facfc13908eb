r"""Jobs: how many are needed, how many are in sight, and how many fall short.

- Needed are :math:`L(t) (1 - \upsilon)`: all of the labour force but the declared share out of work.
- In sight are the jobs there are, going on as output does. With jobs :math:`j_s` and output :math:`q_s` of a
  sector, both per head of the people,

  .. math:: \Delta \ln j_s = a_s + \epsilon_s \, \Delta \ln q_s + \eta_s

  so of the growth of output the part :math:`(1 - \epsilon_s)`, less :math:`a_s + \eta_s`, is growth of
  productivity. :math:`a` and :math:`\epsilon` (the elasticity of jobs) are those of many countries over ten
  years; :math:`\eta` is what is particular to a place, of which the part :math:`w_s` seen in the last ten
  years goes on, with the spread that was seen between countries.
- In the base year, the last with shares of employment, as many jobs are there as are needed.

Countries report shares of employment, not jobs: in learning, jobs are taken to be a constant part of the
people. So what falls short (or is left over) is what ages, the pace of growth and the shift between sectors
make of the base year, not a turn of business.

References
----------
Kapsos: *The employment intensity of growth: Trends and macroeconomic determinants*, ILO (2005).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from urbium.forecast.paths import Floats
from urbium.forecast.workforce.sectors import SECTORS

SPAN: Final = 10
"""Years over which growth of jobs is held against growth of output."""


@dataclass(frozen=True, slots=True)
class Elasticities:
    """How jobs of each sector follow its output; (3,) arrays in the order of SECTORS.

    Attributes
    ----------
    constant : log growth of jobs per head a year when output per head stands still
    response : the elasticity
    carried : part of what was particular to a place that goes on
    spread : standard deviation of the rest, log a year over ten years
    """

    constant: Floats
    response: Floats
    carried: Floats
    spread: Floats

    def figures(self) -> dict[str, float]:
        """Return every parameter by name, as the declared rows hold them."""
        return {
            f"{name}.{sector}": float(getattr(self, name)[at])
            for name in ("constant", "response", "carried", "spread")
            for at, sector in enumerate(SECTORS)
        }

    @staticmethod
    def of(figures: Mapping[str, float]) -> "Elasticities":
        """Return the elasticities with these parameters, by name as :meth:`figures` gives them."""
        return Elasticities(
            *(
                np.array([figures[f"{name}.{sector}"] for sector in SECTORS])
                for name in ("constant", "response", "carried", "spread")
            )
        )


def particular(elasticities: Elasticities, jobs: Floats, output: Floats) -> Floats:
    """Return what is particular to a place, log a year: its jobs grew faster than its output lets expect.

    ``jobs`` and ``output`` are (3,) arrays, log growth a year, per head; NaN where not known makes zero.
    """
    surprise = jobs - elasticities.constant - elasticities.response * output
    return np.where(np.isfinite(surprise), surprise, 0.0)


def jobs_in_sight(
    elasticities: Elasticities, base: Floats, output: Floats, particular: Floats, rng: np.random.Generator
) -> Floats:
    """Return the jobs of each sector, (Y, P, 3), in the years after the base year, people staying as many.

    Parameters
    ----------
    base : (P, 3) array, jobs in the base year
    output : (Y, P, 3) array, log growth of output per head since the base year
    particular : (3,) array, as :func:`particular` returns it
    """
    years = np.arange(1.0, len(output) + 1.0)[:, None, None]
    drawn = elasticities.carried * particular + elasticities.spread * rng.standard_normal(base.shape)
    return np.asarray(
        base * np.exp(elasticities.constant * years + elasticities.response * output + drawn * years)
    )
