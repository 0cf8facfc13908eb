"""Seeds of random programmes: a few are tried in every run, more in the long one, all before a release."""

from collections.abc import Iterable

import pytest

_RUN = {"is_quick": False}

PARTS_OF_KILLS = [pytest.param(3, id="a third"), pytest.param(1, id="all", marks=pytest.mark.release)]
"""What the number of kills is divided by: one more moment of a kill is one more seed, and each takes half a
second. The long run has a third of them, spread as widely, and a release all."""


def note_markers(markers: str) -> None:
    """Take note of the markers that a run is limited to: the one without long proofs is quick."""
    _RUN["is_quick"] = "not long" in markers


def tries(number: int, least: int = 5) -> int:
    """Return how many examples are tried: a third of them in a quick run, and never fewer than the least."""
    return max(number // 3, least) if _RUN["is_quick"] else number


def a_few_of(seeds: Iterable[int], few: int) -> list:
    """Return the seeds as parameters: half of the first ``few`` are quick, three times as many long.

    The others are of a release: each proves of one more random programme what those before it do.
    """
    ordered = list(seeds)
    quick, more = (few + 1) // 2, 2 * few
    return [
        *ordered[:quick],
        *(pytest.param(seed, marks=pytest.mark.long) for seed in ordered[quick:more]),
        *(pytest.param(seed, marks=pytest.mark.release) for seed in ordered[more:]),
    ]


def long_but(quick: Iterable[object], names: Iterable[object]) -> list:
    """Return the names as parameters, all but the quick ones marked as long."""
    kept = set(quick)
    return [
        pytest.param(name, id=str(name) or "nobody", marks=() if name in kept else pytest.mark.long)
        for name in names
    ]


def every_third(names: Iterable[str]) -> list:
    """Return the names as parameters, two of three marked as long: each family keeps some."""
    return [
        pytest.param(name, marks=pytest.mark.long if place % 3 else ()) for place, name in enumerate(names)
    ]
