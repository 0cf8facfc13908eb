"""A step and a mean: square roots of values, and the middle of the parts of an index."""

from collections.abc import Callable
from typing import Any

import numpy as np

from urbium.measure.matrix import Matrix
from urbium.measure.means import Mean
from urbium.measure.steps.step import Outcome, Purpose, Step
from urbium.text import text


def take_roots(state: Matrix) -> Outcome:
    """Take the square root of every value; what is below zero counts as unknown."""
    with np.errstate(invalid="ignore"):
        return state.holding(np.sqrt(state.values)), {}


def middle() -> Callable[[Any, Any], Any]:
    """Return what takes the median of the known parts, whatever their weights."""

    def of_rows(values: Any, weights: Any) -> Any:
        counted = np.where(np.asarray(weights) > 0, values, np.nan)
        has_any = ~np.all(np.isnan(counted), axis=1)
        medians = np.full(len(counted), np.nan)
        medians[has_any] = np.nanmedian(counted[has_any], axis=1)
        return medians

    return of_rows


SQUARE_ROOT = Step(
    purpose=Purpose.TRANSFORM,
    make=take_roots,
    words=text("Square roots are taken, so that large harbours do not determine the scale."),
)
MIDDLE = Mean(
    noun=text("median of the parts"),
    effect=text("neither the best nor the worst part counts"),
    function=middle,
)
