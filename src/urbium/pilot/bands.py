"""Bands: when an indicator leaves the band of its task book, and when it is back.

The band lies beside the straight way from the base of a target to its value. An indicator leaves it when
it is behind that way by more than one part of the whole way, and is back only when it is behind by less
than a smaller part: between the two an alert neither begins nor ends, so one crossing is one alert.
"""

from dataclasses import dataclass
from typing import Final

from urbium.periods import Period
from urbium.pilot.alarms.alarm_case import thresholds
from urbium.pilot.alarms.alarm_figures import expected
from urbium.pilot.contracts.taskbooks import Target, TaskBook

LEAVES: Final = "target_drift"
RETURNS: Final = "target_return"
"""Rows of ``data/rulesets/alarms.csv``."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an indicator stands beside the way to its target.

    Parameters
    ----------
    year : of the target that it is on its way to; of the last one where all are over
    wanted : where it would be on its way
    behind : how far it is behind, as a share of the whole way; below 0 where it is ahead
    """

    year: int
    wanted: float
    behind: float

    def is_out(self, *, before: bool) -> bool:
        """Say whether it is outside its band, given whether it was before."""
        return self.behind > thresholds()[RETURNS if before else LEAVES].value


def way_of(book: TaskBook, indicator: str) -> tuple[float, Target] | None:
    """Return where an indicator starts and its last target; None where no target with a base says."""
    targets = sorted((one for one in book.targets if one.indicator == indicator), key=lambda one: one.year)
    if not targets or targets[0].base is None:
        return None
    return targets[0].base, targets[-1]


def standing(book: TaskBook, indicator: str, period: Period, value: float) -> Standing | None:
    """Return where an indicator stands in a period; None where no target with a base says.

    A figure of a month is compared with where the way is in that month; its season is not taken out.

    >>> from urbium.pilot.contracts.taskbooks import Target, Task
    >>> book = TaskBook(title="", tasks=[Task(code="a", title="a", starts=2021, ends=2024)], targets=[
    ...     Target(indicator="x", year=2024, value=80.0, unit="%", base=40.0)])
    >>> standing(book, "x", Period.parse("2022"), 50.0).behind
    0.25
    """
    ends, wanted = way_of(book, indicator), expected(book, indicator, period.at)
    if ends is None or wanted is None:
        return None
    base, last = ends
    way = last.value - base
    years = sorted(one.year for one in book.targets if one.indicator == indicator)
    year = next((one for one in years if one >= period.year), last.year)
    return Standing(year, wanted, (wanted - value) / way) if way else None
