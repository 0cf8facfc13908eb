"""The demo programme planned for fifteen years with every rule declared for it: size N of ``plan.py``."""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from milestones import milestones
from urbium.demo import BUDGET, open_demo
from urbium.plan import Roadmap, solve
from urbium.plan.milp.model import assemble
from urbium.plan.search.national import SearchStep
from urbium.plan.variables import Variables

YEARS = "2016-2030"


def roadmap() -> Roadmap:
    """Return the demo's roadmap: 286 cities, 56 solutions, 15 years."""
    with tempfile.TemporaryDirectory() as folder:
        programme = open_demo(Path(folder) / "demo.db")
        try:
            return programme.roadmap(years=YEARS, budget=BUDGET)
        finally:
            programme.close()


def planned(seconds: float, *, seed: int = 0) -> dict[str, Any]:
    """Plan the demo programme and say what came of it; times count from the call of ``solve``."""
    road = roadmap()
    model = assemble(Variables(road))
    history: list[SearchStep] = []
    processor = time.process_time()
    plan = solve(
        road,
        time_limit=seconds,
        seed=seed,
        on_progress=lambda second, value, bound: history.append(
            SearchStep(second, -np.inf if value is None else value, np.inf if bound is None else bound)
        ),
    )
    spent = time.process_time() - processor
    certificate = plan.certificate
    return {
        "rows": len(model.lower),
        "columns": len(model.cost),
        **milestones(history),
        "gap": plan.gap,
        "value": plan.objective,
        "bound": plan.bound,
        "shortfalls": plan.shortfalls.height,
        "valid": certificate.is_valid,
        "gap recomputed": plan.gap_recomputed,
        "cities": road.cities.height,
        "seconds": plan.settings["seconds"],
        "processor seconds": spent,
    }
