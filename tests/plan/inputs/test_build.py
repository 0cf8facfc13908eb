"""From the packaged catalogue to a roadmap: each figure worked out by hand once."""

import math

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from observed_figures import observed
from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.plan import NATIONWIDE, build_roadmap, check_roadmap, solve
from urbium.plan.inputs import RULES, city_budgets, city_people
from urbium.plan.inputs.sizes import needs_ahead

CITIES = pl.DataFrame(
    {
        "code": ["A", "B", "C", "CHN"], "name_en": ["North", "South", "Unknown", "Nation"],
        "latitude": [40.0, 25.0, 30.0, None], "level": ["prefecture", "prefecture", "prefecture", "nation"],
    }
)  # fmt: skip


FIGURES = observed(
    ("A", "population_agglomeration", "2010", 1_000_000.0, "persons", "reported"),
    ("A", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
    ("A", "population_agglomeration", "2020", 9_000_000.0, "persons", "projected"),
    ("B", "population_year_end", "2012", 100.0, "10k persons", "reported"),
    ("A", "gdp", "2012", 1_000_000.0, "10k CNY", "reported"),
    ("A", "fiscal_revenue_gdp", "2012", 0.2, "ratio", "reported"),
    ("B", "gdp", "2012", 1_000_000.0, "10k CNY", "reported"),
    ("B", "fiscal_revenue_gdp", "2012", 1.6, "ratio", "suspect"),
)

PRICES = 240.007 / 255.657  # consumer prices of the United States in 2016, against those of 2019


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def road(catalogue):
    return build_roadmap(catalogue, CITIES, FIGURES, years=range(2016, 2021), budget="12 bn CNY/year")


def test_a_roadmap_of_the_catalogue_has_no_faults(road):
    check_roadmap(road)


def test_the_latest_observed_agglomeration_counts_and_no_projection(road):
    assert dict(road.cities.select("city", "weight").iter_rows())["A"] == pytest.approx(2.0)


def test_a_city_without_an_agglomeration_is_extrapolated_and_flagged(road):
    row = road.cities.filter(pl.col("city") == "B").row(0, named=True)
    assert row["weight"] == pytest.approx(1.0 * 0.5257)
    assert row["evidence"] == "assumption"
    assert "extrapolated from a higher level" in row["note"]


def test_a_city_is_sized_for_the_people_whom_the_outlook_expects(catalogue, road):
    growth = pl.DataFrame(
        {"city": ["A"], "variable": ["population_agglomeration"], "since": [2015], "growth": [1.5]}
    )
    grown = build_roadmap(
        catalogue, CITIES, FIGURES, years=range(2016, 2021), budget="12 bn CNY/year", growth=growth
    )
    row = grown.cities.filter(pl.col("city") == "A").row(0, named=True)

    assert row["weight"] == pytest.approx(3.0)
    assert (row["evidence"], row["note"]) == (
        "derived", "urban agglomeration 2015, x 1.5 by 2020 (mean of all paths)",
    )  # fmt: skip
    cost = "project", "capital"
    before, after = (dict(planned.projects.select(cost).iter_rows()) for planned in (road, grown))
    assert after["A:LED_SL"] == pytest.approx(1.5 * before["A:LED_SL"], abs=1e-3)
    assert after["A:IOC"] == pytest.approx(1.5**0.7 * before["A:IOC"], abs=1e-3)  # a part of it is fixed
    assert after["B:IOC"] == before["B:IOC"]
    assert "no outlook starts from this figure" in grown.cities.filter(pl.col("city") == "B")["note"].item()
    assert "sized for the mean population projected for 2020" in grown.settings.note
    assert "sized for today's population" in road.settings.note
    assert grown.budgets.equals(road.budgets)
    assert grown.pools.equals(road.pools)


def test_a_city_outgrows_what_is_rolled_out_and_nothing_else(catalogue, road):
    growth = pl.DataFrame(
        {"city": ["A"], "variable": ["population_agglomeration"], "since": [2015], "growth": [1.25]}
    )
    grown = build_roadmap(
        catalogue, CITIES, FIGURES, years=range(2016, 2021), budget="12 bn CNY/year", growth=growth
    )
    ahead = {
        (city, indicator): (need, note)
        for city, indicator, need, note in grown.gaps.select("city", "indicator", "need", "note").iter_rows()
    }
    cameras, fatalities, green = "ISO 37122:2019 15.1", "SC: SH: SA: 9C", "EN: EN: PSN: 1C"

    assert ahead["A", cameras][0] == pytest.approx(1 - 0.5 / 1.25)
    assert ahead["A", cameras][1].endswith(
        "adjusted for population growth: people x 1.25 by 2020 (mean of all paths)"
    )
    assert ahead["A", fatalities][0] == 0.5  # no share of the city that something reaches
    assert ahead["A", green][0] == 0.5  # a rule of needs tells of it, from figures that A lacks
    assert ahead["B", cameras][0] == 0.5  # the outlook does not tell of it
    row = grown.gaps.filter((pl.col("city") == "A") & (pl.col("indicator") == cameras)).row(0, named=True)
    assert (row["low"], row["high"]) == (pytest.approx(1 - 0.95 / 1.25), pytest.approx(1 - 0.05 / 1.25))


@pytest.mark.parametrize(
    ("growth", "share", "needs"),
    [
        (0.8, 0.0, [1 - 0.5 / 0.8, 0.0]),
        (2.0, 0.0, [0.75, 0.55]),
        (2.0, 0.5, [0.625, 0.325]),
        (2.0, 1.0, [0.5, 0.1]),
    ],
)
def test_roll_outs_keep_up_with_the_share_of_growth_that_is_assumed(growth, share, needs):
    gaps = pl.DataFrame(
        {
            "city": "A",
            "indicator": ["meters", "alerts"],
            "need": [0.5, 0.1],
            "evidence": "derived",
            "note": "",
        }
    )
    people = pl.DataFrame({"code": ["A"], "people": [100.0], "served": [100.0 * growth]})
    ahead = needs_ahead(gaps, people, {"meters", "alerts"}, share=share, year=2020)

    assert ahead["need"].to_list() == pytest.approx(needs)
    assert ahead["evidence"].to_list() == ["assumption"] * 2


@pytest.mark.parametrize(
    ("variable", "since"), [("population_agglomeration", 2010), ("population_year_end", 2015)]
)
def test_an_outlook_of_another_year_or_boundary_does_not_size_a_city(variable, since, catalogue, road):
    growth = pl.DataFrame({"city": ["A"], "variable": [variable], "since": [since], "growth": [1.5]})
    other = build_roadmap(
        catalogue, CITIES, FIGURES, years=range(2016, 2021), budget="12 bn CNY/year", growth=growth
    )
    assert other.projects["capital"].equals(road.projects["capital"])
    assert "no outlook starts from this figure" in other.cities.filter(pl.col("city") == "A")["note"].item()


def test_growth_can_be_left_out(catalogue, road):
    growth = pl.DataFrame(
        {"city": ["A"], "variable": ["population_agglomeration"], "since": [2015], "growth": [1.5]}
    )
    still = build_roadmap(
        catalogue, CITIES, FIGURES, years=range(2016, 2021), budget="12 bn CNY/year", growth=growth,
        rules=set(RULES) - {"growth"},
    )  # fmt: skip
    assert all(still.tables[name].equals(table) for name, table in road.tables.items())


def test_indicators_that_the_index_knows_share_out_their_weight_as_it_does(catalogue, road):
    outcomes = road.indicators.filter(pl.col("kind") == "outcome")["indicator"]
    first, second, third = outcomes.head(3)
    output = road.indicators.filter(pl.col("kind") == "output")["indicator"][0]
    found = build_roadmap(
        catalogue, CITIES, FIGURES, years=range(2016, 2021), budget="12 bn CNY/year",
        shares={first: 0.3, second: 0.1, output: 0.3, "of no solution": 0.3},
    ).indicators  # fmt: skip
    before = dict(road.indicators.select("indicator", "weight").iter_rows())
    after = dict(found.select("indicator", "weight").iter_rows())

    assert after[first] == pytest.approx(3 * after[second])
    assert after[output] == pytest.approx(0.1 * after[first])
    named = (first, second, output)
    assert sum(after[n] for n in named) == pytest.approx(sum(before[n] for n in named))
    assert after[third] == before[third]
    assert "adopted index" in found.filter(pl.col("indicator") == first)["note"][0]


def test_a_city_of_unknown_size_is_no_city_of_the_roadmap(road):
    assert road.cities["city"].to_list() == ["A", "B"]
    assert "C" not in set(road.projects["city"])
    assert "C" not in set(road.budgets["place"])


def test_a_figure_of_another_area_than_its_variable_declares_is_never_used(catalogue, road):
    other = observed(
        ("A", "population_agglomeration", "2016", 7_000_000.0, "persons", "reported"),
        ("A", "gdp", "2014", 9_000_000.0, "10k CNY", "reported"),
        ("A", "fiscal_revenue_gdp", "2014", 0.9, "ratio", "reported"),
        ("C", "population_year_end", "2014", 500.0, "10k persons", "reported"),
    ).with_columns(area=pl.lit("city proper"))
    mixed = build_roadmap(
        catalogue, CITIES, pl.concat([FIGURES, other]), years=range(2016, 2021), budget="12 bn CNY/year"
    )
    for name, table in road.tables.items():
        assert mixed.tables[name].equals(table), name


@pytest.mark.parametrize(
    ("value", "unit"), [(1_000_000.0, "persons"), (1_000.0, "1k persons"), (100.0, "10k persons")]
)
def test_people_are_counted_in_persons_whatever_the_unit(value, unit):
    figures = observed(("A", "population_agglomeration", "2015", value, unit, "reported"))
    assert city_people(CITIES.head(1), figures, share=0.5)["people"].to_list() == pytest.approx([1e6])


def test_capital_is_the_geometric_mean_per_head_times_people_times_the_rate(road):
    row = road.projects.filter(pl.col("project") == "A:IOC").row(0, named=True)
    scale = 2.0**-0.3  # a platform costs less a head in a city of two million than in one of one million
    assert row["capital"] == pytest.approx(math.sqrt(2.22 * 26.39) * PRICES * 6.64 * 2.0 * scale, abs=1e-3)
    assert row["operation"] == pytest.approx(row["capital"] * 0.08, abs=1e-3)
    assert row["renewal"] == pytest.approx(row["capital"] / 8, abs=1e-3)  # it lasts eight years


def test_prerequisites_are_projects_of_the_same_city(road):
    needed = road.hard_prerequisites.filter(pl.col("project") == "A:IOC")["requires"].to_list()
    assert sorted(needed) == ["A:BACKBONE", "A:CYBERSEC", "A:DATA_PLATFORM"]


def test_an_effect_is_a_share_of_its_published_ceiling(road):
    row = road.effects.filter((pl.col("project") == "A:NRW") & (pl.col("indicator") == "EC: I: WS: 3C")).row(
        0, named=True
    )
    assert row["effect"] == pytest.approx((15 + 29) / 2 / 25 * 0.3)  # holds for the utility: partial coverage
    assert row["evidence"] == "assumption"


def test_of_a_limit_that_a_study_names_a_declared_part_counts(road):
    """Pay as you throw alone lowers waste, so that without the part its effect would be the whole."""
    row = road.effects.filter(
        (pl.col("project") == "A:PAYT") & (pl.col("indicator") == "ISO 37120:2018 16.2")
    ).row(0, named=True)
    assert row["effect"] == pytest.approx(0.5)
    assert row["evidence"] == "study_limit"


def test_a_roll_out_counts_by_its_planned_coverage(road):
    row = road.effects.filter(
        (pl.col("project") == "A:AMI_W") & (pl.col("indicator") == "EC: ICT: WS: 1C")
    ).row(0, named=True)
    assert row["effect"] == pytest.approx(0.7)
    assert row["lag"] == 0
    assert row["evidence"] == "by_construction"


def test_national_effects_stay_out(road):
    assert not road.effects.filter(pl.col("indicator").str.contains("GDP")).height
    assert not road.indicators.filter(pl.col("name").str.contains("GDP")).height


def test_domains_weigh_the_same_whatever_number_of_clauses_a_standard_has(road):
    """Outcomes of each domain together count as those of any other, and outputs a tenth of that."""
    sums = road.indicators.group_by("domain", "kind").agg(pl.col("weight").sum())
    by_kind = {kind: rows["weight"].to_list() for (kind,), rows in sums.group_by("kind")}
    unit = by_kind["outcome"][0]

    assert by_kind["outcome"] == pytest.approx([unit] * len(by_kind["outcome"]))
    assert by_kind["output"] == pytest.approx([unit / 10] * len(by_kind["output"]))
    assert road.indicators["weight"].sum() == pytest.approx(1.0)
    assert "other" not in set(road.indicators["domain"])


def test_what_only_counts_devices_is_a_small_part_of_what_a_plan_may_gain(road):
    weight = road.indicators.group_by("kind").agg(pl.col("weight").sum())
    assert dict(weight.iter_rows())["output"] < 0.12


def test_running_costs_after_the_plan_are_limited_by_default_and_the_rule_can_be_left_out(catalogue, road):
    budgets = road.budgets.filter((pl.col("place") != NATIONWIDE) & (pl.col("year") == 2020))
    less_reserve = budgets.select("place", amount=(pl.col("amount") * 0.9).round(3))
    assert_frame_equal(road.upkeep.select("place", "amount"), less_reserve, abs_tol=2e-3)
    assert set(road.upkeep["since"]) == {2023}
    assert set(road.upkeep["evidence"]) == {"assumption"}
    without = build_roadmap(
        catalogue, CITIES, FIGURES, years=range(2016, 2021), budget="1 bn CNY/year", rules=["people"]
    )
    assert without.upkeep.is_empty()
    assert without.years == without.start_years == range(2016, 2021)


def test_what_begins_in_the_plan_may_be_completed_two_years_later_out_of_the_budgets_less_a_reserve(road):
    assert (road.years, road.start_years) == (range(2016, 2023), range(2016, 2021))
    budgets = road.budgets.pivot(on="year", index="place", values="amount")
    for year in ("2021", "2022"):
        assert budgets[year].to_list() == pytest.approx(
            [0.9 * amount for amount in budgets["2020"]], abs=2e-3
        )
    assert road.settings.ends_after + road.settings.years_after == 10
    assert "completed up to 2 years after it, by 2022 (assumption)" in road.settings.note


def test_what_is_not_measured_has_the_neutral_need_and_says_so(road):
    unknown = road.gaps.filter(pl.col("figures") == "")
    assert unknown.height > 0
    assert set(unknown["need"]) == {0.5}
    assert set(unknown["evidence"]) == {"assumption"}


def test_a_city_budget_is_a_share_of_half_of_revenue_plus_expenditure_and_suspect_figures_do_not_count():
    people = city_people(CITIES.head(2), FIGURES, share=0.5).filter(pl.col("people") > 0)
    figures = FIGURES.filter(pl.col("status") == "reported")
    own = city_budgets(
        people, figures, share=0.01, part=0.5, rate_from=lambda _currency: 1.0, price_year=2014, inflation=0.1
    ).sort("city")
    assert own["amount"].to_list() == pytest.approx(
        [10.0 * 1.21, 10.0 * 1.21 * 0.5 / 2.0]
    )  # 10 bn x 0.2 / 2 x 1%, two years later; by head
    assert "median" in own["note"][1]
    assert own["evidence"].to_list() == ["assumption"] * 2


def test_the_budgets_of_a_roadmap_carry_what_they_rest_on(road):
    rows = road.budgets.filter(pl.col("year") == 2016).select("place", "evidence", "note").rows()
    assert rows[0] == (NATIONWIDE, "", "set for this plan")
    assert [row[1] for row in rows[1:]] == ["assumption"] * 2
    assert rows[1][2].startswith("0.25% of the budget for 2012, taken as 50% of revenue plus")


def test_the_national_budget_is_in_millions(road):
    assert (
        road.budgets.filter(pl.col("place") == NATIONWIDE)["amount"].to_list()
        == [12_000.0] * 5 + [10_800.0] * 2
    )


def test_no_city_of_known_size_is_refused(catalogue):
    with pytest.raises(InputError, match="no city has a known population"):
        build_roadmap(catalogue, CITIES, FIGURES.clear(), years=range(2016, 2021), budget="12 bn CNY/year")


def test_district_heating_is_omitted_in_the_south_with_its_reason(road):
    omitted = road.omitted.filter((pl.col("solution") == "DH_CONTROL") & (pl.col("city") != "C"))
    assert omitted["city"].to_list() == ["B"]
    assert "north of the line of the Qinling" in omitted["reason"][0]


def test_every_solution_is_a_candidate_or_omitted_in_every_city(catalogue, road):
    pairs = {
        *road.projects.select("city", "solution").iter_rows(),
        *road.omitted.select("city", "solution").iter_rows(),
    }
    assert pairs == {(city, code) for city in ("A", "B", "C") for code in catalogue.solutions}


def test_a_city_without_a_population_is_omitted_with_that_reason(road):
    reasons = road.omitted.filter(pl.col("city") == "C")["reason"].unique().to_list()
    assert reasons == ["the city's population is unknown, so no costs could be calculated there"]


def test_the_roadmap_of_the_catalogue_has_a_certified_plan(road):
    plan = solve(road, work_limit=20, gap=0.01)
    assert plan.gap <= 0.01
    assert plan.certificate.is_valid, plan.certificate
    assert "the city's population is unknown" in plan.why_not("C", "IOC").note
    assert useless(plan) == []


def useless(plan):
    """Chosen candidates that lower the objective and that no chosen project requires."""
    chosen = plan.table["project"].to_list()
    needed = plan.roadmap.prerequisites.filter(pl.col("project").is_in(chosen))["requires"].to_list()
    left = plan.table.filter(
        (pl.col("lost_without_it") < 0) & (pl.col("status") == "candidate") & ~pl.col("project").is_in(needed)
    )
    return left["project"].to_list()


@pytest.mark.long  # plans many cities
def test_many_cities_are_planned_at_prices_and_certified(catalogue):
    codes = [f"N{k:02d}" for k in range(25)]
    cities = pl.DataFrame({"code": codes, "name_en": codes, "latitude": 40.0, "level": "prefecture"})
    figures = observed(
        *(
            (f"N{k:02d}", "population_agglomeration", "2015", 2e5 * (k + 1), "persons", "reported")
            for k in range(25)
        ),
        *((f"N{k:02d}", "gdp", "2012", 4e6 * (k + 1), "10k CNY", "reported") for k in range(25)),
        *((f"N{k:02d}", "fiscal_revenue_gdp", "2012", 0.2, "ratio", "reported") for k in range(25)),
    )
    road = build_roadmap(catalogue, cities, figures, years=range(2016, 2021), budget="1 bn CNY/year")
    plan = solve(road, work_limit=40, gap=0.02)
    assert "decomposition" in plan.settings["method"]
    assert plan.gap <= 0.02
    assert plan.certificate.is_valid, plan.certificate
    assert plan.certificate.bound >= plan.bound - 1e-6  # what prices alone show is weaker than branching
    assert useless(plan) == []


def test_without_any_fiscal_figure_budgets_are_not_made_up(catalogue):
    people = FIGURES.filter(pl.col("variable").str.starts_with("population"))
    with pytest.raises(InputError, match="no figure shows how much any city may spend"):
        build_roadmap(catalogue, CITIES, people, years=range(2016, 2021), budget="12 bn CNY/year")
