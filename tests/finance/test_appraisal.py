"""What projects cost, are worth and earn; and that nothing is said of the return of what only costs."""

import pytest

from finance_projects import lights, saving, terms
from urbium.errors import NotFoundError
from urbium.finance import CostOnly, Earning, appraise, cash_flows
from urbium.text import Text

RETURNS = ("inflows", "npv", "irr", "rates", "mirr", "payback", "discounted_payback", "benefit_cost_ratio")
COST = 90 + 10 / 1.1 + 5 / 1.1**2 + 5 / 1.1**3 + 105 / 1.1**4 + (5 - 200 / 3) / 1.1**5
INFLOW = 50 / 1.1**2 + 50 / 1.1**3 + 50 / 1.1**4 + 50 / 1.1**5


@pytest.fixture(scope="module")
def both():
    """Lights that save, and the same in another city where nobody knows of a saving."""
    costs = [lights(), lights(project="Y:LED", city="Y")]
    return appraise(cash_flows(costs, [saving()], terms()))


def test_a_project_with_inflows_is_worth_what_is_worked_out_by_hand(both):
    unit = both.of("X:LED")

    assert isinstance(unit, Earning)
    assert unit.capital == pytest.approx(100)
    assert unit.life_cycle_cost == pytest.approx(COST, abs=1e-5)
    assert unit.inflows == pytest.approx(INFLOW)
    assert unit.npv == pytest.approx(INFLOW - COST, abs=1e-5)
    assert unit.benefit_cost_ratio == pytest.approx(INFLOW / COST)


def test_the_annual_cost_in_every_year_is_worth_the_life_cycle_cost(both):
    unit = both.of("X:LED")

    assert sum(unit.annual_cost / 1.1**year for year in range(6)) == pytest.approx(unit.life_cycle_cost)


def test_a_cost_only_project_has_no_value_and_no_return_at_all(both):
    unit = both.of("Y:LED")

    assert isinstance(unit, CostOnly)
    assert not any(
        hasattr(unit, name) for name in ("npv", "returns", "mirr", "payback", "benefit_cost_ratio")
    )
    assert "cost-only: neither the city nor an operator receives money" in unit.reason
    assert unit.life_cycle_cost == pytest.approx(COST, abs=1e-5)


def test_the_row_of_a_cost_only_project_is_empty_and_not_nothing(both):
    row = both.table.row(1, named=True)

    assert row["kind"] == "cost-only"
    assert [row[name] for name in RETURNS] == [None] * len(RETURNS)
    assert row["reason"]


def test_without_an_inflow_there_is_no_return_of_anything():
    appraisal = appraise(cash_flows([lights()], [], terms()))

    assert isinstance(appraisal.of("all"), CostOnly)
    assert not {"npv", "rates", "benefit_cost_ratio"} & set(appraisal.facts)
    assert "No net present value or return is shown" in repr(appraisal)


def test_a_declared_reason_is_told():
    flows = cash_flows([lights()], [], terms(), reasons={"X:LED": "no money was ever found"})

    assert "no money was ever found" in appraise(flows).of("X:LED").reason


def test_a_whole_with_a_cost_only_project_has_a_cost_and_no_return(both):
    whole = both.of("all")

    assert isinstance(whole, CostOnly)
    assert whole.life_cycle_cost == pytest.approx(2 * COST, abs=1e-5)
    assert "no overall return is computed: some projects are cost-only (1 of 2)" in whole.reason
    assert not {"npv", "rates", "benefit_cost_ratio"} & set(both.facts)


def test_each_reason_of_an_appraisal_can_be_said_in_another_language(both):
    reasons = [reason for reason in both.table["reason"] if reason]

    assert reasons
    assert all(isinstance(both.said(reason), Text) for reason in reasons)


def test_it_is_told_how_many_of_those_with_inflows_earn_the_discount_rate(both):
    assert (both.facts["cost_only"], both.facts["earning"]) == (1, int(INFLOW >= COST))
    assert both.facts["inflows"] == pytest.approx(INFLOW)
    assert "1 with inflows (1 earning at least 10.0% a year)" in repr(both)


def test_a_city_earns_where_one_of_its_projects_does(both):
    assert [type(both.of(city)) for city in ("X", "Y")] == [Earning, CostOnly]


def test_what_is_never_paid_back_says_so_by_nothing():
    poor = appraise(cash_flows([lights()], [saving(low=1.0, high=1.0)], terms(has_residual=False))).of(
        "X:LED"
    )

    assert (poor.payback, poor.discounted_payback) == (None, None)
    assert poor.npv < 0


def test_a_project_that_ends_with_a_cost_may_have_two_rates_and_then_no_single_one():
    costs = lights(capital={2016: 100.0, 2018: 362.0}, operation=0.0, life=None, first_use=2017)
    flows = cash_flows([costs], [saving(low=230.0, high=230.0)], terms(years=range(2016, 2019)))
    appraisal = appraise(flows)

    assert flows.net.amounts[0] == pytest.approx([-100, 230, -132])
    assert appraisal.of("X:LED").returns.rates == pytest.approx((0.1, 0.2))
    assert appraisal.table.select("irr", "rates").row(0) == (None, "0.1;0.2")
    assert appraisal.table["reason"][0] == "several internal rates of return: 10.00% and 20.00%"


def test_the_profile_of_a_cost_only_project_is_refused(both):
    assert both.returns_profile("X:LED").height == 81
    with pytest.raises(NotFoundError, match="there is no project with inflows 'Y:LED'"):
        both.returns_profile("Y:LED")


def test_an_explanation_adds_up_and_every_line_has_its_evidence(both):
    tree = both.explain("X:LED")

    assert sum(child.value for child in tree.children[:-1]) == pytest.approx(tree.value)
    assert [child.grade for child in tree.children] == ["derived"] * 3 + [
        "published",
        "derived",
        "assumption",
    ]
    assert "EUR in real terms, at 2016 prices" in tree.unit
    assert (tree.children[-1].what, tree.children[-1].unit) == ("discount rate", "a year")


def test_the_explanation_of_a_cost_only_project_says_a_cost_and_the_reason(both):
    tree = both.explain("Y:LED")

    assert tree.what == "life-cycle cost of Y:LED"
    assert sum(child.value for child in tree.children[:-1]) == pytest.approx(tree.value)
    assert "cost-only" in tree.note


def test_an_unknown_place_is_refused_with_the_nearest_name(both):
    with pytest.raises(NotFoundError, match="did you mean 'X:LED'"):
        both.of("X:LEDS")


def test_a_project_without_a_declared_life_is_told():
    appraisal = appraise(cash_flows([lights(life=None)], [], terms()))

    assert "1 project has no declared life" in " ".join(appraisal.notes)


def test_the_chart_holds_every_line_with_money(both):
    lines = {row["line"] for row in both.chart()["data"]["values"]}

    assert lines == {"cost to build", "cost to run", "replacement", "inflows", "remaining value"}
