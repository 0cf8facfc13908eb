"""Bands of costs and values: medians, correlation and sums against the laws that drew them."""

import numpy as np
import pytest

from finance_projects import lights, saving, terms
from urbium.errors import InputError, NotFoundError
from urbium.finance import Uncertainty, appraise, cash_flows, draw
from urbium.finance.draws import in_blocks
from urbium.finance.flow_roots import SEVERAL
from urbium.finance.internal_rates import returns

NAMES = [f"P{at}" for at in range(6)]
COSTS = dict.fromkeys(NAMES, (0.5, 2.0))


@pytest.fixture(scope="module")
def flows():
    """Six projects of two solutions in three cities; the first three save."""
    costs = [
        lights(project=name, city=f"C{at % 3}", solution=f"S{at % 2}", life=None)
        for at, name in enumerate(NAMES)
    ]
    return cash_flows(costs, [saving(project=name) for name in NAMES[:3]], terms())


def _values(flows, **given):
    blocks = list(in_blocks(flows, Uncertainty(**{"costs": COSTS, "count": 20_000, **given})))
    return np.concatenate([block.values for block in blocks])


def test_half_of_the_draws_lie_on_each_side_of_what_is_planned(flows):
    planned = appraise(flows).table["life_cycle_cost"].to_numpy()
    values = _values(flows)[3:]  # what only costs

    assert (values > -planned[3:, None]).mean(axis=1) == pytest.approx([0.5] * 3, abs=0.012)


def test_costs_lie_evenly_in_their_logarithm_between_low_and_high(flows):
    planned = appraise(flows).table["life_cycle_cost"].to_numpy()
    factors = -_values(flows)[3] / planned[3]

    assert (factors.min(), factors.max()) == (pytest.approx(0.5, abs=0.01), pytest.approx(2.0, abs=0.02))
    assert np.quantile(factors, [0.25, 0.75]) == pytest.approx([0.5**0.5, 2**0.5], rel=0.02)


@pytest.mark.parametrize(("declared", "tolerance"), [(0.0, 0.03), (0.5, 0.03), (1.0, 1e-9)])
def test_projects_of_one_solution_hang_together_as_declared(flows, declared, tolerance):
    """Of two normals with that correlation, the ranks have 6 / pi arcsin(rho / 2) (Pearson 1907)."""
    values = _values(flows, correlation=declared)
    ranks = [np.argsort(np.argsort(values[row])) for row in (3, 5)]  # both of solution S1, and cost-only

    expected = 6 / np.pi * np.arcsin(declared / 2)
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(expected, abs=tolerance)


def test_projects_of_other_solutions_are_drawn_apart(flows):
    values = _values(flows, correlation=1.0)

    assert abs(np.corrcoef(values[3], values[4])[0, 1]) < 0.03


def test_the_same_seed_gives_the_same_draws_and_another_seed_others(flows):
    first, again, other = (_values(flows, seed=seed) for seed in (1, 1, 2))

    assert (first == again).all()
    assert (first != other).any()


def test_a_project_without_a_range_costs_what_is_planned_in_every_draw(flows):
    values = _values(flows, costs={}, count=50)

    assert np.ptp(values[3]) == pytest.approx(0.0, abs=1e-9)
    assert np.ptp(values[0]) > 1.0  # its inflow has a range of its own


def test_cities_and_the_whole_add_up_in_every_draw(flows):
    bands = draw(flows, Uncertainty(costs=COSTS, count=1))
    low = dict(bands.table.select("key", "low").iter_rows())
    signed = {name: low[name] if at < 3 else -low[name] for at, name in enumerate(NAMES)}

    assert low["C0"] == pytest.approx(-signed["P0"] - signed["P3"]), "a cost: one of them brings in nothing"
    assert low["all"] == pytest.approx(-sum(signed.values()))


def test_a_cost_only_row_has_a_band_of_its_cost_and_no_chance_and_no_rate(flows):
    row = draw(flows, Uncertainty(costs=COSTS)).row("P3")

    assert row["kind"] == "cost-only"
    assert 0 < row["low"] < row["median"] < row["high"]
    assert [row[name] for name in ("chance_above_zero", "irr_low", "irr_median", "irr_high", "several")] == [
        None
    ] * 5


def test_rates_in_draws_are_those_of_each_drawn_flow(flows):
    uncertainty = Uncertainty(costs=COSTS, count=40)
    (block,) = in_blocks(flows, uncertainty)
    net = flows.net.amounts
    still = cash_flows(
        [lights(project="P0", life=None)], [saving(project="P0", low=50.0, high=50.0)], terms()
    )
    (calm,) = in_blocks(still, Uncertainty(count=3))

    assert calm.rates[0] == pytest.approx([returns(net[0]).single] * 3)
    assert ((block.rates[0] > -1) | (block.rates[0] == SEVERAL)).all()


def test_the_tornado_moves_one_assumption_at_a_time(flows):
    table = draw(flows, Uncertainty(costs=COSTS, count=10, rates=(0.05, 0.15))).tornado("P0")
    unit = appraise(flows).of("P0")
    rows = {row["assumption"]: row for row in table.iter_rows(named=True)}

    assert rows["cost of S0"]["low"] == pytest.approx(unit.npv + unit.life_cycle_cost / 2)
    assert rows["cost of S0"]["high"] == pytest.approx(unit.npv - unit.life_cycle_cost)
    assert rows["inflow of S0"]["high"] == pytest.approx(unit.npv + unit.inflows * 0.2)
    assert table["swing"].is_sorted(descending=True)
    assert rows["discount rate"]["low"] > rows["discount rate"]["high"]


def test_the_tornado_of_what_only_costs_has_no_inflow(flows):
    table = draw(flows, Uncertainty(costs=COSTS, count=10)).tornado("P3")

    assert table["assumption"].to_list() == ["cost of S1"]


def test_bands_are_told_in_a_sentence_with_their_basis(flows):
    bands = draw(flows, Uncertainty(costs=COSTS))
    earning = flows.bundle(NAMES[:3])

    assert "in 90% of 1,000 draws" in repr(bands)
    assert repr(bands).startswith("Life-cycle cost less inflows, in millions (EUR")
    assert "Net present value, in millions (EUR" in repr(draw(earning, Uncertainty()))
    assert "EUR in real terms, at 2016 prices" in repr(bands)
    assert len(bands.explain("P3").children) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"correlation": 1.5},
            ("a correlation of 1.5 cannot be used; enter a number from 0 to 1"),
        ),
        ({"count": 0}, "0 draws are too few"),
        ({"costs": {"P0": (1.2, 2.0)}}, "1.2 to 2 does not include 1, or is not a range"),
        ({"costs": {"P0": (0.0, 2.0)}}, "0 to 2 does not include 1, or is not a range"),
    ],
)
def test_what_cannot_be_drawn_is_refused(given, words):
    with pytest.raises(InputError, match=words):
        Uncertainty(**given)


def test_an_unknown_key_is_refused(flows):
    with pytest.raises(NotFoundError, match="there is no project or city 'Q'"):
        draw(flows, Uncertainty(count=5)).row("Q")
