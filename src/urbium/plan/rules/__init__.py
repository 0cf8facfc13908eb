r"""The limits of a programme as rows of a linear model: one function a limit, each with its formula.

The variables are those of :mod:`urbium.plan.variables`. Rows carry names that a person can read:
``budget[340100,2017]``, ``precedence[A<-B,2018]``.

References: Williams, *Model Building in Mathematical Programming*, chapters 9-10 (disaggregated precedence);
Wolsey, *Integer Programming* (started-by variables); others stand with their limits. What has none is
bookkeeping: shares of what is paid, and definitions.
"""

from collections.abc import Callable, Iterator

from urbium.plan.rules.effects import attainment, closed_in_full, least_closing, parity, standard
from urbium.plan.rules.funds import (
    budget,
    foreign_in_all,
    foreign_of_project,
    fund_limit,
    fund_share,
    fund_share_of_budgets,
    fund_share_of_city,
    funding,
    outside_of_project,
)
from urbium.plan.rules.people import people, people_of_nation
from urbium.plan.rules.precedence import (
    alternative,
    committed,
    exclusion,
    forbidden,
    mandatory,
    precedence,
    soft_precedence,
    start_limit,
    started,
    window,
)
from urbium.plan.variables import Layout
from urbium.plan.variables.rows import Rows

__all__ = [
    "LIMITS",
    "Rows",
    "all_rows",
    "alternative",
    "attainment",
    "budget",
    "closed_in_full",
    "committed",
    "exclusion",
    "forbidden",
    "foreign_in_all",
    "foreign_of_project",
    "fund_limit",
    "fund_share",
    "fund_share_of_budgets",
    "fund_share_of_city",
    "funding",
    "least_closing",
    "mandatory",
    "outside_of_project",
    "parity",
    "people",
    "people_of_nation",
    "precedence",
    "soft_precedence",
    "standard",
    "start_limit",
    "started",
    "window",
]

LIMITS: tuple[Callable[[Layout], Rows], ...] = (
    started, window, precedence, soft_precedence, exclusion, alternative, mandatory, forbidden, committed,
    start_limit, attainment, closed_in_full, standard, least_closing, parity, funding, fund_share,
    foreign_of_project, outside_of_project, foreign_in_all, fund_share_of_city, fund_share_of_budgets, budget,
    fund_limit, people, people_of_nation,
)  # fmt: skip
"""Every limit of the whole programme, in the order of the model's rows."""


def all_rows(lay: Layout) -> Iterator[Rows]:
    """Yield the rows of every limit."""
    yield from (limit(lay) for limit in LIMITS)
