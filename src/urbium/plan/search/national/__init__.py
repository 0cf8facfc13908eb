"""National plans: hundreds of cities at once, with a proven bound, on arrays.

``solve_national`` makes a plan of an :class:`Instance`; ``certify_national`` checks any plan without it.
"""

from urbium.plan.search.national.check import NationalCertificate, certify_national
from urbium.plan.search.national.compiling import compile_loops
from urbium.plan.search.national.incumbent import NationalPlan, Shortfall, Step
from urbium.plan.search.national.instance import Cities, Instance, Nation, Projects
from urbium.plan.search.national.solver import is_possible, solve_national

__all__ = [
    "Cities",
    "Instance",
    "Nation",
    "NationalCertificate",
    "NationalPlan",
    "Projects",
    "Shortfall",
    "Step",
    "certify_national",
    "compile_loops",
    "is_possible",
    "solve_national",
]
