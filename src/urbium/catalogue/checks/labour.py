"""Labour: whom the cost of a solution pays, all from its one row; each rule yields the faults it finds.

People = cost x the part of it that is wages / wage. The wage stands in the money, and at the prices, of the
cost. Where no part is declared it follows from the people whom a source counts: part = people x wage / cost.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from urbium.catalogue.checks.findings import found
from urbium.catalogue.tables.table_kinds import KEY_SIGN
from urbium.errors import Fault
from urbium.model import Solution
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

BUILDING, RUNNING = "building", "running"
PEOPLE_COUNTED: Final = 100_000
"""For how many people a source's count stands."""
_SHARES: Final = {BUILDING: "build_labour_share", RUNNING: "run_labour_share"}
_COUNTS: Final = {BUILDING: "build_person_years_per_100k", RUNNING: "run_posts_per_100k"}
_TEAMS: Final = ("build_share", "run_share")
_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Labour:
    """What of the cost of building, or of a year of running, is wages.

    Parameters
    ----------
    cost : for each person (or other unit) that costs are counted by, in the middle of low and high
    wage : of a person-year, in the same money; None where nobody said
    share : the declared part of the cost, from 0 to 1
    counted : person-years, or posts, that a source counts for 100,000 people

    >>> centre = Labour(cost=0.5, wage=80_000.0, share=0.5, counted=6.3)
    >>> centre.people * 1_000_000, round(centre.counted_part, 2), centre.paid
    (6.25, 10.08, 0.625)
    """

    cost: float
    wage: float | None
    share: float | None
    counted: float | None

    @property
    def counted_part(self) -> float | None:
        """The part of the cost that those whom a source counts take; above 1 it does not pay them."""
        if self.counted is None or self.wage is None:
            return None
        if not self.cost:
            return math.inf if self.counted else 0.0
        return self.counted * self.wage / (PEOPLE_COUNTED * self.cost)

    @property
    def people(self) -> float | None:
        """Person-years that one unit of money of the cost stands for; None where it is not known."""
        part = self.counted_part if self.share is None else self.share
        return None if part is None or self.wage is None else part / self.wage

    @property
    def paid(self) -> float | None:
        """Person-years for 100,000 people that the whole cost would pay."""
        return None if self.wage is None else PEOPLE_COUNTED * self.cost / self.wage


def labour(solution: Solution) -> dict[str, Labour]:
    """Return what is wages of building a solution, and of running it."""
    capital = math.sqrt(solution.capital_low * solution.capital_high)
    costs = {BUILDING: capital, RUNNING: capital * solution.operation_share}
    return {
        phase: Labour(
            cost, solution.wage, getattr(solution, _SHARES[phase]), getattr(solution, _COUNTS[phase])
        )
        for phase, cost in costs.items()
    }


def figures(c: "Catalogue") -> Iterator[Fault]:
    """Nobody costs more than what they build or run, and the shares of a team sum to one."""
    for solution in c.solutions.values():
        for phase, wages in labour(solution).items():
            yield from _unpaid(solution, phase, wages)
    totals: dict[tuple[str, str], float] = {}
    first: dict[tuple[str, str], str] = {}
    for row in c.skills:
        for column in _TEAMS:
            share = getattr(row, column)
            if share is not None:
                team = row.solution, column
                totals[team] = totals.get(team, 0.0) + share
                first.setdefault(team, KEY_SIGN.join((row.solution, row.isco08, row.title)))
    for (code, column), total in totals.items():
        if abs(total - 1) > _TOLERANCE:
            yield found(
                ("skills", first[code, column], column),
                coded("catalogue.labour.team", "{column} of solution {id} sums to {total:.9g}, not 1",
                     column=column, id=code, total=total),
                text("assign each occupation its share of all posts"),
                "labour",
            )  # fmt: skip


def _unpaid(solution: Solution, phase: str, wages: Labour) -> Iterator[Fault]:
    """Yield why the people of a phase do not follow from its cost."""
    code, currency = solution.code, solution.cost_unit.currency
    counted = ("solutions", code, _COUNTS[phase])
    if wages.wage is None:
        if wages.share is not None or wages.counted is not None:
            yield found(
                ("solutions", code, "wage"),
                coded("catalogue.labour.no_wage", "solution {id} has no wage, which is needed to work out "
                      "staff numbers",
                     id=code),
                text("enter the cost of a person-year in {currency}, at the same prices as the "
                     "solution's cost",
                     currency=currency),
                "labour",
            )  # fmt: skip
    elif wages.share is not None or wages.counted is None:
        return
    elif not solution.cost_unit.is_per_person:
        yield found(
            counted,
            coded("catalogue.labour.no_person", "solution {id} does not have a cost per person, so "
                                                "{column} does not describe its cost",
                  id=code, column=counted[-1]),
            text("declare {column} (the wage share of the cost), from which staff numbers follow",
                 column=_SHARES[phase]),
            "labour",
        )  # fmt: skip
    elif (wages.counted_part or 0.0) > 1 + _TOLERANCE:
        needed, cost = wages.counted * wages.wage, PEOPLE_COUNTED * wages.cost
        yield found(
            counted,
            coded("catalogue.labour.unpaid",
                "solution {id}: {column} is {counted:g} per 100,000 people; at this wage, that costs "
                "{currency} {needed:,.0f}, more than the {cost:,.0f} available", id=code,
                 column=counted[-1], counted=wages.counted, currency=currency, needed=needed, cost=cost),
            text("correct {count}, the wage or the cost, or declare {column} (the wage share of the "
                "cost), from which staff numbers then follow; pages state both numbers",
                 count=counted[-1], column=_SHARES[phase]),
            "labour",
        )  # fmt: skip
