r"""Bundles: small projects of several cities, of like kind and terms, put together into one ticket.

Within a group (same or related solution, same instrument, mode of delivery and currency) the best bundle is a
mixed-integer programme, solved exactly:

.. math:: \max \sum_p (1 + w_p) a_p z_p \quad\text{with}\quad l \le \sum_p a_p z_p \le u,\;
   z_p \le c_{k(p)},\; c_k \le \sum_{p \in k} z_p,\; m \le \sum_k c_k \le n

where :math:`a_p` is what project :math:`p` seeks, :math:`w_p` how much the mandate wants it, :math:`l, u` the
ticket, :math:`c_k` whether city :math:`k` takes part and :math:`m, n` how many cities there may be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from urbium.market.mandates import Mandate
from urbium.market.preferences import interest
from urbium.market.prospects import Pipeline, Prospect
from urbium.market.rules import admitted
from urbium.market.seats import Floats

_SIZES = ("ticket_least",)
_TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Small projects as one ticket.

    Parameters
    ----------
    family : the solution that all have, or the sector where related ones are put together
    instrument, delivery : by which all can be paid, and how all are delivered
    prospects : the projects, by code
    worth : what was made as large as possible: the amounts, each times how much the mandate wants it
    """

    family: str
    instrument: str
    delivery: str
    prospects: tuple[Prospect, ...]
    worth: float

    @property
    def code(self) -> str:
        """A name that says what is in it."""
        return f"bundle-{self.family}-{self.instrument}-{len(self.cities)}".replace("_", "-")

    @property
    def cities(self) -> tuple[str, ...]:
        """The names of the cities, in their order."""
        return tuple(sorted({one.place for one in self.prospects}))

    @property
    def sought(self) -> float:
        """What all seek, in millions."""
        return float(sum(one.sought for one in self.prospects))

    @property
    def capital(self) -> float:
        """What all cost to build, in millions."""
        return float(sum(one.capital for one in self.prospects))

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self.prospects[0].currency


def bundles(mandate: Mandate, pipeline: Pipeline, *, related: bool = False, most: int = 5) -> list[Bundle]:
    """Return the best bundle of each group, the best first, for what is too small for a mandate alone.

    Parameters
    ----------
    mandate : with amounts in the currency of the pipeline
    pipeline : all projects; those that every other rule admits and that are too small are put together
    related : whether solutions of one sector go together, rather than the same solution alone
    most : how many bundles are returned
    """
    suits = admitted(mandate, pipeline, without=_SIZES) & ~admitted(mandate, pipeline)
    wanted = interest(replace(mandate, ticket_least=1e-9), pipeline)
    groups: dict[tuple[str, str, str], list[int]] = {}
    for at in np.flatnonzero(suits).tolist():
        one = pipeline.prospects[at]
        for instrument in one.instruments:
            if not mandate.instruments or instrument in mandate.instruments:
                groups.setdefault(
                    (one.sector if related else one.solution, instrument, one.delivery), []
                ).append(at)
    rows = [
        bundle
        for (family, instrument, delivery), places in sorted(groups.items())
        for bundle in [
            best_bundle(
                mandate,
                [pipeline.prospects[at] for at in places],
                wanted[places],
                family=family,
                instrument=instrument,
                delivery=delivery,
            )
        ]
        if bundle is not None
    ]
    return sorted(_once(rows), key=lambda row: (-row.worth, row.code))[:most]


def best_bundle(
    mandate: Mandate,
    prospects: Sequence[Prospect],
    wanted: Floats,
    *,
    family: str = "",
    instrument: str = "",
    delivery: str = "",
) -> Bundle | None:
    """Return the bundle worth most that is one ticket of a mandate; None when there is none.

    Parameters
    ----------
    mandate : with amounts in the currency of the projects
    prospects : of one group
    wanted : (P,) how much the mandate wants each, 0 to 1
    family, instrument, delivery : of the group
    """
    amounts = np.array([one.sought for one in prospects], float)
    most = min(mandate.ticket_most, mandate.budget)
    cities = sorted({one.city for one in prospects})
    if len(cities) < mandate.cities_least or amounts.sum() < mandate.ticket_least:
        return None
    value = amounts * (1.0 + np.asarray(wanted, float))
    solved = milp(
        np.concatenate([-value, np.zeros(len(cities))]),
        constraints=_limits(mandate, prospects, amounts, most, cities),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(prospects) + len(cities)),
        options={"mip_rel_gap": 0.0},
    )
    if solved.x is None:
        return None
    chosen = np.flatnonzero(np.rint(solved.x[: len(prospects)])).tolist()
    inside = tuple(sorted((prospects[at] for at in chosen), key=lambda one: one.code))
    return Bundle(
        family=family,
        instrument=instrument,
        delivery=delivery,
        prospects=inside,
        worth=float(value[chosen].sum()),
    )


def _limits(
    mandate: Mandate, prospects: Sequence[Prospect], amounts: Floats, most: float, cities: Sequence[str]
) -> LinearConstraint:
    """Return the rows: the ticket, the number of cities, and that a city takes part by its projects alone."""
    places: Mapping[str, int] = {city: at for at, city in enumerate(cities)}
    count, of_city = len(prospects), np.array([places[one.city] for one in prospects])
    by_city = sp.csr_matrix((np.ones(count), (np.arange(count), of_city)), (count, len(cities)))
    rows = sp.bmat(
        [
            [sp.csr_matrix(amounts), None],
            [None, sp.csr_matrix(np.ones(len(cities)))],
            [sp.identity(count), -by_city],
            [-by_city.T, sp.identity(len(cities))],
        ],
        format="csr",
    )
    free = np.full(count + len(cities), -np.inf)
    return LinearConstraint(
        rows,
        lb=np.concatenate([[mandate.ticket_least - _TOLERANCE, mandate.cities_least], free]),
        ub=np.concatenate([[most + _TOLERANCE, mandate.cities_most], np.zeros(len(free))]),
    )


def _once(rows: Sequence[Bundle]) -> list[Bundle]:
    """Return the bundles without those of the same projects, which several instruments can pay."""
    return list({row.prospects: row for row in reversed(rows)}.values())
