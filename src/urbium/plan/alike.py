"""Alike: how alike the plans of the cities are, so that one plan for all is seen as such.

Two cities are as alike as the solutions they share among all that either has (Jaccard); years do not count.
"""

import numpy as np
import polars as pl

from urbium.plan.plan import Plan

__all__ = ["alike"]

_SCHEMA = {
    "city": pl.String(), "projects": pl.Int64(), "alike": pl.Float64(), "nearest": pl.String(),
    "likeness": pl.Float64(), "same": pl.Int64(),
}  # fmt: skip


def alike(plan: Plan) -> pl.DataFrame:
    r"""Return how alike each city's plan is to those of the others.

    .. math:: J(a, b) = |A \cap B| / |A \cup B|

    Returns
    -------
    One row a city with projects: how many solutions it has (``projects``), ``alike``: its mean likeness to
    all others (0 to 1), the ``nearest`` other city, its ``likeness`` to that, and ``same``: how many others
    have the very same solutions. Without another city likenesses are null.

    References
    ----------
    Jaccard: "The distribution of the flora in the alpine zone", New Phytologist 11, 1912.
    """
    pairs = plan.table.select("city", "solution").unique().sort("city", "solution")
    if pairs.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    cities, solutions = pairs["city"].unique().sort(), pairs["solution"].unique().sort()
    has = np.zeros((cities.len(), solutions.len()))
    rows = pairs["city"].replace_strict(cities, range(cities.len()), return_dtype=pl.Int64)
    columns = pairs["solution"].replace_strict(solutions, range(solutions.len()), return_dtype=pl.Int64)
    has[rows.to_numpy(), columns.to_numpy()] = 1.0
    count = has.sum(axis=1)
    if cities.len() < 2:  # noqa: PLR2004 - nobody to be like
        alone = {"city": cities, "projects": count.astype(np.int64), "nearest": "", "same": 0}
        return (
            pl.DataFrame(alone)
            .with_columns(alike=None, likeness=None)
            .select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())
        )
    shared = has @ has.T
    likeness = shared / (count[:, None] + count[None, :] - shared)
    mean = (likeness.sum(axis=1) - 1) / (len(likeness) - 1)
    same = (likeness == 1.0).sum(axis=1) - 1
    np.fill_diagonal(likeness, -1.0)
    nearest = cities.to_numpy()[likeness.argmax(axis=1)]
    return pl.DataFrame(
        {"city": cities, "projects": count.astype(np.int64), "alike": mean, "nearest": nearest,
         "likeness": likeness.max(axis=1), "same": same},
        schema=_SCHEMA,
    )  # fmt: skip
