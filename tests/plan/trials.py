"""Trials of every rule of a plan: random programmes against all choices, and bounds against the best."""

import numpy as np
import polars as pl
import pytest

from urbium.errors import InfeasibleError
from urbium.plan import Plan, solve
from urbium.plan.milp.model import assemble
from urbium.plan.variables import Variables
from urbium.plan.verify.dual_bound import recomputed_bound


def best_plan(road, best, within=1e-8) -> Plan | None:
    """Return the plan of a programme after checking that it is the best that there is; None without one."""
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(road, work_limit=20)
        return None
    plan = solve(road, work_limit=20)
    assert plan.objective == pytest.approx(best[0], rel=1e-7, abs=within)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid, plan.certificate
    return plan


def check_bound(road, best, by_decomposition) -> None:
    """Check that the decomposition promises no less than the best plan, and finds none better."""
    lay = Variables(road)
    value, bound = by_decomposition(lay, assemble(lay))
    most = -np.inf if best is None else best[0]
    assert value <= most + 1e-7
    assert most <= bound + 1e-7


def check_prices(road, best, seed) -> None:
    """Check that no prices of any rows prove less than the best plan."""
    names, rng = assemble(Variables(road)).names(), np.random.default_rng(seed)
    for size in (0.01, 1.0, 1e3):
        prices = rng.uniform(-1, 1, len(names)) * size * (rng.random(len(names)) < 0.3)
        bound = recomputed_bound(road, pl.DataFrame({"row": names, "price": prices}))
        assert best is None or bound >= best[0] - 1e-7 * max(1.0, size)
