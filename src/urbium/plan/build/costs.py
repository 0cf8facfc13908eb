"""What a solution costs in a city of a size, as the catalogue declares it: it is computed here alone.

capital = geometric mean of the low and high cost per head x exchange rate x people served x the share of the
city that is treated; a platform, a part of which is fixed, costs less a head the larger the city is.
"""

import math

import polars as pl

from urbium.catalogue import Catalogue
from urbium.model import CostScale, Solution
from urbium.plan.build.assumptions import Assumed

__all__ = ["capital_of", "costs_per_head", "declared_capital", "per_head", "size_factor"]

_MILLION = 1e6


def costs_per_head(catalogue: Catalogue, *, rate: float) -> pl.DataFrame:
    """Return for each solution ``per_head`` (currency of the plan, one person served) and ``has_fixed_part``.

    ``rate``: units of the plan's currency for one US dollar.
    """
    rows = [
        {
            "solution": solution.code,
            "per_head": per_head(solution, catalogue, rate=rate),
            "has_fixed_part": solution.scale is CostScale.PLATFORM,
        }
        for solution in catalogue.solutions.values()
    ]
    schema = {"solution": pl.String, "per_head": pl.Float64, "has_fixed_part": pl.Boolean}
    return pl.DataFrame(rows, schema=schema)


def per_head(solution: Solution, catalogue: Catalogue, *, rate: float) -> float:
    """Return the cost to build for one person served, in the currency of the plan."""
    name = f"treated_share.{solution.code}"
    treated = Assumed(catalogue)(name) if name in catalogue.assumptions else 1.0
    return math.sqrt(solution.capital_low * solution.capital_high) * rate * treated


def size_factor(assumed: Assumed) -> pl.Expr:
    """Return by what the size of a city (``served``, persons) changes the cost per head."""
    relative = pl.col("served") / assumed("cost.scale_people")
    return pl.when("has_fixed_part").then(relative ** -assumed("cost.scale_exponent")).otherwise(1.0)


def capital_of(assumed: Assumed) -> pl.Expr:
    """Return the cost to build (million) of rows with ``per_head``, ``has_fixed_part`` and ``served``."""
    return pl.col("per_head") * pl.col("served") / _MILLION * size_factor(assumed)


def declared_capital(catalogue: Catalogue, solution: str, *, people: float, rate: float) -> float | None:
    """Return the cost to build (million) of a solution for so many persons; None without people."""
    if not people > 0:
        return None
    costs = costs_per_head(catalogue, rate=rate).filter(solution=solution).with_columns(served=people)
    return float(costs.select(capital_of(Assumed(catalogue))).item())
