"""Two sources for one place and year: every stage takes the same figure, and says why in the same words."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import polars as pl
import pytest
import python_calamine
from litestar.testing import TestClient

import urbium
from urbium.catalogue import load_catalogue
from urbium.explanation import trace
from urbium.forecast import forecast_population
from urbium.forecast.nation.urbanisation import national_figures
from urbium.forecast.workforce.observations import read_series
from urbium.measure.claims.findings import usable
from urbium.model import OBSERVATION, City, Source
from urbium.observations.disagreements import disagreement_faults, disagreements
from urbium.observations.in_force import choose_figures
from urbium.observations.roles import PACKAGED
from urbium.plan import build_roadmap, solve
from urbium.plan.inputs import city_people
from urbium.plan.inputs.notes import of_cell
from urbium.store import FileStamp
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer
from urbium.web.views.frames import registered_people

AGGLOMERATION, REGISTERED, URBAN_SHARE = map(
    PACKAGED.first, ("urban_population", "registered_population", "urban_share")
)

EARLY = datetime(2026, 1, 1, tzinfo=UTC)
LATE = datetime(2026, 2, 1, tzinfo=UTC)
REASON = "2 figures for this place and year; the one graded measured is used"
CITY = pl.DataFrame(
    {"code": ["130100"], "name_en": ["Shijiazhuang"], "latitude": [38.0], "level": ["prefecture"]}
)


@pytest.fixture(scope="module")
def declared():
    return load_catalogue()


def row(variable, year, value, unit, area, **other):
    return {
        "city": "130100", "variable": variable, "period": str(year), "value": value, "unit": unit,
        "area": area, "status": "reported", "quality": "measured", "source": "register",
        "recorded_at": EARLY, "recorded_by": "anna", "file": "a.csv", "sheet": "", "cell": "C2", "reason": "",
    } | other  # fmt: skip


def twice(variable, year, values, unit, area, **other):
    """The same quantity twice: measured by one source; from another without a grade, recorded later."""
    first, second = values
    worse = {"quality": "not graded", "source": "yearbook", "recorded_at": LATE}
    return [
        row(variable, year, first, unit, area, **other),
        row(variable, year, second, unit, area, **other | worse),
    ]


def table(rows):
    return pl.DataFrame(rows, schema=dict(OBSERVATION))


@pytest.fixture
def doubled():
    """An agglomeration of 1.0 or 3.0 million in 2012, other figures doubled the same way."""
    nation = {"city": "CHN"}
    return table(
        [
            *twice(AGGLOMERATION, 2012, (1e6, 3e6), "persons", "agglomeration"),
            *(
                row(AGGLOMERATION, year, 1e6 * 1.01 ** (year - 2012), "persons", "agglomeration")
                for year in range(1990, 2012)
            ),
            *twice(REGISTERED, 2012, (900.0, 1800.0), "10k persons", "prefecture"),
            *twice("gdp", 2012, (1e7, 4e7), "10k CNY", "prefecture"),
            *twice("fiscal_revenue_gdp", 2012, (0.10, 0.30), "ratio", "prefecture"),
            *twice(URBAN_SHARE, 2012, (52.0, 80.0), "%", "national", **nation),
            *twice("gdp_share_agriculture", 2012, (10.0, 5.0), "%", "national", **nation),
            *twice("gdp_share_industry", 2012, (40.0, 35.0), "%", "national", **nation),
            *twice("gdp_share_services", 2012, (50.0, 60.0), "%", "national", **nation),
        ]
    )


@pytest.fixture(params=[False, True], ids=["in order", "turned"])
def stored(request, doubled):
    return doubled.reverse() if request.param else doubled


def test_measuring_takes_the_measured_one(stored, declared):
    figures = choose_figures(stored, declared.variables, cities=["130100"], period=2012, maximum_age=0)
    chosen = figures.chosen.filter(pl.col("variable") == AGGLOMERATION)
    assert chosen["value"].to_list() == [1e6]
    assert chosen["ground"].to_list() == ["grade"]


def test_the_city_forecast_takes_the_measured_one(stored):
    outlook = forecast_population(stored, to=2020, cities=CITY)
    used = outlook.figures.filter(pl.col("period") == "2012", pl.col("variable") == AGGLOMERATION)
    assert used["value"].to_list() == [1e6]
    assert REASON in str(outlook.explain("130100"))


def test_the_urban_share_of_the_nation_is_the_measured_one(stored):
    past = national_figures(stored, origin=2012)
    assert past.share.tolist() == [0.52]
    assert past.left_out["reason"].to_list() == ["another figure for that year has a better grade"]


def test_the_work_force_takes_the_measured_one(stored):
    settled = read_series(stored, "output", places=["CHN"])
    assert settled.shares["services"].to_list() == pytest.approx([0.5])
    assert set(settled.figures["quality"]) == {"measured"}


def test_the_size_of_a_city_in_a_plan_is_the_measured_one(stored):
    people = city_people(CITY, stored, share=0.5)
    assert people["people"].to_list() == [1e6]
    assert people["evidence"].to_list() == ["published"]
    assert [of_cell(note) for note in people["note"]] == [f"urban agglomeration 2012; {REASON}"]


def test_a_roadmap_sizes_a_city_and_its_budget_by_the_measured_ones(stored, declared):
    road = build_roadmap(declared, CITY, stored, years=range(2016, 2021), budget="1 bn CNY/year")
    assert road.cities["weight"].to_list() == [1.0]
    of_city = (pl.col("place") == "130100") & pl.col("year").is_in(list(road.start_years))
    yearly = road.budgets.filter(of_city)["amount"].unique().to_list()
    share = declared.assumptions["city_budget.share_of_fiscal_revenue"].value
    part = declared.assumptions["city_budget.part_of_sum"].value
    assert yearly == pytest.approx([100_000 * 0.10 * part * share * 1.02**4], abs=1e-3)  # at prices of 2016


def test_claims_are_held_against_the_measured_one_first(stored):
    known = usable(stored).filter(pl.col("variable") == AGGLOMERATION, pl.col("period") == "2012")
    assert known["value"].to_list() == [1e6, 3e6]


def test_a_figure_is_explained_with_the_reason_and_the_other_source_below_it(stored, declared):
    history = stored.filter(pl.col("variable") == AGGLOMERATION)
    told = trace(history, declared.variables[AGGLOMERATION], {}, city="130100")
    assert told.value == 1e6
    assert REASON in told.note
    assert [(child.value, "another figure for that year has a better grade" in child.note)
            for child in told.children] == [(3e6, True)]  # fmt: skip


def test_the_disagreement_is_listed_with_its_spread(stored, declared):
    listed = disagreements(stored, declared.variables).filter(pl.col("variable") == AGGLOMERATION)
    assert listed.select("value", "source", "figures", "spread", "reason").rows() == [
        (1e6, "register", 2, 2.0, REASON)
    ]
    assert [other["value"] for other in listed["others"].item()] == [3e6]


# The same through a programme: pages, API, command and workbook.


@pytest.fixture
def programme(doubled, tmp_path):
    with urbium.new(tmp_path / "two.db") as made:
        names = {"en": "Shijiazhuang"}
        made.register(
            sources=[
                Source("register", "Register office", "Counts"),
                Source("yearbook", "Bureau", "Yearbook"),
            ],
            cities=[
                City("CHN", {"en": "China"}, "nation"),
                City("130100", names, "prefecture", {"en": "Hebei"}, 38.0, 114.5),
            ],
            by="test",
            reason="two sources",
        )
        for source in ("register", "yearbook"):
            own = doubled.filter(pl.col("source") == source).with_columns(file=pl.format("{}.csv", "source"))
            own = own.drop("recorded_at", "recorded_by")
            made.store.record(own, by="test", reason="figures", file=FileStamp(f"{source}.csv", "0" * 64))
        yield made


@pytest.fixture
def client(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1") as opened:
        yield opened


def test_the_explanation_of_a_figure_names_the_one_that_counts(programme):
    told = programme.explain("130100", "figure", AGGLOMERATION, period="2012")
    assert told.value == 1e6
    assert REASON in told.note


def test_the_peers_of_a_city_are_found_by_the_measured_figures(programme):
    row = programme.scores._features(2012).row(0, named=True)
    assert (row["people"], row["output"]) == (9e6, 1e11)


def test_the_pages_show_the_measured_figure_and_the_reason(programme, client):
    assert registered_people(programme)["population"].to_list() == [9e6]
    page = client.get("/cities/130100/figures").text
    assert REASON in page
    assert "1,000,000" in page
    assert "3,000,000" not in page


def test_the_data_page_lists_the_sources_that_disagree(client):
    page = client.get("/data").text
    assert "Sources that disagree" in page
    assert "1,000,000" in page
    assert "3,000,000" in page
    assert REASON in page


def test_the_api_says_which_figure_counts_and_lists_the_disagreement(client):
    stored = [
        row
        for row in client.get("/api/cities/130100").json()["observations"]
        if (row["variable"], row["period"]) == (AGGLOMERATION, "2012")
    ]
    assert {row["value"]: row["is_in_force"] for row in stored} == {1e6: True, 3e6: False}
    listed = client.get("/api/disagreements").json()
    (case,) = [row for row in listed if row["variable"] == AGGLOMERATION]
    assert (case["value"], case["spread"], case["reason"]) == (1e6, 2.0, REASON)
    told = client.get(f"/api/cities/130100/explain/figure?name={AGGLOMERATION}&period=2012").json()
    assert told["value"] == 1e6
    assert REASON in told["note"]


def test_the_plan_workbook_sizes_the_city_by_the_measured_figure(programme):
    road = programme.roadmap(years="2016-2017", budget="1 bn CNY/year")
    assert road.cities["weight"].to_list() == [1.0]
    programme.adopt(solve(road, work_limit=5), by="test")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(programme.plan_workbook()))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    cells = [str(cell) for sheet in sheets for line in sheet for cell in line]
    assert any(REASON in cell for cell in cells)


def test_the_command_of_findings_lists_the_disagreement(programme):
    (fault,) = [
        fault
        for fault in disagreement_faults(programme.disagreements())
        if fault["variable"] == AGGLOMERATION
    ]
    assert fault["message"] == f"sources disagree by 200.0% (register and yearbook); {REASON}"
