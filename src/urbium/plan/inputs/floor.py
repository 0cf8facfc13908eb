"""A floor of money per head: what the nation adds, out of its own budget of a plan, to the poorest cities.

A city's list follows what it may spend, and where its income is small, so is all it can run and renew. The
floor is a share of what the median city may spend per head; what a city lacks to it comes from the nation, in
each year of the plan and in each later one, up to a part of the nation's budget. Where that does not reach,
all receive the same share of what they lack. Equalisation by fiscal capacity: Boadway, Shah 2009, *Fiscal
federalism*, chapter 9. See ADR 0110.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium.plan.inputs.notes import noted, of_cell
from urbium.text import sentences, text


def raised_to_floor(
    budgets: pl.DataFrame, people: pl.DataFrame, *, floor: float, most: float, currency: str
) -> tuple[pl.DataFrame, float]:
    """Return the budgets with what the nation adds, and how much that is in a year.

    Parameters
    ----------
    budgets : city, amount (millions a year), evidence, note
    people : code and people (of today) of each city
    floor : what every city is to have per head at least, as a share of the median city's
    most : what the nation gives for it in a year at most, in the unit of the amounts
    currency : of the amounts

    Returns
    -------
    The columns of budgets, and ``added``: what of the amount is the nation's, 0 where a city has the floor.

    Examples
    --------
    >>> import polars as pl
    >>> budgets = pl.DataFrame({"city": ["a", "b", "c"], "amount": [2.0, 8.0, 20.0], "note": ""})
    >>> people = pl.DataFrame({"code": ["a", "b", "c"], "people": [1e6, 1e6, 2e6]})
    >>> raised_to_floor(budgets, people, floor=0.5, most=1.5, currency="EUR")[0]["amount"].to_list()
    [3.5, 8.0, 20.0]
    """
    sized = budgets.join(people.select("people", city="code"), on="city", how="left", maintain_order="left")
    per_head = pl.col("amount") / pl.col("people")
    rows = sized.with_columns(
        added=(floor * per_head.median() * pl.col("people") - pl.col("amount")).clip(0.0).fill_null(0.0)
    )
    lacking = float(rows["added"].sum())
    share = min(1.0, most / lacking) if lacking else 0.0
    rows = rows.with_columns(pl.col("added") * share)

    def note(row: Mapping[str, Any]) -> str:
        if not row["added"]:
            return of_cell(row["note"])
        added = text(
            "of this, the nation adds {currency} {added:millions} each year, because the city has "
            "less than {floor:.0%} of the median city's budget per head (assumptions floor.per_head "
            "and floor.of_nation)",
            currency=currency,
            added=row["added"],
            floor=floor,
        )
        return sentences([of_cell(row["note"]), added])

    raised = rows.with_columns(pl.col("amount") + pl.col("added"), note=noted(rows, note))
    return raised.drop("people"), lacking * share
