"""The planner with every rule at once against an independent program that tries every choice."""

import pytest

from urbium.errors import InfeasibleError
from urbium.plan import solve


@pytest.mark.parametrize("seed", range(500))
def test_a_plan_with_every_rule_is_worth_as_much_as_the_best_of_all_choices(seed, ruled, by_trying):
    road = ruled(seed)
    best = by_trying(road)
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(road, time_limit=20)
        return
    plan = solve(road, time_limit=20)
    assert plan.objective == pytest.approx(best[0], rel=1e-7, abs=1e-8)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid, plan.certificate
