"""What a solution costs in a city of a size, as the catalogue declares it: it is computed here alone.

capital = geometric mean of the low and high cost per head x price index x exchange rate x people served x the
share of the city that is treated; a platform, a part of which is fixed, costs less a head the larger the city
is. Where the plan has one price year, costs of another are moved to it, or the plan is refused.
"""

import math
from collections.abc import Iterator
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.price_index import price_factor
from urbium.errors import Fault, InputError
from urbium.model import CostScale, Solution
from urbium.plan.build.assumptions import Assumed
from urbium.text import text

__all__ = ["OF_COSTS", "capital_of", "costs_per_head", "declared_capital", "per_head", "size_factor"]

OF_COSTS: Final = "USD"
"""The currency of the catalogue's costs per head, as its columns say."""
_MILLION = 1e6


def costs_per_head(catalogue: Catalogue, *, rate: float, price_year: str = "") -> pl.DataFrame:
    """Return for each solution ``per_head`` (currency of the plan, one person served) and ``has_fixed_part``.

    Parameters
    ----------
    rate : units of the plan's currency for one US dollar
    price_year : to whose prices costs are moved; they stay as they are where it is no year

    Raises InputError with every solution whose prices cannot be moved to that year.
    """
    rows = [
        {
            "solution": solution.code,
            "per_head": per_head(solution, catalogue, rate=rate) * factor,
            "has_fixed_part": solution.scale is CostScale.PLATFORM,
        }
        for solution, factor in _at_prices_of(price_year, catalogue)
    ]
    schema = {"solution": pl.String, "per_head": pl.Float64, "has_fixed_part": pl.Boolean}
    return pl.DataFrame(rows, schema=schema)


def _at_prices_of(price_year: str, catalogue: Catalogue) -> Iterator[tuple[Solution, float]]:
    """Yield each solution with what its costs are multiplied by."""
    faults = []
    for solution in catalogue.solutions.values():
        to = int(price_year) if price_year.isdigit() else solution.price_year
        try:
            factor = price_factor(catalogue.assumptions, OF_COSTS, solution.price_year, to)
        except InputError as error:
            place = {"sheet": "solutions", "cell": solution.code}
            faults.append(Fault("error", error.message, error.remedy, "price-year", **place))
        else:
            yield solution, factor
    if faults:
        raise InputError(
            text("plan.build.price_years", "costs of several price years cannot be added up"), faults=faults
        )


def per_head(solution: Solution, catalogue: Catalogue, *, rate: float) -> float:
    """Return the cost to build for one person served, at its own prices in the currency of the plan."""
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


def declared_capital(
    catalogue: Catalogue, solution: str, *, people: float, rate: float, price_year: str = ""
) -> float | None:
    """Return the cost to build (million) of a solution for so many persons; None without people."""
    if not people > 0:
        return None
    costs = costs_per_head(catalogue, rate=rate, price_year=price_year)
    sized = costs.filter(solution=solution).with_columns(served=people)
    return float(sized.select(capital_of(Assumed(catalogue))).item())
