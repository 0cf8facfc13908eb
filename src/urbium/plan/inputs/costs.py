"""What a solution costs in a city of a size, as the catalogue declares it: it is computed here alone.

capital = geometric mean of the low and high cost x price index x exchange rate x quantity x the share of the
city that is treated. The quantity is that of the unit of the cost: the people served, the city's figure of a
variable, or one where the cost is a lump sum. A platform, a part of which is fixed, costs less a head the
larger the city is. Where the plan has one price year, costs of another are moved to it by the index of their
currency, or the plan is refused. See ADR 0099.
"""

import math
from collections.abc import Callable, Iterator

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.checks.labour import labour
from urbium.catalogue.price_index import price_factor
from urbium.errors import Fault, InputError, refuse
from urbium.model import Solution
from urbium.plan.inputs.assumptions import Assumed
from urbium.plan.inputs.quantities import stored_figures
from urbium.text import coded
from urbium.units import convert

_MILLION = 1e6
PEOPLE = "city.people"
"""The quantity of a cost per person: the people served."""
ONE = "one"
"""The quantity of a lump sum."""

RateFrom = Callable[[str], float]
"""How many units of the plan's currency one of another is."""


def costs(catalogue: Catalogue, rate_from: RateFrom, *, price_year: str = "") -> pl.DataFrame:
    """Return for each solution its cost per unit of a quantity, in the currency of the plan.

    The columns are solution, unit_cost, quantity (:data:`PEOPLE`, :data:`ONE` or a variable, in whose unit it
    counts), has_fixed_part, and whom a million pays: ``building`` person-years of what is spent on building,
    ``running`` posts of what is spent on running in a year (null: nobody said).

    Parameters
    ----------
    price_year : to whose prices costs are moved; they stay as they are where it is no year

    Raises InputError with every solution whose prices cannot be moved to that year, and where a rate is
    missing.
    """
    rows = [
        {
            "solution": solution.code,
            "unit_cost": unit_cost(solution, catalogue, rate_from) * factor,
            "quantity": solution.cost_unit.variable or (PEOPLE if solution.cost_unit.is_per_person else ONE),
            "has_fixed_part": solution.has_fixed_part,
            **{
                phase: wages.people and wages.people * _MILLION / money
                for phase, wages in labour(solution).items()
            },
        }
        for solution, factor in _at_prices_of(price_year, catalogue)
        for money in [rate_from(solution.cost_unit.currency) * factor]
    ]
    schema = {
        "solution": pl.String, "unit_cost": pl.Float64, "quantity": pl.String, "has_fixed_part": pl.Boolean,
        "building": pl.Float64, "running": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def _at_prices_of(price_year: str, catalogue: Catalogue) -> Iterator[tuple[Solution, float]]:
    """Yield each solution with what its costs are multiplied by."""
    faults = []
    for solution in catalogue.solutions.values():
        to = int(price_year) if price_year.isdigit() else solution.price_year
        try:
            factor = price_factor(catalogue.assumptions, solution.cost_unit.currency, solution.price_year, to)
        except InputError as error:
            place = {"sheet": "solutions", "cell": solution.code}
            faults.append(Fault("error", error.message, error.remedy, "price-year", **place))
        else:
            yield solution, factor
    refuse(faults, "", coded("plan.build.price_years", "costs in different price years cannot be added up"))


def unit_cost(solution: Solution, catalogue: Catalogue, rate_from: RateFrom) -> float:
    """Return the cost to build of one unit of the quantity, at its own prices in the currency of the plan."""
    name = f"treated_share.{solution.code}"
    treated = Assumed(catalogue)(name) if name in catalogue.assumptions else 1.0
    middle = math.sqrt(solution.capital_low * solution.capital_high)
    return middle * rate_from(solution.cost_unit.currency) * treated * _per_unit(solution, catalogue)


def _per_unit(solution: Solution, catalogue: Catalogue) -> float:
    """Return how many units of the cost one unit of the variable is; one for persons and lump sums."""
    per = solution.cost_unit
    return convert(1.0, catalogue.variables[per.variable].unit, per.unit) if per.variable else 1.0


def quantities_of(catalogue: Catalogue, sized: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """Return code, quantity, size and period (empty where it is of none) of what costs are counted by.

    Parameters
    ----------
    sized : code and served (persons) of each city
    figures : of the areas that their variables declare; the latest figure of a city counts
    """
    names = {solution.cost_unit.variable for solution in catalogue.solutions.values()} - {""}
    declared = {name: catalogue.variables[name] for name in names}
    latest = (
        stored_figures(figures, declared)
        .sort("period")
        .unique(["city", "input"], keep="last", maintain_order=True)
        .select(code="city", quantity="input", size=pl.col("value").cast(pl.Float64), period="period")
    )
    fixed = [
        sized.select("code", quantity=pl.lit(name), size=size.cast(pl.Float64), period=pl.lit(""))
        for name, size in ((PEOPLE, pl.col("served")), (ONE, pl.lit(1.0)))
    ]
    return pl.concat([*fixed, latest])


def size_factor(assumed: Assumed) -> pl.Expr:
    """Return by what the size of a city (``served``, persons) changes the cost per head."""
    relative = pl.col("served") / assumed("cost.scale_people")
    return pl.when("has_fixed_part").then(relative ** -assumed("cost.scale_exponent")).otherwise(1.0)


def capital_of(assumed: Assumed) -> pl.Expr:
    """Return the cost to build (million) of rows with unit_cost, size, has_fixed_part and served."""
    return pl.col("unit_cost") * pl.col("size") / _MILLION * size_factor(assumed)


def declared_capital(
    catalogue: Catalogue, solution: str, *, people: float, rate_from: RateFrom, price_year: str = ""
) -> float | None:
    """Return the cost to build (million) of a solution for so many persons.

    None without people, and where it is counted by another quantity than people, which they do not tell.
    """
    if not people > 0 or catalogue.solutions[solution].cost_unit.variable:
        return None
    of_solution = costs(catalogue, rate_from, price_year=price_year).filter(solution=solution)
    size = pl.when(pl.col("quantity") == PEOPLE).then(people).otherwise(1.0)
    sized = of_solution.with_columns(served=people, size=size)
    return float(sized.select(capital_of(Assumed(catalogue))).item())
