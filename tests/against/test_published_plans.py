"""Published problems with a known optimum are solved to exactly that optimum, with a proof and a certificate.

Each problem is told in a roadmap's own tables; ``published/programmes.py`` says how, and where it comes from.
"""

import importlib.util
import sys
from pathlib import Path

import highspy
import numpy as np
import pytest

from urbium.plan import solve

_PATH = Path(__file__).parent / "published" / "programmes.py"
_SPEC = importlib.util.spec_from_file_location("published_programmes", _PATH)
programmes = importlib.util.module_from_spec(_SPEC)
sys.modules["published_programmes"] = programmes
_SPEC.loader.exec_module(programmes)

PROBLEMS = programmes.problems()
SECONDS = 20.0


def best_of_matrix(problem):
    """Solve the published matrix itself, without a roadmap."""
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("time_limit", SECONDS)
    chosen = [solver.addBinary(obj=-worth) for worth in problem.worths]
    for number, limit in enumerate(problem.limits):
        used = sum(need[number] * x for need, x in zip(problem.needs, chosen, strict=True))
        solver.addConstr(used <= limit)
    for group in sorted(set(problem.groups) - {""}):
        own = sum(1.0 * x for x, other in zip(chosen, problem.groups, strict=True) if other == group)
        solver.addConstr(own == 1)
    solver.run()
    return -solver.getInfo().objective_function_value


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_retyped_figures_have_the_published_optimum(name):
    assert best_of_matrix(PROBLEMS[name]) == pytest.approx(PROBLEMS[name].optimum, rel=1e-9)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_published_optimum_is_reached_with_a_proof(name):
    problem = PROBLEMS[name]
    plan = solve(programmes.by_years(problem), time_limit=SECONDS)
    assert plan.objective == pytest.approx(problem.optimum, rel=1e-9)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid
    chosen = programmes.options_of(problem, plan.table["project"].to_list())
    assert np.asarray(problem.worths)[chosen].sum() == pytest.approx(problem.optimum, rel=1e-9)
    assert (np.asarray(problem.needs)[chosen].sum(axis=0) <= np.asarray(problem.limits) + 1e-9).all()
