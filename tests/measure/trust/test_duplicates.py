"""Duplicates: how likely equal figures are, by hand and by the Poisson distribution."""

import math

import polars as pl
import pytest

from urbium.measure.trust.duplicates import carried_flags, copied_flags, shared_figures, twin_flags
from urbium.measure.trust.watch import Watch

SPREAD = [7321, 5210, 6104, 8817, 9923, 4406, 7713, 6622, 5519, 8208]
WATCH = Watch()


def figures(*rows):
    """Rows of (city, variable, year, value)."""
    return pl.DataFrame(
        [(city, name, "prefecture", str(year), float(value)) for city, name, year, value in rows],
        schema={**dict.fromkeys(("city", "variable", "area", "period"), pl.String), "value": pl.Float64},
        orient="row",
    )


def column(values, name="beds", year=2012):
    return figures(*((f"c{place:02}", name, year, value) for place, value in enumerate(values)))


def test_the_expected_number_follows_from_the_neighbours_and_the_precision():
    # 11 others around 1000, ten of them within 50: 10 x 1 / 100; 1001 is stated to steps of 1
    others = [1001 + step for step in (-50, -40, -30, -20, -10, 10, 20, 30, 40, 49, 5000)]
    (row,) = shared_figures(column([1001, 1001, *others])).to_dicts()
    assert row["cities"] == ["c00", "c01"]
    assert row["expected"] == pytest.approx(0.1)
    # one or more others by chance: 1 - exp(-0.1), for each of 13 figures
    assert row["chance"] == pytest.approx(min(1, 13 * (1 - math.exp(-0.1))))


def test_trailing_zeros_count_as_rounding():
    others = [1000 + step for step in (-50, -40, -30, -20, -10, 10, 20, 30, 40, 49)]
    (row,) = shared_figures(column([1000, 1000, *others])).to_dicts()
    assert row["expected"] == pytest.approx(10 * 1000 / 100)
    assert row["chance"] == pytest.approx(1)


def test_three_with_one_figure_are_two_others_too_many():
    others = [1001 + 1000 * step for step in (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)]
    (row,) = shared_figures(column([1001] * 3 + others)).to_dicts()
    mean = 10 / 10_000
    assert row["chance"] == pytest.approx(13 * (1 - math.exp(-mean) * (1 + mean)), rel=1e-6)


def test_zeros_and_single_figures_are_not_shared():
    assert shared_figures(column([0, 0, 7, 9])).height == 0


def test_where_all_have_one_figure_nothing_can_be_told():
    (row,) = shared_figures(column([7, 7, 7])).to_dicts()
    assert (row["expected"], row["chance"]) == (math.inf, 1)


def test_years_variables_and_boundaries_are_not_mixed():
    table = figures(("a", "beds", 2011, 7321), ("b", "beds", 2012, 7321), ("c", "staff", 2012, 7321))
    assert shared_figures(table).height == 0
    other = figures(("d", "beds", 2012, 7321)).with_columns(area=pl.lit("urban districts"))
    assert shared_figures(pl.concat([table, other])).height == 0


def flagged(table, watch=WATCH, groups=None):
    return list(copied_flags(table, shared_figures(table), groups or {}, watch))


def spaced(shared=()):
    """Forty figures far apart, and those shared."""
    return column([*(10_007 + 997 * step for step in range(40)), *shared])


def test_a_figure_two_cities_share_is_flagged_where_that_is_unlikely():
    # the ten nearest others: 10,007 to 12,001 and 12,998 to 18,980, so within 6,634.33
    (flag,) = flagged(spaced([12_345.67, 12_345.67]), groups={"c40": "Anhui", "c41": "Anhui"})
    assert (flag.kind, flag.subject, flag.cities) == ("same figure", "beds", ("c40", "c41"))
    assert (flag.period, flag.value) == ("2012", 12_345.67)
    assert flag.evidence == "2 cities have exactly 12,346; 1 would be expected; all in Anhui"
    assert flag.chance == pytest.approx(42 * (1 - math.exp(-10 * 0.01 / (2 * 6634.33))), rel=1e-6)


def test_what_rounding_makes_likely_is_not_flagged():
    assert flagged(spaced([12_000, 12_000])) == []


def test_the_chance_asked_for_decides():
    table = spaced([12_347, 12_347])
    (row,) = shared_figures(table).to_dicts()
    assert flagged(table, Watch(chance=row["chance"])) != []
    assert flagged(table, Watch(chance=row["chance"] - 1e-9)) == []


def test_cities_of_several_or_unknown_provinces_are_not_said_to_lie_in_one():
    (flag,) = flagged(spaced([12_345.67] * 2), groups={"c40": "Anhui", "c41": "Hebei"})
    assert "all in" not in flag.evidence
    (flag,) = flagged(spaced([12_345.67] * 2))
    assert "all in" not in flag.evidence


def test_a_variable_copied_as_a_whole_is_one_flag():
    values = [value + 0.123 for value in SPREAD for _ in range(3)]
    groups = {f"c{place:02}": f"province {place // 3}" for place in range(30)}
    (flag,) = flagged(column(values), groups=groups)
    assert (flag.kind, flag.subject, len(flag.cities)) == ("copied as a whole", "beds", 30)
    assert flag.evidence == (
        "30 of 30 figures equal those of other cities in the same year; "
        "in 10 of 10 cases, all of these cities are in one province"
    )
    (flag,) = flagged(column(values))
    assert flag.evidence == "30 of 30 figures equal those of other cities in the same year"


def test_the_share_that_makes_a_whole_is_given():
    table = spaced([12_345.67] * 2)  # 2 of 42
    assert flagged(table, Watch(whole=2 / 42))[0].kind == "copied as a whole"
    assert flagged(table, Watch(whole=2.1 / 42))[0].kind == "same figure"


def test_two_cities_with_several_unlikely_figures_in_common_are_flagged():
    tables = [
        spaced([12_345.67, 12_345.67]).with_columns(variable=pl.lit(name), period=pl.lit(year))
        for name, year in (("beds", "2011"), ("beds", "2012"), ("staff", "2012"))
    ]
    table = pl.concat(tables)
    (flag,) = twin_flags(table, shared_figures(table), WATCH)
    assert (flag.kind, flag.cities) == ("same figures of two cities", ("c40", "c41"))
    assert (flag.subject, flag.period) == ("beds, staff", "2011, 2012")
    assert (
        flag.evidence
        == "3 figures are the same in both cities to the last digit: beds 2011, beds 2012 and staff 2012"
    )
    two = pl.concat(tables[:2])
    assert list(twin_flags(two, shared_figures(two), WATCH)) == []
    assert len(list(twin_flags(two, shared_figures(two), Watch(shared=2)))) == 1


def test_likely_figures_make_no_twins():
    tables = [spaced([12_000, 12_000]).with_columns(period=pl.lit(year)) for year in ("2010", "2011", "2012")]
    table = pl.concat(tables)
    assert list(twin_flags(table, shared_figures(table), WATCH)) == []
    assert len(list(twin_flags(table, shared_figures(table), Watch(likely=10)))) == 1


def years(city, values, name="beds"):
    return figures(*((city, name, 2004 + place, value) for place, value in enumerate(values)))


def moving(count=40):
    """Cities whose figures change every year."""
    return [
        years(f"m{place:02}", [1000 + 31 * place + 7 * step for step in range(9)]) for place in range(count)
    ]


def test_a_figure_carried_forward_is_flagged_where_figures_change_every_year():
    table = pl.concat([*moving(), years("z", [5, 5, 5, 5, 6, 7, 8, 9, 10])])
    (flag,) = carried_flags(table, {}, WATCH)
    assert (flag.kind, flag.cities, flag.subject) == ("carried forward", ("z",), "beds")
    assert (flag.period, flag.value) == ("2004 to 2007", 5)
    # 3 of 328 steps are repetitions: (3 + 1) / (328 + 2), cubed, for 369 figures
    assert flag.chance == pytest.approx(369 * (4 / 330) ** 3)
    assert flag.evidence == (
        "5 in 4 consecutive years; an estimated 1.21% of this variable's figures equal those of the year "
        "before"
    )


def test_where_figures_often_repeat_nothing_is_flagged():
    still = [years(f"s{place}", [place + 1] * 9) for place in range(20)]
    assert list(carried_flags(pl.concat(still), {}, WATCH)) == []


def test_zeros_and_figures_at_a_limit_may_repeat():
    table = pl.concat([*moving(), years("y", [0] * 9), years("z", [100] * 9)])
    assert list(carried_flags(table, {"beds": (0.0, 100.0)}, WATCH)) == []
    (flag,) = carried_flags(table, {"beds": (50.0,)}, WATCH)
    assert flag.cities == ("z",)


def test_the_number_of_years_is_given():
    table = pl.concat([*moving(400), years("z", [5, 5, 5, 6, 7, 8, 9, 10, 11])])
    assert len(list(carried_flags(table, {}, Watch(chance=1)))) == 1
    assert list(carried_flags(table, {}, Watch(chance=1, years=4))) == []
    assert len(list(carried_flags(table, {}, Watch(chance=1, years=2)))) == 1


def test_a_run_ends_at_a_year_without_a_figure():
    gap = figures(*(("z", "beds", year, 5) for year in (2004, 2005, 2007, 2008)))
    assert list(carried_flags(pl.concat([*moving(), gap]), {}, Watch(chance=1))) == []
    zero = years("z", [5, 5, 0, 5, 5])
    assert list(carried_flags(pl.concat([*moving(), zero]), {}, Watch(chance=1))) == []


def test_figures_of_quarters_are_no_years_running():
    quarters = years("z", [5, 5, 5, 5]).with_columns(period=pl.concat_str("period", pl.lit("-Q1")))
    assert list(carried_flags(pl.concat([*moving(), quarters]), {}, Watch(chance=1))) == []


def test_a_run_ends_where_another_city_begins():
    table = pl.concat([*moving(), years("y", [3, 4, 5]), years("z", [5, 5, 6])])
    assert list(carried_flags(table, {}, Watch(chance=1))) == []


def test_no_figures_are_no_flags():
    nothing = column([])
    assert flagged(nothing) == []
    assert list(carried_flags(nothing, {}, WATCH)) == []
    assert list(twin_flags(nothing, shared_figures(nothing), WATCH)) == []
