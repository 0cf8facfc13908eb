"""Seeds of random programmes: a few are tried in every run, all of them in ``make test-long``."""

from collections.abc import Iterable

import pytest

__all__ = ["a_few_of", "every_third"]


def a_few_of(seeds: Iterable[int], few: int) -> list:
    """Return the seeds as parameters, those after the first ``few`` marked as long."""
    ordered = list(seeds)
    return [*ordered[:few], *(pytest.param(seed, marks=pytest.mark.long) for seed in ordered[few:])]


def every_third(names: Iterable[str]) -> list:
    """Return the names as parameters, two of three marked as long: each family keeps some."""
    return [
        pytest.param(name, marks=pytest.mark.long if place % 3 else ()) for place, name in enumerate(names)
    ]
