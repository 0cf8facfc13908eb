"""Cash flows of projects: every line by hand, exact sums, and what is not booked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_projects import BASIS, lights, saving, terms
from urbium.errors import InputError, NotFoundError
from urbium.finance import Basis, DiscountRate, Line, cash_flows
from urbium.finance.cash_flow import MILLION


def _line(flows, line):
    return (flows.lines[line][0] / MILLION).tolist()


def test_every_line_of_a_project_stands_in_its_years():
    flows = cash_flows([lights()], [saving()], terms())

    assert _line(flows, Line.CAPITAL) == [-90, -10, 0, 0, 0, 0]
    assert _line(flows, Line.OPERATION) == [0, 0, -5, -5, -5, -5]
    assert _line(flows, Line.REPLACEMENT) == [0, 0, 0, 0, -100, 0]  # 2020 is the third year of use
    assert _line(flows, Line.INFLOW) == [0, 0, 50, 50, 50, 50]
    assert _line(flows, Line.RESIDUAL) == [0, 0, 0, 0, 0, pytest.approx(100 * 2 / 3, abs=1e-6)]
    assert flows.net.amounts[0] == pytest.approx([-90, -10, 45, 45, -55, 45 + 200 / 3], abs=1e-6)


def test_a_life_that_ends_with_the_appraisal_is_not_replaced_and_leaves_nothing():
    flows = cash_flows([lights(life=4.0)], [], terms())

    assert not flows.lines[Line.REPLACEMENT].any()
    assert not flows.lines[Line.RESIDUAL].any()


def test_without_a_declared_life_nothing_is_replaced_and_nothing_is_left():
    flows = cash_flows([lights(life=None)], [], terms())

    assert not flows.lines[Line.REPLACEMENT].any()
    assert not flows.lines[Line.RESIDUAL].any()


def test_a_replacement_may_cost_a_share_of_the_first_investment():
    flows = cash_flows([lights()], [], terms(replacement_share=0.4, has_residual=False))

    assert _line(flows, Line.REPLACEMENT) == [0, 0, 0, 0, -40, 0]
    assert not flows.lines[Line.RESIDUAL].any()


def test_taxes_are_paid_on_what_is_left_after_running_and_wear_where_they_are_declared():
    flows = cash_flows([lights(life=4.0)], [saving()], terms(tax_rate=0.25))

    assert _line(flows, Line.TAX) == [0, 0, -5, -5, -5, -5]  # a quarter of 50 - 5 - 25


def test_each_line_of_the_table_has_its_own_evidence():
    table = cash_flows([lights()], [saving()], terms()).table

    assert set(table.select("line", "evidence").unique().iter_rows()) == {
        ("capital", "derived"), ("operation", "derived"), ("replacement", "derived"), ("residual", "derived"),
        ("inflow", "published"),
    }  # fmt: skip


def test_a_bundle_holds_the_flows_of_its_projects_only():
    costs = [lights(), lights(project="Y:LED", city="Y")]
    flows = cash_flows(costs, [saving()], terms())

    bundle = flows.bundle({"Y:LED"})

    assert bundle.projects["project"].to_list() == ["Y:LED"]
    assert bundle.booked == ()
    with pytest.raises(NotFoundError, match="there is no project 'Z'"):
        flows.bundle({"Z"})


amounts = st.floats(0.0, 1e5)


@given(st.lists(st.tuples(amounts, amounts, amounts, st.floats(1, 8), amounts), min_size=1, max_size=12))
def test_the_programme_is_the_sum_of_its_cities_and_of_its_projects_exactly(rows):
    costs = [
        lights(project=f"P{at}", city=f"C{at % 3}", capital={2016: a, 2018: b}, operation=c, life=life)
        for at, (a, b, c, life, _) in enumerate(rows)
    ]
    inflows = [saving(project=f"P{at}", low=0.0, high=row[4]) for at, row in enumerate(rows)]
    flows = cash_flows(costs, inflows, terms())

    whole = flows.by("").net[0]

    assert (flows.by("city").net.sum(axis=0) == whole).all()
    assert (flows.by("project").net.sum(axis=0) == whole).all()
    assert (flows.by("solution").net.sum(axis=0) == whole).all()
    paid = [round((a + b) * MILLION) for a, b, *_ in rows]
    assert np.abs(flows.lines[Line.CAPITAL].sum(axis=1) + paid).max() <= 1


@pytest.mark.parametrize(
    ("cost", "inflow", "words"),
    [
        (lights(life=-3.0), saving(), "a lifetime of -3 years is not possible"),
        (lights(operation=-1.0), saving(), "a cost is missing or below 0"),
        (lights(capital={2030: 1.0}), saving(), "capital is due in 2030, outside the appraisal period"),
        (
            lights(basis=Basis("EUR", "2020")),
            saving(),
            "EUR in real terms, at 2020 prices are mixed with amounts in EUR in real terms, at",
        ),
        (
            lights(),
            saving(basis=Basis("USD", "2016")),
            ("USD in real terms, at 2016 prices are mixed with amounts in EUR"),
        ),
        (lights(), saving(receiver=""), "'' does not receive money for a project"),
        (lights(), saving(receiver="users"), "'users' does not receive money for a project"),
        (lights(), saving(receiver="society"), "'society' does not receive money for a project"),
        (lights(), saving(low=5.0, high=1.0), "5 to 1 is not a valid range for an inflow"),
        (lights(), saving(project="Z:LED"), "there is no project Z:LED"),
    ],
)
def test_what_is_wrong_with_costs_and_inflows_is_refused_with_its_place(cost, inflow, words):
    with pytest.raises(InputError, match=words) as refused:
        cash_flows([cost], [inflow], terms())
    assert all(fault.where and fault.remedy for fault in refused.value.faults)


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError, match="there are 3 faults") as refused:
        cash_flows([lights(life=0.0), lights(operation=-1.0, project="Y")], [saving(receiver="")], terms())
    assert len(refused.value.faults) == 3


def test_a_nominal_rate_does_not_go_with_amounts_at_constant_prices():
    with pytest.raises(
        InputError,
        match="a nominal rate cannot be used to discount amounts in EUR in real terms, at 2016 prices",
    ):
        terms(rate=DiscountRate(0.05, False, "assumption", "example"))


def test_a_project_stands_once():
    with pytest.raises(InputError, match="there are 2 faults"):
        cash_flows([lights(), lights()], [], terms())


def test_an_appraisal_has_years_and_shares():
    with pytest.raises(InputError, match="the appraisal covers no years"):
        terms(years=range(2016, 2016), tax_rate=2.0)


def test_amounts_keep_the_basis_of_the_terms():
    assert cash_flows([lights()], [], terms()).net.basis == BASIS
