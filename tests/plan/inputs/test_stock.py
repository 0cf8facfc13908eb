"""What a city has already is not built again; of what it has in part, the rest alone is built."""

import csv

import polars as pl
import pytest

from observed_figures import observed
from urbium.catalogue import DATA, load_catalogue
from urbium.errors import InputError
from urbium.plan import build_roadmap, check_roadmap

CITIES = pl.DataFrame(
    {"code": ["A", "B", "MEX"], "name_en": ["North", "South", "Nation"], "latitude": [-3.0, -25.0, None],
     "level": ["city", "city", "nation"]}
)  # fmt: skip
VARIABLES = "id,name_en,unit,area,level,definition,hard_min,hard_max,plausible_min,plausible_max,"
VARIABLES += "direction,source,note\n"
FIGURES = observed(
    ("A", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
    ("B", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
    ("A", "gdp", "2015", 1_000_000.0, "10k CNY", "reported"),
    ("A", "fiscal_revenue_gdp", "2015", 0.2, "ratio", "reported"),
)


def own(folder, unit="%", **stock):
    """A catalogue in which solutions name the variable, in a unit, that tells what is there of them."""
    for name in ("solutions", "variables"):
        (folder / name).mkdir(exist_ok=True)
    with (DATA / "solutions" / "solutions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row | {"stock": stock[row["code"]]} for row in csv.DictReader(file) if row["code"] in stock]
    with (folder / "solutions" / "solutions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    lines = [
        f"{name},{name},{unit},prefecture,city,What is there,0,,,,1,,\n"
        for name in sorted(set(stock.values()))
    ]
    (folder / "variables" / "own.csv").write_text(VARIABLES + "".join(lines), encoding="utf-8")
    return load_catalogue(folder)


def road(catalogue, *figures):
    return build_roadmap(
        catalogue,
        CITIES,
        pl.concat([FIGURES, observed(*figures)]) if figures else FIGURES,
        years=range(2016, 2020),
        budget="1 bn CNY/year",
    )


def of_project(roadmap, project):
    capital = dict(roadmap.projects.select("project", "capital").iter_rows())
    effects = roadmap.effects.filter(project=project).sort("indicator")["effect"].to_list()
    return capital.get(project), effects


def test_the_rest_of_what_is_there_costs_and_brings_its_share(tmp_path):
    catalogue = own(tmp_path, LED_SL="lamps")
    before, after = road(catalogue), road(catalogue, ("A", "lamps", "2014", 40.0, "%", "reported"))
    capital, effects = of_project(before, "A:LED_SL")
    rest_capital, rest_effects = of_project(after, "A:LED_SL")
    assert rest_capital == pytest.approx(0.6 * capital, abs=1e-3)
    assert rest_effects == pytest.approx([0.6 * effect for effect in effects])
    assert of_project(after, "B:LED_SL") == of_project(before, "B:LED_SL")
    posts = [
        road.staff.filter(project="A:LED_SL").select("building", "running").sum().row(0)
        for road in (before, after)
    ]
    assert posts[0][0] > 0
    assert posts[1] == pytest.approx([0.6 * places for places in posts[0]], abs=1e-3)
    note = after.projects.filter(project="A:LED_SL")["note"].item()
    assert "for the remainder only: 40% already exists (2014)" in note


def test_of_a_roll_out_that_is_measured_what_is_there_is_counted_once(tmp_path):
    """40 of 100 meters are smart: the need is 60%, and the rest closes as much of it as all would."""
    catalogue = own(tmp_path, AMI_E="meters")
    meters = observed(
        ("A", "smart_electricity_meters", "2014", 40.0, "count", "reported"),
        ("A", "electricity_meters", "2014", 100.0, "count", "reported"),
    ).with_columns(area=pl.lit("city"))
    there = observed(("A", "meters", "2014", 40.0, "%", "reported"))
    after = build_roadmap(
        catalogue,
        CITIES,
        pl.concat([FIGURES, meters, there]),
        years=range(2016, 2020),
        budget="1 bn CNY/year",
    )
    before = dict(road(catalogue).effects.filter(project="A:AMI_E").select("indicator", "effect").iter_rows())
    rest = dict(after.effects.filter(project="A:AMI_E").select("indicator", "effect").iter_rows())
    gap = after.gaps.filter(city="A", indicator="EC: ICT: ES: 1C")
    assert gap["need"].item() == pytest.approx(0.6)
    assert rest["EC: ICT: ES: 1C"] == pytest.approx(before["EC: ICT: ES: 1C"])
    assert rest["EN: E: E: 2C"] == pytest.approx(0.6 * before["EN: E: E: 2C"])


def test_what_is_there_whole_is_not_proposed_and_serves_what_requires_it(tmp_path):
    roadmap = road(own(tmp_path, CYBERSEC="defence"), ("A", "defence", "2014", 100.0, "%", "reported"))
    check_roadmap(roadmap)
    assert "A:CYBERSEC" not in roadmap.projects["project"]
    requires = set(roadmap.prerequisites.select("project", "requires").iter_rows())
    assert ("B:DATA_PLATFORM", "B:CYBERSEC") in requires
    assert not any(project == "A:DATA_PLATFORM" and needed == "A:CYBERSEC" for project, needed in requires)
    reason = roadmap.omitted.filter(city="A", solution="CYBERSEC")["reason"].item()
    assert reason == "100% of it already exists (2014)"


def test_one_figure_may_tell_of_several_solutions_and_the_latest_counts(tmp_path):
    catalogue = own(tmp_path, LED_SL="lamps", PARKING="lamps")
    figures = [
        ("A", "lamps", "2010", 90.0, "%", "reported"),
        ("A", "lamps", "2014", 50.0, "%", "reported"),
    ]
    before, after = road(catalogue), road(catalogue, *figures)
    for project in ("A:LED_SL", "A:PARKING"):
        assert of_project(after, project)[0] == pytest.approx(0.5 * of_project(before, project)[0], abs=1e-3)


def test_a_plan_says_of_how_many_projects_it_is_known_what_is_there(tmp_path):
    catalogue = own(tmp_path, LED_SL="lamps")
    roadmap = road(catalogue, ("A", "lamps", "2014", 100.0, "%", "reported"))
    everything = roadmap.projects.height + 1
    note = f"what the city already has is known for 1 of {everything:,} possible projects"
    assert note in str(roadmap.settings.note)


def test_a_figure_of_what_cannot_be_built_there_is_of_no_project(tmp_path):
    """A congestion charge is no candidate in a city of two million people."""
    figure = ("A", "charges", "2014", 40.0, "%", "reported")
    roadmap = road(own(tmp_path, CONGPRICE="charges"), figure)
    assert "A:CONGPRICE" not in roadmap.projects["project"]
    assert "what the cities already have is unknown" in str(roadmap.settings.note)


def test_a_stock_that_is_not_a_share_is_refused_by_its_cell(tmp_path):
    with pytest.raises(InputError) as refused:
        own(tmp_path, unit="persons", LED_SL="lamps")
    (fault,) = refused.value.faults
    assert "lamps is measured in persons, which cannot be converted to ratio" in fault.message
    assert fault.sheet == "solutions/solutions.csv"
