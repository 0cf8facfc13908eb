"""Watching a search that solves several times: what is told of it, and whether somebody has stopped it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from urbium.plan.milp.work import Work

Tally = Callable[[float, int], bool | None]
"""Called with seconds and how many plans were found so far; a true answer ends the search with these."""


@dataclass
class SearchWatch:
    """Tells somebody of a search; once stopped, it stays so.

    Parameters
    ----------
    tell : called with the seconds since the begin and the news; None when nobody listens
    work : what may be spent in all, and the guard of time
    """

    tell: Callable[..., bool | None] | None
    work: Work
    begun: float = field(default_factory=time.monotonic)
    is_stopped: bool = False

    def __call__(self, *news: float | None) -> bool:
        """Tell the news; say whether the search is to end."""
        if self.tell is not None:
            self.is_stopped |= bool(self.tell(time.monotonic() - self.begun, *news))
        return self.is_stopped
