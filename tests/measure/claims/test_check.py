"""Claims against series: the article's figures, each with values read from the tables by hand."""

from dataclasses import replace

import polars as pl
import pytest

from urbium.catalogue import DATA, read_claims
from urbium.errors import NotFoundError
from urbium.measure import check_claims
from urbium.measure.claims.verdict import precision
from urbium.model import Claim

CHINA = pl.DataFrame({"code": ["CHN"], "name_en": ["China"], "name_zh": ["中国"], "level": ["nation"]})


@pytest.fixture(scope="module")
def pilots():
    raw = pl.read_csv(DATA / "demo" / "pilots.csv", infer_schema=False)
    return raw.select("kind", pl.col("year").cast(pl.Int64))


@pytest.fixture(scope="module")
def check(demo_figures, national_figures, demo_cities, pilots, catalogue):
    """Return a function that checks claims against all demo figures."""
    everything = pl.concat([demo_figures, national_figures])
    places = pl.concat([demo_cities, CHINA.select(demo_cities.columns)])

    def run(claims, observations=everything, **more):
        return check_claims(claims, observations, catalogue, cities=places, pilots=pilots, **more)

    return run


@pytest.fixture(scope="module")
def article(check, claims_file):
    return check(read_claims(claims_file))


def row(checked, claim):
    return checked.table.row(by_predicate=pl.col("claim") == claim, named=True)


def claim(**changes):
    base = Claim("X", "", "China", "share of agriculture in GDP", 1990, 26.5, "%", "=", "news2015")
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("name", "series", "period", "value"),
    [
        ("C01", "gdp_share_agriculture", "1990", 26.53267),
        ("C02", "gdp_share_services", "1990", 32.51417),
        ("C03", "gdp_share_industry", "1990", 40.95321),
        ("C04", "gdp_share_agriculture", "2013", 8.78442),
        ("C05", "gdp_share_industry", "2013", 43.39387),
        ("C06", "gdp_share_services", "2013", 47.82171),
    ],
)
def test_the_shares_called_work_force_are_output_shares(article, name, series, period, value):
    found = row(article, name)
    assert found["verdict"] == "matches another series"
    assert (found["match"], found["match_period"]) == (series, period)
    assert found["match_value"] == pytest.approx(value)
    assert "output" in found["note"]


def test_employment_begins_in_1991_and_its_nearest_figure_is_named(article):
    found = row(article, "C01")
    assert (found["series"], found["series_period"]) == ("employment_share_agriculture", "1991")
    assert found["series_value"] == pytest.approx(59.69981)
    assert found["difference"] == pytest.approx(30 - 59.69981)
    assert "no figure for 1990" in found["note"]


def test_142_cities_are_not_confirmed_under_any_boundary(article):
    found = row(article, "C07")
    counts = article.findings.filter(pl.col("claim") == "C07")
    assert found["verdict"] == "not confirmed"
    assert (counts["value"].round() != 142).all()


def counted(figures, variable, year, threshold):
    people = figures.filter(pl.col("variable") == variable, pl.col("period") == str(year))["value"]
    return sum(size >= threshold for size in people), len(people)


def test_the_counts_of_cities_are_those_counted_in_the_tables(article, demo_figures):
    counts = article.findings.filter(pl.col("claim") == "C07")
    whole, known = counted(demo_figures, "population_year_end", 2012, 100)  # in tens of thousands
    assert (whole, known) == (251, 263)
    prefecture = counts.row(by_predicate=pl.col("area") == "prefecture", named=True)
    assert (prefecture["period"], prefecture["value"]) == ("2012", whole)
    assert prefecture["note"] == "251 of 263 cities with a figure"
    urban, _ = counted(demo_figures, "population_agglomeration", 2015, 1e6)
    agglomeration = counts.filter(pl.col("area") == "agglomeration", pl.col("basis") == "nearest year")
    assert (agglomeration["period"].item(), agglomeration["value"].item()) == ("2015", urban)


def test_a_count_between_two_years_is_interpolated_city_by_city(article, demo_figures):
    wide = demo_figures.filter(pl.col("variable") == "population_agglomeration").pivot(
        on="period", index="city", values="value"
    )
    between = sum(
        before + 4 * (after - before) / 5 >= 1e6 for before, after in wide.select("2010", "2015").iter_rows()
    )
    counts = article.findings.filter(pl.col("claim") == "C07", pl.col("basis") == "interpolated")
    assert counts.filter(pl.col("area") == "agglomeration")["value"].item() == between


def test_the_national_count_of_agglomerations_is_shown_for_2015(article):
    counts = article.findings.filter(
        pl.col("claim") == "C07", pl.col("area") == "national", pl.col("period") == "2015"
    )
    assert counts["value"].item() == 109


def test_277_pilots_are_the_new_ones_of_three_rounds_and_the_register_says_how_many_it_names(article):
    found = row(article, "C08")
    assert (found["verdict"], found["series_value"]) == ("confirmed", 277)
    assert "90 + 103 + 84 = 277" in found["note"]
    assert "the register names 39 of them" in found["note"]  # 41 rows, 2 of them widened


def test_49_projects_are_41_projects_run_by_49_organisations(article):
    found = row(article, "C09")
    assert (found["verdict"], found["series_value"]) == ("matches another series", 41)
    assert (found["match"], found["match_value"]) == ("special project organisation", 49)


def test_a_true_claim_is_confirmed_by_the_series_it_names(check):
    found = row(check([claim()]), "X")
    assert (found["verdict"], found["series"]) == ("confirmed", "gdp_share_agriculture")


def test_a_wrong_claim_is_not_confirmed_and_the_closest_series_is_named(check):
    found = row(check([claim(value=71.3)]), "X")
    assert found["verdict"] == "not confirmed"
    assert found["series_value"] == pytest.approx(26.53267)
    assert found["match"] is not None


def test_a_claim_of_an_employment_share_that_holds_is_confirmed(check):
    stated = claim(variable_as_named="share of jobs in agriculture", year=1991, value=59.7)
    assert row(check([stated]), "X")["verdict"] == "confirmed"


def test_at_least_is_read_as_at_least(check):
    assert row(check([claim(value=20.5, comparison=">=")]), "X")["verdict"] == "confirmed"
    assert row(check([claim(value=35.5, comparison=">=")]), "X")["verdict"] != "confirmed"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"variable_as_named": "number of dragons"}, "no declared word"),
        ({"place": "Atlantis"}, "Atlantis"),
        ({"unit": "furlongs"}, "furlongs"),
    ],
)
def test_what_cannot_be_checked_says_why(check, changes, words):
    found = row(check([claim(**changes)]), "X")
    assert found["verdict"] == "cannot be checked"
    assert words in found["note"]


def test_no_stored_figure_at_all_is_no_reason_to_fail(check, demo_figures, claims_file):
    verdicts = check(read_claims(claims_file), observations=demo_figures.clear()).table["verdict"]
    assert verdicts.to_list() == ["cannot be checked"] * 7 + ["confirmed", "matches another series"]


def test_rounds_after_the_year_of_the_claim_do_not_count(check):
    stated = claim(variable_as_named="pilot smart cities", text="pilots", year=2013, value=193, unit="count")
    assert row(check([stated]), "X")["verdict"] == "confirmed"  # 90 + 103


def test_suspect_figures_and_projections_confirm_nothing(check, national_figures):
    doubtful = national_figures.with_columns(status=pl.lit("suspect"))
    assert row(check([claim()], observations=doubtful), "X")["verdict"] == "cannot be checked"


def test_a_claim_is_explained_down_to_the_cells_of_both_series(article):
    tree = article.explain("C01")
    cited = {node.what for node in tree.walk() if node.kind == "observation"}
    assert any("Employment in agriculture" in name for name in cited)
    assert any("Value added of agriculture" in name for name in cited)
    assert {origin.file for origin in tree.sources if origin.file} == {"national.csv"}


def test_a_claim_that_was_not_checked_cannot_be_explained(article):
    with pytest.raises(NotFoundError):
        article.explain("C99")


def test_the_repr_is_a_sentence(article):
    expected = "Check of 9 claims: confirmed (1), matches another series (7) and not confirmed (1)"
    assert repr(article) == expected


@pytest.mark.parametrize(("stated", "half"), [(43, 0.5), (30, 5), (142, 0.5), (26.5, 0.05), (1200, 50)])
def test_a_figure_is_as_precise_as_it_was_stated(stated, half):
    assert precision(stated) == pytest.approx(half)


def test_a_count_of_cities_is_not_taken_from_another_nation(national_figures, pilots, catalogue):
    stated = claim(variable_as_named="cities of more than a million", year=2015, value=109, unit="count")
    own = national_figures.filter(pl.col("variable") == "agglomerations_1m_count")
    other = own.with_columns(city=pl.lit("IND"), value=pl.col("value") - 50)
    india = pl.DataFrame({"code": ["IND"], "name_en": ["India"], "name_zh": ["印度"], "level": ["nation"]})
    found = check_claims(
        [stated],
        pl.concat([other, own]),
        catalogue,
        cities=pl.concat([CHINA, india]),
        pilots=pilots,
    )
    assert row(found, "X")["verdict"] == "confirmed"
    assert found.findings["value"].to_list() == [109]
