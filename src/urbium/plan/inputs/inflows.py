"""Inflows of a roadmap's projects: what each brings in or saves a year, or why nothing is booked.

The row of the catalogue that is booked (:mod:`urbium.catalogue.bookings`) x the project's cost to build, its
running cost or the people it serves, x the share that is kept of what was not counted after the event
(assumptions ``inflow.kept.low`` and ``inflow.kept.high``). Amounts of money keep the prices of their year, as
the costs of the catalogue do; where the plan has one price year they are moved to it, or not booked.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.bookings import Booking, bookings
from urbium.catalogue.price_index import price_factor
from urbium.errors import InputError
from urbium.model import Basis, Inflow, Outcome, Solution
from urbium.plan.inputs.assumptions import Assumed
from urbium.plan.inputs.notes import cell
from urbium.plan.problem.tables import TABLES
from urbium.text import Text, sentences, text

_PERCENT: Final = 100.0
_MILLION: Final = 1e6
_COST_ONLY: Final = "none"
_OF: Final = {Basis.SHARE_OF_OPERATION: "operation", Basis.PER_HEAD: "served"}
"""What of a project a basis is a share of; of the others it is its capital."""


def inflow_table(
    catalogue: Catalogue,
    sized: pl.DataFrame,
    projects: pl.DataFrame,
    rate_from: Callable[[str], float],
    *,
    price_year: str,
) -> pl.DataFrame:
    """Return the table ``inflows`` of a roadmap: one row a project, of kind ``none`` where nothing is booked.

    Parameters
    ----------
    sized : code and served: the people whom the projects of a city are for
    projects : project, city, solution, capital, operation, rest (the part that is built)
    rate_from : how many units of the plan's currency one unit of another is
    price_year : of the plan's amounts
    """
    assumed = Assumed(catalogue)
    booked = bookings(catalogue, round(assumed("inflow.least_evidence")))

    def at_plan_prices(row: Inflow) -> float:
        """Return what one unit of an inflow's money is in the plan's."""
        rate = rate_from(row.currency)
        if row.price_year is None:
            return rate
        return rate * price_factor(catalogue.assumptions, row.currency, row.price_year, int(price_year))

    rows = [
        _unit_row(booking, catalogue.solutions[solution], assumed, at_plan_prices, price_year)
        for solution, booking in booked.items()
    ]
    units = pl.DataFrame(rows, schema=_UNIT_ROW, orient="row")
    amount = (
        pl.when(pl.col("of") == "operation")
        .then("operation")
        .when(pl.col("of") == "served")
        .then(pl.col("served") * pl.col("rest") / _MILLION)
        .otherwise("capital")
    )
    return (
        projects.select("project", "city", "solution", "capital", "operation", "rest")
        .join(sized.select(city="code", served="served"), on="city", how="left", maintain_order="left")
        .join(units, on="solution", how="left", maintain_order="left")
        .with_columns((pl.col(end) * amount).round(3) for end in ("low", "high"))
        .select(list(TABLES["inflows"]))
    )


_UNIT_ROW: Final = {
    "solution": pl.String, "of": pl.String, "low": pl.Float64, "high": pl.Float64, "kind": pl.String,
    "receiver": pl.String, "outcome": pl.String, "running_cost": pl.String, "overlap": pl.String,
    "same_effects": pl.String, "evidence": pl.String, "note": pl.String,
}  # fmt: skip
_Row = tuple[str, str, float | None, float | None, str, str, str, str, str, str, str, str]


def _unit_row(
    booking: Booking,
    solution: Solution,
    assumed: Assumed,
    at_plan_prices: Callable[[Inflow], float],
    price_year: str,
) -> _Row:
    """Return what a solution brings in for one unit of what its inflow is a share of."""
    row = booking.inflow
    if row is None:
        return _cost_only(solution, booking.reason)
    try:
        low, high = _yearly(row, solution, at_plan_prices)
    except InputError as error:
        return _cost_only(solution, text("{id}: {why}", id=row.id, why=error.message))
    kept = (1.0, 1.0)
    if row.outcome is not Outcome.REALISED:
        kept = assumed("inflow.kept.low"), assumed("inflow.kept.high")
    return (
        solution.code, _OF.get(row.basis, "capital"), low * kept[0], high * kept[1], row.kind.value,
        row.receiver.value if row.receiver else "", row.outcome.value if row.outcome else "",
        row.running_cost.value if row.running_cost else "", row.overlap, ";".join(row.same_effects),
        row.evidence.value if row.evidence else "", cell(_note(row, kept, price_year)),
    )  # fmt: skip


def _cost_only(solution: Solution, reason: Text) -> _Row:
    return (solution.code, "capital", None, None, _COST_ONLY, "", "", "", "", "", "", cell(reason))


def _yearly(
    row: Inflow, solution: Solution, at_plan_prices: Callable[[Inflow], float]
) -> tuple[float, float]:
    """Return what comes a year, low and high, for one unit of what the row is a share of."""
    low, high = row.low or 0.0, row.high or 0.0
    match row.basis:
        case Basis.PAYBACK:
            return 1 / high, 1 / low
        case Basis.SHARE_OF_CAPITAL_IN_ALL:
            years = row.years or solution.lifetime
            return low / _PERCENT / years, high / _PERCENT / years
        case Basis.PER_HEAD:
            rate = at_plan_prices(row)
            return low * rate, high * rate
        case _:
            return low / _PERCENT, high / _PERCENT


def _note(row: Inflow, kept: tuple[float, float], price_year: str) -> Text:
    """Say what the amount of a project rests on."""
    figure = text(
        "{id}: {low:g} to {high:g} {unit}, {place} {period}, {outcome}",
        id=row.id, low=row.low, high=row.high, unit=row.unit, place=row.place, period=row.period,
        outcome=row.outcome.value if row.outcome else ""
    )  # fmt: skip
    parts: list[Text | str] = [figure]
    if row.currency:
        parts.append(
            text("prices of {year}, converted to {plan}", year=str(row.price_year),
                 plan=price_year)
        )  # fmt: skip
    if row.outcome is not Outcome.REALISED:
        parts.append(
            text("{low:.0%} to {high:.0%} of this is kept (assumption)",
                 low=kept[0], high=kept[1])
        )  # fmt: skip
    return sentences(parts)
