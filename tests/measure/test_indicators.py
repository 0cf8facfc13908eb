"""Indicators by formula: units, boundaries, age, status, and what is said when a value is missing."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.catalogue.checks.formulas import formula_faults
from urbium.errors import InputError
from urbium.measure import indicator_values


def only(table: pl.DataFrame, indicator: str = "bed_rate") -> dict[str, object]:
    return table.row(by_predicate=pl.col("indicator") == indicator, named=True)


def joined(observe, beds, people, **beds_common):
    return pl.concat(
        [
            observe(*beds, unit="beds", **beds_common),
            observe(*people, unit="10k persons"),
        ]
    )


def test_beds_per_100k_are_computed_from_tens_of_thousands_of_persons(observe, indicators, variables):
    table = joined(observe, [("a", "beds", 2012, 1500)], [("a", "people", 2012, 50)])
    row = only(indicator_values(table, indicators, variables, period=2012))
    assert row["value"] == pytest.approx(300)  # 1500 beds for 500,000 persons, by hand
    assert (row["status"], row["period"], row["area"]) == ("measured", "2012", "prefecture")


def test_a_figure_in_another_unit_of_the_same_kind_gives_the_same_value(observe, indicators, variables):
    table = pl.concat(
        [
            observe(("a", "beds", 2012, 1500), unit="count"),
            observe(("a", "people", 2012, 500_000), unit="persons"),
        ]
    )
    assert only(indicator_values(table, indicators, variables, period=2012))["value"] == pytest.approx(300)


def test_a_figure_in_a_unit_of_another_kind_is_kept_out(observe, indicators, variables):
    table = pl.concat(
        [
            observe(("a", "beds", 2012, 1500), unit="t"),
            observe(("a", "people", 2012, 50), unit="10k persons"),
        ]
    )
    row = only(indicator_values(table, indicators, variables, period=2012))
    assert row["value"] is None
    assert "Beds: in a unit of a different kind" in row["reason"]


def test_an_indicator_without_denominator_is_turned_into_its_unit(observe, indicators, variables):
    table = observe(("a", "cover", 2012, 0.4), unit="ratio", area="urban districts")
    assert only(indicator_values(table, indicators, variables, period=2012), "cover")["value"] == 40


def test_the_newest_figure_within_the_age_is_used_and_both_years_are_shown(observe, indicators, variables):
    table = joined(
        observe, [("a", "beds", 2010, 1000), ("a", "beds", 2011, 1500)], [("a", "people", 2012, 50)]
    )
    row = only(indicator_values(table, indicators, variables, period=2012, maximum_age=2))
    assert row["value"] == pytest.approx(300)
    assert (row["period"], row["oldest"]) == ("2012", "2011")


def test_a_figure_older_than_allowed_is_missing_and_says_so(observe, indicators, variables):
    table = joined(observe, [("a", "beds", 2008, 1500)], [("a", "people", 2012, 50)])
    row = only(indicator_values(table, indicators, variables, period=2012, maximum_age=3))
    assert row["value"] is None
    assert row["reason"] == "Beds: older than allowed"


def test_a_figure_of_a_later_year_is_not_looked_at(observe, indicators, variables):
    table = joined(observe, [("a", "beds", 2013, 1500)], [("a", "people", 2012, 50)])
    row = only(indicator_values(table, indicators, variables, period=2012))
    assert row["reason"] == "Beds: never reported"


def test_boundaries_are_never_mixed(observe, indicators, variables):
    table = joined(observe, [("a", "beds", 2012, 1500)], [("a", "people", 2012, 50)], area="urban districts")
    row = only(indicator_values(table, indicators, variables, period=2012))
    assert row["value"] is None
    assert "known only for another boundary" in row["reason"]


def test_the_declared_boundary_goes_first_when_two_are_complete(observe, indicators, variables):
    wide = joined(observe, [("a", "beds", 2012, 1500)], [("a", "people", 2012, 50)])
    narrow = wide.with_columns(area=pl.lit("agglomeration"), value=pl.col("value") ** 2)
    row = only(indicator_values(pl.concat([narrow, wide]), indicators, variables, period=2012))
    assert (row["area"], row["value"]) == ("prefecture", pytest.approx(300))


def test_a_complete_boundary_is_used_when_the_declared_one_is_not(observe, indicators, variables):
    wide = joined(observe, [("a", "beds", 2012, 1500)], [])
    narrow = joined(observe, [("a", "beds", 2012, 800)], [("a", "people", 2012, 20)], area="prefecture")
    narrow = narrow.with_columns(area=pl.lit("agglomeration"))
    row = only(indicator_values(pl.concat([narrow, wide]), indicators, variables, period=2012))
    assert (row["area"], row["value"]) == ("agglomeration", pytest.approx(400))


def test_a_zero_denominator_is_missing_with_its_reason(observe, indicators, variables):
    table = joined(observe, [("a", "beds", 2012, 1500)], [("a", "people", 2012, 0)])
    row = only(indicator_values(table, indicators, variables, period=2012))
    assert (row["value"], row["reason"]) == (None, "the denominator is zero")


def test_a_suspect_figure_is_kept_out_and_an_accepted_one_is_used(observe, indicators, variables):
    suspect = joined(observe, [("a", "beds", 2012, 9e9)], [("a", "people", 2012, 50)], status="suspect")
    row = only(indicator_values(suspect, indicators, variables, period=2012))
    assert (row["value"], row["status"]) == (None, "suspect")
    accepted = suspect.with_columns(status=pl.lit("accepted"))
    assert only(indicator_values(accepted, indicators, variables, period=2012))["status"] == "measured"


def test_an_older_good_figure_stands_in_for_a_newer_suspect_one(observe, indicators, variables):
    table = pl.concat(
        [
            joined(observe, [("a", "beds", 2011, 1500)], [("a", "people", 2012, 50)]),
            observe(("a", "beds", 2012, 9e9), unit="beds", status="suspect"),
        ]
    )
    row = only(indicator_values(table, indicators, variables, period=2012, maximum_age=1))
    assert (row["value"], row["oldest"]) == (pytest.approx(300), "2011")


def test_a_projection_is_not_an_observation(observe, indicators, variables):
    table = joined(observe, [("a", "beds", 2012, 1500)], [("a", "people", 2012, 50)], status="projected")
    row = only(indicator_values(table, indicators, variables, period=2012))
    assert row["reason"] == "Beds: a projection only"


def test_of_two_sources_the_better_grade_goes_first(observe, indicators, variables):
    table = pl.concat(
        [
            joined(observe, [("a", "beds", 2012, 9000)], [("a", "people", 2012, 50)], quality="not graded"),
            observe(("a", "beds", 2012, 1500), unit="beds", quality="survey extrapolated", source="wdi"),
        ]
    )
    row = only(indicator_values(table, indicators, variables, period=2012))
    assert (row["value"], row["quality"]) == (pytest.approx(300), "survey extrapolated")


def test_a_quarter_is_not_a_year(observe, indicators, variables):
    table = observe(("a", "cover", 2012, 40.0), unit="%").with_columns(period=pl.lit("2012-Q1"))
    assert only(indicator_values(table, indicators, variables, period=2012), "cover")["value"] is None


def test_a_difference_of_variables_is_read_with_its_sign(observe, indicators, variables):
    gap = replace(indicators["bed_rate"], id="gap", numerator=(("beds", 1), ("more", -1)))
    known = {**variables, "more": replace(variables["beds"], id="more")}
    table = joined(
        observe, [("a", "beds", 2012, 1500), ("a", "more", 2012, 500)], [("a", "people", 2012, 50)]
    )
    row = only(indicator_values(table, {"gap": gap}, known, period=2012), "gap")
    assert row["value"] == pytest.approx(200)


def test_a_formula_that_does_not_make_its_unit_is_refused_with_every_fault(observe, indicators, variables):
    wrong_factor = replace(indicators["bed_rate"], factor=100.0)
    wrong_unit = replace(indicators["cover"], unit="t")
    with pytest.raises(InputError) as caught:
        indicator_values(
            observe(("a", "beds", 2012, 1.0)),
            {"bed_rate": wrong_factor, "cover": wrong_unit},
            variables,
            period=2012,
        )
    assert [fault.rule for fault in caught.value.faults] == ["formula-factor", "formula-dimension"]


def test_every_packaged_formula_makes_the_unit_it_declares(catalogue):
    faults = [f for each in catalogue.indicators.values() for f in formula_faults(each, catalogue.variables)]
    assert faults == []


def test_no_figure_at_all_is_missing_and_never_raises(observe, indicators, variables):
    empty = observe(("a", "beds", 2012, 1.0)).clear()
    table = indicator_values(empty, indicators, variables, period=2012, cities=["a"])
    assert table["value"].to_list() == [None, None]
    assert table["reason"].to_list() == [
        "Beds: never reported; People: never reported",
        "Green cover: never reported",
    ]


row = st.tuples(
    st.sampled_from(["a", "b"]),
    st.sampled_from(["beds", "people", "cover", "unheard of"]),
    st.sampled_from(["2009", "2012", "2014", "2012-Q3"]),
    st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)),
    st.sampled_from(["beds", "10k persons", "%", "t", "no such unit"]),
    st.sampled_from(["prefecture", "agglomeration"]),
    st.sampled_from(["reported", "suspect", "accepted", "projected"]),
    st.sampled_from(["measured", "not graded", "no such grade"]),
)


@settings(deadline=None, max_examples=tries(40))
@given(rows=st.lists(row, max_size=30))
def test_whatever_is_stored_a_value_is_either_finite_or_missing_with_a_reason(
    rows, observe, indicators, variables
):
    names = ["city", "variable", "period", "value", "unit", "area", "status", "quality"]
    blank = observe(("a", "beds", 2012, 1.0)).drop(names)
    given_rows = pl.DataFrame(
        rows, schema={name: pl.Float64 if name == "value" else pl.String for name in names}, orient="row"
    )
    table = given_rows.join(blank, how="cross") if rows else observe(("a", "beds", 2012, 1.0)).clear()
    found = indicator_values(table, indicators, variables, period=2012, maximum_age=1, cities=["a", "b"])
    measured = found.filter(pl.col("status") == "measured")
    missing = found.filter(pl.col("status") != "measured")
    assert measured["value"].is_finite().all()
    assert measured["reason"].eq("").all()
    assert missing["value"].null_count() == missing.height
    assert missing["reason"].ne("").all()
