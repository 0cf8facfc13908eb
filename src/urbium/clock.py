"""Clock: the present as the store writes it, in microseconds since 1970 (UTC)."""

import time

__all__ = ["present"]


def present() -> int:
    """Return the present in microseconds since 1970 (UTC).

    >>> present() > 1_700_000_000_000_000
    True
    """
    return time.time_ns() // 1000
