"""The demo programme planned for fifteen years with every rule declared for it: size N of ``plan.py``."""

import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from urbium.demo import BUDGET, open_demo
from urbium.periods import year_range
from urbium.plan import Roadmap, candidates, solve
from urbium.plan.layout import Layout
from urbium.plan.matrix import assemble

YEARS = "2016-2030"


def roadmap() -> Roadmap:
    """Return the demo's roadmap: 286 cities, 56 solutions, 15 years."""
    with tempfile.TemporaryDirectory() as folder:
        programme = open_demo(Path(folder) / "demo.db")
        try:
            return candidates(
                programme.catalogue,
                programme.cities(),
                programme.observations(),
                years=year_range(YEARS),
                budget=BUDGET,
                scores=programme.required("scores").indicators,
            )
        finally:
            programme.close()


def planned(seconds: float, gaps: tuple[float, ...], *, seed: int = 0) -> dict[str, Any]:
    """Plan the demo programme and say what came of it; times count from the call of ``solve``."""
    road = roadmap()
    model = assemble(Layout(road))
    steps: list[tuple[float, float | None, float | None]] = []
    processor = time.process_time()
    plan = solve(
        road,
        time_limit=seconds,
        seed=seed,
        on_progress=lambda *step: steps.append(step),  # type: ignore[func-returns-value]
    )
    spent = time.process_time() - processor
    known = [(s, v, b) for s, v, b in steps if v is not None and b is not None and v > 0]
    certificate = plan.certificate
    return {
        "rows": len(model.lower),
        "columns": len(model.cost),
        "first plan": next((s for s, v, _ in steps if v is not None and v > 0), None),
        **{f"{gap:.1%}": next((s for s, v, b in known if b - v <= gap * v), None) for gap in gaps},
        "gap": plan.gap,
        "value": plan.objective,
        "bound": plan.bound,
        "shortfalls": plan.shortfalls.height,
        "valid": certificate.is_valid,
        "gap recomputed": plan.gap_recomputed,
        "cities": road.cities.height,
        "seconds": plan.settings["seconds"],
        "processor seconds": spent,
        "memory GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }
