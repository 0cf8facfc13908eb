"""Proof: how a proven gap is said: rounded up, with its condition, and not at all where it says nothing."""

import math
from typing import TypeVar

import polars as pl

from urbium.model import Evidence
from urbium.text import Text, text

__all__ = ["USELESS", "assumed_share", "finite", "gap_words", "is_useful", "proven_words", "upward"]

T = TypeVar("T")

USELESS = 1.0
"""From this gap on a bound says nothing: that a plan could be twice as good is no statement about it."""


def is_useful(gap: float | None) -> bool:
    """Say whether a proven gap says something.

    >>> is_useful(0.0468), is_useful(22.14), is_useful(float("inf")), is_useful(None)
    (True, False, False, False)
    """
    return gap is not None and math.isfinite(gap) and gap <= USELESS


def finite(value: T) -> T | None:
    """Return a value that JSON can hold: nothing instead of a number that is not finite.

    >>> finite(0.5), finite(float("inf")), finite("proof")
    (0.5, None, 'proof')
    """
    return None if isinstance(value, float) and not math.isfinite(value) else value


def upward(gap: float) -> float:
    """Round a gap up to a hundredth of a per cent, so that what is said stays true.

    What is less than a millionth of that is rounding of sums, and is left away.

    >>> upward(0.046742), upward(0.0468), upward(0.0)
    (0.0468, 0.0468, 0.0)
    """
    return math.ceil(round(1e4 * gap, 6)) / 1e4


def assumed_share(gaps: pl.DataFrame) -> float:
    """Return what share of the needs of a roadmap is assumed, not measured or derived; 0 without needs."""
    if gaps.is_empty():
        return 0.0
    return gaps.filter(pl.col("evidence") == Evidence.ASSUMPTION.value).height / gaps.height


def gap_words(gap: float | None) -> Text:
    """Return a proven gap as a figure, or that there is no useful bound.

    >>> gap_words(0.046742), gap_words(22.14)
    ('4.68 %', 'no useful bound yet')
    """
    if gap is None or not is_useful(gap):
        return text("plan.proof.no_bound", "no useful bound yet")
    return text("plan.proof.share", "{gap:.2%}", gap=upward(gap))


def proven_words(gap: float | None) -> Text:
    """Return how near the best something is proven to be.

    >>> proven_words(0.046742)
    'proven within 4.68 %'
    """
    if gap is None or not is_useful(gap):
        return text("plan.proof.no_bound", "no useful bound yet")
    return text("plan.proof.within", "proven within {gap:.2%}", gap=upward(gap))
