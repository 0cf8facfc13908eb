"""What a plan is worth by a plain programme: the whole model at once with the starts fixed, solved by scipy.

Nothing of the search is used, only the model's rows; the rest (money, training, closings, shortfalls) is the
solver's to find. Minus infinity where it finds that these starts keep no plan within the limits.
"""

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from urbium.plan import Plan
from urbium.plan.milp.financing import start_columns, with_overruns
from urbium.plan.milp.model import assemble
from urbium.plan.search.national.city_model import national_model
from urbium.plan.search.national.incumbent import NationalPlan
from urbium.plan.search.national.instance import Instance
from urbium.plan.variables import Variables

TOLERANCE = 1e-6
"""By what share of itself, or of one, a worth may differ by rounding."""


def worth_of_plan(plan: Plan) -> float:
    """Return what the starts of a roadmap's plan are worth at best."""
    road = plan.roadmap
    lay = Variables(road)
    model, _ = with_overruns(lay, assemble(lay))
    begun = dict(plan.table.select("project", "start").iter_rows())
    start = np.array([begun[p] - road.years[0] if p in begun else -1 for p in lay.number])
    x = start_columns(lay, start)
    least, most = np.zeros(len(model.cost)), model.bound.copy()
    least[: lay.starts] = most[: lay.starts] = x[: lay.starts]
    matrix = sp.csr_array((model.value, (model.row, model.column)), shape=model.size)
    is_whole = np.arange(len(model.cost)) < model.wholes
    return _best(matrix, model.lower, model.upper, model.cost, least, most, is_whole)


def worth_of_national(instance: Instance, plan: NationalPlan) -> float:
    """Return what the start years of a national plan are worth at best."""
    model, projects = national_model(instance), instance.projects
    least, most = model.least.copy(), model.most.copy()
    is_whole = np.zeros(len(model.cost), dtype=bool)
    for project, (offset, start) in enumerate(zip(model.offset, plan.start, strict=True)):
        years = np.arange(projects.earliest[project], projects.latest[project] + 1)
        span = slice(offset, offset + len(years))
        is_whole[span] = True
        least[span] = most[span] = (start >= 0) & (years >= start)
    training = len(model.cost) - len(instance.regions) - instance.occupations * instance.years
    is_whole[training : training + instance.occupations * instance.years] = True
    return _best(model.matrix, model.lower, model.upper, model.cost, least, most, is_whole)


def is_confirmed(worth: float, claimed: float) -> bool:
    """Say whether a plan is worth at least what is claimed of it."""
    return worth >= claimed - TOLERANCE * max(abs(claimed), 1.0)


def _best(  # noqa: PLR0917 - the parts of a programme
    matrix: sp.csr_array, lower: np.ndarray, upper: np.ndarray, cost: np.ndarray, least: np.ndarray,
    most: np.ndarray, is_whole: np.ndarray,
) -> float:  # fmt: skip
    solved = milp(
        -cost,
        constraints=LinearConstraint(matrix, lower, upper),
        bounds=Bounds(least, most),
        integrality=is_whole.astype(int),
    )
    return -np.inf if solved.x is None else float(cost @ solved.x)
