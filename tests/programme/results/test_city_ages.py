"""Cities counted twice by age, and households: on every face, one number with the outlook.

Thousand people of three urban agglomerations: United Nations, World Urbanization Prospects 2018, file 12;
urban people and share of the nation: World Bank, World Development Indicators. All retyped. Counts by age are
made up; births, deaths and moves of the nation are those of the packaged table.
"""

import re

import numpy as np
import pytest

import urbium
from urbium.catalogue import DATA
from urbium.errors import InputError, NotFoundError
from urbium.forecast import CityAges, Cohorts

TANGSHAN, QINHUANGDAO = "130200", "130300"
PEOPLE = {
    "130100": (1461, 1946, 2591, 2964, 3353, 3717),
    TANGSHAN: (996, 1188, 1418, 1765, 2204, 2753),
    QINHUANGDAO: (381, 533, 744, 899, 1076, 1286),
}
PLACES = """code,name_en,level,latitude,longitude
130100,Shijiazhuang,metro,38.04,114.48
130200,Tangshan,metro,39.63,118.18
130300,Qinhuangdao,metro,39.94,119.59
"""
NATION = {
    "urban_population": ("persons", (297369675, 349894476, 460007123, 560469200, 658606042, 791070763)),
    "urban_population_share": ("%", (26.1957, 29.04038, 36.43202, 42.99, 49.23403, 57.32978)),
}
YEARS = (1990, 1995, 2000, 2005, 2010, 2015)
TO = 2035
HEAD = "place,variable,period,sex,age,value,unit,status,area,source_id\n"


SIZES = """city_code,variable,period,value,unit,status,area,source_id
CHN,nation_household_size,2010,3.10,persons per household,reported,national,census_2020
CHN,nation_household_size,2020,2.62,persons per household,reported,national,census_2020
"""
"""The censuses of China, as the packaged source of norms has them."""


def file_of(path, place=TANGSHAN, years=(2005, 2015), area="agglomeration", old=1.0):
    """Counts made up: fewer people at each older age, ``old`` times as many from 65 on."""
    lines = [
        f"{place},population,{year},{sex},{age},{(120 - age) * (old if age >= 65 else 1)},1k persons,"
        f"reported,{area},made up"
        for year in years for sex in ("male", "female") for age in range(0, 90, 5)
    ]  # fmt: skip
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def founded(folder):
    """A programme of three cities whose outlook can be made."""
    made = urbium.new(folder / "three.db", nation="CN", name="Three cities")
    (folder / "places.csv").write_text(PLACES, encoding="utf-8")
    made.register_file(folder / "places.csv", by="ann", reason="founding")
    lines = [
        f"{city},population_agglomeration,{year},{1000 * people},persons,reported,agglomeration,wup18"
        for city, counted in PEOPLE.items()
        for year, people in zip(YEARS, counted, strict=True)
    ] + [
        f"CHN,{name},{year},{value},{unit},reported,national,wdi"
        for name, (unit, values) in NATION.items()
        for year, value in zip(YEARS, values, strict=True)
    ]
    head = "city_code,variable,period,value,unit,status,area,source_id"
    (folder / "figures.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    made.load(folder / "figures.csv", by="ann", reason="figures")
    return made


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counted")
    with founded(folder) as opened:
        rows = (DATA / "demo" / "cohorts.csv").read_text(encoding="utf-8")
        own = file_of(folder / "counts.csv", old=2.0).read_text(encoding="utf-8").removeprefix(HEAD)
        (folder / "both.csv").write_text(rows + own, encoding="utf-8")
        opened.load_ages(folder / "both.csv", by="office", reason="a test")
        (folder / "sizes.csv").write_text(SIZES, encoding="utf-8")
        opened.load(folder / "sizes.csv", by="office", reason="a test")
        opened.adopt(opened.forecast("population", to=TO), by="office")
        yield opened


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The same without any ages; a test may load some."""
    with founded(tmp_path_factory.mktemp("bare")) as opened:
        yield opened


def test_counts_of_a_city_leave_those_of_the_nation_in_place(programme):
    assert programme.forecast("ages", to=TO).places == ("CHN",)


def test_a_city_counted_twice_is_projected_from_its_own_counts_and_adds_up_to_its_outlook(programme):
    ages = programme.forecast("ages", to=TO, of=[TANGSHAN])
    outlook = programme.forecast("population", to=TO)

    assert isinstance(ages, CityAges)
    assert ages.years.tolist() == [2015, 2025, 2035]
    drawn = outlook.paths([TANGSHAN])
    for year in (2025, 2035):
        own = drawn.values[0, drawn.years.tolist().index(year)]
        np.testing.assert_allclose(ages.total().values[0, ages.years.tolist().index(year)], own, rtol=1e-12)
    last = outlook.table.filter(city=TANGSHAN, year=2015, kind="observed")["value"].item()
    np.testing.assert_allclose(ages.total().values[0, 0], last)


def test_a_city_without_counts_takes_the_ages_of_the_nation_and_says_so(programme):
    ages = programme.forecast("ages", to=TO, of=[QINHUANGDAO])

    assert isinstance(ages, Cohorts)
    assert "the city does not have two counts by age" in ages.method[0]


def test_cities_with_and_without_counts_are_asked_for_apart(programme):
    with pytest.raises(InputError, match=f"available for {TANGSHAN}, but not for {QINHUANGDAO}"):
        programme.forecast("ages", to=TO, of=[TANGSHAN, QINHUANGDAO])


def test_the_explanation_of_a_city_ends_at_lines_of_its_counts_and_at_cells_of_its_outlook(programme):
    sources = programme.explain("Tangshan", "ages", period="2035").sources
    assert "both.csv" in {source.file for source in sources}
    assert any(source.cell.startswith("lines ") for source in sources)
    assert programme.explain("CHN", "ages").sources
    assert programme.explain("Qinhuangdao", "ages").sources


def test_services_for_an_age_are_needed_by_the_citys_own_ages(programme):
    told = programme.explain("Tangshan", "pressure", "kindergarten")
    assert any("own age structure" in node.note for node in told.walk())
    other = programme.explain("Qinhuangdao", "pressure", "kindergarten")
    assert any("the age structure of CHN is used" in node.note for node in other.walk())


def test_the_doctor_names_the_cities_that_are_counted(programme, tmp_path):
    found = {str(one.what): one for one in programme.doctor() if one.stage == "ages"}
    assert found["the population of individual cities by age and sex"].known == TANGSHAN

    with urbium.new(tmp_path / "new.db") as empty:
        lacking = [
            one
            for one in empty.doctor()
            if str(one.what) == ("the population of individual cities by age and sex")
        ]
    assert lacking[0].state == "lacking"
    assert "two counts by age" in lacking[0].remedy


def test_the_api_answers_with_the_ages_of_a_city(programme):
    from litestar.testing import TestClient  # noqa: PLC0415

    from urbium.web import create_app  # noqa: PLC0415

    with TestClient(create_app(programme), base_url="http://127.0.0.1") as client:
        rows = client.get(f"/api/ages/{TANGSHAN}").json()["table"]
        households = client.get("/api/households").json()["table"]
        page = client.get(f"/cities/{TANGSHAN}/people").text
    assert {row["place"] for row in households} >= {"CHN", TANGSHAN}
    boundaries = re.findall(r"Population of [^(<]*\(([^)]*)\)[^<]*</p>", page)
    assert re.findall(r"Households \(([^)]*)\): ", page) == boundaries == ["built-up agglomeration"]
    assert "Ages, based on two counts of the city: in 2035" in page
    assert {row["year"] for row in rows} == {2015, 2025, 2035}


def test_where_no_ages_are_known_at_all_the_missing_role_is_named(bare):
    with pytest.raises(NotFoundError, match=f"no counts by age are stored for {TANGSHAN}") as caught:
        bare.forecast("ages", to=TO, of=[TANGSHAN])
    assert caught.value.place == "role ages"
    assert "load two counts by age" in caught.value.remedy


def test_counts_that_do_not_fit_are_refused_with_what_would_do(bare, tmp_path):
    with pytest.raises(InputError) as caught:
        bare.load_ages(file_of(tmp_path / "c.csv", years=(2015,)), by="office", reason="a test")
    assert "two are needed" in caught.value.faults[0].message

    bare.load_ages(file_of(tmp_path / "c.csv", area="city"), by="office", reason="a test")
    with pytest.raises(InputError, match="counted within 'city' but forecast within agglomeration"):
        bare.forecast("ages", to=TO, of=[TANGSHAN])

    bare.load_ages(file_of(tmp_path / "c.csv"), by="office", reason="a test")
    with pytest.raises(InputError, match="next projection of its ages is for 2025"):
        bare.forecast("ages", to=2024, of=[TANGSHAN])


def test_a_city_needs_no_ages_of_its_nation(bare, tmp_path):
    bare.load_ages(file_of(tmp_path / "c.csv"), by="office", reason="a test")
    assert bare.forecast("ages", to=TO, of=[TANGSHAN]).places == (TANGSHAN,)
    short = bare.forecast("pressure", to=TO).short.filter(service="kindergarten")
    unknown = dict(short.select("city", "status").iter_rows())
    assert unknown[QINHUANGDAO] == "need unknown"
    assert unknown[TANGSHAN] != "need unknown"


def test_households_of_nation_and_cities_are_people_over_persons_per_household(programme):
    households = programme.forecast("households", to=TO)
    nation = programme.forecast("nation", to=TO).paths

    total = np.median(nation.values[nation.keys.index("nation")], axis=1)
    rows = households.table.filter(place="CHN")
    then = rows.filter(year=2020)["value"].item()
    assert then == pytest.approx(total[nation.years.tolist().index(2020)] / 2.62, rel=1e-3)
    assert rows["size"][-1] < 2.62
    assert set(households.table["place"]) == {"CHN", *PEOPLE}


def test_dwellings_of_a_city_are_needed_by_its_households(programme):
    told = [str(node.what) for node in programme.explain("Tangshan", "pressure", "dwellings").walk()]
    assert f"Households of {TANGSHAN}" in told


def test_the_explanation_of_households_ends_at_cells(programme):
    for place in ("Tangshan", "CHN"):
        sizes = [
            source for source in programme.explain(place, "households").sources if source.file == "sizes.csv"
        ]
        assert len({source.cell for source in sizes}) == 2  # both censuses


def test_without_sizes_the_missing_role_is_named_by_forecast_and_doctor(bare):
    with pytest.raises(
        NotFoundError,
        match=("neither the number of households nor the number of persons per household is known"),
    ):
        bare.forecast("households", to=TO)
    lacking = [one for one in bare.doctor() if one.stage == "households" and one.state == "missing"]
    assert "nation_household_size" in lacking[0].remedy
