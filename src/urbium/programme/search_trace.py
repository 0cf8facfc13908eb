"""Search trace: how the value of a search's best plan and its bound came together, in few points."""

from dataclasses import dataclass, field
from typing import Final

MOST: Final = 200
"""Points that are kept; of more, every second one is dropped."""

TracePoint = tuple[float, float | None, float | None]
"""Seconds, what the best plan gains over doing nothing, and the most that any plan could."""


@dataclass(slots=True)
class SearchTrace:
    """The points at which a search has found a better plan, or a lower bound.

    >>> trace = SearchTrace()
    >>> for second in range(1000):
    ...     trace.add(second, second // 2, 1000.0)
    >>> len(trace.points) <= MOST, trace.points[0], trace.points[-1]
    (True, (0, 0, 1000.0), (998, 499, 1000.0))
    """

    points: list[TracePoint] = field(default_factory=list)

    def add(self, seconds: float, gain: float | None, most: float | None) -> None:
        """Take up a point where it says something new."""
        if self.points and self.points[-1][1:] == (gain, most):
            return
        self.points.append((seconds, gain, most))
        if len(self.points) > MOST:
            self.points = [*self.points[:-1:2], self.points[-1]]
