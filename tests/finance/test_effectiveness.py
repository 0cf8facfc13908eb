"""What a unit of an indicator costs: by hand, for two cities."""

import polars as pl
import pytest

from finance_projects import lights, saving, terms
from urbium.finance import appraise, cash_flows, cost_per_gain

EFFECTS = pl.DataFrame(
    {
        "project": ["X:LED", "X:LED", "Y:LED", "Z:NO"],
        "indicator": ["energy", "safety", "energy", "energy"],
        "effect": [0.8, 0.2, 0.5, 1.0],
        "evidence": ["published", "assumption", "derived", "published"],
    }
)
GAPS = pl.DataFrame(
    {
        "city": ["X", "X", "Y"], "indicator": ["energy", "safety", "energy"], "need": [0.5, 1.0, 1.0],
        "ceiling": [0.6, 1.0, 1.0],
    }
)  # fmt: skip
CITIES = pl.DataFrame({"city": ["X", "Y"], "weight": [2.0, 1.0]})


def _rows(inflows):
    costs = [lights(), lights(project="Y:LED", city="Y")]
    appraisal = appraise(cash_flows(costs, inflows, terms()))
    table = cost_per_gain(appraisal, effects=EFFECTS, gaps=GAPS, cities=CITIES)
    return appraisal.of("X:LED").life_cycle_cost, {
        row["indicator"]: row for row in table.iter_rows(named=True)
    }


def test_the_cost_of_a_gain_is_life_cycle_cost_over_what_is_gained_below_the_ceiling():
    cost, rows = _rows([])

    assert rows["energy"]["gain"] == pytest.approx(0.6 * 0.5 * 2 + 0.5 * 1.0 * 1)
    assert rows["energy"]["cost_per_gain"] == pytest.approx(2 * cost / 1.1)
    assert (rows["energy"]["projects"], rows["energy"]["evidence"]) == (2, "derived")
    assert rows["safety"]["cost_per_gain"] == pytest.approx(cost / 0.4)


def test_a_gain_that_is_booked_as_cash_is_not_counted_once_more():
    cost, rows = _rows([saving(same_effect="energy;water")])

    assert rows["energy"]["priced"] == 1
    assert rows["energy"]["cost_per_gain"] == pytest.approx(cost / 0.5)


def test_an_indicator_that_is_wholly_priced_as_cash_has_no_cost_of_a_gain():
    _, rows = _rows([saving(same_effect="safety")])

    assert rows["safety"]["cost_per_gain"] is None
    assert rows["safety"]["projects"] == 0
