"""Each rule of a mandate admits a project or says why not."""

import pytest

from offered import mandate, prospect
from urbium.errors import InputError
from urbium.market.mandates import check_mandate
from urbium.market.prospects import Pipeline, Return
from urbium.market.removals import least_change, removals
from urbium.market.rules import RULES, admitted

REFUSED = [
    ("country", {"countries": ("IND",)}, {}, "it is in MEX"),
    ("place", {"places": ("East",)}, {}, "Xtown is not among"),
    ("sector", {"sectors": ("water",)}, {}, "its sector is energy"),
    ("delivery", {"deliveries": ("ppp",)}, {}, "not decided"),
    (
        "instrument",
        {"instruments": ("GREENBOND",)},
        {},
        "it can be paid for by Public-private partnership or concession and Foreign direct investment",
    ),
    ("ticket_least", {"ticket_least": 20.0}, {}, "it seeks MXN 10.00 million"),
    ("ticket_most", {}, {"sought": 80.0, "least": 80.0}, "it needs at least MXN 80.00 million"),
    ("currency", {"currencies": ("EUR",)}, {}, "it repays in MXN"),
    ("tenor", {"tenor": 10.0}, {}, "the term for which"),
    ("tenor", {"tenor": 10.0}, {"tenor": 15.0}, "the term sought is 15 years"),
    ("return", {"return_asked": 0.06}, {}, "no inflow has good enough evidence to show a return"),
    ("evidence", {"evidence": "published"}, {}, "the evidence for its cost is derived"),
    ("standards", {"standards": ("ISO 50001",)}, {}, "ISO 50001"),
    ("esg", {"esg": ("resettlement plan",)}, {}, "resettlement plan"),
    ("readiness", {"readiness": "yellow"}, {}, "its readiness is not said"),
]


def reasons(mandate, project):
    refusing = [rule for rule in RULES if not rule.admits(mandate, Pipeline([project]))[0]]
    return [(rule.name, rule.reason(mandate, project)) for rule in refusing]


def names_of(asked, project):
    return [name for name, _ in reasons(mandate(**asked), project)]


@pytest.mark.parametrize(("rule", "asked", "project", "words"), REFUSED)
def test_a_rule_says_why_a_project_does_not_suit(rule, asked, project, words):
    said = dict(reasons(mandate(**asked), prospect(**project)))
    assert list(said) == [rule]
    assert words in said[rule]


def test_every_rule_is_tried():
    assert {rule for rule, *_ in REFUSED} == {rule.name for rule in RULES}


def test_a_mandate_that_asks_for_nothing_admits_a_project():
    assert reasons(mandate(), prospect()) == []


def test_a_return_on_another_basis_is_compared_by_the_declared_inflation():
    real = prospect(inflow_evidence="derived", returns=Return(0.027, "real", "derived"))
    assert names_of({"return_asked": 0.02, "basis": "nominal", "inflation": 0.02}, real) == []
    asked = {"return_asked": 0.06, "basis": "nominal", "inflation": 0.02}
    ((name, why),) = reasons(mandate(**asked), real)
    assert name == "return"
    assert "6.0% (nominal) is required, which is 3.9% (real) with inflation of 2.0% a year" in why
    nominal = prospect(inflow_evidence="derived", returns=Return(0.06, "nominal", "derived"))
    assert names_of({"return_asked": 0.04, "basis": "real", "inflation": 0.02}, nominal) == ["return"]
    assert names_of({"return_asked": 0.039, "basis": "real", "inflation": 0.02}, nominal) == []


def test_returns_on_two_bases_do_not_compare_without_an_inflation():
    real = prospect(inflow_evidence="derived", returns=Return(0.5, "real", "derived"))
    ((_, why),) = reasons(mandate(return_asked=0.02), real)
    assert "no inflation rate for" in why


def test_a_measured_return_is_compared():
    of_inflows = {"inflow_evidence": "derived", "returns": Return(0.07, "nominal", "derived")}
    assert names_of({"return_asked": 0.06}, prospect(**of_inflows)) == []
    assert names_of({"return_asked": 0.08}, prospect(**of_inflows)) == ["return"]


def test_a_return_of_assumed_inflows_is_none():
    assumed = prospect(inflow_evidence="assumption", returns=Return(0.20, "nominal", "assumption"))
    assert assumed.measured_return() is None
    assert names_of({"return_asked": 0.06}, assumed) == ["return"]


def test_a_return_of_measured_inflows_counts_however_the_cost_was_estimated():
    guessed = prospect(
        evidence="assumption", inflow_evidence="derived", returns=Return(0.07, "nominal", "assumption")
    )
    assert names_of({"return_asked": 0.06}, guessed) == []


def test_real_and_nominal_returns_are_not_compared():
    real = prospect(inflow_evidence="derived", returns=Return(0.20, "real", "derived"))
    assert names_of({"return_asked": 0.06}, real) == ["return"]


def test_removals_are_counted_alone_and_in_order():
    pipeline = Pipeline(
        [prospect("a"), prospect("b", sector="water"), prospect("c", sector="water", sought=2.0)]
    )
    rows = {row.rule: (row.alone, row.in_order) for row in removals(mandate(sectors=("energy",)), pipeline)}
    assert rows["sector"] == (2, 2)
    assert rows["ticket_least"] == (1, 0)


def test_what_the_rules_leave_is_what_suits():
    pipeline = Pipeline([prospect("a"), prospect("b", sector="water")])
    asked = mandate(sectors=("energy",))
    assert removals(asked, pipeline)[-1].left == admitted(asked, pipeline).sum() == 1


def test_the_least_change_is_told_when_nothing_suits():
    pipeline = Pipeline([prospect("a"), prospect("b", sector="water"), prospect("c")])
    asked = mandate(sectors=("health",), evidence="published")
    both = least_change(asked, pipeline)
    assert both.rules == ("sector", "evidence")
    assert both.finds == 3
    one = least_change(mandate(evidence="published"), pipeline)
    assert one.rules == ("evidence",)
    assert "Evidence, 3 projects would suit" in one.said


def test_nothing_need_change_where_a_project_suits():
    assert least_change(mandate(), Pipeline([prospect()])) is None


def test_the_nearest_project_is_the_one_with_the_best_known_return():
    def earning(code, rate):
        return prospect(code, inflow_evidence="derived", returns=Return(rate, "real", "derived"))

    pipeline = Pipeline([prospect("a"), earning("b", 0.01), earning("c", 0.027), earning("d", 0.02)])
    change = least_change(mandate(return_asked=0.06, basis="real"), pipeline)
    assert change.finds == 4
    assert change.nearest.code == "c"
    assert "The nearest match is Street lighting in Xtown: " in str(change.said)


def test_the_other_projects_of_the_least_change_are_named_and_what_states_nothing_is_counted():
    pipeline = Pipeline(
        [prospect(code=code, place=place) for code, place in (("a", "Atown"), ("b", "Btown"))]
    )
    asked = mandate(deliveries=("ppp",))
    assert str(least_change(asked, pipeline).said).endswith("The others: Street lighting in Btown.")
    counts = {one.rule: (one.alone, one.unstated) for one in removals(asked, pipeline)}
    assert counts["delivery"] == (2, 2)
    assert counts["country"][1] == 0


def test_a_project_without_a_return_is_an_example_and_not_the_nearest():
    change = least_change(mandate(return_asked=0.06), Pipeline([prospect("a"), prospect("b")]))
    assert "nearest" not in change.said
    assert "One of them is Street lighting in Xtown: no inflow has good enough evidence" in change.said


def test_projects_of_two_currencies_are_refused():
    with pytest.raises(InputError, match="EUR and MXN"):
        Pipeline([prospect("a"), prospect("b", currency="EUR")])


def test_a_project_that_seeks_nothing_is_refused():
    with pytest.raises(InputError, match="least <= sought"):
        prospect(sought=0.0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"tenor": -3.0}, "-3 years"),
        ({"ticket_least": 0.0}, "no ticket size is entered"),
        ({"budget": 1.0}, "is too small"),
        ({"return_asked": -1.0}, "is not possible"),
        ({"return_asked": 5.0}, "a return of 500.0% is not possible"),
        ({"seats": 0}, "without places"),
        ({"cities_least": 4, "cities_most": 3}, "numbers of cities"),
        ({"country": "ATL"}, "'ATL' is not a nation"),
        ({"currency": "QQQ"}, "QQQ"),
        ({"evidence": "hearsay"}, "'hearsay' is unknown"),
    ],
)
def test_a_wrong_mandate_is_refused_with_its_remedy(wrong, words):
    with pytest.raises(InputError) as refused:
        check_mandate(mandate(**wrong))
    assert words in refused.value.faults[0].message
    assert refused.value.faults[0].remedy
