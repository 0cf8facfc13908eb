"""A national plan: start years, training, its worth, and a proven bound, with the way there."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from urbium.plan.search.national.instance import Floats, Instance, Integers

_ROUNDING = 1e-7


class SearchStep(NamedTuple):
    """A moment of the search: seconds since its begin, value of the best plan, bound of every plan."""

    seconds: float
    value: float
    bound: float


class Shortfall(NamedTuple):
    """What a plan owes: ``standard`` (number), ``closing`` (city) or ``region`` (number), and how much."""

    kind: str
    number: int
    amount: float


@dataclass(frozen=True)
class NationalPlan:
    """A plan of a national instance.

    Parameters
    ----------
    start : (P,) start year of each project, -1 for never
    training : (K, T) units of training
    value : worth, shortfalls charged at the instance's price
    bound : no plan is worth more
    prices : (rows,) of the coupling rows, at which the bound is proven
    city_bounds : (C,) no plan of the city gains more at the prices
    history : value and bound as they came
    shortfalls : what is not reached
    """

    start: Integers
    training: Integers
    value: float
    bound: float
    prices: Floats
    city_bounds: Floats
    history: tuple[SearchStep, ...] = field(default=(), repr=False)
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def gap(self) -> float:
        """Share of the value by which the best plan may be better; infinite without a positive value."""
        return (self.bound - self.value) / self.value if self.value > 0 else float("inf")

    def __repr__(self) -> str:
        chosen = int((self.start >= 0).sum())
        short = f", {len(self.shortfalls)} shortfalls" if self.shortfalls else ""
        return (
            f"National plan of {chosen:,} projects worth {self.value:,.1f}, "
            f"within {100 * self.gap:.2f}% of the best{short}"
        )


def shortfalls(instance: Instance, start: Integers) -> tuple[Shortfall, ...]:
    """Name what start years leave short: standards, closings of cities, closings of regions.

    The amount of a region is that of its row: parity times all closings, less its own scaled to the nation.
    """
    p, years = instance.projects, instance.years
    chosen = start >= 0
    end = np.where(chosen, start + p.duration, years + 1)
    short = []
    for number, (_, deadline) in enumerate(instance.standards):
        covering = instance.covers[instance.covers[:, 0] == number, 1]
        if not (instance.is_due[number] or (end[covering] <= deadline).any()):
            short.append(Shortfall("standard", number, 1.0))
    reached = final_closings(instance, start)
    lack = instance.cities.least_closing - reached
    short += [Shortfall("closing", int(c), float(lack[c])) for c in np.flatnonzero(lack > _ROUNDING)]
    owed = region_rows(instance, reached)
    return (
        *short,
        *(Shortfall("region", int(r), float(owed[r])) for r in np.flatnonzero(owed > _ROUNDING)),
    )


def final_closings(instance: Instance, start: Integers) -> Floats:
    """(C,) closing of each city in the last year."""
    p, nation = instance.projects, instance.nation
    since = instance.years - 1 - (start + p.duration)[:, None] - p.effect_lag
    steps = -np.diff(nation.late, append=0.0)
    here = sum(share * np.clip(since + 1 + later, 0, p.rollout) for later, share in enumerate(steps))
    come = here / p.rollout * (start >= 0)[:, None]
    attained = np.zeros((instance.count, instance.indicators))
    np.add.at(attained, p.city, p.effect * come)
    attained = np.minimum(attained, instance.cities.ceiling)
    begin = np.cumsum(nation.width) - nation.width
    inside = np.clip(attained[:, :, None] - begin, 0.0, nation.width)
    return np.asarray((instance.cities.weight[:, :, None] * inside @ nation.slope[:, None]).sum(axis=(1, 2)))


def region_rows(instance: Instance, closing: Floats) -> Floats:
    """(R,) by how much each region's row is short; below 0 when it is not."""
    by_region = np.bincount(instance.cities.region, closing, minlength=len(instance.regions))
    return np.asarray(
        instance.nation.parity * closing.sum() - instance.count / instance.regions * by_region, dtype=float
    )
