"""Needs are read from figures by declared rules: each expected need is worked out by hand."""

import math
from dataclasses import replace

import polars as pl
import pytest

from observed_figures import observed
from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.plan.inputs import RULES, build_roadmap
from urbium.plan.inputs.nations import city_nations

CITIES = pl.DataFrame(
    {
        "code": ["N", "S"],
        "name_en": ["Dry north", "Wet south"],
        "latitude": [46.0, 25.0],
        "level": ["prefecture", "prefecture"],
        "province_en": ["Gansu", "Fujian"],
        "parent": ["CHN", "CHN"],
    }
)
FIGURES = observed(
    ("N", "population_agglomeration", "2015", 20_000_000.0, "persons", "reported"),
    ("S", "population_agglomeration", "2015", 300_000.0, "persons", "reported"),
    ("N", "gdp", "2012", 1_000_000.0, "10k CNY", "reported"),
    ("N", "fiscal_revenue_gdp", "2012", 0.2, "ratio", "reported"),
    ("N", "waste_treatment_rate", "2011", 10.0, "%", "reported"),
    ("N", "waste_treatment_rate", "2012", 75.0, "%", "reported"),
    ("N", "waste_treatment_rate", "2013", 5.0, "%", "suspect"),
    ("S", "waste_treatment_rate", "2012", 100.0, "%", "reported"),
    ("N", "population_year_end", "2012", 100.0, "10k persons", "reported"),
    ("S", "population_year_end", "2012", 1_000_000.0, "persons", "reported"),
    ("N", "industrial_so2", "2012", 100_000.0, "t", "reported"),
    ("S", "industrial_so2", "2012", 1_000.0, "t", "reported"),
)
SHORTAGES = pl.DataFrame(
    {
        "city": ["N", "N", "S", "N"],
        "service": ["hospital_beds", "hospital_beds", "hospital_beds", "doctors"],
        "year": [2019, 2020, 2020, 2025],
        "demand": [100.0, 100.0, 100.0, 100.0],
        "shortfall": [10.0, 40.0, -30.0, 90.0],
    }
)
GROWTH = pl.DataFrame(
    {"city": ["N"], "variable": ["population_agglomeration"], "since": [2015], "growth": [1.2]}
)


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def built(catalogue, figures=FIGURES, **more):
    return build_roadmap(catalogue, CITIES, figures, years=range(2016, 2021), budget="12 bn CNY/year", **more)


@pytest.fixture(scope="module")
def road(catalogue):
    return built(catalogue, growth=GROWTH, shortages=SHORTAGES)


def figure(road, city, name):
    rows = road.figures.filter((pl.col("city") == city) & (pl.col("figure") == name))
    return rows.row(0, named=True) if rows.height else None


def need(road, city, indicator):
    return road.gaps.filter((pl.col("city") == city) & (pl.col("indicator") == indicator)).row(0, named=True)


def test_a_target_is_an_anchor_and_the_latest_usable_figure_counts(road):
    """25% of the waste of 2012 is not treated; 2013 is suspect; at the target the least need is left."""
    assert figure(road, "N", "waste.untreated")["need"] == pytest.approx(0.25)
    assert figure(road, "N", "waste.untreated")["period"] == "2012"
    assert figure(road, "S", "waste.untreated")["need"] == 0.05


def test_people_are_set_between_their_anchors_by_logarithm(road):
    assert figure(road, "N", "mobility.size")["need"] == pytest.approx(1.0)
    assert figure(road, "S", "mobility.size")["need"] == 0.05


def test_a_ratio_takes_units_as_they_are_declared(road):
    """100,000 t over a million people (given as 100 x 10,000) are 100 kg a head; 1,000 t are 1."""
    assert figure(road, "N", "air.sulphur")["value"] == pytest.approx(100.0)
    assert figure(road, "S", "air.sulphur")["value"] == pytest.approx(1.0)


def test_a_percentile_of_the_programmes_cities_is_an_anchor(road):
    """Of 1 and 100 the 10th percentile (linear) is 10.9, the 90th 90.1; both cities lie beyond them."""
    row = figure(road, "N", "air.sulphur")
    assert (row["none_at"], row["all_at"]) == (pytest.approx(10.9), pytest.approx(90.1))
    assert row["need"] == 1.0
    assert figure(road, "S", "air.sulphur")["need"] == 0.05


def test_what_services_lack_in_the_last_plan_year_feeds_needs(road):
    """40 of 100 beds lack in 2020; the years after the plan do not count, nor is room for more a need."""
    assert figure(road, "N", "health.beds_short")["value"] == pytest.approx(40.0)
    assert figure(road, "S", "health.beds_short")["need"] == 0.05
    assert figure(road, "N", "health.doctors_short") is None


def test_rules_of_one_indicator_are_averaged_by_their_weights(road):
    """Alerts of air and water: all for 100 kg of sulphur dioxide a head, the least for 300 mm of rain."""
    assert figure(road, "N", "flood.rain")["need"] == 0.05
    row = need(road, "N", "ISO 37122:2019 11.3")
    assert row["need"] == pytest.approx((1.0 + 0.05) / 2)
    assert row["figures"] == "air.sulphur;flood.rain"


def test_a_rule_that_scales_multiplies_what_the_others_tell(road):
    """Water: 715 m3 a head in Gansu tell a need; it stands whole in the city that grows most."""
    scarcity = (math.log10(715) - math.log10(1700)) / (math.log10(500) - math.log10(1700))
    assert figure(road, "N", "water.scarcity")["need"] == pytest.approx(scarcity)
    assert figure(road, "N", "water.growth")["need"] == pytest.approx(1.0)  # its own 90th percentile
    row = need(road, "N", "EN: EN: WS: 2C")
    assert row["need"] == pytest.approx(scarcity * (1 - 0.5 + 0.5 * 1.0))
    assert row["figures"] == "water.scarcity;water.growth"
    width = (0.2 + 0.5 * 0.25) / 1.5
    assert row["low"] == pytest.approx(row["need"] - width)
    assert row["high"] == pytest.approx(min(row["need"] + width, 1))


def test_a_city_that_stands_still_has_half_of_the_need_that_its_rain_tells(catalogue):
    growth = pl.DataFrame(
        {
            "city": ["N", "S"], "variable": ["population_agglomeration"] * 2, "since": [2015] * 2,
            "growth": [1.4, 0.99],
        }
    )  # fmt: skip
    road = built(catalogue, growth=growth)
    rain = (math.log10(1680) - math.log10(400)) / (math.log10(1600) - math.log10(400))
    assert rain > 1
    assert figure(road, "S", "flood.growth")["need"] == 0.05
    assert need(road, "S", "SC: SH: SA: 1C")["need"] == pytest.approx(1.0 * (1 - 0.5 + 0.5 * 0.05))
    assert need(road, "N", "SC: SH: SA: 1C")["need"] == pytest.approx(0.05)


def test_cities_that_all_shrink_have_the_least_need_of_room_to_grow(catalogue):
    """The 90th percentile of 0.8 and 0.9 lies below 1, where nothing is to be gained: no city grows."""
    growth = pl.DataFrame(
        {
            "city": ["N", "S"], "variable": ["population_agglomeration"] * 2, "since": [2015] * 2,
            "growth": [0.8, 0.9],
        }
    )  # fmt: skip
    road = built(catalogue, growth=growth)
    assert [figure(road, city, "land.growth")["need"] for city in "NS"] == [0.05, 0.05]


def test_growth_alone_tells_of_no_flood(catalogue):
    """Where the rain of the province is not known the need is a range, however fast the city grows."""
    nowhere = CITIES.with_columns(province_en=pl.lit("Elsewhere"))
    road = build_roadmap(
        catalogue, nowhere, FIGURES, years=range(2016, 2021), budget="12 bn CNY/year", growth=GROWTH
    )
    row = need(road, "N", "SC: SH: SA: 1C")
    assert (row["low"], row["high"], row["figures"]) == (0.05, 0.95, "")


def test_a_need_carries_its_evidence_and_what_it_is_read_from(road):
    row = need(road, "N", "EN: EN: WS: 2C")
    assert row["evidence"] == "derived"
    assert "Water resources of the province per person" in row["note"]


def test_what_nothing_measures_is_a_range_and_not_a_figure(road):
    row = need(road, "N", "SC: SH: SA: 9C")
    assert (row["low"], row["need"], row["high"]) == (0.05, 0.5, 0.95)
    assert row["evidence"] == "assumption"
    assert "range" in row["note"]


def reported(catalogue, city, **figures):
    """Return one figure of 2012 of each variable, of the area and in the unit that are declared for it."""
    declared = [catalogue.variables[name] for name in figures]
    rows = [
        (city, variable.id, "2012", value, variable.unit, "reported")
        for variable, value in zip(declared, figures.values(), strict=True)
    ]
    return observed(*rows).with_columns(area=pl.Series([variable.area for variable in declared]))


def test_the_figure_of_the_indicator_itself_counts_alone_and_is_what_is_missing_of_its_target(catalogue):
    """60 of 100 homes have internet: 40% are missing; income, which tells of the others, is left out."""
    figures = pl.concat(
        [
            FIGURES,
            reported(catalogue, "N", households_with_internet=60.0, households=100.0),
            observed(("S", "gdp", "2012", 500_000.0, "10k CNY", "reported")),
        ]
    )
    road = built(catalogue, figures)
    row = need(road, "N", "EC: ICT: ICT: 1C")
    assert (row["need"], row["evidence"]) == (pytest.approx(0.4), "measured_here")
    assert (row["low"], row["high"]) == (pytest.approx(0.35), pytest.approx(0.45))
    assert (row["figures"], figure(road, "N", "EC: ICT: ICT: 1C")["value"]) == ("EC: ICT: ICT: 1C", 60.0)
    assert figure(road, "N", "ict.income") is not None
    assert need(road, "S", "EC: ICT: ICT: 1C")["evidence"] == "derived"


def test_a_declared_column_of_the_outcome_counts_alone(catalogue):
    """A quarter is missing of 39% green cover; what the norm lacks a head is another rule, and left out."""
    shortages = SHORTAGES.with_columns(service=pl.lit("green_space"))
    figures = pl.concat([FIGURES, reported(catalogue, "N", green_cover_rate=29.25)])
    road = built(catalogue, figures, growth=GROWTH, shortages=shortages)
    row = need(road, "N", "EN: EN: PSN: 1C")
    assert (row["need"], row["evidence"], row["figures"]) == (
        pytest.approx(0.25), "measured_here", "green.cover",
    )  # fmt: skip
    assert need(road, "S", "EN: EN: PSN: 1C")["figures"] == "green.short"


def test_a_suspect_figure_of_the_outcome_measures_no_need(catalogue):
    suspect = reported(catalogue, "N", green_cover_rate=29.25).with_columns(status=pl.lit("suspect"))
    row = need(built(catalogue, pl.concat([FIGURES, suspect])), "N", "EN: EN: PSN: 1C")
    assert (row["evidence"], row["high"]) == ("assumption", 0.95)


def test_the_own_figure_goes_before_a_column_that_stands_for_it(catalogue):
    """Between 10 and 35 ug/m3 of exposure 22.5 is half way; measured concentrations go before it."""
    exposed = pl.concat([FIGURES, reported(catalogue, "N", pm25_exposure_functional_area=22.5)])
    row = need(built(catalogue, exposed), "N", "EN: EN: AQ: 1C")
    assert (row["need"], row["figures"]) == (pytest.approx(0.5), "air.exposure")
    north = reported(catalogue, "N", concentration_pm25=20.0)
    both = pl.concat([exposed, north, reported(catalogue, "S", concentration_pm25=60.0)])
    row = need(built(catalogue, both), "N", "EN: EN: AQ: 1C")
    assert (row["need"], row["figures"]) == (0.05, "EN: EN: AQ: 1C")


def test_without_a_target_the_best_tenth_of_the_cities_sets_it(catalogue):
    """Where less is better: of 20 and 60 the 10th percentile is 24, the 90th 56."""
    both = pl.concat(
        [reported(catalogue, city, concentration_pm25=value) for city, value in (("N", 20.0), ("S", 60.0))]
    )
    road = built(catalogue, pl.concat([FIGURES, both]))
    row = figure(road, "S", "EN: EN: AQ: 1C")
    assert (row["none_at"], row["all_at"], row["need"]) == (pytest.approx(24.0), pytest.approx(56.0), 1.0)


def test_without_growth_neither_growth_nor_shortages_tell_of_needs(catalogue):
    still = built(catalogue, growth=GROWTH, shortages=SHORTAGES, rules=set(RULES) - {"growth"})
    names = set(still.figures["figure"])
    assert not {"water.growth", "health.beds_short"} & names


def test_a_country_without_these_figures_gets_ranges_only(catalogue):
    figures = observed(
        ("X", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
        ("X", "gdp", "2012", 1_000_000.0, "10k CNY", "reported"),
        ("X", "fiscal_revenue_gdp", "2012", 0.2, "ratio", "reported"),
    )
    cities = pl.DataFrame(
        {"code": ["X"], "name_en": ["Elsewhere"], "latitude": [None], "level": ["city"]},
        schema_overrides={"latitude": pl.Float64},
    )
    road = build_roadmap(catalogue, cities, figures, years=range(2016, 2021), budget="12 bn CNY/year")
    told = {name for cell in road.gaps["figures"] for name in cell.split(";") if name}
    assert told <= {"mobility.size", "emergency.size"}
    unknown = road.gaps.filter(pl.col("figures") == "")
    assert unknown.select((pl.col("high") - pl.col("low")).min()).item() > 0.8


def test_climate_and_size_decide_who_is_a_candidate(road):
    omitted = set(road.omitted.select("city", "solution").iter_rows())
    assert {("N", "SPONGE"), ("S", "DH_CONTROL"), ("S", "CONGPRICE"), ("S", "BRT")} <= omitted
    assert not {("S", "SPONGE"), ("N", "DH_CONTROL"), ("N", "CONGPRICE"), ("N", "BRT")} & omitted


def test_the_reason_of_a_rule_of_candidates_is_told(road):
    reason = road.omitted.filter((pl.col("city") == "N") & (pl.col("solution") == "SPONGE"))["reason"].item()
    assert "not a candidate in this city under rule sponge: " in reason
    assert "600 mm" in reason


def test_a_platform_costs_less_a_head_in_a_large_city_and_a_network_does_not(catalogue):
    """20 million against 0.3: the cost per head of a platform falls by (20 / 0.3) to the power 0.3."""
    road = built(catalogue)
    capital = dict(road.projects.select("project", "capital").iter_rows())
    people = {"N": 20.0, "S": 0.3}
    platform = (capital["S:IOC"] / people["S"]) / (capital["N:IOC"] / people["N"])
    network = (capital["S:LED_SL"] / people["S"]) / (capital["N:LED_SL"] / people["N"])
    assert platform == pytest.approx((20 / 0.3) ** 0.3, rel=1e-3)
    assert network == pytest.approx(1.0, rel=1e-3)


def test_a_city_of_a_million_pays_the_catalogues_cost_a_head(catalogue):
    """IOC: the geometric mean of 2.22 and 26.39 USD a head, at 6.64 CNY, for a million people,
    moved from the prices of 2019 to those of 2016.
    """
    is_large = pl.col("value") == 20_000_000.0
    figures = FIGURES.with_columns(value=pl.when(is_large).then(1_000_000.0).otherwise("value"))
    road = built(catalogue, figures)
    cost = road.projects.filter(pl.col("project") == "N:IOC")["capital"].item()
    assert cost == pytest.approx(math.sqrt(2.22 * 26.39) * 6.64 * 240.007 / 255.657, abs=1e-3)


def test_needs_have_their_ends_in_the_ranges_that_draws_are_made_from(catalogue, road):
    from urbium.plan.analysis.ranges import ranges  # noqa: PLC0415

    drawn = ranges(catalogue, road)
    row = drawn.needs.filter((pl.col("city") == "N") & (pl.col("indicator") == "SC: SH: SA: 9C"))
    assert row.select("low", "high").row(0) == (0.05, 0.95)
    drawn.check(road)


NEED = (
    "id,name_en,name_zh,indicators,inputs,formula,factor,unit,none_at,all_at,weight,half_width,evidence,"
    "source,reason,unseen"
)


def test_rules_of_one_nation_do_not_judge_the_cities_of_another(catalogue):
    """Two nations, each with a northern city at 46 and a southern one at 25 degrees north.

    District heating south of 33 degrees, and fifth-generation networks before 2019, are ruled out by China's
    climate and market; winters by China's latitudes tell no need elsewhere; size judges everybody.
    """
    cities = pl.DataFrame(
        {
            "code": ["CHN", "MEX", "N", "S", "M", "Y"],
            "name_en": ["China", "Mexico", "Dry north", "Wet south", "North", "Yucatan"],
            "latitude": [None, None, 46.0, 25.0, 46.0, 25.0],
            "level": ["nation", "nation", *["prefecture"] * 4],
            "province_en": ["", "", "Gansu", "Fujian", "", ""],
            "parent": ["", "", "CHN", "CHN", "MEX", "MEX"],
        }
    )
    figures = pl.concat(
        [
            FIGURES,
            observed(
                ("M", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
                ("Y", "population_agglomeration", "2015", 500_000.0, "persons", "reported"),
            ),
        ]
    )
    road = build_roadmap(catalogue, cities, figures, years=range(2016, 2021), budget="12 bn CNY/year")
    omitted = set(road.omitted.select("city", "solution").iter_rows())
    assert {("S", "DH_CONTROL"), ("S", "MOBILE5G"), ("N", "MOBILE5G"), ("Y", "BRT")} <= omitted
    assert not {("Y", "DH_CONTROL"), ("Y", "MOBILE5G"), ("M", "MOBILE5G"), ("M", "BRT")} & omitted
    assert figure(road, "N", "buildings.winter")["need"] == pytest.approx(1.0)
    assert figure(road, "M", "buildings.winter") is None
    assert need(road, "Y", "EN: E: E: 3C")["high"] == 0.95


def test_a_city_belongs_to_the_nation_above_it_or_to_the_only_one():
    """Named directly, through a region, or not at all where one nation is registered; circles end in none."""
    cities = pl.DataFrame(
        {
            "code": ["ESP", "AN", "M", "Z", "O"],
            "level": ["nation", "region", "city", "city", "city"],
            "parent": ["", "ESP", "AN", "", "O"],
        }
    )
    nations = dict(city_nations(cities).iter_rows())
    assert nations == {"AN": "ESP", "M": "ESP", "Z": "ESP", "O": "ESP"}
    two = pl.concat([cities, pl.DataFrame({"code": ["PRT"], "level": ["nation"], "parent": [""]})])
    assert dict(city_nations(two).iter_rows())["Z"] == ""


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("own,Own,,EN: EN: AQ: 1C,gpd,value,1,,0,1,1,0.1,derived,ASSUME,,", "did you mean 'gdp'"),
        (
            "own,Own,,EN: EN: AQ: 1C,gdp,ratio,1,,0,1,1,0.1,derived,ASSUME,,",
            "the number of inputs is 1, but the formula ratio takes 2",
        ),
        ("own,Own,,EN: EN: AQ: 1C,gdp,mean,1,,0,1,1,0.1,derived,ASSUME,,", "'mean' is not one of value, r"),
        ("own,Own,,EN: EN: AQ: 1C,gdp,value,1,,p101,1,1,0.1,derived,ASSUME,,", "'p101' is not an anchor"),
        ("own,Own,,EN: EN: AQ: 1C,gdp,log,1,,0,p90,1,0.1,derived,ASSUME,,", "0 has no logarithm"),
        ("own,Own,,EN: EN: AQ: 1C,gdp,value,1,,5,5,1,0.1,derived,ASSUME,,", "both anchors are 5"),
        ("own,Own,,EN: EN: AQ: 1C,gdp,value,1,,0,1,0,0.1,derived,ASSUME,,", "weight 0"),
        ("own,Own,,EN: EN: AQ: 9Z,gdp,value,1,,0,1,1,0.1,derived,ASSUME,,", "the indicator 'EN: EN: AQ: 9Z'"),
        ("own,Own,,EN: EN: AQ: 1C,shortfall.bedz,value,1,,0,1,1,0.1,derived,ASSUME,,", "'shortfall.bedz'"),
    ],
)
def test_a_wrong_rule_of_needs_is_refused_by_what_is_wrong_in_it(tmp_path, row, message):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "needs.csv").write_text(f"{NEED}\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_catalogue(tmp_path)


def test_a_rule_that_scales_by_more_than_all_is_refused(tmp_path):
    (tmp_path / "rules").mkdir()
    row = "own,Own,,EN: EN: AQ: 1C,gdp,value,1,,0,1,2,0.1,derived,ASSUME,,,scales"
    (tmp_path / "rules" / "needs.csv").write_text(f"{NEED},role\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match="scales the values of other needs by 2"):
        load_catalogue(tmp_path)


def test_a_rule_of_candidates_without_ends_is_refused(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "candidates.csv").write_text(
        "id,solution,input,least,most,evidence,source,reason\nown,IOC,city.people,,,assumption,ASSUME,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="states neither a minimum nor a maximum"):
        load_catalogue(tmp_path)


def test_care_at_a_distance_counts_by_the_disease_burden_that_beds_and_doctors_tell(road):
    """MGI: 1 to 4% of 8 to 15% by all health applications: 2.5 / 11.5, citywide; 40 of 100 beds lack."""
    effect = road.effects.filter((pl.col("project") == "N:TELEMED") & (pl.col("indicator") == "SC: EH: DALY"))
    assert effect["effect"].item() == pytest.approx(2.5 / 11.5)
    assert effect["evidence"].item() == "derived"
    assert need(road, "N", "SC: EH: DALY")["figures"] == "health.beds_short"
    assert need(road, "N", "SC: EH: DALY")["need"] > need(road, "S", "SC: EH: DALY")["need"]
    kinds = dict(road.indicators.select("indicator", "kind").iter_rows())
    assert kinds["SC: EH: DALY"] == "outcome"


def test_where_less_is_better_all_is_to_be_gained_at_twice_the_target(catalogue):
    """12 and 60 ug/m3 against a target of 10: a fifth of it too much, and more than twice as much."""
    air = replace(catalogue.indicators["EN: EN: AQ: 1C"], benchmark=10.0)
    declared = replace(catalogue, indicators={**catalogue.indicators, air.id: air})
    both = [reported(catalogue, city, concentration_pm25=value) for city, value in (("N", 12.0), ("S", 60.0))]
    road = built(declared, pl.concat([FIGURES, *both]))
    assert need(road, "N", "EN: EN: AQ: 1C")["need"] == pytest.approx(0.2)
    assert need(road, "S", "EN: EN: AQ: 1C")["need"] == 1.0


def test_an_outcome_that_a_clause_names_is_measured_by_the_figures_that_are_to_be_collected(catalogue):
    """300 and 600 kg of waste a head, of which 20 and 60% are recycled: the best tenth recycle 56%."""
    figures = pl.concat(
        [
            FIGURES,
            reported(catalogue, "N", waste_total=300.0, waste_recycling=60.0, population=1000.0),
            reported(catalogue, "S", waste_total=600.0, waste_recycling=360.0, population=1000.0),
        ]
    )
    road = built(catalogue, figures)
    assert figure(road, "S", "ISO 37120:2018 16.2")["value"] == pytest.approx(600.0)
    assert need(road, "S", "ISO 37120:2018 16.2")["need"] == 1.0
    assert need(road, "N", "ISO 37120:2018 16.3")["need"] == pytest.approx(1 - 20 / 56)
