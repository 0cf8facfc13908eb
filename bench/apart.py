"""Work in a process of its own, so that its memory is its own and is counted."""

import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any


def apart(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do work that returns a record, and add the most memory that its process used."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_weighed, work).result()


def _weighed(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    found = work()
    return found | {"memory GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}
