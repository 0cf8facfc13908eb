"""What cities repay of private and of foreign money, for an instance of the national solver.

The solver takes funds of one kind together. Where they are repaid in different ways, the most that any of
them asks stands for all in its plans, and the least in its bound: plans can be repaid, and the bound holds.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from urbium.plan.milp.model import LinearModel
from urbium.plan.variables import Floats, Variables
from urbium.text import Text, coded


def unsupported_repayments(lay: Variables) -> Iterator[Text]:
    """Name what of repayments the national solver does not know."""
    outside = (lay.roadmap.funds["payer"] == "outside").to_numpy()
    if lay.repaid["nation"].any() or lay.repaid["city"][~outside].any():
        yield coded("plan.unsupported.repaid", "repayments from the nation's or the cities' own money")
    drawn = np.arange(lay.years)
    if lay.repaid["city"][:, drawn, drawn].any():
        yield coded(
            "plan.unsupported.repaid_at_once", "repayments in the year in which the money is drawn down"
        )


def most_repaid(lay: Variables) -> Floats:
    """(C,) what each city could repay in a year at most, if every million that it may build cost the most."""
    dearest = lay.repaid["city"].sum(axis=2).max(initial=0.0)
    return np.asarray(dearest * np.bincount(lay.city, lay.capital, minlength=lay.roadmap.cities.height))


def repaid_by_cities(lay: Variables, model: LinearModel, lasting: list[str]) -> dict[str, Floats]:
    """Return ``repaid`` and ``lasting`` of the instance; nothing where cities repay nothing.

    Parameters
    ----------
    model : the roadmap's matrix, whose limits may have been widened by what committed projects overrun
    lasting : the funds that may pay in every year
    """
    if not lay.repaid["city"].any():
        return {}
    limits = lay.lasting.with_columns(most=pl.Series(_raised(model), dtype=pl.Float64))
    cities = {city: k for k, city in enumerate(lay.roadmap.cities["city"])}
    limits = limits.filter(pl.col("place").is_in(list(cities)))
    years = limits["year"].unique().sort().to_list()
    running = np.bincount(lay.city, lay.yearly, minlength=len(cities))
    most = np.repeat((running + most_repaid(lay))[:, None], len(years), axis=1)
    for place, year, amount in limits.select("place", "year", "most").iter_rows():
        most[cities[place], years.index(year)] = amount
    when = [*range(lay.years), *(year - lay.roadmap.years[0] for year in years)]
    return {"repaid": _by_source(lay, lasting)[..., when], "lasting": most}


def _raised(model: LinearModel) -> Floats:
    span = model.span("repayment")
    return model.upper[span.start : span.stop]


def _by_source(lay: Variables, lasting: list[str]) -> Floats:
    """(2, 2, T, all years) least and most that private and foreign funds ask."""
    funds = lay.roadmap.funds
    can_pay = (funds["payer"] == "outside") & funds["fund"].is_in(lasting)
    abroad, asked = funds["is_foreign"].to_numpy(), lay.repaid["city"]
    sources = [asked[can_pay.to_numpy() & is_source] for is_source in (~abroad, abroad)]
    nothing = np.zeros((1, *asked.shape[1:]))
    sources = [source if len(source) else nothing for source in sources]
    return np.stack([np.stack([s.min(axis=0) for s in sources]), np.stack([s.max(axis=0) for s in sources])])
