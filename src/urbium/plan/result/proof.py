"""Proof: how a proven gap is said: rounded up, with its condition, and not at all where it says nothing.

See ADR 0032, 0104.
"""

import math
from typing import TypeVar

import polars as pl

from urbium.model import Evidence
from urbium.text import Text, coded, text

T = TypeVar("T")

_ROUNDING = 1e-12

USELESS = 1.0
"""From this gap on a bound says nothing: that a plan could be twice as good is no statement about it."""


def is_useful(gap: float | None) -> bool:
    """Say whether a proven gap says something.

    >>> is_useful(0.0468), is_useful(22.14), is_useful(float("inf")), is_useful(None)
    (True, False, False, False)
    """
    return gap is not None and math.isfinite(gap) and gap <= USELESS


def gap_to(most: float, gain: float) -> float:
    """Return by what share the most that any plan could gain exceeds what one gains.

    Both are counted beside doing nothing; what is within the rounding of sums is no difference.

    >>> gap_to(102.0, 100.0), gap_to(100.0 + 1e-13, 100.0), gap_to(float("inf"), 100.0)
    (0.02, 0.0, inf)
    """
    difference = max(most - gain, 0.0)
    if difference <= _ROUNDING * max(1.0, abs(most)) < math.inf:
        return 0.0
    return difference / abs(gain) if gain else math.inf


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


def evidence_shares(evidence: pl.DataFrame) -> list[Text]:
    """Return each level of ``evidence`` with its share of all ``amount``, the largest first.

    >>> evidence_shares(pl.DataFrame({"evidence": ["assumption", "derived"], "amount": [3.0, 1.0]}))
    ['75% assumption', '25% derived']
    """
    sums = evidence.group_by("evidence").agg(pl.col("amount").sum()).filter(pl.col("amount") > 0)
    whole = float(sums["amount"].sum())
    return [
        text("{share:.2g}% {level}", share=100 * amount / whole, level=level_words(level))
        for level, amount in sums.sort("amount", "evidence", descending=[True, False]).iter_rows()
    ]


def level_words(level: str) -> Text:
    """Return a level of evidence in words."""
    return Evidence(level).label if level in list(Evidence) else text("not stated")


def is_measured() -> pl.Expr:
    """Say of each gap of a roadmap whether its need is that of the indicator's own figure in the city.

    What rests on no figure and is not assumed was given by who made the roadmap, and counts as measured.
    """
    level, has_figures = pl.col("evidence"), pl.col("figures") != ""
    is_own = level == Evidence.MEASURED_HERE.value
    return is_own | (~has_figures & (level != Evidence.ASSUMPTION.value))


def needs_words(gaps: pl.DataFrame) -> Text:
    """Say which share of the needs of a roadmap is assumed, estimated from other figures, and measured.

    >>> needs_words(pl.DataFrame({"evidence": ["derived", "assumption"], "figures": ["retail sales", ""]}))
    '50% of the needs are assumed, 50% are estimated from other figures and none are measured'
    """
    is_assumed = pl.col("evidence") == Evidence.ASSUMPTION.value
    assumed, measured = gaps.select(assumed=is_assumed.sum(), measured=is_measured().sum()).row(0)
    count = max(gaps.height, 1)
    estimated = gaps.height - assumed - measured
    shares = {"assumed": 100 * assumed / count, "estimated": 100 * estimated / count}
    if not measured:
        return coded(
            "plan.proof.needs_unmeasured",
            "{assumed:.2g}% of the needs are assumed, {estimated:.2g}% are estimated from other "
            "figures and none are measured",
            **shares,
        )
    return coded(
        "plan.proof.needs",
        "{assumed:.2g}% of the needs are assumed, {estimated:.2g}% are estimated from other figures "
        "and {measured:.2g}% are measured",
        measured=100 * measured / count, **shares
    )  # fmt: skip


def gap_words(gap: float | None) -> Text:
    """Return a proven gap as a figure, or that there is no useful bound.

    >>> gap_words(0.046742), gap_words(22.14)
    ('4.68%', 'no useful bound yet')
    """
    if gap is None or not is_useful(gap):
        return coded("plan.proof.no_bound", "no useful bound yet")
    return coded("plan.proof.share", "{gap:.2%}", gap=upward(gap))


def proven_words(gap: float | None) -> Text:
    """Return how near the best something is proven to be.

    >>> proven_words(0.046742)
    'proven within 4.68%'
    """
    if gap is None or not is_useful(gap):
        return coded("plan.proof.no_bound", "no useful bound yet")
    return coded("plan.proof.within", "proven within {gap:.2%}", gap=upward(gap))
