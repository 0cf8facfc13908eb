"""National plans: hundreds of cities at once, with a proven bound, on arrays.

``solve_national`` makes a plan of an :class:`Instance`: columns and cuts of each city, a restricted master
that mixes them within what the cities share, a bound by dual prices, and annealing of the whole nation.
"""

from urbium.plan.search.national.beginning import is_possible
from urbium.plan.search.national.compiling import compile_loops
from urbium.plan.search.national.incumbent import NationalPlan, SearchStep, Shortfall
from urbium.plan.search.national.instance import Cities, Instance, Nation, ProjectArrays
from urbium.plan.search.national.solver import solve_national

__all__ = [
    "Cities",
    "Instance",
    "Nation",
    "NationalPlan",
    "ProjectArrays",
    "SearchStep",
    "Shortfall",
    "compile_loops",
    "is_possible",
    "solve_national",
]
