r"""Information: what it would be worth to know an occupation's figure before people are prepared.

The decision: how many posts q to prepare (train) for a shortage S that nobody knows. A post that is prepared
costs a, one that is missing costs b:

.. math:: C(q, S) = a q + b \max(S - q, 0)

Whoever knows nothing more prepares the quantile 1 - a/b of S. Expected value of perfect information: what is
saved on average when S is known first; of partial information: when one of the figures behind S is. The
latter is estimated from the draws, parted by the figure into bins of equal size (Strong and Oakley 2013, *An
efficient method for computing single-parameter partial expected value of perfect information*, Medical
Decision Making 33); where the figure takes few values, they are the bins, and nothing is estimated.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.errors import InputError
from urbium.text import coded, text

Floats = npt.NDArray[np.float64]

_BINS: Final = 20
_ROUNDING: Final = 1e-9
_FEW: Final = 20
"""Values of a figure that are bins by themselves."""


def least_cost(short: Floats, prepare: float, lack: float) -> float:
    """Return the least mean cost over equally likely shortages, of one decision for all of them.

    Parameters
    ----------
    short : (draws,) posts
    prepare, lack : cost of a post that is prepared, and of one that is missing

    >>> least_cost(np.array([0.0, 10.0]), prepare=1.0, lack=3.0)
    10.0
    """
    # the mean cost is convex and bends at the draws: its least is at none, or at the quantile 1 - a/b
    ordered = np.sort(short)
    place = min(int(np.ceil(max(1 - prepare / lack, 0.0) * len(ordered))), len(ordered))
    tried = {0.0, *(float(ordered[at]) for at in (place - 1, place) if 0 <= at < len(ordered))}
    return min(prepare * q + lack * float(np.maximum(short - q, 0.0).mean()) for q in tried)


def perfect(short: Floats, prepare: float, lack: float) -> float:
    """Return the expected value of knowing the shortage before deciding."""
    return least_cost(short, prepare, lack) - min(prepare, lack) * float(short.mean())


def value_of_information(
    short: Floats, factors: Floats, names: Sequence[str], *, prepare: float, lack: float
) -> pl.DataFrame:
    """Return what knowing each figure would be worth, the most first: name, value, share of the perfect one.

    Parameters
    ----------
    short : (draws,) the shortage
    factors : (draws, names) the figures behind it
    names : of the figures
    prepare, lack : cost of a post that is prepared, and of one that is missing, in one currency

    Raises InputError for costs that are not above zero.
    """
    if not (prepare > 0 and lack > 0):
        raise InputError(
            coded(
                "talent.information.cost",
                "with costs of {prepare:g} and {lack:g} per post, there is nothing to decide: both "
                    "must be above zero",
                prepare=prepare, lack=lack
            ),
            remedy=text("enter the cost of preparing one post, and the cost of lacking one"),
        )  # fmt: skip
    blind, whole = least_cost(short, prepare, lack), perfect(short, prepare, lack)
    values = [blind - _informed(short, factors[:, at], prepare, lack) for at in range(len(names))]
    values = [value if value > _ROUNDING * blind else 0.0 for value in values]
    table = pl.DataFrame(
        {"name": list(names), "value": values}, schema={"name": pl.String, "value": pl.Float64}
    )
    share = pl.col("value") / whole if whole > 0 else pl.lit(0.0)
    return table.with_columns(share=share).sort("value", "name", descending=[True, False])


def _informed(short: Floats, figure: Floats, prepare: float, lack: float) -> float:
    """Return the mean cost where the figure is known before deciding."""
    order = np.argsort(figure, kind="stable")
    values, starts = np.unique(figure[order], return_index=True)
    cuts = starts[1:] if len(values) <= _FEW else np.linspace(0, len(order), _BINS + 1).astype(np.int64)[1:-1]
    parts = np.split(short[order], cuts)
    return sum(len(part) * least_cost(part, prepare, lack) for part in parts) / len(short)
