"""Seeds of random programmes: a few are tried in every run, all of them in ``make test-long``."""

from collections.abc import Iterable

import pytest

__all__ = ["a_few_of"]


def a_few_of(seeds: Iterable[int], few: int) -> list:
    """Return the seeds as parameters, those after the first ``few`` marked as long."""
    ordered = list(seeds)
    return [*ordered[:few], *(pytest.param(seed, marks=pytest.mark.long) for seed in ordered[few:])]
