"""How soon a search had a plan, and how soon the plan was proven near the best."""

from collections.abc import Sequence

from urbium.plan.search.national.incumbent import SearchStep

GAPS = (0.05, 0.02, 0.01, 0.005)


def is_plan(value: float) -> bool:
    """Return whether a value is a plan's: a solver's infinity is none, nor what owes more than it gains."""
    return bool(0 < value < 1e15)


def milestones(history: Sequence[SearchStep]) -> dict[str, float | None]:
    """Return the seconds to the first plan that lacks nothing, and to each gap; None where not reached."""
    plans = [step for step in history if is_plan(step.value)]
    return {
        "first plan": next((step.seconds for step in plans), None),
        **{f"{gap:.1%}": _reached(plans, gap) for gap in GAPS},
    }


def _reached(plans: Sequence[SearchStep], gap: float) -> float | None:
    return next((s.seconds for s in plans if s.bound - s.value <= gap * s.value), None)
