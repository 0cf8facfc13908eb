"""Experts: weights from what people say, with how far they agree with one another and with themselves.

In: budget allocation, pairwise comparison (AHP), as arrays.
Not in: weights from the data (weights).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbium.errors import Fault, InputError, refuse
from urbium.text import Text, coded, text

Array = NDArray[np.float64]

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, eq=False)
class BudgetAllocation:
    """Weights from experts who spread a budget of points over items.

    ``weights`` (items,) are the mean shares and sum to one; ``spread`` (items,) is the standard deviation
    (n - 1) of the shares, NaN for a single expert; ``disagreement`` (experts,) is the share (0 to 1) of the
    budget that an expert would have to move to hold the mean view.
    """

    weights: Array
    spread: Array
    disagreement: Array


def budget_allocation(
    points: ArrayLike,
    budget: float = 100.0,
    *,
    experts: Sequence[str] = (),
    items: Sequence[str] = (),
) -> BudgetAllocation:
    """Return the mean share that experts give to each item.

    ``points`` is an (experts, items) array of which each row sums to ``budget``; the names of experts and
    items, where given, stand in the faults.

    Raises
    ------
    InputError : nobody answered, a figure is missing or negative, or a row does not sum to the budget; with
        every fault named

    References
    ----------
    OECD and JRC: *Handbook on Constructing Composite Indicators* (2008), step 5, budget allocation.

    >>> budget_allocation([[60, 40], [40, 60], [80, 20]]).weights.round(3).tolist()
    [0.6, 0.4]
    """
    given = np.atleast_2d(np.asarray(points, dtype=float))
    if not given.size:
        raise InputError(
            coded("measure.experts.nobody", "no expert has given any points"),
            remedy=text("supply a row of points for each expert"),
        )
    people = [*experts] or [text("expert {number}", number=number) for number in range(1, len(given) + 1)]
    things = [*items] or _items(given.shape[1])
    faults = [
        Fault(
            "error",
            coded("measure.experts.no_points", "{expert} gives {item} no points", expert=person, item=thing)
            if np.isnan(figure)
            else coded(
                "measure.experts.points",
                "{expert} gives {item} {points:.6g} points",
                expert=person,
                item=thing,
                points=float(figure),
            ),
            text("enter 0 or more"),
        )
        for person, row in zip(people, given, strict=True)
        for thing, figure in zip(things, row, strict=True)
        if not figure >= 0
    ]
    faults += [
        Fault(
            "error",
            coded(
                "measure.experts.total",
                "{expert} gives {points:.6g} points in total",
                expert=person,
                points=float(total),
            ),
            text("spread {points:.6g} points", points=float(budget)),
        )
        for person, total in zip(people, given.sum(axis=1), strict=True)
        if abs(total - budget) > _ROUNDING * budget
    ]
    refuse(faults, "", coded("measure.experts.refused", "the allocation of points cannot be used"))
    shares = given / budget
    mean = shares.mean(axis=0)
    spread = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.full(mean.shape, np.nan)
    return BudgetAllocation(mean, spread, np.abs(shares - mean).sum(axis=1) / 2)


_RANDOM_INDEX: Final = (
    *(0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49),
    *(1.51, 1.48, 1.56, 1.57, 1.59),
)
"""Mean consistency index of random judgements on 1, 2, ... 15 items (Saaty 1980, page 21)."""

_CONSISTENT: Final = 0.1
_TWO_DECIMALS: Final = 0.005 + _ROUNDING


@dataclass(frozen=True, eq=False)
class AHP:
    """Weights (items,) from pairwise judgements, summing to one, and how well these hang together.

    ``eigenvalue`` is the largest of the matrix, ``consistency_index`` its excess over the number of items
    per degree of freedom, and ``consistency_ratio`` that excess as a share of the one of random judgements.
    """

    weights: Array
    eigenvalue: float
    consistency_index: float
    consistency_ratio: float

    @property
    def is_consistent(self) -> bool:
        """Whether the consistency ratio is at most 0.1; else the experts should judge again."""
        return self.consistency_ratio <= _CONSISTENT + _ROUNDING


def ahp(pairwise: ArrayLike, items: Sequence[str] = ()) -> AHP:
    r"""Return the weights that stand behind pairwise judgements: the principal eigenvector.

    .. math:: A w = \lambda_{\max} w, \quad CI = \frac{\lambda_{\max} - n}{n - 1}, \quad CR = CI / RI_n

    Parameters
    ----------
    pairwise : (items, items) array: by how many times an item matters more than another (1 to 9), below the
        diagonal the inverse. Inverses may be rounded to two decimals; the larger figure of a pair holds.
    items : names to stand in the faults

    Raises
    ------
    InputError : the table is not square, has no or more than 15 items, or a judgement is missing, not above
        zero, not 1 on the diagonal, or not the inverse of its opposite; with every fault named

    References
    ----------
    Saaty: *The Analytic Hierarchy Process* (1980), which also holds the random index.

    >>> found = ahp([[1, 2, 6], [1 / 2, 1, 3], [1 / 6, 1 / 3, 1]])
    >>> found.weights.round(6).tolist(), round(abs(found.consistency_ratio), 6)
    ([0.6, 0.3, 0.1], 0.0)
    """
    judged = np.asarray(pairwise, dtype=float)
    count = len(judged) if judged.ndim else 0
    if judged.shape != (count, count) or not 1 <= count <= len(_RANDOM_INDEX):
        raise InputError(
            coded(
                "measure.experts.shape",
                "a table with shape {shape} cannot be compared pairwise",
                shape=str(judged.shape),
            ),
            remedy=text("supply a square table of 1 to {most} items", most=len(_RANDOM_INDEX)),
        )
    faults = _judgement_faults(judged, [*items] or _items(count))
    refuse(faults, "", coded("measure.experts.judgements", "the pairwise judgements cannot be used"))
    reciprocal = np.where(judged >= judged.T, judged, 1 / judged.T)
    eigenvalues, vectors = np.linalg.eig(reciprocal)
    largest = int(eigenvalues.real.argmax())
    eigenvalue = float(eigenvalues[largest].real)
    weights = np.abs(vectors[:, largest].real)
    index = (eigenvalue - count) / (count - 1) if count > 1 else 0.0
    random = _RANDOM_INDEX[count - 1]
    return AHP(weights / weights.sum(), eigenvalue, index, index / random if random else 0.0)


def _judgement_faults(judged: Array, names: Sequence[str]) -> list[Fault]:
    faults = [
        Fault(
            "error",
            coded(
                "measure.experts.itself",
                "{item} against itself is {figure}",
                item=name,
                figure=_figure_words(judged[place, place]),
            ),
            text("write 1"),
        )
        for place, name in enumerate(names)
        if judged[place, place] != 1
    ]
    for first, second in combinations(range(len(names)), 2):
        pair = judged[first, second], judged[second, first]
        if not min(pair) > 0:  # also where one is missing
            message = _pair_words(names[first], names[second], pair)
            remedy = text("supply a figure above zero for each direction")
            faults.append(Fault("error", message, remedy))
        elif abs(min(pair) - 1 / max(pair)) > _TWO_DECIMALS:
            message = _pair_words(names[first], names[second], pair)
            remedy = text("write {inverse:.3g} for the opposite", inverse=float(1 / pair[0]))
            faults.append(Fault("error", message, remedy))
    return faults


def _items(count: int) -> list[Text]:
    return [text("item {number}", number=number) for number in range(1, count + 1)]


def _pair_words(first: str, second: str, pair: tuple[float, float]) -> Text:
    return coded(
        "measure.experts.pair",
        "{first} against {second} is {figure}, but {opposite} the other way round",
        first=first,
        second=second,
        figure=_figure_words(pair[0]),
        opposite=_figure_words(pair[1]),
    )


def _figure_words(figure: float) -> Text:
    if np.isnan(figure):
        return text("missing")
    return text("{figure:.6g}", figure=float(figure))
