"""Watching a search that solves several times: what is told of it, and whether somebody has stopped it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["SearchWatch", "Tally"]

Tally = Callable[[float, int], bool | None]
"""Called with seconds and how many plans were found so far; a true answer ends the search with these."""


@dataclass
class SearchWatch:
    """Tells somebody of a search; once stopped, it stays so.

    Parameters
    ----------
    tell : called with the seconds since the begin and the news; None when nobody listens
    time_limit : seconds in all
    """

    tell: Callable[..., bool | None] | None
    time_limit: float
    begun: float = field(default_factory=time.monotonic)
    is_stopped: bool = False

    @property
    def deadline(self) -> float:
        """When the time is over, on the clock of ``time.monotonic``."""
        return self.begun + self.time_limit

    def __call__(self, *news: float | None) -> bool:
        """Tell the news; say whether the search is to end."""
        if self.tell is not None:
            self.is_stopped |= bool(self.tell(time.monotonic() - self.begun, *news))
        return self.is_stopped
