r"""Earned value: what was planned, earned and spent up to a year, and what follows for cost and time.

All three are in millions of one currency. What is *earned* is the budget of what was accepted, never the
money that went out: the declared shares of accepted deliverables where a task has some, and otherwise the
value of finished work in accepted reports, at most its budget (:func:`earned`).

Earned schedule is the time at which as much was to be earned as is earned now,

.. math:: ES = C + \frac{EV - PV_C}{PV_{C+1} - PV_C}, \quad PV_C \le EV < PV_{C+1}

References
----------
Project Management Institute: *The Standard for Earned Value Management* (2019); GAO: *Cost Estimating and
Assessment Guide*, GAO-20-195G (2020), chapter 18; Lipke: *Schedule Is Different*, The Measurable News (2003).
See ADR 0089.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

DELIVERABLES: Final = "accepted deliverables"
ACCEPTED_WORK: Final = "accepted work"
"""By what a task earns."""
_SAME: Final = 1e-9


@dataclass(frozen=True, slots=True)
class EarnedValue:
    """Planned value, earned value and actual cost of tasks at the end of a year.

    Parameters
    ----------
    planned : what is to be earned by the end of each year, from the year before the first on; never falling
    year : up to which it is looked at
    ev, ac : earned value and actual cost so far, in the unit of ``planned``

    An index whose divisor is zero is None: nothing planned, or nothing spent, says nothing of efficiency.

    >>> example = EarnedValue({2019: 0.0, 2020: 40.0, 2021: 100.0}, 2020, ev=20.0, ac=25.0)
    >>> example.sv, example.cv, example.spi, example.cpi, example.eac, example.es, example.spi_t
    (-20.0, -5.0, 0.5, 0.8, 125.0, 0.5, 0.5)
    """

    planned: Mapping[int, float]
    year: int
    ev: float
    ac: float

    @property
    def bac(self) -> float:
        """Budget at completion."""
        return max(self.planned.values(), default=0.0)

    @property
    def pv(self) -> float:
        """Planned value: what was to be earned by now."""
        if self.year in self.planned:
            return self.planned[self.year]
        return self.bac if self.planned and self.year > max(self.planned) else 0.0

    @property
    def sv(self) -> float:
        """Schedule variance, EV - PV; below zero is behind."""
        return self.ev - self.pv

    @property
    def cv(self) -> float:
        """Cost variance, EV - AC; below zero is over budget."""
        return self.ev - self.ac

    @property
    def spi(self) -> float | None:
        """Schedule performance index, EV / PV."""
        return self.ev / self.pv if self.pv > _SAME else None

    @property
    def cpi(self) -> float | None:
        """Cost performance index, EV / AC."""
        return self.ev / self.ac if self.ac > _SAME else None

    @property
    def eac(self) -> float | None:
        """Estimate at completion, BAC / CPI: what is left costs as much per value as what was done."""
        if self.is_complete:
            return self.ac
        return self.bac * self.ac / self.ev if self.ev > _SAME and self.ac > _SAME else None

    @property
    def is_complete(self) -> bool:
        """Whether all that was planned is earned."""
        return self.bac > _SAME and self.ev >= self.bac - _SAME * max(1.0, self.bac)

    @property
    def es(self) -> float | None:
        """Earned schedule in years from the begin; None where nothing is planned."""
        years = sorted(self.planned)
        if self.bac <= _SAME:
            return None
        for number, year in enumerate(years[1:]):
            low, high = self.planned[years[number]], self.planned[year]
            if self.ev < high - _SAME:
                return number + max(self.ev - low, 0.0) / (high - low)
        return float(next(at for at, year in enumerate(years) if self.planned[year] >= self.bac - _SAME))

    @property
    def elapsed(self) -> int:
        """Years since the begin."""
        return max(self.year - min(self.planned, default=self.year), 0)

    @property
    def spi_t(self) -> float | None:
        """SPI(t), earned schedule over the years gone by; None before the begin, or once all is earned.

        When the last part was earned within the years gone by is not known here, so that a finished task
        keeps no index of time.
        """
        if self.es is None or not self.elapsed or self.is_complete:
            return None
        return self.es / self.elapsed

    @property
    def finish(self) -> float | None:
        """When all is earned at the pace so far, a year with its fraction: planned duration / SPI(t)."""
        pace = self.spi_t
        if not pace:
            return None
        begin = min(self.planned)
        last = min(year for year, value in self.planned.items() if value >= self.bac - _SAME)
        return begin + (last - begin) / pace


def earned(
    budget: float, shares: Mapping[str, float], delivered: Iterable[str], work: float
) -> tuple[float, str]:
    """Return what a task has earned, and by what.

    Parameters
    ----------
    budget : of the task
    shares : of its budget that each deliverable earns; empty where none are declared
    delivered : deliverables that were accepted
    work : the value of finished work in accepted reports, which counts where there are no deliverables

    >>> earned(10.0, {"design": 0.25, "building": 0.75}, ["design"], 9.0)
    (2.5, 'accepted deliverables')
    >>> earned(10.0, {}, [], 12.0)
    (10.0, 'accepted work')
    """
    if shares:
        return budget * sum(shares.get(name, 0.0) for name in {*delivered}), DELIVERABLES
    return min(max(work, 0.0), budget), ACCEPTED_WORK


def together(parts: Sequence[EarnedValue]) -> EarnedValue:
    """Return the earned value of several tasks, at the latest year of any; all are in one currency.

    Before its begin a task has nothing planned, after its end all.
    """
    years = sorted({year for part in parts for year in part.planned})
    span = range(years[0], years[-1] + 1) if years else range(0)
    planned = {year: sum(_planned(part, year) for part in parts) for year in span}
    return EarnedValue(
        planned,
        max((part.year for part in parts), default=0),
        ev=sum(part.ev for part in parts),
        ac=sum(part.ac for part in parts),
    )


def _planned(part: EarnedValue, year: int) -> float:
    return EarnedValue(part.planned, year, 0.0, 0.0).pv
