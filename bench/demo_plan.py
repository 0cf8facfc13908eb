"""The demo programme planned with every rule declared for it: for fifteen years (N), for five (D)."""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from fixed import is_confirmed, worth_of_plan
from milestones import milestones
from urbium.examples.demo import about, open_demo
from urbium.plan import Roadmap, solve
from urbium.plan.milp.model import assemble
from urbium.plan.search.national.incumbent import SearchStep
from urbium.plan.variables import Variables

YEARS = {"N": "2016-2030", "D": "2016-2020"}


def roadmap(size: str = "N", database: Path | None = None) -> Roadmap:
    """Return the roadmap of a demo, new or there: 286 cities, 56 solutions, 15 or 5 years."""
    with tempfile.TemporaryDirectory() as folder:
        programme = open_demo(database or Path(folder) / "demo.db")
        try:
            return programme.roadmap(years=YEARS[size], budget=about()["budget"])
        finally:
            programme.close()


def planned(seconds: float, *, seed: int = 0, size: str = "N") -> dict[str, Any]:
    """Plan the demo programme and say what came of it; times count from the call of ``solve``."""
    road = roadmap(size)
    model = assemble(Variables(road))
    history: list[SearchStep] = []
    processor = time.process_time()
    plan = solve(
        road,
        work_limit=np.inf,  # the time alone ends it
        time_limit=seconds,
        seed=seed,
        on_progress=lambda second, value, bound: history.append(
            SearchStep(second, -np.inf if value is None else value, np.inf if bound is None else bound)
        ),
    )
    spent = time.process_time() - processor
    certificate = plan.certificate
    worth = worth_of_plan(plan)
    return {
        "rows": len(model.lower),
        "columns": len(model.cost),
        **milestones(history),
        "gap": plan.gap,
        "value": plan.objective,
        "bound": plan.bound,
        "shortfalls": plan.shortfalls.height,
        "valid": certificate.is_valid and is_confirmed(worth, plan.objective),
        "value by a plain MILP": worth,
        "gap recomputed": plan.gap_recomputed,
        "cities": road.cities.height,
        "seconds": plan.settings["seconds"],
        "processor seconds": spent,
    }
