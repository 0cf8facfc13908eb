"""Variation: what is put in doubt by default when an index is measured, as it is declared."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.catalogue import Catalogue
from urbium.measure.aggregate import Tree
from urbium.measure.pipeline import Method
from urbium.measure.uncertainty.choices import (
    DataNoise,
    Factor,
    GapDraws,
    MeanChoices,
    StepChoices,
    WeightSets,
)
from urbium.measure.weighting.weights import noisy
from urbium.model import Choice, Index, Indicator, Quality, Variation
from urbium.units import unit

_EVERY_INDEX: Final = "*"
_WEIGHT_SETS: Final = 1000


def declared_factors(
    index: Index, catalogue: Catalogue, layout: Tree, grades: NDArray[np.int64], *, seed: int = 0
) -> tuple[Factor, ...]:
    """Return what varies by declaration: steps, means, weights, the data themselves and what is missing.

    Parameters
    ----------
    grades : (cities, indicators) positions in the quality grades, -1 where there is no value
    seed : of the noisy weights

    Notes
    -----
    A step that the index does not make cannot vary; nor do the means of an index whose own scale is not
    replaced by one above zero, for a geometric mean needs that.
    """
    method = Method(index.steps, index.aggregate, index.availability)
    of_index = [row for row in catalogue.variations if row.index == index.id]
    rows = of_index or [row for row in catalogue.variations if row.index == _EVERY_INDEX]
    step_names = {step.name for step in method.steps}
    parts = list(dict.fromkeys(row.part for row in rows))
    varies = [part for part in parts if part in step_names]
    factors: list[Factor] = []
    for part in parts:
        alternatives = [row for row in rows if row.part == part]
        if part in varies:
            factors.append(StepChoices.of(part, *(row.alternative for row in alternatives), name=part))
        elif part == "aggregate" and varies:
            factors.append(MeanChoices(tuple(Choice.parse(row.alternative) for row in alternatives)))
        elif part == "weights":
            factors.append(WeightSets(_noisy_sets(layout, alternatives, seed)))
        elif part == "missing":
            factors.append(GapDraws())
        elif part == "data":
            leaves = [catalogue.indicators[name] for name in index.indicators]
            factors.append(_noise(catalogue, leaves, grades, float(alternatives[0].alternative)))
    return tuple(factors)


def spreads(catalogue: Catalogue, grades: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the relative standard deviation assumed of figures by quality grade; 0 where there is none.

    ``grades`` are positions in :class:`urbium.model.Quality`, -1 for no figure; the shape is kept.
    """
    assumed = [catalogue.assumptions[f"spread.{grade.value}"].value for grade in Quality]
    return np.array([*assumed, 0.0])[grades]


def permitted(catalogue: Catalogue, indicator: Indicator) -> tuple[float, float]:
    """Return the lowest and highest value that an indicator may take, in its unit.

    Where it is a variable as it stands, they are the limits of the variable; else it lies above zero where
    all its parts do. A limit that is not declared is none.
    """
    parts = [catalogue.variables[name] for name in indicator.variables]
    if not indicator.denominator and indicator.numerator == ((parts[0].id, 1),):
        size = indicator.factor * unit(parts[0].unit).factor / unit(indicator.unit).factor
        low, high = parts[0].hard_min, parts[0].hard_max
        return -np.inf if low is None else low * size, np.inf if high is None else high * size
    is_signed = any(sign < 0 for _, sign in (*indicator.numerator, *indicator.denominator))
    is_above = not is_signed and all(part.hard_min is not None and part.hard_min >= 0 for part in parts)
    return 0.0 if is_above else -np.inf, np.inf


def _noisy_sets(layout: Tree, alternatives: Sequence[Variation], seed: int) -> NDArray[np.float64]:
    parents = [node.parent for node in layout.nodes]
    width = float(alternatives[0].alternative)
    return noisy(layout.weights, parents, width, _WEIGHT_SETS, np.random.default_rng(seed))


def _noise(
    catalogue: Catalogue, leaves: Sequence[Indicator], grades: NDArray[np.int64], factor: float
) -> DataNoise:
    low, high = zip(*(permitted(catalogue, leaf) for leaf in leaves), strict=True)
    return DataNoise(factor * spreads(catalogue, grades), np.array(low), np.array(high))
