"""Clock: the present as the store writes it, in microseconds since 1970 (UTC), and the latest day.

Not here: which day it is for a programme (``Settings.today`` of ``programme/base/settings.py``).
"""

import time
from datetime import UTC, date, datetime, timedelta

_FIRST_TO_BEGIN = timedelta(hours=14)
"""How far the time zone is ahead of UTC in which a day begins first (Kiribati)."""


def latest_day() -> date:
    """Return the latest day that has begun somewhere on Earth: a figure of a later one is of the future.

    >>> latest_day() >= datetime.now(UTC).date()
    True
    """
    return (datetime.now(UTC) + _FIRST_TO_BEGIN).date()


def present() -> int:
    """Return the present in microseconds since 1970 (UTC).

    >>> present() > 1_700_000_000_000_000
    True
    """
    return time.time_ns() // 1000
